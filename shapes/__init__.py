"""The shapes and the gate that runs them."""
