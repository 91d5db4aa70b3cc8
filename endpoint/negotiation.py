"""Content negotiation (RFC 9110, section 12), the only one of the application: pure functions over values.

Rules beyond the RFC, each for clients that exist:

- an absent, empty or wholly unreadable ``Accept`` means "anything": the default offer;
- among offers that the client likes equally, one that it named beats one that only a wildcard covers, then the
  default wins, then the order of the offers (``text/turtle, */*`` gets Turtle);
- a parameter of a range rules an offer out only when the offer has it with another value: ``charset``,
  ``profile`` and the like of a format that we have in one form are no reason for a 406.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - RFC 9110, 5.6.2, no secret
_MEDIA_RANGE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*")
_PARAMETER = re.compile(rf";\s*(?:({_TOKEN})\s*=\s*(?:({_TOKEN})|\"((?:[^\"\\]|\\.)*)\"))?\s*")
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z")
_MAX_HEADER = 8192
_MAX_RANGES = 200


@dataclass(frozen=True)
class Offer:
    """A representation that can be had.

    ``media_type`` without parameters; ``suffix`` of its own address (``ttl``); ``names`` that ``format=`` also
    takes; ``aliases`` other media types that clients ask for and that this answer satisfies.
    """

    media_type: str
    suffix: str
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def content_type(self) -> str:
        """The header's value; text types say that they are UTF-8, the others may not or need not."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


HTML = Offer("text/html", "html", aliases=("application/xhtml+xml",))

RESULTS_JSON = Offer("application/sparql-results+json", "srj", ("json",), ("application/json",))
RESULTS_XML = Offer("application/sparql-results+xml", "srx", ("xml",), ("application/xml", "text/xml"))
CSV = Offer("text/csv", "csv")
TSV = Offer("text/tab-separated-values", "tsv")
# SPARQL 1.1 defines CSV and TSV for SELECT only; an ASK gets the bare word true or false, as the engine does.
RESULTS = (RESULTS_JSON, RESULTS_XML, CSV, TSV)

# Turtle is N3: who reads N3 reads it. The other old names are those that SPARQLWrapper 2 sends.
TURTLE = Offer("text/turtle", "ttl", ("turtle", "n3"), ("application/x-turtle", "text/n3", "text/rdf+n3"))
N_TRIPLES = Offer("application/n-triples", "nt", ("ntriples", "n-triples"), ("text/plain",))
JSON_LD = Offer("application/ld+json", "jsonld", ("json-ld", "json"), ("application/json", "application/x-json+ld"))
RDF_XML = Offer("application/rdf+xml", "rdf", ("rdfxml", "rdf-xml", "xml"), ("application/xml", "text/xml"))
GRAPHS = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)

N_QUADS = Offer("application/n-quads", "nq", ("nquads", "n-quads"), ("text/x-nquads",))
TRIG = Offer("application/trig", "trig", (), ("application/x-trig",))
# What a CONSTRUCT gives is one graph; clients that read data sets get it as the default graph of one.
CONSTRUCTED = (*GRAPHS, TRIG, N_QUADS)


@dataclass(frozen=True)
class MediaRange:
    """One element of ``Accept``; ``quality`` from 0 (not acceptable) to 1."""

    type: str
    subtype: str
    parameters: Mapping[str, str]
    quality: float

    def specificity(self, offer: Offer) -> int:
        """How closely the range names the offer: 0 not at all, then wildcard, type, alias, exact, parameters."""
        if any(offer.parameters.get(name, value) != value for name, value in self.parameters.items()):
            return 0
        if self.type == "*":
            return 1
        if self.subtype == "*":
            return 2 if offer.media_type.startswith(f"{self.type}/") else 0
        name = f"{self.type}/{self.subtype}"
        if name == offer.media_type:
            return 5 if offer.parameters.keys() & self.parameters.keys() else 4
        return 3 if name in offer.aliases else 0


