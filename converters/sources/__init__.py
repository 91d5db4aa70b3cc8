"""One module a source, each with the contract of ``converters.contract``; the register file has its own."""
