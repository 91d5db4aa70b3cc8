"""Values of one row's cells, typed or as text. What is not certain is left out with a finding, never guessed.

A finding names the column and the cell and the form that is expected, never the value: it might be personal data.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

from converters.tables.columns import BY_KEY
from converters.tables.sheet import EMPTY, Cell
from converters.tables.written import parse_amount, parse_written_period
from model.errors import ValueFormatError
from model.findings import Finding, Place
from model.iris import fold
from model.rules import finding
from model.values import (
    Money,
    PartialDate,
    Period,
    UnitCode,
    parse_date,
    parse_integer,
    parse_postcode,
)

_EXPECTED = {
    "date": "31.12.2024 / 2024-12-31",
    "integer": "1.326 / 1 326",
    "money": "15.707.281,20 zł",
    "period": "maj 2008 – grudzień 2013",
    "point": "31.12.2024 / maj 2024 / 2024",
    "postcode": "NN-NNN Poczta",
    "teryt": "2262011 (7, 4, 2)",
    "web": "https://www.example.org/praktyka",
}
_ABOUT = re.compile(
    r"^\s*[~≈<>±]|\b(?:ok|okolo|ca|circa|blisko|prawie|ponad|powyzej|ponizej|minimum|maksymalnie|max|min|szacunkowo"
    r"|szacowan\w+|planowan\w+|about|approx\w*|over|almost)\b"
)
_FOREIGN = re.compile(r"€|\$|£|\b(?:eur\w*|usd|dolar\w*|gbp|chf|funt\w*)\b", re.IGNORECASE)
_YEAR_END = re.compile(r"\s*(?:r\.?|roku)$", re.IGNORECASE)
_MOST = 10**13  # złoty or people: more is a number of something else


class RowReader:
    """Typed access to the cells of one row by the key of their column."""

    def __init__(self, file: str, number: int, cells: Mapping[str, Cell], addresses: Mapping[str, str]) -> None:
        self._file = file
        self._number = number
        self._cells = cells
        self._addresses = addresses
        self.findings: list[Finding] = []

    def cell(self, key: str) -> Cell:
        """The cell, or an empty one; what a file itself could not give is reported once."""
        cell = self._cells.get(key, EMPTY)
        if cell.problem is None:
            return cell
        if not any(found.rule.code == cell.problem and found.place == self.place(key) for found in self.findings):
            self.findings.append(finding(cell.problem, self.place(key)))
        return EMPTY

    def place(self, key: str) -> Place:
        return Place(self._file, self._number, BY_KEY[key].pl, self._addresses.get(key))

    def refuse(self, key: str, rule: str = "value-not-understood", **params: str) -> None:
        """Notes that a cell was left out."""
        if rule == "value-not-understood":
            params = {"expected": _EXPECTED[BY_KEY[key].type], **params}
        self.findings.append(finding(rule, self.place(key), label=BY_KEY[key].pl, **params))

    def text(self, key: str) -> str | None:
        """The text in one line; None where the cell is empty."""
        return " ".join(self.cell(key).text.split()) or None

    def paragraphs(self, key: str) -> str | None:
        """The text with its line ends."""
        return self.cell(key).text or None

    def parts(self, key: str) -> tuple[str, ...]:
        """Several values in one cell: parted by semicolons, bars or line ends, each once."""
        parts = (" ".join(part.split()) for part in re.split(r"[;|\n]", self.cell(key).text))
        return tuple(dict.fromkeys(part for part in parts if part))

    def integer(self, key: str) -> int | None:
        """A count; no sign, no fraction, no words."""
        cell = self.cell(key)
        if cell.is_empty or self._is_merged(key, cell) or self._is_uncertain(key, cell):
            return None
        value = cell.value
        if value is None:
            try:
                value = parse_integer(cell.text)
            except ValueFormatError:
                value = None
        if isinstance(value, int) and not cell.currency and 0 <= value < _MOST:
            return value
        self.refuse(key)
        return None

    def money(self, key: str) -> Money | None:
        """A sum in złoty: a typed number, or ``15.707.281,20 zł`` with or without the unit."""
        cell = self.cell(key)
        if cell.is_empty or self._is_merged(key, cell) or self._is_uncertain(key, cell):
            return None
        if (cell.currency and cell.currency != "%") or _FOREIGN.search(cell.text):
            self.refuse(key, "table-cell-currency")
            return None
        amount = cell.value if isinstance(cell.value, int | Decimal) else parse_amount(cell.text)
        if cell.currency or amount is None or not 0 <= amount < _MOST or isinstance(cell.value, dt.date):
            self.refuse(key)
            return None
        return Money(Decimal(amount).quantize(Decimal("0.01")))

    def date(self, key: str) -> dt.date | None:
        """A whole day, in any of the ways in which offices write one."""
        cell = self.cell(key)
        if cell.is_empty:
            return None
        if isinstance(cell.value, dt.date):
            return cell.value
        try:
            return parse_date(_YEAR_END.sub("", cell.text))
        except ValueFormatError:
            self.refuse(key)
            return None

    def point(self, key: str) -> PartialDate | None:
        """A day, a month or a year."""
        cell = self.cell(key)
        period = self._period(key, cell)
        if period is None:
            return None
        if period.end is not None and period.end != period.start:
            self.refuse(key)
            return None
        return period.start

    def period(self) -> Period | None:
        """The column ``period``, or ``start`` and ``end``; where both are filled they must agree."""
        written = self._period("period", self.cell("period"))
        start, end = self.point("start"), self.point("end")
        if start is None:
            if end is not None and written is None:
                self.refuse("start")
            return written
        try:
            joined = Period(start, end)
        except ValueFormatError:
            self.refuse("end")
            return written
        if written is not None and written != joined:
            self.findings.append(finding("table-periods-differ", self.place("period")))
            return None
        return joined

    def postcode(self, key: str) -> tuple[str | None, str | None]:
        """Postcode and post office."""
        text = self.text(key)
        if text is None:
            return None, None
        try:
            return parse_postcode(text)
        except ValueFormatError:
            self.refuse(key)
            return None, None

    def teryt(self, key: str) -> UnitCode | None:
        """Seven, four or two digits. Six, three and one are refused: a spreadsheet may have dropped a zero."""
        text = self.text(key)
        if text is None:
            return None
        try:
            if len(text) not in (2, 4, 7):
                raise ValueFormatError("not the length of a code")
            return UnitCode.parse(text)
        except ValueFormatError:
            self.refuse(key)
            return None

    def web(self, key: str) -> str | None:
        """An http(s) address; whether it names a person is the privacy gate's question."""
        text = self.text(key)
        if text is None:
            return None
        if re.match(r"^https?://[^\s/]+\.[^\s]+$", text, re.IGNORECASE):
            return text
        self.refuse(key)
        return None

    def _period(self, key: str, cell: Cell) -> Period | None:
        if cell.is_empty or self._is_uncertain(key, cell):
            return None
        value = cell.value
        if isinstance(value, dt.date):
            day = PartialDate(value.year, value.month, value.day)
            return Period(day, day)
        period = parse_written_period(cell.text) if not isinstance(value, Decimal) else None
        if period is None:
            self.refuse(key)
        return period

    def _is_uncertain(self, key: str, cell: Cell) -> bool:
        if not _ABOUT.search(fold(cell.text).casefold()):
            return False
        self.refuse(key, "table-cell-uncertain")
        return True

    def _is_merged(self, key: str, cell: Cell) -> bool:
        if cell.merged:
            self.refuse(key, "table-cell-merged")
        return cell.merged
