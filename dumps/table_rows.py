"""Rows of the CSV files, made of the sorted lines of the graphs; what has to be joined is sorted on disk.

Held in memory are only the names of units, bodies and concepts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from dumps.lines import SortedLines, bytes_of, parts, sort_lines
from dumps.literals import Value, iri_of, things, value_of
from dumps.tables import PART_COLUMNS, SEPARATOR, TABLES, Column
from ontology.terms import CV, DCT, FOAF, GP, RDF, RDFS, SKOS

Row = list[str]
_Cells = dict[str, list[str]]
_TOPIC = bytes_of(FOAF.primaryTopic)
_RECORD_COLUMNS = {
    DCT.issued.value: "issued",
    DCT.modified.value: "modified",
    DCT.source.value: "source",
    DCT.license.value: "licence",
    DCT.rights.value: "rights",
}
# A notation and the mappings of a unit, by the IRI of the property or datatype.
_SAME = {SKOS[name].value for name in ("exactMatch", "closeMatch")}
_NAMES = {name.value for name in (SKOS.prefLabel, RDFS.label)}


@dataclass(frozen=True)
class Rows:
    """The rows of a table, sorted by the thing's IRI; they can be read again and again, and are never held."""

    table: str
    keyed: SortedLines
    names: Mapping[str, str]

    def __iter__(self) -> Iterator[Row]:
        columns, make = TABLES[self.table].columns, _MAKERS[self.table]
        for key, group in groupby(self.keyed, key=lambda line: line.split(b" ", 1)[0]):
            said = [parts(line.split(b" ", 1)[1]) for line in group]
            cells = make(iri_of(key), said, self.names)
            if cells is not None:
                yield [_cell(column, cells.get(column.name, [])) for column in columns]


def rows(table: str, graphs: Mapping[str, Iterable[bytes]], base: str, folder: Path) -> Rows:
    """The rows of a table by its name. ``folder`` holds what is sorted for them. Raises ``OSError``."""
    named = ("units", "concepts", "organisations") if table == "practices" else ("units", "concepts")
    keyed = sort_lines(_keyed(graphs[table], base), folder / f"{table}.rows")
    return Rows(table, keyed, _names(graphs, named))


def _keyed(lines: Iterable[bytes], base: str) -> Iterator[bytes]:
    """Each line behind the thing whose row it belongs to: parts behind their thing, records behind their practice."""
    records = f"<{base}id/record/".encode()
    rest = tuple(f"<{base}id/{kind}/".encode() for kind in ("link", "snapshot", "dataset"))
    for subject, group in groupby(lines, key=lambda line: line.split(b" ", 1)[0]):
        if subject.startswith(rest):
            continue
        held = list(group)
        key = subject.partition(b"#")[0].removesuffix(b">") + b">"
        if subject.startswith(records):
            key = next((value for _, predicate, value in map(parts, held) if predicate == _TOPIC), key)
        for line in held:
            yield b"%b %b" % (key, line)


def _names(graphs: Mapping[str, Iterable[bytes]], wanted: Iterable[str]) -> dict[str, str]:
    """The Polish names of things by IRI."""
    found: dict[str, str] = {}
    for graph in wanted:
        for thing, said in things(graphs[graph]):
            for predicate, value in said:
                if predicate in _NAMES and value.language == "pl":
                    found[thing] = value.text
    return found


def _split(
    thing: str, said: Iterable[tuple[bytes, bytes, bytes]]
) -> tuple[dict[str, list[Value]], _Cells, dict[str, dict[str, list[Value]]]]:
    """What is said of the thing itself by property, what its parts fill, and what is said of others (records)."""
    own: dict[str, list[Value]] = defaultdict(list)
    cells: _Cells = defaultdict(list)
    others: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, term in said:
        about, name, value = iri_of(subject), iri_of(predicate), value_of(term)
        if about == thing:
            own[name].append(value)
        elif about.startswith(f"{thing}#"):
            column = PART_COLUMNS.get((about.removeprefix(f"{thing}#"), name))
            if column:
                cells[column].append(value.text)
        else:
            others[about][name].append(value)
    return own, cells, others


