"""The privacy gate: what could tell of a natural person is recognised in order to be discarded."""
