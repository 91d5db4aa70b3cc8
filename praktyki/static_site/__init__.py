"""The whole publication as plain files, rendered by the application itself (docs/static.md)."""
