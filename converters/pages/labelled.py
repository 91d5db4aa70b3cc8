"""Reads pages that print label and value, by a layout: ``Label: value`` on one line or below each other, or a form
with numbered labels. Which lines belong to which field; what they mean is read in ``converters.pages.labelled_values``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace as replaced

from converters.pages.layout import TEXTS, Layout
from converters.pages.page import Ending, Line, Page
from converters.pages.paragraphs import Paragraph, item_of, paragraphs
from converters.privacy import contact
from converters.provenance.traced import Traced
from converters.watch.labels import labels_of
from model.findings import Finding, Place
from model.rules import finding

# Where one of these goes on below its line, half a name would be another one.
_GOES_ON = re.compile(r"^[a-ząćęłńóśźż(„\"–-]|^\d")
_OPEN_END = re.compile(r"(?:[,–-]|\b(?:i|oraz|w|z|na|dla|do|od|ze|we|przy|pod|nad|o|u|a))$", re.IGNORECASE)


@dataclass(frozen=True)
class Value:
    """A field's value: the label as printed, its line, and the lines of the value (empty ones part paragraphs)."""

    label: str
    line: int
    lines: tuple[Line, ...]

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return paragraphs(self.lines)

    @property
    def items(self) -> tuple[str, ...]:
        """The value's lines without bullets, a broken sentence mended."""
        return tuple(item.text for item in self.traced)

    @property
    def traced(self) -> tuple[Traced, ...]:
        """The same with their positions."""
        return tuple(item for part in self.paragraphs if (item := item_of(part.traced)).text)

    @property
    def text(self) -> str | None:
        """The value as one line; None where it is empty, or where a line below may be something else's."""
        first, *others = [line.text for line in self.lines if line.text] or [""]
        for other in others:
            if not (_GOES_ON.match(other) or _OPEN_END.search(first)):
                return None
            first = f"{first} {other}"
        return first or None


@dataclass(frozen=True)
class Divided:
    """The values of a page by field, what was found on the way, and names in contact blocks (never published)."""

    values: dict[str, Value]
    findings: tuple[Finding, ...] = ()
    persons: frozenset[str] = field(default=frozenset(), repr=False)


def fit(page: Page, layout: Layout) -> int:
    """How many of the layout's fields the page names; 0 where they are too few, or the form's heading is missing."""
    found = {layout.spellings[head] for head in page.heads if head in layout.spellings}
    if len(found) < layout.recognise_by:
        return 0
    if layout.heading and not any(_is_heading(line.text, layout) for line in page.lines):
        return 0
    return len(found)


def divide(page: Page, layout: Layout) -> Divided:
    """The lines of the page by field. A label that the layout does not know ends the value above it."""
    lines = tuple(_joined(page.whole_lines))
    first = next((index for index, line in enumerate(lines) if layout.pattern.match(line.text)), len(lines))
    # Above the first label stand menus: "Kontakt" among their items begins no block that swallows the fields.
    above, stripped = contact.strip(lines[:first]), contact.strip(lines[first:])
    reader = _Reader(page.file, layout)
    for line in stripped.lines:
        reader.take(line)
    reader.end(page.ending)
    if stripped.dropped:
        reader.findings.append(finding("contact-discarded", Place(page.file), lines=str(stripped.dropped)))
    values = {name: Value(label, line, tuple(lines)) for name, (label, line, lines) in reader.values.items()}
    reader.findings += [
        finding("label-missing", Place(page.file, None, layout.label(name)), label=layout.label(name))
        for name in layout.labels
        if name not in values
    ]
    return Divided(values, tuple(reader.findings), above.persons | stripped.persons)


class _Reader:
    """Goes through the lines; ``current`` is the field whose value may still go on."""

    def __init__(self, file: str, layout: Layout) -> None:
        self._file = file
        self._layout = layout
        self._current: str | None = None
        self._number = 0
        self.values: dict[str, tuple[str, int, list[Line]]] = {}
        self.findings: list[Finding] = []

    def take(self, line: Line) -> None:
        match = self._layout.pattern.match(line.text)
        if match and self._is_next(match["number"]):
            self._open(_field(match, self._layout), match, line)
        elif self._is_unknown(line):
            self.findings.append(finding("label-unknown", Place(self._file, line.number)))
            self._current = None
        elif self._current:
            # A row of cells stands in the page without the colon that it was given.
            self.values[self._current][2].append(replaced(line, offset=-1) if line.cells else line)

    def end(self, ending: Ending) -> None:
        """Passes over the fact at which the file breaks off: it may be cut."""
        current = self._current
        if current is None or current in TEXTS or ending is not Ending.CUT:
            return
        label, line, _ = self.values.pop(current)
        self.findings.append(finding("value-cut", Place(self._file, line, label), label=label))

    def _open(self, name: str, match: re.Match[str], line: Line) -> None:
        label = self._layout.label(name)
        self._number = int(match["number"] or 0)
        if name in self.values:
            self.findings.append(finding("label-repeated", Place(self._file, line.number, label), label=label))
            self._current = None
            return
        self._current = name
        value = match["value"] or ""
        begin = match.start("value") + len(value) - len(value.lstrip())
        first = Line(line.number, value.strip(), line.indented, offset=line.offset + begin)
        self.values[name] = (label, line.number, [first])

    def _is_next(self, number: str | None) -> bool:
        """Whether a label's number goes on from the last one: a list inside a value begins with 1 again."""
        return not self._layout.numbered or number is None or int(number) > self._number

    def _is_unknown(self, line: Line) -> bool:
        """Whether a line begins with a label that the layout does not know."""
        number = re.match(r"^(\d{1,2})[.)]\s", line.text)
        if number:
            return self._layout.numbered and int(number[1]) == self._number + 1 and ":" in line.text
        return ":" in line.text and line.text.partition(":")[0].strip() in labels_of((line,))


def _joined(lines: Iterable[Line]) -> Iterable[Line]:
    """Rows of a table as lines: the first cell is the label, whether it has a colon or not."""
    for line in lines:
        if len(line.cells) < 2:
            yield line
        else:
            head, *others = line.cells
            label = head.rstrip(" :")
            # The offset is set so that the value's is right: the colon may be none of the page's.
            offset = line.offset + len(head) - len(label) - 1
            yield Line(line.number, f"{label}: {' '.join(others)}", line.indented, line.cells, offset)


def _field(match: re.Match[str], layout: Layout) -> str:
    return layout.spellings[match["label"].lower()]


def _is_heading(text: str, layout: Layout) -> bool:
    return text.rstrip(" :.").lower() == layout.heading.lower()


def expected(values: Sequence[str], layout: Layout, file: str) -> tuple[Finding, ...]:
    """The violations of a page that lacks fields without which it is no entry."""
    return tuple(
        finding("field-required", Place(file, None, layout.label(name)), label=layout.label(name))
        for name in layout.required
        if name not in values and name != "title"
    )
