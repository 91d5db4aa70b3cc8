"""``erase``: what must go is found, noted as hashes, taken out of state and kept releases, and kept out for good."""
