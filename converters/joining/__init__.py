"""One practice, many addresses: pages gathered into entries, records joined on evidence and named."""
