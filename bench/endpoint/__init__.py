"""The endpoint against other servers on the same data: ``python -m bench.endpoint`` (docs/performance.md)."""
