"""What had to be erased and stays out of every later build, known by keyed hashes only (docs/withdrawal.md)."""
