"""Files, folders and web archives into bytes with what is said about them. The only reading of pages from disk."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from converters.contract import PageInfo
from converters.linked.reading import ENDINGS as RDF_ENDINGS
from converters.pages import warc
from converters.pages.decoding import charset_of
from converters.tables.read import ENDINGS as TABLE_ENDINGS
from converters.tables.text import decode
from model.errors import UsageError
from model.findings import Finding, Place
from model.rules import finding

PAGES_CSV = "pages.csv"
# Read from a folder; a file that is named on the command line is read whatever its ending.
_ENDINGS = frozenset({"", ".htm", ".html", ".txt", ".xhtml", ".xml", ".zip"}) | TABLE_ENDINGS | RDF_ENDINGS
# A description beside a table (CSV on the Web), the mark of a workbook that is open at this moment, and the journal
# of a harvest beside its archives.
_NO_INPUT = re.compile(r"-metadata\.json$|^~\$|^journal\.jsonl$", re.IGNORECASE)
_ADDRESS = re.compile(r"^https?://[A-Za-z0-9.-]+\.[A-Za-z0-9-]+(?::\d+)?(?:/[^\s<>\"{}|\\^`]*)?$")
# A register file is larger than a page; nothing that we read is larger than this.
_LONGEST_CELL = 2000  # characters
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class InputFile:
    """A file's bytes under the name that reports use: relative to the folder that was given."""

    name: str
    data: bytes
    info: PageInfo = field(default_factory=PageInfo)


@dataclass(frozen=True)
class _Listed:
    """A file on disk that is read when its turn comes: a corpus may be larger than the memory."""

    path: Path
    name: str
    info: PageInfo


@dataclass(frozen=True)
class Inputs:
    """What there is to read. ``ignored`` counts files of a folder that no source can be in (images, notes)."""

    listed: deque[_Listed | InputFile]
    findings: tuple[Finding, ...]
    ignored: int

    def __len__(self) -> int:
        return len(self.listed)

    def read(self) -> Iterator[InputFile | Finding]:
        """The files one after the other, each once: what was read is let go. One that cannot be read is a finding."""
        while self.listed:
            file = self.listed.popleft()
            if isinstance(file, InputFile):
                yield file
                continue
            read = _bytes(file.path, file.name)
            yield read if isinstance(read, Finding) else InputFile(file.name, read, file.info)


def read_inputs(paths: Sequence[Path]) -> Inputs:
    """Lists files and folders (with their sub-folders) in a fixed order; reads web archives and each ``pages.csv``.

    Raises ``UsageError`` for a path that does not exist.
    """
    files: list[_Listed | InputFile] = []
    findings: list[Finding] = []
    ignored = 0
    tables: dict[Path, dict[str, PageInfo]] = {}
    archives: list[tuple[Path, str]] = []
    named = frozenset(map(str, paths))
    plain = PageInfo()
    for folder, file, name in _listed(paths):
        if file == PAGES_CSV:
            continue
        path = folder / file
        if file.lower().endswith(warc.ENDINGS):
            archives.append((path, name))
            continue
        if (path.suffix.lower() not in _ENDINGS or _NO_INPUT.search(file)) and str(path) not in named:
            ignored += 1
            continue
        if folder not in tables:
            tables[folder], said = _pages(folder)
            findings += said
        files.append(_Listed(path, name, tables[folder].get(_composed(file), plain)))
    captured = warc.read_captures(archives)
    files += [
        InputFile(
            page.name,
            page.data,
            PageInfo(page.url if _ADDRESS.match(page.url) else None, None, page.date, page.content_type),
        )
        for page in captured.pages
    ]
    return Inputs(deque(files), (*findings, *captured.findings), ignored + captured.ignored)


def parse_pages_csv(text: str, file: str, present: Iterable[str]) -> tuple[dict[str, PageInfo], tuple[Finding, ...]]:
    """The rows by file name. A wrong row is passed over with a finding; the rest is used."""
    header = text.split("\n", 1)[0]
    delimiter = next((sign for sign in ";\t" if sign in header), ",")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: dict[str, PageInfo] = {}
    findings: list[Finding] = []
    try:
        if "file" not in (rows.fieldnames or ()):
            return {}, (finding("pages-csv-header", Place(file, 1)),)
        _read_rows(rows, file, set(present), found, findings)
    except csv.Error as error:
        findings.append(finding("pages-csv-row", Place(file, rows.line_num), reason=f"CSV: {error}"))
    return found, tuple(findings)


