"""Tables of offices (CSV, xlsx, JSON) into records: one row is one practice. What columns there are: columns.toml."""
