"""What the tests of sources with a layout have in common: an example page, whole and damaged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from converters.contract import PageInfo, Parsed, Source
from converters.convert import parse_page
from converters.inputs import InputFile
from converters.pages.layout import Layout
from converters.pages.page import Page, read_page
from model.records import ParsedRecord

PAGES = Path(__file__).resolve().parents[2] / "examples" / "pages"
_FACTS = ("title", "number", "period", "participants", "budget", "grant", "issued", "modified", "reported_population")
_CUT_EVERY = 23  # bytes


@dataclass(frozen=True)
class Example:
    """A source and its example page."""

    source: Source
    layout: Layout
    file: str

    @property
    def text(self) -> str:
        return (PAGES / self.file).read_text(encoding="utf-8")

    def parsed(self, text: str | None = None, info: PageInfo | None = None) -> Parsed:
        return self.source.parse(page(text or self.text, self.file), info or PageInfo(), None)

    def record(self, text: str | None = None, info: PageInfo | None = None) -> ParsedRecord:
        record = self.parsed(text, info).record
        assert record is not None
        return record

    def taken_by(self) -> str | None:
        """The source that the page is found to be of, among all that there are."""
        return parse_page(InputFile(self.file, self.text.encode())).source

    def without(self, name: str) -> Parsed:
        """The page without the lines that begin with a field's label."""
        lines = [line for line in self.text.split("\n") if not self._has(line, name)]
        return self.parsed("\n".join(lines))

    def changed_by_loss(self) -> list[str]:
        """The facts that a lost line or a cut page has changed into others; there must be none."""
        whole = _facts(self.record())
        found = []
        for how, data in self._damaged():
            read = read_page(data, self.file)
            parsed = self.source.parse(read, PageInfo(), None) if isinstance(read, Page) else None
            if parsed is not None and parsed.record is not None:
                found += [f"{how}: {name}" for name, fact in _facts(parsed.record).items() if not fact <= whole[name]]
        return found

    def _damaged(self) -> Iterator[tuple[str, bytes]]:
        lines, data = self.text.split("\n"), self.text.encode()
        for number in range(len(lines)):
            yield f"without line {number + 1}", "\n".join(lines[:number] + lines[number + 1 :]).encode()
        for end in range(1, len(data), _CUT_EVERY):
            yield f"cut at byte {end}", data[:end]

    def _has(self, line: str, name: str) -> bool:
        match = self.layout.pattern.match(line)
        return match is not None and self.layout.spellings[match["label"].lower()] == name


def page(text: str, file: str = "a.txt") -> Page:
    read = read_page(text.encode(), file)
    assert isinstance(read, Page)
    return read


def _facts(record: ParsedRecord) -> dict[str, frozenset[object]]:
    """Each fact as a set: what is missing is the empty one."""
    found: dict[str, frozenset[object]] = {
        name: frozenset(() if getattr(record, name) is None else (getattr(record, name),)) for name in _FACTS
    }
    found["units"] = frozenset(record.unit.names)
    found["bodies"] = frozenset(body.name for body in record.bodies)
    found["streets"] = frozenset(body.street for body in record.bodies if body.street)
    return found
