"""The CSV files: what machines read, what a spreadsheet gets, and what their description promises."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Triple

from dumps.content import Content
from dumps.csv_files import write_tables
from dumps.table_rows import rows
from dumps.tables import SEPARATOR, TABLES
from model.iris import DEFAULT_BASE
from ontology.terms import CV, DCT, FOAF, GP, RDF, RDFS, SKOS
from tests.dumps.catalogued import release
from tests.dumps.sample import graphs

_READ: dict[str, Callable[[str], object]] = {
    "string": str,
    "integer": int,
    "decimal": Decimal,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": lambda text: re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)[0],  # type: ignore[index]
    "anyURI": lambda text: re.fullmatch(r"https?://\S+", text)[0],  # type: ignore[index]
}


def read(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((release() / name).read_bytes().decode(), newline=""), strict=True))


def by_rdflib(name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(release() / f"{name}.ttl")


@pytest.mark.parametrize(
    ("table", "kind"), [("practices", GP.Practice), ("units", CV.AdminUnit), ("organisations", CV.PublicOrganisation)]
)
def test_a_table_has_a_row_for_each_thing_of_its_graph(table: str, kind: NamedNode) -> None:
    things = {str(node) for node in by_rdflib(table).subjects(rdflib.RDF.type, rdflib.URIRef(kind.value))}
    found = [row["iri"] for row in read(f"{table}.csv")]
    assert set(found) >= things
    assert len(found) == len(set(found)) > 5
    assert found == sorted(found, key=lambda iri: f"<{iri}>")


def test_csv_is_rfc_4180_without_a_mark() -> None:
    for table in TABLES.values():
        data = (release() / table.file).read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert data.endswith(b"\r\n")
        assert data.splitlines()[0].decode() == ",".join(column.name for column in table.columns)
        outside = re.sub(rb'"(?:[^"]|"")*"', b"", data)
        assert outside.count(b"\n") == outside.count(b"\r\n")


def test_rows_say_what_the_graph_says() -> None:
    graph, practices = by_rdflib("practices"), {row["iri"]: row for row in read("practices.csv")}
    for iri, row in practices.items():
        node = rdflib.URIRef(iri)
        assert row["title"] == str(graph.value(node, rdflib.DCTERMS.title))
        assert set(row["unit"].split(SEPARATOR)) == {
            str(unit) for unit in graph.objects(node, rdflib.URIRef(GP.unit.value))
        }
        records = set(graph.subjects(rdflib.FOAF.primaryTopic, node))
        assert set(row["record"].split(SEPARATOR)) == {str(record) for record in records}
        budget = graph.value(node, rdflib.URIRef(GP.totalBudget.value))
        amount = graph.value(budget, rdflib.URIRef("https://schema.org/value")) if budget else ""
        assert row["budget"] == str(amount)
        assert len(row["unit_name"].split(SEPARATOR)) == len(row["unit"].split(SEPARATOR))
    assert any(row["budget"] for row in practices.values())
    assert any(row["start"] for row in practices.values())
    assert {row["voivodeship"] for row in practices.values()} >= {"pomorskie"}
    units = {row["id"]: row for row in read("units.csv")}
    assert units["226201"]["teryt"] == "2262011"
    assert units["226201"]["parent_name"] == units["2262"]["name"]


def test_the_description_fits_the_files_cell_by_cell() -> None:
    described = json.loads((release() / "csvw.json").read_bytes())
    assert described["@context"][0] == "http://www.w3.org/ns/csvw"
    assert [table["url"] for table in described["tables"]] == [table.file for table in TABLES.values()]
    for table in described["tables"]:
        columns, found = table["tableSchema"]["columns"], read(table["url"])
        assert list(found[0]) == [column["name"] for column in columns]
        keys = [tuple(row[key] for key in table["tableSchema"]["primaryKey"]) for row in found]
        assert len(set(keys)) == len(keys)
        for row in found:
            for column in columns:
                cell = row[column["name"]]
                assert cell or not column["required"], (table["url"], row["iri"], column["name"])
                for value in cell.split(column["separator"]) if "separator" in column else [cell]:
                    if value:
                        _READ[column["datatype"]](value)
        assert all(column["titles"]["pl"] and column["titles"]["en"] for column in columns)


def test_the_spreadsheet_variant_has_the_same_rows_under_polish_headers() -> None:
    for table in TABLES.values():
        data = (release() / table.spreadsheet_file).read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        found = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))
        plain = read(table.file)
        assert len(found) == len(plain) + 1
        assert found[0][0] == "Oznaczenie"
        assert [row[1] for row in found[1:]] == [row["iri"] for row in plain]


def test_a_spreadsheet_runs_no_cell_and_shortens_no_code() -> None:
    table = TABLES["units"]
    row = {column.name: "" for column in table.columns}
    hostile = ["=1+1", "+48 58 000 00 00", "-2", "@SUM(A1)", "\t=1", "\r=1", "0201011", "12", "a=b", ""]
    plain, out = io.BytesIO(), io.BytesIO()
    write_tables(table, [list((row | {"name": cell}).values()) for cell in hostile], plain, out)
    found = list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline=""), delimiter=";"))
    cells = [cells["Nazwa"] for cells in found]
    assert cells == ["'=1+1", "'+48 58 000 00 00", "'-2", "'@SUM(A1)", "'\t=1", "'\r=1", "'0201011", "12", "a=b", ""]


def test_amounts_have_a_decimal_comma_for_spreadsheets_and_a_point_for_machines() -> None:
    table = TABLES["practices"]
    row = {column.name: "" for column in table.columns} | {"budget": "15707281.2"}
    plain, spreadsheet = io.BytesIO(), io.BytesIO()
    write_tables(table, [list(row.values())], plain, spreadsheet)
    assert b",15707281.2," in plain.getvalue()
    assert b";15707281,2;" in spreadsheet.getvalue()


def test_a_practice_of_two_records_and_names_with_bars_keep_their_columns(tmp_path: Path) -> None:
    content = graphs(0)
    node, unit = NamedNode(f"{DEFAULT_BASE}id/practice/a"), NamedNode(f"{DEFAULT_BASE}id/unit/226201")
    content["units"] += [Triple(unit, RDFS.label, Literal("Gdynia | miasto", language="pl"))]
    content["practices"] = [
        Triple(node, RDF.type, GP.Practice),
        Triple(node, DCT.title, Literal('Tytuł, "z przecinkiem"\ni wierszem', language="pl")),
        Triple(node, DCT.title, Literal("Title", language="en")),
        Triple(node, GP.unit, unit),
        # Sorted between the practice's own lines and those of its parts.
        Triple(NamedNode(f"{node.value}-b"), SKOS.prefLabel, Literal("b", language="pl")),
    ]
    for ref, issued, modified in (("bdp-1", "2010-05-01", "2012-01-01"), ("mops-1", "2009-01-01", "2011-01-01")):
        record = NamedNode(f"{DEFAULT_BASE}id/record/{ref}")
        content["practices"] += [
            Triple(record, FOAF.primaryTopic, node),
            Triple(record, DCT.issued, Literal(issued)),
            Triple(record, DCT.modified, Literal(modified)),
        ]
    made = rows("practices", Content.of(content).graphs, DEFAULT_BASE, tmp_path)
    assert list(made) == list(made)
    (row,) = (dict(zip((column.name for column in TABLES["practices"].columns), row, strict=True)) for row in made)
    assert row["title"] == 'Tytuł, "z przecinkiem"\ni wierszem'
    assert row["unit_name"] == "Gdynia ¦ miasto"
    assert (row["issued"], row["modified"]) == ("2009-01-01", "2012-01-01")
    assert row["record"].split(SEPARATOR) == [f"{DEFAULT_BASE}id/record/{ref}" for ref in ("bdp-1", "mops-1")]
