"""One page in other clothes: encodings, declarations, old HTML; and the way of a page to its triples."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from converters.contract import PageInfo
from converters.convert import Resolved, apply_rights, parse_page, resolve_units
from converters.identity import IdentityRegister
from converters.inputs import InputFile, parse_pages_csv
from converters.joining.naming import name_all
from converters.joining.same import Answers
from converters.organisation_triples import Organisation, organisation_triples
from converters.organisations import Bodies
from converters.rights import TextRights
from converters.shares import shares
from converters.triples import RecordTriples
from converters.units.overrides import Overrides
from converters.units.register import Register
from model.iris import DEFAULT_BASE, Iris
from ontology.ntriples import NTriple

NBSP = "\u00a0"
FULL = {name: TextRights("full", "https://example.org/licence") for name in ("bdp", "mops")}
_SHA = "0" * 64
# What an office types where its encoding has no sign for it.
_PLAIN = str.maketrans({"„": '"', "”": '"', "–": "-", "—": "-", "•": "*", "\u202f": " ", "…": "..."})


def seeds(shared_dir: Path) -> list[InputFile]:
    """The real pages with what their table says about them."""
    folder = shared_dir / "seeds"
    names = [path.name for path in sorted(folder.glob("*.txt"))]
    infos, _ = parse_pages_csv((folder / "pages.csv").read_text(), "pages.csv", names)
    return [InputFile(name, (folder / name).read_bytes(), infos.get(name, PageInfo())) for name in names]


def reduced(text: str, encoding: str) -> str:
    """The text with nothing that the encoding cannot hold."""
    if encoding == "utf-8":
        return text
    return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)


def old_html(text: str, head: str = "") -> str:
    """The page as the sites of 2008 wrote it: tables for layout, unclosed tags in capitals, ``<BR>`` for lines."""
    rows = [
        "<HTML>",
        f"<HEAD>{head}<TITLE>Baza</TITLE></HEAD>",
        "<BODY bgcolor=#ffffff>",
        '<TABLE width="780" border=0 cellspacing=0><TR><TD valign=top>',
    ]
    table = False
    for line in text.split("\n"):
        label, colon, value = line.partition(":" + NBSP + NBSP)
        if table and not (colon or line.startswith(NBSP) or not line):
            rows.append("</TABLE>")
            table = False
        if colon:
            rows += [] if table else ["<TABLE border=1 cellpadding=2>"]
            rows.append(f"<TR><TD align=right><B>{html.escape(label)}:</B></TD><TD>{html.escape(value)}")
            table = True
        elif table and line:
            rows.append(f"<BR>&nbsp;{html.escape(line.strip())}")
        elif not table:
            rows.append(f"{html.escape(line)}<BR>" if line.strip() else "<P>")
    return "\n".join([*rows, *(["</TABLE>"] if table else []), "</TD></TR></TABLE>", "</BODY></HTML>"])


@dataclass(frozen=True)
class Office:
    """What a run has besides the page. Every page is taken through as if it were the only one."""

    register: Register

    def resolved(self, file: InputFile) -> tuple[Resolved | None, tuple[str, ...]]:
        """The record with its units, or None; and the codes of what was found on the way."""
        parsed = parse_page(file)
        codes = tuple(found.rule.code for found in parsed.findings)
        if parsed.record is None:
            return None, codes
        resolved, said = resolve_units(parsed.record, self.register, Overrides(), parsed.persons)
        codes = (*codes, *(found.rule.code for found in said))
        return (apply_rights(resolved, FULL)[0] if resolved else None), codes

    def triples(self, file: InputFile) -> tuple[frozenset[str] | None, tuple[str, ...]]:
        """The record's and its bodies' triples as text, without the hash of the file; None where it is set aside."""
        resolved, codes = self.resolved(file)
        if resolved is None:
            return None, codes
        parsed = resolved.record
        parsed = replace(parsed, snapshot=replace(parsed.snapshot, sha256=_SHA))
        identity = IdentityRegister(dt.date(2026, 1, 31))
        bodies = Bodies(identity, {code.digits: unit.name for code, unit in self.register.units.items()})
        (record,) = name_all([replace(resolved, record=parsed)], (), identity, bodies, FULL, Answers()).records
        (share,) = shares([record])
        iris = Iris(DEFAULT_BASE)
        found: list[NTriple] = list(RecordTriples(share, iris))
        for ref, body in zip(record.organisations, record.parsed.bodies, strict=True):
            entry = bodies.entry(ref)
            organisation = Organisation(ref, entry.name, entry.aliases, record.units[0].code, (body,))
            found += organisation_triples(organisation, iris)
        return frozenset(map(" ".join, found)), codes


def damaged_before(text: str) -> Iterator[tuple[str, bytes]]:
    """Pages that somebody read in a wrong encoding and saved as UTF-8."""
    for written, read in (
        ("utf-8", "cp1250"),
        ("utf-8", "iso8859-2"),
        ("utf-8", "cp1252"),
        ("utf-8", "iso8859-1"),
        ("utf-8", "cp852"),
        ("cp1250", "iso8859-2"),
        ("cp1250", "cp1252"),
        ("cp1250", "iso8859-1"),
        ("iso8859-2", "cp1250"),
        ("iso8859-2", "cp1252"),
        ("iso8859-2", "iso8859-1"),
        ("cp852", "cp1250"),
        ("cp852", "iso8859-2"),
    ):
        seen = text.translate(_PLAIN).encode(written, "replace").decode(read, "replace")
        yield f"{written} as {read}", seen.encode()
    twice = text.encode().decode("cp1250", "replace").encode().decode("cp1250", "replace")
    yield "utf-8 twice as cp1250", twice.encode()
    yield "letters lost", text.encode("ascii", "replace")


def of(codes: Iterable[str]) -> set[str]:
    """The codes by which a page is refused for its encoding."""
    refusals = {"page-mojibake", "page-encoding", "page-encoding-doubtful", "page-binary"}
    return refusals & set(codes)
