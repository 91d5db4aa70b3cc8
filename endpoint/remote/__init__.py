"""Public queries on a SPARQL server of others: same policy, same answers, same errors (docs/scale.md)."""
