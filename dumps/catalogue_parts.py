"""What the parts of the catalogue share: authority codes, publisher, mailbox, themes, the SPARQL service.

Codes are those of the EU authority tables that DCAT-AP 3.0.1 prescribes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from dumps.coverage import Coverage
from dumps.distributions import DATASETS
from dumps.publication import Edition, day_of
from dumps.words import both, words
from model.iris import DATASET, NS, SHAPES_NS
from ontology.terms import DCAT, DCT, FOAF, RDF, SKOS, VCARD, XSD

_EU = "http://publications.europa.eu/resource/authority/"
THEMES = NamedNode(f"{_EU}data-theme")
POLISH = NamedNode(f"{_EU}language/POL")
ENGLISH = NamedNode(f"{_EU}language/ENG")
POLAND = NamedNode(f"{_EU}country/POL")
PUBLIC = NamedNode(f"{_EU}access-right/PUBLIC")
IRREGULAR = NamedNode(f"{_EU}frequency/IRREG")
STABLE = NamedNode(f"{_EU}planned-availability/STABLE")
# dane.gov.pl knows the licence by this code and by no other address.
LICENCE = NamedNode(f"{_EU}licence/CC_BY_4_0")
ATTRIBUTION = NamedNode("http://purl.org/adms/licencetype/Attribution")
DCAT_AP = NamedNode("https://semiceu.github.io/DCAT-AP/releases/3.0.1/")
_PUBLISHER_TYPES = "http://purl.org/adms/publishertype/"
_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
_RESULTS = tuple(NamedNode(f"{_EU}file-type/{code}") for code in ("RDF_TURTLE", "RDF_XML", "JSON_LD", "CSV"))
_STREAMED = tuple(NamedNode(f"{_EU}file-type/{code}") for code in ("RDF_TRIG", "RDF_N_QUADS", "JSON_LD"))
_LDES = NamedNode("https://w3id.org/ldes/specification")


def series(edition: Edition) -> NamedNode:
    return NamedNode(edition.iris.dataset("dobre-praktyki"))


def sparql(edition: Edition) -> NamedNode:
    return NamedNode(f"{edition.base}sparql")


def rights(edition: Edition) -> NamedNode:
    return NamedNode(edition.iris.part(edition.iris.dataset(DATASET), "rights"))


def texts(subject: NamedNode, predicate: NamedNode, said: Iterable[Literal]) -> Iterator[Triple]:
    return (Triple(subject, predicate, text) for text in said)


def title(covered: Coverage, name: str) -> tuple[Literal, ...]:
    """A data set's title in both languages: what the content says, else ours."""
    return covered.said(name, DCT.title) or both(f"datasets.{name}", "title")


def description(covered: Coverage, name: str) -> tuple[Literal, ...]:
    """Like ``title``: one description of each language, wherever it is read."""
    return covered.said(name, DCT.description) or both(f"datasets.{name}", "description")


def common(edition: Edition, this: NamedNode, issued: tuple[Literal, ...] = ()) -> Iterator[Triple]:
    """Publisher and the days of the first release (or what the content says) and of this one."""
    yield Triple(this, DCT.publisher, NamedNode(edition.publisher))
    first = Literal(day_of(edition.first).isoformat(), datatype=XSD.date)
    yield from texts(this, DCT.issued, issued or (first,))
    yield Triple(this, DCT.modified, Literal(edition.day.isoformat(), datatype=XSD.date))


def publisher(edition: Edition) -> Iterator[Triple]:
    this, kind = NamedNode(edition.publisher), edition.publication.publisher_type
    yield Triple(this, RDF.type, FOAF.Agent)
    yield Triple(this, FOAF.name, Literal(edition.publication.publisher, language="pl"))
    if kind:
        concept, scheme = NamedNode(_PUBLISHER_TYPES + kind), NamedNode(f"{_PUBLISHER_TYPES}1.0")
        yield Triple(this, DCT.type, concept)
        yield Triple(concept, RDF.type, SKOS.Concept)
        yield Triple(concept, SKOS.prefLabel, Literal(kind, language="en"))
        yield Triple(concept, SKOS.inScheme, scheme)
        yield Triple(scheme, RDF.type, SKOS.ConceptScheme)
        yield Triple(scheme, DCT.title, Literal("Publisher type", language="en"))


def contact_of(edition: Edition, this: NamedNode) -> Iterator[Triple]:
    if edition.publication.contact:
        yield Triple(this, DCAT.contactPoint, _contact(edition))


