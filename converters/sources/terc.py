"""The TERYT register file that GUS gives out (TERC, "urzędowy"): zip, CSV or XML bytes into a register.

Source: eteryt.stat.gov.pl, "Pobieranie – pliki pełne". Today's CSV is UTF-8 with BOM, CRLF and ``;``; older
files have tabs or commas, lower-case headings or ``NAZDOD``; older XML has ``<col name="WOJ">``. Whatever is
not the whole official register is refused with the reason, because a gap in it would look like a proof.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from converters.units.register import Register
from converters.units.terc_rows import COLUMNS, Row, build_register
from model.errors import RegisterError

# The official file is 0.2 MB as CSV and 1 MB as XML; more than this is not a register but an attack.
MAX_BYTES = 64 * 1024 * 1024

_ADVICE = "take the file TERC, wersja urzędowa, as GUS gives it out (eteryt.stat.gov.pl, pliki pełne)"
_HEADINGS = {"NAZDOD": "NAZWA_DOD", "NAZWA_DODATKOWA": "NAZWA_DOD", "STAN": "STAN_NA"}
_DELIMITERS = ";\t,"
_XML_START = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:\?xml|teryt|catalog)\b", re.IGNORECASE)
_CATALOG = re.compile(rb"<catalog\b[^>]*\bname\s*=\s*[\"']TERC", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype\s+html|<html\b", re.IGNORECASE)
_HEAD = 4096


def recognise(data: bytes) -> bool:
    """Whether these bytes are a TERC file by their content, be it one that ``parse_register`` will refuse."""
    if not data.startswith(b"PK"):
        return _is_table(data) or _is_catalog(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            heads = [_head(archive, member) for member in _members(archive)]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        return False
    return any(_is_table(head) or _is_catalog(head) for head in heads)


def parse_register(data: bytes, file: str) -> Register:
    """The register in the bytes of a zip, CSV or XML file; ``file`` is its name, for messages.

    Raises ``RegisterError`` naming file, line and field where the file is not the whole official register
    (or, in XML, one that declares itself a sample: ``<catalog name="TERC" type="SAMPLE" …>``).
    """
    sha256 = hashlib.sha256(data).hexdigest()
    content, place = _unzip(data, file) if data.startswith(b"PK") else (data, file)
    if len(content) > MAX_BYTES:
        raise RegisterError(f"{place}: more than {MAX_BYTES >> 20} MB, not a TERC file", advice=_ADVICE)
    if _XML_START.match(content) and not _HTML.search(content[:_HEAD]):
        rows, sample = _read_xml(content, place)
    elif _HTML.search(content[:_HEAD]):
        raise RegisterError(f"{place}: a web page (HTML) instead of the register; the download failed", advice=_ADVICE)
    else:
        rows, sample = read_table(_text(content, place), place), False
    return build_register(rows, file=file, place=place, sha256=sha256, sample=sample)


def read_table(text: str, place: str, *, first_line: int = 1) -> list[Row]:
    """The rows of a CSV text with a heading line; raises ``RegisterError`` with the line."""
    delimiter = _delimiter(text.partition("\n")[0], place)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    columns: list[str] | None = None
    try:
        for fields in reader:
            line = reader.line_num + first_line - 1
            if not any(field.strip() for field in fields):
                continue
            if columns is None:
                columns = [_heading(field) for field in fields]
                _check_columns(columns, place)
                continue
            if len(fields) != len(columns):
                raise RegisterError(
                    f"{place}:{line}: {len(fields)} fields where the heading has {len(columns)}", advice=_ADVICE
                )
            rows.append(Row.of(line, dict(zip(columns, fields, strict=True))))
    except csv.Error as error:
        raise RegisterError(f"{place}:{reader.line_num}: not a CSV line ({error})", advice=_ADVICE) from error
    return rows


def _heading(field: str) -> str:
    name = field.strip().upper()
    return _HEADINGS.get(name, name)


def _delimiter(heading: str, place: str) -> str:
    for delimiter in _DELIMITERS:
        names = {_heading(field.strip().strip('"')) for field in heading.split(delimiter)}
        if {"WOJ", "POW", "GMI"} <= names:
            return delimiter
    raise RegisterError(f"{place}:1: no TERC heading ({';'.join(COLUMNS)})", advice=_ADVICE)


def _check_columns(columns: list[str], place: str) -> None:
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise RegisterError(f"{place}:1 [{missing[0]}]: the heading lacks {', '.join(missing)}", advice=_ADVICE)
    if len(set(columns)) != len(columns):
        raise RegisterError(f"{place}:1: a column stands twice in the heading", advice=_ADVICE)


def _text(content: bytes, place: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RegisterError(
            f"{place}:{line}: not UTF-8", advice="take the file as GUS gives it out, not saved again elsewhere"
        ) from error
    if not text.strip():
        raise RegisterError(f"{place}: an empty file", advice=_ADVICE)
    return text


def _read_xml(content: bytes, place: str) -> tuple[list[Row], bool]:
    """Rows and whether the catalogue declares itself a sample."""
    declared = _XML_ENCODING.match(content[:_HEAD])
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        raise RegisterError(f"{place}:1: XML that is not in UTF-8", advice=_ADVICE)
    text = _text(content, place)
    # Entities are how an XML file reads other files or grows without end; the register needs none.
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise RegisterError(f"{place}: XML with a document type (DOCTYPE) is not read", advice=_ADVICE)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise RegisterError(f"{place}:{error.lineno or 1}: broken XML", advice=_ADVICE) from error
    catalogs = [node for node in root.iter("catalog") if (node.get("name") or "").upper() == "TERC"]
    if len(catalogs) != 1:
        raise RegisterError(f'{place}: XML without one <catalog name="TERC">', advice=_ADVICE)
    rows = list(_xml_rows(catalogs[0], place))
    date = catalogs[0].get("date")
    if date and any(row.date != date for row in rows):
        row = next(row for row in rows if row.date != date)
        raise RegisterError(
            f"{place}:{row.line} [STAN_NA]: {row.date!r}, but the catalogue is of {date}", advice=_ADVICE
        )
    return rows, (catalogs[0].get("type") or "").upper() == "SAMPLE"


def _xml_rows(catalog: etree._Element, place: str) -> Iterator[Row]:
    for node in catalog.iter("row"):
        line = int(node.sourceline or 0)
        fields: dict[str, str] = {}
        for cell in node.iterchildren(etree.Element):
            name = _heading((cell.get("name") or "") if cell.tag == "col" else str(cell.tag))
            if name in fields:
                raise RegisterError(f"{place}:{line} [{name}]: stands twice in one row", advice=_ADVICE)
            fields[name] = cell.text or ""
        missing = [column for column in COLUMNS if column not in fields]
        if missing:
            raise RegisterError(f"{place}:{line} [{missing[0]}]: missing in this row", advice=_ADVICE)
        yield Row.of(line, fields)


def _unzip(data: bytes, file: str) -> tuple[bytes, str]:
    """The one TERC file in a zip (the CSV where CSV and XML are both there) and its name for messages."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in _members(archive) if _is_terc(_head(archive, member))]
            tables = [member for member in members if member.filename.lower().endswith(".csv")] or members
            if not tables:
                raise RegisterError(f"{file}: a zip without a TERC file (csv or xml)", advice=_ADVICE)
            if len(tables) > 1:
                names = ", ".join(member.filename for member in tables)
                raise RegisterError(f"{file}: a zip with several TERC files: {names}", advice="give one of them")
            return _bounded(archive, tables[0], file), f"{file}/{tables[0].filename}"
    except RegisterError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise RegisterError(f"{file}: a broken zip", advice="download it again") from error
    except (RuntimeError, NotImplementedError) as error:
        raise RegisterError(f"{file}: a zip with a password or of an unknown kind", advice=_ADVICE) from error


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [
        member
        for member in archive.infolist()
        if member.filename.lower().endswith((".csv", ".xml", ".txt")) and not member.filename.startswith("__MACOSX/")
    ]


def _head(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as stream:
        return stream.read(_HEAD)


def _bounded(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> bytes:
    # The size in the directory may lie, so what counts is what comes out.
    with archive.open(member) as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise RegisterError(f"{file}: grows beyond {MAX_BYTES >> 20} MB when unpacked", advice=_ADVICE)
    return content


def _is_terc(head: bytes) -> bool:
    return _is_table(head) or _is_catalog(head)


def _is_catalog(data: bytes) -> bool:
    return _XML_START.match(data) is not None and _CATALOG.search(data[:_HEAD]) is not None


def _is_table(data: bytes) -> bool:
    first = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    fields = {field.strip(b' \r"').upper() for field in re.split(rb"[;,\t]", first)}
    return {b"WOJ", b"POW", b"GMI", b"RODZ"} <= fields