def _read_rows(
    rows: csv.DictReader[str], file: str, names: set[str], found: dict[str, PageInfo], findings: list[Finding]
) -> None:
    for row in rows:
        place = Place(file, rows.line_num)
        values = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
        name = values.get("file", "")
        if any("\n" in value or len(value) > _LONGEST_CELL for value in values.values()):
            # A quote that was never closed swallows the rows below it.
            findings.append(finding("pages-csv-row", place, reason="cudzysłów / quote, pole / field too long"))
            continue
        url, retrieved = values.get("url") or None, values.get("retrieved") or None
        if name not in names:
            findings.append(finding("pages-csv-row", place, reason=f"nie ma pliku / no such file: {name}"))
            continue
        if url and not _ADDRESS.match(url):
            findings.append(finding("pages-csv-row", place, reason="zły adres / wrong address (url)"))
            url = None
        date = _date(retrieved)
        if retrieved and date is None:
            findings.append(finding("pages-csv-row", place, reason="zła data / wrong date (retrieved)"))
        if name in found:
            findings.append(finding("pages-csv-row", place, reason=f"drugi raz / a second time: {name}"))
            continue
        content_type = values.get("content_type") or None
        if content_type and charset_of(content_type) is None:
            reason = "nieznane kodowanie / unknown charset (content_type)"
            findings.append(finding("pages-csv-row", place, reason=reason))
        found[name] = PageInfo(url, values.get("title") or None, date, content_type)


def _listed(paths: Sequence[Path]) -> Iterator[tuple[Path, str, str]]:
    """Every file once: its folder, its name there and its name in reports."""
    seen: set[str] = set()
    for path in paths:
        if not path.exists():
            raise UsageError(f"no such file or folder: {path}", advice="give folders or files with saved pages")
        if path.is_dir():
            inside = _inside(path, "")
        else:
            inside = iter([(path.parent, path.name, path.name, os.path.realpath(path))] if path.is_file() else [])
        for folder, file, name, real in inside:
            if real not in seen:
                seen.add(real)
                yield folder, file, _printable(name)


def _inside(folder: Path, below: str) -> Iterator[tuple[Path, str, str, str]]:
    """The files of a folder and of its sub-folders by name, without hidden ones: folder, name, the name below the
    first folder (which begins with ``below``), and where the file really is.

    A folder of somebody else's is passed over, and links to folders are not followed: they may go round in a circle.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except PermissionError:
        return
    # Of a folder with many files the system is asked once.
    home = os.path.realpath(folder)
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        if entry.is_file(follow_symlinks=False):
            yield folder, name, below + name, f"{home}/{name}"
        elif entry.is_symlink():
            if (folder / name).is_file():
                yield folder, name, below + name, os.path.realpath(entry.path)
        elif entry.is_dir(follow_symlinks=False):
            yield from _inside(folder / name, f"{below}{name}/")


def _printable(name: str) -> str:
    """A file name as reports and state files can hold it: no bytes that are no UTF-8, no line ends."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "\ufffd", text)


def _pages(folder: Path) -> tuple[dict[str, PageInfo], tuple[Finding, ...]]:
    table = folder / PAGES_CSV
    if not table.is_file():
        return {}, ()
    data = _bytes(table, PAGES_CSV)
    # Spreadsheets of offices write windows-1250 as readily as UTF-8.
    text = data if isinstance(data, Finding) else decode(data, PAGES_CSV)
    if isinstance(text, Finding):
        return {}, (text,)
    return parse_pages_csv(text, PAGES_CSV, (_composed(entry.name) for entry in os.scandir(folder)))


def _composed(name: str) -> str:
    """A file name in the form of decoded tables: some systems keep its letters apart from their marks."""
    return unicodedata.normalize("NFC", name)


def _bytes(path: Path, name: str) -> bytes | Finding:
    try:
        with path.open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size > MAX_BYTES:
                return finding("page-too-large", Place(name), limit=str(MAX_BYTES // 1024 // 1024))
            return file.readall()
    except OSError as error:
        return finding("page-unreadable", Place(name), reason=error.strerror or type(error).__name__)


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