def mailbox(edition: Edition) -> Iterator[Triple]:
    """The publisher's own mailbox or form; where the operator set none, none is invented."""
    contact = edition.publication.contact
    if not contact:
        return
    this = _contact(edition)
    yield Triple(this, RDF.type, VCARD.Kind)
    yield Triple(this, RDF.type, VCARD.Organization)
    yield Triple(this, VCARD.fn, Literal(edition.publication.publisher, language="pl"))
    if contact.startswith(("http://", "https://")):
        yield Triple(this, VCARD.hasURL, NamedNode(contact))
    else:
        yield Triple(this, VCARD.hasEmail, NamedNode(f"mailto:{contact}"))


def _contact(edition: Edition) -> NamedNode:
    return NamedNode(edition.iris.part(edition.iris.dataset(DATASET), "contact"))


def keywords_and_themes(this: NamedNode, name: str) -> Iterator[Triple]:
    said = words()["datasets"][name]
    for language in ("pl", "en"):
        for keyword in said[f"keywords_{language}"]:
            yield Triple(this, DCAT.keyword, Literal(keyword, language=language))
    for code in said["themes"]:
        yield Triple(this, DCAT.theme, NamedNode(f"{THEMES.value}/{code}"))


def themes() -> Iterator[Triple]:
    """Typed and labelled here: a validator without the EU tables refuses bare codes (DCAT-AP issue 248)."""
    yield Triple(THEMES, RDF.type, SKOS.ConceptScheme)
    yield Triple(THEMES, DCT.title, Literal("Data theme", language="en"))
    used = {code for name in DATASETS for code in words()["datasets"][name]["themes"]}
    for code in sorted(used):
        concept = NamedNode(f"{THEMES.value}/{code}")
        yield Triple(concept, RDF.type, SKOS.Concept)
        yield Triple(concept, SKOS.inScheme, THEMES)
        yield from texts(concept, SKOS.prefLabel, both("themes", code))


def standards() -> Iterator[Triple]:
    """What data and catalogue conform to."""
    named = {
        NS.rstrip("#"): "praktyki-lod vocabulary",
        SHAPES_NS.rstrip("#"): "praktyki-lod SHACL shapes",
        DCAT_AP.value: "DCAT-AP 3.0.1",
        _PROTOCOL.value: "SPARQL 1.1 Protocol",
        _LDES.value: "Linked Data Event Streams",
    }
    for iri, title in named.items():
        yield Triple(NamedNode(iri), RDF.type, DCT.Standard)
        yield Triple(NamedNode(iri), DCT.title, Literal(title, language="en"))


def feed(edition: Edition) -> Iterator[Triple]:
    """The event stream as a service, by which a consumer stays in step (docs/feed.md)."""
    this, address = feed_iri(edition), NamedNode(f"{edition.address}feed")
    yield Triple(this, RDF.type, DCAT.DataService)
    yield from texts(this, DCT.title, both("feed", "title"))
    yield from texts(this, DCT.description, both("feed", "description"))
    yield from common(edition, this)
    yield from contact_of(edition, this)
    yield from keywords_and_themes(this, DATASET)
    yield Triple(this, DCAT.endpointURL, address)
    yield Triple(this, DCAT.endpointDescription, address)
    yield Triple(this, DCT.conformsTo, _LDES)
    yield Triple(this, DCT.license, LICENCE)
    yield Triple(this, DCT.accessRights, PUBLIC)
    yield from (Triple(this, DCT.format, form) for form in _STREAMED)
    yield Triple(this, DCAT.servesDataset, NamedNode(edition.iris.dataset(DATASET)))


def feed_iri(edition: Edition) -> NamedNode:
    return NamedNode(f"{edition.base}feed")


def service(edition: Edition) -> Iterator[Triple]:
    """The SPARQL endpoint; asked without a query it describes itself."""
    this, address = sparql(edition), NamedNode(f"{edition.address}sparql")
    yield Triple(this, RDF.type, DCAT.DataService)
    yield from texts(this, DCT.title, both("sparql", "title"))
    yield from texts(this, DCT.description, both("sparql", "description"))
    yield from common(edition, this)
    yield from contact_of(edition, this)
    yield from keywords_and_themes(this, DATASET)
    yield Triple(this, DCAT.endpointURL, address)
    yield Triple(this, DCAT.endpointDescription, address)
    yield Triple(this, DCT.conformsTo, _PROTOCOL)
    yield Triple(this, DCT.license, LICENCE)
    yield Triple(this, DCT.accessRights, PUBLIC)
    yield from (Triple(this, DCT.format, form) for form in _RESULTS)
    for name in DATASETS:
        yield Triple(this, DCAT.servesDataset, NamedNode(edition.iris.dataset(name)))
