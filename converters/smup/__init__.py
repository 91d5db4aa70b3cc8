"""The SMUP schemes: names looked up in texts, and the update from the public API."""
