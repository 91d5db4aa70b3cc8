"""Terms of event streams and the prefixes of their pages.

Sources: Linked Data Event Streams 1.0 (https://w3id.org/ldes/specification), TREE (https://w3id.org/tree/specification),
Activity Streams 2.0 for the kinds of events.
"""

from __future__ import annotations

from ontology.terms import AS, PREFIXES, Namespace

LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")

FEED_PREFIXES = PREFIXES | {"as": AS.iri, "ldes": LDES.iri, "tree": TREE.iri}
SPECIFICATION = "https://w3id.org/ldes/specification"
