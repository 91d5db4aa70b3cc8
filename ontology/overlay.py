"""What an update has learnt about the SMUP schemes, laid over the files of this package. Pure: no files are read.

The shipped schemes stay as they are; an overlay adds concepts, new names and notations, and marks what is gone.
No concept is ever taken away and no key changes, so that no IRI breaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Triple

from model.iris import Iris
from ontology.schemes import Concept, Scheme, load_scheme
from ontology.terms import DCT, OWL, RDF, SKOS, XSD

OVERLAID = ("smup", "smup-indicator")
_DESCRIPTIONS = {
    "smup": (
        "Obszary, podobszary i usługi Systemu Monitorowania Usług Publicznych według jego API, stan na {date}.",
        "Areas, sub-areas and services of the Public Services Monitoring System as its API has them, as of {date}.",
    ),
    "smup-indicator": (
        "Wskaźniki Systemu Monitorowania Usług Publicznych według jego API, stan na {date}.",
        "Indicators of the Public Services Monitoring System as its API has them, as of {date}.",
    ),
}


@dataclass(frozen=True)
class Event:
    """What happened to a concept on a day: ``renamed`` (``was`` is the former name), ``withdrawn``, ``restored``."""

    date: str
    what: str
    was: str = ""


@dataclass(frozen=True)
class UpdatedConcept:
    """A concept of an updated scheme. ``related`` are keys of ``smup`` that an indicator describes."""

    scheme: str
    key: str
    label: str
    notation: str = ""
    broader: str | None = None
    related: tuple[str, ...] = ()
    history: tuple[Event, ...] = ()
    deprecated: bool = False

    @property
    def former_names(self) -> tuple[str, ...]:
        names = dict.fromkeys(event.was for event in self.history if event.what == "renamed")
        return tuple(name for name in names if name != self.label)


@dataclass(frozen=True)
class Overlay:
    """All updated concepts, and the day (ISO) on which the source first said just this."""

    date: str
    source: str
    concepts: tuple[UpdatedConcept, ...]

    def of(self, scheme: str) -> tuple[UpdatedConcept, ...]:
        return tuple(concept for concept in self.concepts if concept.scheme == scheme)


def overlaid_scheme(name: str, overlay: Overlay | None) -> Scheme:
    """A scheme as converters look names up in it, with the names of the overlay."""
    shipped = load_scheme(name)
    if overlay is None or name not in OVERLAID:
        return shipped
    concepts = {concept.key: concept for concept in shipped.concepts}
    for found in overlay.of(name):
        known = concepts.get(found.key, Concept(found.key, found.label, ""))
        names = (*known.labels, *found.former_names)
        concepts[found.key] = replace(
            known,
            pref_label=found.label,
            alt_labels=tuple(dict.fromkeys(label for label in names if label != found.label)),
            broader=found.broader,
            notation=found.notation or known.notation,
        )
    return Scheme(name, tuple(concepts.values()))


def overlaid_triples(shipped: Iterable[Triple], overlay: Overlay | None, base: str) -> tuple[Triple, ...]:
    """The triples of all schemes with those of the overlay; ``base`` is the one that ``shipped`` was made for."""
    triples = dict.fromkeys(shipped)
    if overlay is None:
        return tuple(triples)
    iris = Iris(base)
    updated = {iris.concept(found.scheme, found.key): found for found in overlay.concepts}
    schemes = {iris.scheme(name): name for name in OVERLAID if overlay.of(name)}
    kept = [triple for triple in triples if not _is_replaced(triple, updated, schemes)]
    added = [triple for found in overlay.concepts for triple in _concept(found, iris)]
    added += [triple for name in schemes.values() for triple in _scheme(name, overlay, iris)]
    return tuple(dict.fromkeys((*kept, *added)))


def _is_replaced(triple: Triple, updated: Mapping[str, UpdatedConcept], schemes: Mapping[str, str]) -> bool:
    """What the overlay says itself: the Polish name, the place in the scheme, the description of the scheme."""
    subject = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
    target = triple.object.value if isinstance(triple.object, NamedNode) else ""
    if subject in schemes:
        return triple.predicate == DCT.description or (triple.predicate == SKOS.hasTopConcept and target in updated)
    if triple.predicate == SKOS.narrower:
        return target in updated
    if subject not in updated:
        return False
    if triple.predicate in (SKOS.broader, SKOS.topConceptOf):
        return True
    return triple.predicate == SKOS.prefLabel and isinstance(triple.object, Literal) and triple.object.language == "pl"


def _concept(found: UpdatedConcept, iris: Iris) -> Iterable[Triple]:
    own, scheme = NamedNode(iris.concept(found.scheme, found.key)), NamedNode(iris.scheme(found.scheme))
    yield Triple(own, RDF.type, SKOS.Concept)
    yield Triple(own, SKOS.prefLabel, Literal(found.label, language="pl"))
    yield Triple(own, SKOS.inScheme, scheme)
    if found.notation:
        yield Triple(own, SKOS.notation, Literal(found.notation))
    if found.broader is None:
        yield Triple(own, SKOS.topConceptOf, scheme)
        yield Triple(scheme, SKOS.hasTopConcept, own)
    else:
        above = NamedNode(iris.concept(found.scheme, found.broader))
        yield Triple(own, SKOS.broader, above)
        yield Triple(above, SKOS.narrower, own)
    for key in found.related:
        service = NamedNode(iris.concept("smup", key))
        yield Triple(own, SKOS.relatedMatch, service)
        yield Triple(service, SKOS.relatedMatch, own)
    for name in found.former_names:
        yield Triple(own, SKOS.altLabel, Literal(name, language="pl"))
    for event in found.history:
        for language, words in _told(event):
            yield Triple(own, SKOS.historyNote, Literal(words, language=language))
    if found.deprecated:
        yield Triple(own, OWL.deprecated, Literal(True))


def _scheme(name: str, overlay: Overlay, iris: Iris) -> Iterable[Triple]:
    own = NamedNode(iris.scheme(name))
    yield Triple(own, DCT.modified, Literal(overlay.date, datatype=XSD.date))
    for language, words in zip(("pl", "en"), _DESCRIPTIONS[name], strict=True):
        yield Triple(own, DCT.description, Literal(words.replace("{date}", overlay.date), language=language))


def _told(event: Event) -> tuple[tuple[str, str], ...]:
    if event.what == "renamed":
        return (
            ("pl", f"{event.date}: SMUP zmienił nazwę; poprzednia: „{event.was}”."),
            ("en", f"{event.date}: renamed by SMUP; the former name is “{event.was}”."),
        )
    if event.what == "withdrawn":
        return (
            ("pl", f"{event.date}: SMUP już go nie podaje."),
            ("en", f"{event.date}: no longer listed by SMUP."),
        )
    return (("pl", f"{event.date}: SMUP podaje go znowu."), ("en", f"{event.date}: listed by SMUP again."))
