"""The same records by a general mapping engine: CSV tables, an RML mapping and morph-kgc, for comparison only."""
