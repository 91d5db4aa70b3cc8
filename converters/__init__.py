"""Sources in, records and triples out: pages, tables and registers are read here and nowhere else."""
