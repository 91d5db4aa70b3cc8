"""Members as lines of N-Quads: what happened to a thing, and in a graph of its own all that is said about it now.

A client that follows LDES takes the triples with the member as subject from the default graph, and everything in the
graph that is named like the member (specification, sections 3.4 and 4.3).
"""

from __future__ import annotations

from dataclasses import dataclass

from dumps.feed.events import Event, graphs_of, triples_of
from dumps.feed.terms import TREE
from dumps.lines import bytes_of
from ontology.terms import AS, DCT, RDF, VOID, XSD

_MEMBER, _TYPE, _CREATED, _VERSION_OF, _SOURCE, _IN_DATASET = map(
    bytes_of, (TREE.member, RDF.type, DCT.created, DCT.isVersionOf, DCT.source, VOID.inDataset)
)
_DATE_TIME = bytes_of(XSD.dateTime)


@dataclass(frozen=True)
class Stream:
    """The event stream of an installation: the base of its IRIs, and how often it was begun anew."""

    base: str
    view: int

    @property
    def iri(self) -> str:
        """A purged stream goes on as another one, so that whoever followed it notices."""
        return f"{self.base}feed#{self.view}"

    def page(self, number: int) -> str:
        """The name of a page, the last part of its address."""
        return f"{self.view}-{number}"

    def member(self, page: int, position: int) -> str:
        """A member is named by where it stands, which never changes; positions count from 1."""
        return f"{self.base}feed/{self.page(page)}#{position}"


def member_lines(stream: Stream, page: int, position: int, event: Event, when: str, version: str) -> list[bytes]:
    """The quads of a member. ``when`` is the moment in UTC (``…Z``), ``version`` the release that says so."""
    member = f"<{stream.member(page, position)}>".encode()
    start = f"<{stream.base}graph/".encode()
    dataset = f"<{stream.base}id/dataset/".encode()
    lines = [
        b"<%b> %b %b ." % (stream.iri.encode(), _MEMBER, member),
        b"%b %b %b ." % (member, _TYPE, bytes_of(AS[event.kind.value])),
        b'%b %b "%b"^^%b .' % (member, _CREATED, when.encode(), _DATE_TIME),
        b"%b %b %b ." % (member, _VERSION_OF, event.thing),
        b"%b %b <%bdumps/%b/> ." % (member, _SOURCE, stream.base.encode(), version.encode()),
    ]
    # The graph's name is taken by the member: in which of our graphs its triples are, the data sets say.
    for graph in graphs_of(event.quads):
        lines.append(b"%b %b %b ." % (member, _IN_DATASET, graph.replace(start, dataset)))
    return lines + [b"%b %b ." % (line, member) for line in triples_of(event.quads)]
