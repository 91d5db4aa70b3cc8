"""The SPARQL endpoint: protocol, policy, pool, worker."""
