"""A list of addresses as the territory of a harvest: a text file with one a line, or a CSV with a column url."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from converters.harvest.address import normal
from converters.harvest.contract import Kind, Placed
from model.errors import UsageError, ValueFormatError
from model.findings import Finding, Place
from model.iris import slug
from model.rules import finding


@dataclass(frozen=True)
class AddressList:
    """Exactly these addresses, and where they redirect to; no link is followed."""

    name: str
    start: tuple[str, ...]

    @property
    def page_limit(self) -> int:
        return 2 * len(self.start) + 10  # each may redirect

    @property
    def follows(self) -> bool:
        return False

    def place(self, url: str) -> Placed | None:
        address = normal(url)
        return Placed(address, Kind.PRACTICE) if address else None

    def fingerprint(self, body: bytes) -> str:
        return hashlib.sha256(body).hexdigest()


def read_list(path: Path) -> tuple[AddressList, tuple[Finding, ...]]:
    """The addresses of a file in their order; a line that is none becomes a finding.

    Raises ``UsageError`` where the file cannot be read or has no address at all.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error})", advice="UTF-8, one address a line") from error
    found, findings = parse_list(text, path.name)
    if not found:
        raise UsageError(f"{path}: no address in it", advice="one a line, or a CSV with a column url")
    return AddressList(f"list-{_name(path.stem)}", found), findings


def parse_list(text: str, file: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Addresses without doubles; empty lines and those that begin with # are passed over."""
    header = text.split("\n", 1)[0].lower()
    delimiter = next((mark for mark in ";\t," if mark in header), ",")
    columns = [cell.strip().strip('"') for cell in header.split(delimiter)]
    if "url" in columns:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        where = columns.index("url")
        try:
            cells = [(rows.line_num, row[where] if where < len(row) else "") for row in rows][1:]
        except csv.Error as error:
            raise UsageError(f"{file}:{rows.line_num}: not CSV: {error}", advice="mend the line") from error
    else:
        cells = list(enumerate(text.splitlines(), start=1))
    found: dict[str, None] = {}
    findings = []
    for number, cell in cells:
        if not cell.strip() or cell.lstrip().startswith("#"):
            continue
        address = normal(cell)
        if address is None:
            findings.append(finding("harvest-list-line", Place(file, number)))
        else:
            found.setdefault(address)
    return tuple(found), tuple(findings)


def _name(stem: str) -> str:
    try:
        return slug(stem)
    except ValueFormatError:
        return hashlib.sha256(stem.encode("utf-8", "surrogateescape")).hexdigest()[:12]
