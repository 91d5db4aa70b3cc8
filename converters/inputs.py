"""Files, folders and web archives into bytes with what is said about them. The only reading of pages from disk."""

from __future__ import annotations

import csv
import datetime as dt
import io
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
    for path, name in _listed(paths):
        if path.name == PAGES_CSV:
            continue
        if path.name.lower().endswith(warc.ENDINGS):
            archives.append((path, name))
            continue
        if path not in paths and (path.suffix.lower() not in _ENDINGS or _NO_INPUT.search(path.name)):
            ignored += 1
            continue
        if path.parent not in tables:
            tables[path.parent], said = _pages(path.parent)
            findings += said
        files.append(_Listed(path, name, tables[path.parent].get(_composed(path.name), PageInfo())))
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


def _listed(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Every file once, with its name in reports."""
    seen: set[Path] = set()
    folders: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"no such file or folder: {path}", advice="give folders or files with saved pages")
        is_folder = path.is_dir()
        inside = sorted(path.rglob("*")) if is_folder else [path]
        for file in inside:
            below = file.relative_to(path)
            if any(part.startswith(".") for part in below.parts) or not file.is_file():
                continue
            real = _real(file, folders)
            if real not in seen:
                seen.add(real)
                yield file, _printable(below.as_posix() if is_folder else file.name)


def _real(file: Path, folders: dict[Path, Path]) -> Path:
    """Where a file really is; of a folder with many files the system is asked once (kept in ``folders``)."""
    if file.is_symlink():
        return file.resolve()
    if file.parent not in folders:
        folders[file.parent] = file.parent.resolve()
    return folders[file.parent] / file.name


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
    return parse_pages_csv(text, PAGES_CSV, (_composed(file.name) for file in folder.iterdir()))


def _composed(name: str) -> str:
    """A file name in the form of decoded tables: some systems keep its letters apart from their marks."""
    return unicodedata.normalize("NFC", name)


def _bytes(path: Path, name: str) -> bytes | Finding:
    try:
        if path.stat().st_size > MAX_BYTES:
            return finding("page-too-large", Place(name), limit=str(MAX_BYTES // 1024 // 1024))
        return path.read_bytes()
    except OSError as error:
        return finding("page-unreadable", Place(name), reason=error.strerror or type(error).__name__)


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
