"""The data sets of a release and the files in which each can be had.

Codes of formats: the EU authority table ``file-type``; media types: IANA.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dumps.tables import TABLES
from model.iris import CONTENT_GRAPHS, DATASET, Iris

QUADS = "all.nq.gz"
PROVENANCE_QUADS = "provenance.nq.gz"
TRIG = "all.trig"
JSON_LD = "all.jsonld"
_IANA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"


@dataclass(frozen=True)
class Format:
    """``file_type`` and ``media_type`` are IRIs; ``compress`` that of the packing, where there is one."""

    name: str
    file_type: str
    media_type: str
    compress: str = ""


@dataclass(frozen=True)
class Distribution:
    """A file as one form of a data set."""

    dataset: str
    file: str
    format: Format

    def iri(self, iris: Iris) -> str:
        """``{base}id/distribution/{dataset}-{format}``: no version in it, at most 36 characters behind the slash."""
        return iris.thing("distribution", f"{self.dataset}-{self.format.name}")


def _format(name: str, file_type: str, media_type: str, compress: str = "") -> Format:
    return Format(name, _FILE_TYPE + file_type, _IANA + media_type, _IANA + compress if compress else "")


_TURTLE = _format("turtle", "RDF_TURTLE", "text/turtle")
_CSV = _format("csv", "CSV", "text/csv")
_SPREADSHEET = _format("csv-excel", "CSV", "text/csv")
_WHOLE = (
    (QUADS, _format("nquads", "RDF_N_QUADS", "application/n-quads", "application/gzip")),
    (TRIG, _format("trig", "RDF_TRIG", "application/trig")),
    (JSON_LD, _format("jsonld", "JSON_LD", "application/ld+json")),
)
# The whole first, then one for each graph.
DATASETS = (DATASET, *CONTENT_GRAPHS)


def distributions(dataset: str) -> tuple[Distribution, ...]:
    """The distributions of a data set by its name, the one that portals take for its licence first."""
    if dataset == DATASET:
        return tuple(Distribution(dataset, file, form) for file, form in _WHOLE)
    found = [Distribution(dataset, f"{dataset}.ttl", _TURTLE)]
    if dataset in TABLES:
        table = TABLES[dataset]
        found += [Distribution(dataset, table.file, _CSV), Distribution(dataset, table.spreadsheet_file, _SPREADSHEET)]
    return tuple(found)


ALL: Mapping[str, tuple[Distribution, ...]] = {name: distributions(name) for name in DATASETS}
