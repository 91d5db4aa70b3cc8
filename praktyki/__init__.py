"""The roof: command line, settings, pipeline."""
