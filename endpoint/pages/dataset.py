"""What pages show of the catalogue: datasets, their files, and how to cite a release."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.language import date
from endpoint.pages.graph import Graph, Text
from endpoint.pages.record import SnapshotEntry, snapshot_entry
from endpoint.pages.references import Reference, Scope
from endpoint.pages.releases import file_size
from ontology.terms import ADMS, DCAT, DCT, FOAF, PROV, RDFS, SPDX, VCARD


@dataclass(frozen=True)
class FileEntry:
    """A distribution: ``name`` is the file's, ``page`` the distribution's own."""

    iri: str
    title: Text
    name: str
    href: str | None
    page: str | None
    media_type: str
    size: str
    sha256: str


@dataclass(frozen=True)
class DatasetPage:
    """A dataset or a series: what it is, which version, where from, and its files."""

    iri: str
    title: Text
    description: Text | None
    version: str
    notes: Text | None
    previous: str | None
    citation: Text | None
    issued: str
    modified: str
    covers: str
    publisher: Text | None
    contact: str | None
    rights: Text | None
    themes: tuple[Reference, ...]
    places: tuple[Reference, ...]
    related: tuple[Reference, ...]
    snapshots: tuple[SnapshotEntry, ...]
    files: tuple[FileEntry, ...]


@dataclass(frozen=True)
class DistributionPage:
    file: FileEntry
    dataset: Reference | None


def dataset_page(graph: Graph, iri: str, scope: Scope) -> DatasetPage:
    publisher = graph.iri(iri, DCT.publisher)
    previous = graph.iri(iri, DCAT.previousVersion)
    related = (*graph.iris(iri, DCT.isPartOf), *graph.iris(iri, DCT.hasPart), *graph.iris(iri, DCAT.inSeries))
    return DatasetPage(
        iri=iri,
        title=graph.label(iri, scope.language),
        description=graph.text(iri, DCT.description, scope.language),
        version=graph.value(iri, DCAT.version) or "",
        notes=graph.text(iri, ADMS.versionNotes, scope.language),
        previous=previous.rstrip("/").rpartition("/")[2] if previous else None,
        citation=graph.text(iri, DCT.bibliographicCitation, scope.language),
        # The state of the register that it was made from; for others the day of the first release says little.
        issued=date(graph.value(iri, DCT.issued) or "", scope.messages) if graph.iri(iri, PROV.wasDerivedFrom) else "",
        modified=date(graph.value(iri, DCT.modified) or "", scope.messages),
        covers=_period(graph, iri, scope),
        publisher=graph.text(publisher, FOAF.name, scope.language) if publisher else None,
        contact=_contact(graph, iri, scope),
        rights=_rights(graph, iri, scope),
        themes=scope.refer_all(graph, graph.iris(iri, DCAT.theme)),
        places=scope.refer_all(graph, (place for place in graph.iris(iri, DCT.spatial) if place in graph)),
        related=scope.refer_all(graph, (*related, *graph.subjects(DCAT.inSeries, iri))),
        snapshots=tuple(snapshot_entry(graph, node, scope) for node in graph.iris(iri, PROV.wasDerivedFrom)),
        files=tuple(file_entry(graph, node, scope) for node in sorted(graph.iris(iri, DCAT.distribution))),
    )


def distribution_page(graph: Graph, iri: str, scope: Scope) -> DistributionPage:
    owners = graph.subjects(DCAT.distribution, iri)
    return DistributionPage(file_entry(graph, iri, scope), scope.refer(graph, owners[0]) if owners else None)


def file_entry(graph: Graph, iri: str, scope: Scope) -> FileEntry:
    address = graph.iri(iri, DCAT.downloadURL) or ""
    checksum, size = graph.iri(iri, SPDX.checksum), graph.value(iri, DCAT.byteSize) or ""
    return FileEntry(
        iri=iri,
        title=graph.label(iri, scope.language),
        name=address.rpartition("/")[2],
        href=scope.href(download_address(address, scope.public)),
        page=scope.href(iri),
        media_type=(graph.iri(iri, DCAT.mediaType) or "").partition("/media-types/")[2],
        size=file_size(int(size), scope.language) if size.isdigit() else "",
        sha256=(graph.value(checksum, SPDX.checksumValue) or "") if checksum else "",
    )


def download_address(address: str, public: str) -> str:
    """A file of a release at this installation; the data name it below the address that the publisher knew."""
    name = address.partition("/dumps/")[2]
    return f"{public}dumps/{name}" if name else address


def _period(graph: Graph, iri: str, scope: Scope) -> str:
    """``maj 2008 – grudzień 2013``; one date where both are the same; nothing where none is known."""
    period = graph.iri(iri, DCT.temporal)
    ends = [graph.value(period, DCAT[name]) or "" for name in ("startDate", "endDate")] if period else []
    words = [date(end, scope.messages) for end in dict.fromkeys(ends) if end]
    return " – ".join(words)


def _contact(graph: Graph, iri: str, scope: Scope) -> str | None:
    point = graph.iri(iri, DCAT.contactPoint)
    address = (graph.iri(point, VCARD.hasURL) or graph.iri(point, VCARD.hasEmail)) if point else None
    return scope.href(address) if address else None


def _rights(graph: Graph, iri: str, scope: Scope) -> Text | None:
    statements = (rights for node in graph.iris(iri, DCAT.distribution) for rights in graph.iris(node, DCT.rights))
    statement = next(statements, None)
    return graph.text(statement, RDFS.label, scope.language) if statement else None
