"""What was withdrawn: noted for good, kept out of every later run, told by a tombstone (docs/withdrawal.md)."""
