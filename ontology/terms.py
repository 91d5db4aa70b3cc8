"""Names of the terms that the data use, and the prefixes under which they are printed.

``GP.Practice`` is a ``NamedNode``. A test proves that every ``GP`` name used in the code is defined in
``practice.ttl``.
"""

from __future__ import annotations

from functools import lru_cache

from pyoxigraph import NamedNode

from model.iris import NS, SHAPES_NS


class Namespace:
    """A namespace whose attributes (or items, for names that Python cannot spell) are its terms."""

    def __init__(self, iri: str) -> None:
        self.iri = iri

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        # Kept as an attribute: the next look does not come here, and bulk triples look millions of times.
        node = self.__dict__[name] = self[name]
        return node

    def __getitem__(self, name: str) -> NamedNode:
        return _node(self.iri + name)


@lru_cache(maxsize=1024)
def _node(iri: str) -> NamedNode:
    return NamedNode(iri)


GP = Namespace(NS)
GPSH = Namespace(SHAPES_NS)
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
DCT = Namespace("http://purl.org/dc/terms/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
PROV = Namespace("http://www.w3.org/ns/prov#")
CV = Namespace("http://data.europa.eu/m8g/")
OA = Namespace("http://www.w3.org/ns/oa#")
LOCN = Namespace("http://www.w3.org/ns/locn#")
ORG = Namespace("http://www.w3.org/ns/org#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
DQV = Namespace("http://www.w3.org/ns/dqv#")
VOID = Namespace("http://rdfs.org/ns/void#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
AS = Namespace("https://www.w3.org/ns/activitystreams#")
VS = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#")

PREFIXES: dict[str, str] = {
    "adms": ADMS.iri,
    "as": AS.iri,
    "cv": CV.iri,
    "dcat": DCAT.iri,
    "dcatap": DCATAP.iri,
    "dct": DCT.iri,
    "dqv": DQV.iri,
    "foaf": FOAF.iri,
    "gp": GP.iri,
    "gpsh": GPSH.iri,
    "locn": LOCN.iri,
    "oa": OA.iri,
    "org": ORG.iri,
    "owl": OWL.iri,
    "prov": PROV.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "schema": SCHEMA.iri,
    "sh": SH.iri,
    "skos": SKOS.iri,
    "spdx": SPDX.iri,
    "vcard": VCARD.iri,
    "void": VOID.iri,
    "vs": VS.iri,
    "xsd": XSD.iri,
}
