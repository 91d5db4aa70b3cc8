"""Practices that others describe by our vocabulary (Turtle, N-Triples, JSON-LD) into records."""
