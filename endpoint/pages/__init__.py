"""HTML and RDF documents about things."""
