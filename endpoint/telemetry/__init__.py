"""What the operator sees of a running service: a log of JSON lines, and metrics on a port of their own."""
