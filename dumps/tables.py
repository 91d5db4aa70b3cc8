"""The CSV files of a release: which there are, their columns, and what each column says.

Columns of several values have ``multiple``; values are parted by ``SEPARATOR``, which is replaced by ``¦`` inside a
value. Texts are Polish.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ontology.terms import CV, DCAT, DCT, FOAF, GP, LOCN, RDFS, SCHEMA, SKOS

SEPARATOR = "|"


@dataclass(frozen=True)
class Column:
    """``datatype`` is a name of CSVW; ``term`` the property where the subject of the row has it itself."""

    name: str
    datatype: str = "string"
    term: NamedNode | None = None
    multiple: bool = False
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A file ``{name}.csv`` about one graph; its first two columns are ``id`` and ``iri`` of the row's thing."""

    name: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def spreadsheet_file(self) -> str:
        """The variant for spreadsheets: BOM, semicolons, nothing that is taken for a formula."""
        return f"{self.name}-excel.csv"


_KEYS = (Column("id", term=DCT.identifier, required=True), Column("iri", "anyURI", required=True))
_TEXTS = ("objective", "problem", "solution", "activity", "benefit")

TABLES: Mapping[str, Table] = {
    "practices": Table(
        "practices",
        (
            *_KEYS,
            Column("title", term=DCT.title, required=True),
            Column("abstract", term=DCT.abstract),
            *(Column(name, term=GP[name]) for name in _TEXTS),
            Column("transfer_potential", term=GP.transferPotential),
            Column("unit", "anyURI", GP.unit, multiple=True),
            Column("unit_code", multiple=True),
            Column("unit_name", multiple=True),
            Column("voivodeship", multiple=True),
            Column("organisation", "anyURI", GP.implementedBy, multiple=True),
            Column("organisation_name", multiple=True),
            Column("subject", "anyURI", DCT.subject, multiple=True),
            Column("subject_name", multiple=True),
            Column("service", "anyURI", GP.concernsService, multiple=True),
            Column("indicator", "anyURI", GP.measuredBy, multiple=True),
            Column("start"),
            Column("end"),
            Column("participants", "integer", GP.participantCount),
            Column("budget", "decimal"),
            Column("budget_currency"),
            Column("grant", "decimal"),
            Column("grant_currency"),
            Column("funding_source"),
            Column("record", "anyURI", multiple=True),
            Column("issued", "date"),
            Column("modified", "date"),
            Column("source", "anyURI", multiple=True),
            Column("licence", "anyURI", multiple=True),
            Column("rights", multiple=True),
        ),
    ),
    "units": Table(
        "units",
        (
            *_KEYS,
            Column("teryt", required=True),
            Column("name", term=RDFS.label, required=True),
            Column("level", required=True),
            Column("type", required=True),
            Column("parent", "anyURI", DCT.isPartOf),
            Column("parent_name"),
            Column("former", "boolean", required=True),
            Column("replaced_by", "anyURI", DCT.isReplacedBy, multiple=True),
            Column("nuts"),
            Column("centroid", term=DCAT.centroid),
            Column("same", "anyURI", multiple=True),
        ),
    ),
    "organisations": Table(
        "organisations",
        (
            *_KEYS,
            Column("name", term=SKOS.prefLabel, required=True),
            Column("other_names", term=SKOS.altLabel, multiple=True),
            Column("kind", required=True),
            Column("unit", "anyURI", DCT.spatial),
            Column("unit_name"),
            Column("street"),
            Column("number"),
            Column("postcode"),
            Column("town"),
            Column("email", multiple=True),
            Column("telephone", multiple=True),
            Column("homepage", "anyURI", FOAF.homepage),
        ),
    ),
}

# Parts of things (``{thing}#budget``): the column that a property of the part fills.
PART_COLUMNS: Mapping[tuple[str, str], str] = {
    ("period", DCAT.startDate.value): "start",
    ("period", DCAT.endDate.value): "end",
    ("budget", SCHEMA.value.value): "budget",
    ("budget", SCHEMA.currency.value): "budget_currency",
    ("grant-amount", SCHEMA.value.value): "grant",
    ("grant-amount", SCHEMA.currency.value): "grant_currency",
    ("grant", SCHEMA.description.value): "funding_source",
    ("address", LOCN.thoroughfare.value): "street",
    ("address", LOCN.locatorDesignator.value): "number",
    ("address", LOCN.postCode.value): "postcode",
    ("address", LOCN.postName.value): "town",
    ("contact", CV.email.value): "email",
    ("contact", CV.telephone.value): "telephone",
}
