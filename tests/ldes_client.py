"""A client of Linked Data Event Streams, written from the specification alone: it imports nothing from the project.

https://w3id.org/ldes/specification, release 1.0.0: sections 3.1 (initialization), 3.2 (state), 3.3 (HTTP), 3.4
(extracting members), 3.5.2 (ordered traversal), 4.3 (versions), 4.4 (retention). Used by tests as any consumer would.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import requests
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.namespace import RDF, XSD, Namespace
from rdflib.term import Node

LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")
ACCEPT = "application/trig, application/n-quads;q=0.9, application/ld+json;q=0.8"
FORMATS = {"application/trig": "trig", "application/n-quads": "nquads", "application/ld+json": "json-ld"}

Triple = tuple[Node, Node, Node]


class ProtocolError(Exception):
    """The server does something that the specification does not allow."""


@dataclass(frozen=True)
class Context:
    """What the root node says of the stream (section 4)."""

    stream: URIRef
    root: URIRef
    timestamp: URIRef
    version_of: URIRef
    markers: dict[Node, str]
    shape: Node | None
    retention: frozenset[Triple]


@dataclass
class Client:
    """Follows one stream into ``state``: the triples of each thing, by its IRI. ``run`` is a synchronization run."""

    start: str
    accept: str = ACCEPT
    context: Context | None = None
    state: dict[Node, frozenset[Triple]] = field(default_factory=dict)
    seen: set[URIRef] = field(default_factory=set)
    finished: set[URIRef] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    emitted: list[tuple[str, str, Node]] = field(default_factory=list)

    def run(self) -> int:
        """Brings the state up to date; returns how many members were new."""
        before = len(self.emitted)
        page = self._fetch(self.start)
        if page is not None:
            address, data = page
            self.context = self._context(address, data)
            members = self._members(data)
            for node in self._relations(address, data):
                if node in self.finished:
                    continue
                found = self._fetch(str(node))
                if found is not None:
                    members += self._members(found[1])
                    self._note(node, found[1])
            self._apply(members)
        return len(self.emitted) - before

    def _fetch(self, address: str) -> tuple[URIRef, Dataset] | None:
        wanted = {"Accept": self.accept}
        if address in self.tags:
            wanted["If-None-Match"] = self.tags[address]
        answer = requests.get(address, headers=wanted, timeout=30)
        self.fetched.append(address)
        if answer.status_code in (304, 410):
            return None  # nothing new; gone counts as a page without members and relations
        answer.raise_for_status()
        if "ETag" in answer.headers:
            self.tags[address] = answer.headers["ETag"]
        if "immutable" in answer.headers.get("Cache-Control", ""):
            self.finished.add(URIRef(address))
        kind = answer.headers["Content-Type"].partition(";")[0]
        data = Dataset()
        data.parse(data=answer.content, format=FORMATS[kind], publicID=answer.url)
        return URIRef(answer.url), data

    def _context(self, address: URIRef, data: Dataset) -> Context:
        facts = default_graph(data)
        streams = list(facts.subjects(TREE.view, address))
        if len(streams) != 1:
            raise ProtocolError(f"{len(streams)} streams have the view {address}")
        stream = streams[0]
        markers = {}
        for kind in ("Create", "Update", "Delete"):
            if facts.value(stream, LDES[f"version{kind}Path"], default=RDF.type) != RDF.type:
                raise ProtocolError("only markers that are types are understood")
            marker = facts.value(stream, LDES[f"version{kind}Object"])
            if marker is not None:
                markers[marker] = kind.lower()
        policy = facts.value(address, LDES.retentionPolicy)
        return Context(
            _iri(stream),
            address,
            _iri(facts.value(stream, LDES.timestampPath)),
            _iri(facts.value(stream, LDES.versionOfPath)),
            markers,
            facts.value(stream, TREE.shape),
            frozenset(facts.triples((policy, None, None))) if policy is not None else frozenset(),
        )

    def _relations(self, address: URIRef, data: Dataset) -> list[URIRef]:
        """The nodes that the page leads to, those with the lowest bound first."""
        facts, context = default_graph(data), self._known()
        lower: dict[URIRef, str] = {}
        for relation in facts.objects(address, TREE.relation):
            node = _iri(facts.value(relation, TREE.node))
            lower.setdefault(node, "")
            if facts.value(relation, TREE.path) != context.timestamp:
                continue
            if facts.value(relation, RDF.type) == TREE.GreaterThanOrEqualToRelation:
                lower[node] = str(facts.value(relation, TREE.value))
        return sorted(lower, key=lambda node: (lower[node], node))

    def _note(self, node: URIRef, data: Dataset) -> None:
        if default_graph(data).value(node, LDES.immutable) == Literal(True):
            self.finished.add(node)

    def _members(self, data: Dataset) -> list[tuple[str, URIRef, Graph, frozenset[Triple]]]:
        """Each member that was not seen before: its moment, its own triples, and its graph's."""
        facts, context = default_graph(data), self._known()
        found = []
        for member in facts.objects(context.stream, TREE.member):
            name = _iri(member)
            if name in self.seen:
                continue
            own = Graph()
            for triple in facts.triples((name, None, None)):
                own.add(triple)
            moment = own.value(name, context.timestamp)
            if not isinstance(moment, Literal) or moment.datatype != XSD.dateTime or moment.value.tzinfo is None:
                raise ProtocolError(f"{name} has no moment with a zone: {moment!r}")
            found.append((moment.value.isoformat(), name, own, frozenset(data.graph(name))))
        return found

    def _apply(self, members: list[tuple[str, URIRef, Graph, frozenset[Triple]]]) -> None:
        context = self._known()
        for moment, name, own, payload in sorted(members, key=lambda member: member[0]):
            thing = own.value(name, context.version_of)
            kinds = [context.markers[kind] for kind in own.objects(name, RDF.type) if kind in context.markers]
            if thing is None or len(kinds) != 1:
                raise ProtocolError(f"{name} is {kinds} of {thing}")
            if (kinds[0] == "create") == (thing in self.state):
                raise ProtocolError(
                    f"{kinds[0]} of {thing}, which is {'there' if thing in self.state else 'not there'}"
                )
            if kinds[0] == "delete":
                del self.state[thing]
            else:
                self.state[thing] = payload
            self.seen.add(name)
            self.emitted.append((moment, kinds[0], thing))

    def _known(self) -> Context:
        if self.context is None:
            raise ProtocolError("the root node was never read")
        return self.context

    @property
    def triples(self) -> set[Triple]:
        """Everything that is said now."""
        return {triple for said in self.state.values() for triple in said}


def default_graph(data: Dataset) -> Graph:
    """The triples outside the named graphs."""
    return data.graph(DATASET_DEFAULT_GRAPH_ID)


def _iri(node: Node | None) -> URIRef:
    if not isinstance(node, URIRef):
        raise ProtocolError(f"{node!r} is no IRI")
    return node
