"""A file of the input as pages: a saved page is one, a table has one for each row, RDF one for each practice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from converters.convert import ParsedPage, parse_page, tells
from converters.inputs import InputFile
from converters.linked.document import parse_linked
from converters.linked.practices import NAME as RDF
from converters.linked.reading import is_linked
from converters.privacy import gate as privacy
from converters.smup.names import Schemes
from converters.tables.advice import in_row
from converters.tables.columns import COLUMNS
from converters.tables.read import ParsedTable, is_table, parse_table
from converters.tables.rows import NAME as TABLE
from model.findings import Finding, Severity

_MOST_PERSONS = 100
_UNKNOWN_COLUMNS = frozenset({"table-column-unknown", "table-column-similar"})


def parse_file(file: InputFile, schemes: Schemes | None = None) -> tuple[ParsedPage, ...]:
    """A page, or what a table or an RDF document holds: each row or practice is a page of its own."""
    if is_linked(file.name, file.data):
        read, source = parse_linked, RDF
    elif is_table(file.name, file.data):
        read, source = parse_table, TABLE
    else:
        return (parse_page(file, schemes),)
    parsed = read(file.data, file.name, file.info, schemes)
    name = file.name
    if tells(name, parsed.persons):
        name = f"tabela-{hashlib.sha256(file.data).hexdigest()[:12]}{PurePosixPath(name).suffix}"
        parsed = read(file.data, name, file.info, schemes)
    return _pages(name, parsed, source)


def _pages(name: str, parsed: ParsedTable, source: str) -> tuple[ParsedPage, ...]:
    said = privacy.public_findings(parsed.findings, parsed.persons)
    if not parsed.rows or any(found.severity is Severity.VIOLATION for found in said):
        # What is wrong with the file as a whole counts as one thing that was set aside.
        pages = [ParsedPage(name, source, None, said)]
        said = ()
    else:
        pages = []
    # A person that one row names may stand in the text of another; a list of hundreds is no contact block.
    shared = parsed.persons if len(parsed.persons) <= _MOST_PERSONS else frozenset()
    labels = _columns(parsed)
    for row in parsed.rows:
        persons = row.parsed.persons | shared
        findings = (*said, *privacy.public_findings(row.parsed.findings, persons))
        said = ()
        record = row.parsed.record
        if record is not None:
            record, more = privacy.gate(record, persons)
            findings += more
        pages.append(ParsedPage(row.file, source, record, findings, persons, row.cells, labels))
    return tuple(pages)


def _columns(parsed: ParsedTable) -> tuple[str, ...]:
    """The columns of a table: ours by our names, then those that are not known, as the report quotes them."""
    ours = (column.pl for column in COLUMNS if any(column.pl in row.cells for row in parsed.rows))
    others = (dict(found.params)["name"] for found in parsed.findings if found.rule.code in _UNKNOWN_COLUMNS)
    return (*ours, *others)


def located(findings: Iterable[Finding], rows: Iterable[ParsedPage]) -> Iterator[Finding]:
    """The findings; those about rows of tables with the cell that each is about, and what to do in the table."""
    cells = {row.file: row.cells for row in rows if row.cells}
    return (in_row(found, cells[found.place.file]) if found.place.file in cells else found for found in findings)
