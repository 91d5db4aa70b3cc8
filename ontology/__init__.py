"""The vocabulary (practice.ttl), its concept schemes and the names of all terms that the data use."""