def _own(table: str, own: Mapping[str, list[Value]], cells: _Cells) -> None:
    for column in TABLES[table].columns:
        if column.term is not None:
            values = own.get(column.term.value, ())
            cells[column.name] += [value.text for value in values if value.language in ("", "pl")]


def _practice(thing: str, said: Iterable[tuple[bytes, bytes, bytes]], names: Mapping[str, str]) -> _Cells | None:
    own, cells, records = _split(thing, said)
    if GP.Practice.value not in {value.text for value in own.get(RDF.type.value, ())}:
        return None
    _own("practices", own, cells)
    cells["iri"] = [thing]
    units = cells["unit"]
    codes = [unit.rpartition("/")[2] for unit in units]
    cells["unit_code"] = codes
    cells["unit_name"] = [names.get(unit, "") for unit in units]
    regions = dict.fromkeys(f"{unit.rpartition('/')[0]}/{code[:2]}" for unit, code in zip(units, codes, strict=True))
    cells["voivodeship"] = [names.get(region, "") for region in regions]
    for column in ("organisation", "subject"):
        cells[f"{column}_name"] = [names.get(iri, "") for iri in cells[column]]
    for record in sorted(records):
        cells["record"].append(record)
        for predicate, column in _RECORD_COLUMNS.items():
            values = records[record].get(predicate, ())
            cells[column] += [value.text for value in values if value.language in ("", "pl")]
    # Of several records the first entry and the last update.
    cells["issued"], cells["modified"] = sorted(cells["issued"])[:1], sorted(cells["modified"])[-1:]
    for column in ("source", "licence", "rights"):
        cells[column] = list(dict.fromkeys(cells[column]))
    return cells


def _unit(thing: str, said: Iterable[tuple[bytes, bytes, bytes]], names: Mapping[str, str]) -> _Cells | None:
    own, cells, _others = _split(thing, said)
    kinds = {value.text for value in own.get(RDF.type.value, ())}
    if CV.AdminUnit.value not in kinds:
        return None
    _own("units", own, cells)
    cells |= {"id": [thing.rpartition("/")[2]], "iri": [thing]}
    cells["teryt"] = [value.text for value in own.get(DCT.identifier.value, ())]
    cells["parent_name"] = [names.get(iri, "") for iri in cells["parent"]]
    cells["former"] = ["true" if GP.FormerUnit.value in kinds else "false"]
    cells["level"] = [names.get(value.text, "") for value in own.get(CV.level.value, ())]
    cells["type"] = [names.get(value.text, "") for value in own.get(DCT.type.value, ())]
    notations = own.get(SKOS.notation.value, ())
    cells["nuts"] = [value.text for value in notations if value.datatype == GP.nuts.value]
    cells["same"] = [value.text for predicate in sorted(_SAME) for value in own.get(predicate, ())]
    return cells


def _body(thing: str, said: Iterable[tuple[bytes, bytes, bytes]], names: Mapping[str, str]) -> _Cells | None:
    own, cells, _others = _split(thing, said)
    kinds = {value.text for value in own.get(RDF.type.value, ())}
    if not any(kind.endswith(("PublicOrganisation", "org#Organization")) for kind in kinds):
        return None
    _own("organisations", own, cells)
    cells |= {"id": [thing.rpartition("/")[2]], "iri": [thing]}
    cells["kind"] = ["public" if CV.PublicOrganisation.value in kinds else "other"]
    cells["unit_name"] = [names.get(iri, "") for iri in cells["unit"]]
    return cells


_Maker = Callable[[str, Iterable[tuple[bytes, bytes, bytes]], Mapping[str, str]], _Cells | None]
_MAKERS: Mapping[str, _Maker] = {"practices": _practice, "units": _unit, "organisations": _body}


def _cell(column: Column, values: list[str]) -> str:
    """One value; of several where the column has room for one, the first in the order of the lines."""
    if not column.multiple:
        return values[0] if values else ""
    return SEPARATOR.join(value.replace(SEPARATOR, "¦") for value in values)
