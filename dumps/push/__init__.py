"""A release in somebody else's SPARQL server: loaded beside, read back, switched."""
