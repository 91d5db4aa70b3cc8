"""A release: files, manifest, switch."""