def negotiate(accept: str | None, offers: Sequence[Offer], default: Offer | None = None) -> Offer | None:
    """The offer that the client likes best, or ``None`` where it takes none of them (406).

    ``default`` (the first offer unless given) is what a client without a preference gets.
    """
    if not offers:
        return None
    default = default or offers[0]
    ranges = parse_accept(accept)
    if not ranges:
        return default
    best: tuple[float, int, bool, int] | None = None
    for place, offer in enumerate(offers):
        quality, specificity = _judge(offer, ranges)
        rank = (quality, specificity, offer == default, -place)
        if quality > 0 and (best is None or rank > best):
            best = rank
    return None if best is None else offers[-best[3]]


def accepts(accept: str | None, offer: Offer) -> bool:
    """Whether the client takes this offer at all."""
    return negotiate(accept, (offer,)) is not None


def prefers_html(accept: str | None) -> bool:
    """Whether a page is better than data for this client: it names HTML; a bare ``*/*`` does not."""
    problem = Offer("application/problem+json", "json", aliases=("application/json",))
    return negotiate(accept, (problem, HTML)) == HTML


def by_name(name: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer that ``format=`` or a suffix names: suffix, name or media type, case ignored.

    Of a list with commas, which SPARQLWrapper sends, the first element that names one counts.
    """
    for element in name.split(",")[:_MAX_RANGES]:
        wanted = element.strip().lower()
        for offer in offers:
            if wanted in (offer.suffix, offer.media_type):
                return offer
        for offer in offers:
            if wanted in offer.names or wanted in offer.aliases:
                return offer
    return None


def named_by(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """The offer that the client likes best, where it names it and does not just take anything."""
    offer = negotiate(accept, offers)
    named = offer is not None and any(r.type != "*" and r.specificity(offer) for r in parse_accept(accept))
    return offer if named else None


@lru_cache(maxsize=64)
def parse_accept(header: str | None) -> tuple[MediaRange, ...]:
    """The readable elements of an ``Accept`` header; what does not parse is left out."""
    if header is None:
        return ()
    elements = _split(header[:_MAX_HEADER])
    ranges = (_media_range(element) for _, element in zip(range(_MAX_RANGES), elements, strict=False))
    return tuple(found for found in ranges if found is not None)


def _judge(offer: Offer, ranges: Sequence[MediaRange]) -> tuple[float, int]:
    """The quality that the most specific matching range gives, and how specific it is."""
    best = (0, 0.0)
    for media_range in ranges:
        specificity = media_range.specificity(offer)
        if specificity:
            best = max(best, (specificity, media_range.quality))
    return best[1], best[0]


def _split(header: str) -> Iterator[str]:
    """At the commas that stand outside quotes."""
    if '"' not in header:
        yield from header.split(",")
        return
    current = ""
    for character, quoted in _quoting(header):
        if character == "," and not quoted:
            yield current
            current = ""
        else:
            current += character
    yield current


def _quoting(header: str) -> Iterator[tuple[str, bool]]:
    quoted = escaped = False
    for character in header:
        yield character, quoted
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted


def _media_range(element: str) -> MediaRange | None:
    found = _MEDIA_RANGE.match(element)
    if found is None:
        return None
    kind, subtype = found[1].lower(), found[2].lower()
    if kind == "*" and subtype != "*":
        return None
    parameters: dict[str, str] = {}
    quality, position = 1.0, found.end()
    while position < len(element):
        parameter = _PARAMETER.match(element, position)
        if parameter is None:
            return None
        position = parameter.end()
        name = (parameter[1] or "").lower()
        value = parameter[2] if parameter[3] is None else re.sub(r"\\(.)", r"\1", parameter[3])
        if name == "q":
            if not _QUALITY.match(value or ""):
                return None
            quality = float(value)
            break  # what follows are extensions of Accept, not parameters of the type
        if name:
            parameters[name] = value
    return MediaRange(kind, subtype, parameters, quality)
