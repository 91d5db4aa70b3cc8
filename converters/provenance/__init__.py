"""Where in its source each published value stands."""
