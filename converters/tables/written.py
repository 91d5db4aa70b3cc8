"""Sums and periods as whole cells: stricter than the readers of running text, for a cell has no other words."""

from __future__ import annotations

import re
from decimal import Decimal

from model.errors import ValueFormatError
from model.values import Period, find_money, parse_period

_AMOUNT = re.compile(
    r"^(?P<whole>\d{1,3}(?:(?P<part>[.\s\u00a0\u202f])\d{3}(?:(?P=part)\d{3})*)|\d{1,15})(?:,(?P<cents>\d{1,2}))?$"
)
_POINT_CENTS = re.compile(r"^(\d{1,15})\.(\d{1,2})$")
_OPEN_END = re.compile(r"\s*(?:[-–—]|do)?\s*\b(?:nadal|obecnie|teraz|dziś|dzisiaj|trwa|w trakcie)\b\.?$", re.IGNORECASE)
_MONTH = r"(?:stycz|lut|mar|kwie|maj|czerw|lip|sierp|wrze|pa[źz]dz|listop|grud)\w*"
_POINT = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}|(?:(?:\d{{1,2}}\s+)?{_MONTH}\s+)?\d{{4}})"
    r"(?:\s*(?:roku|r\.?))?"
)
_WHOLE_PERIOD = re.compile(
    rf"^(?:(?:w latach|lata|od|w)\s+)?{_POINT}(?:\s*(?:[-–—÷]|\bdo\b)\s*{_POINT})?$", re.IGNORECASE
)
_YEARS = range(1900, 2101)


def parse_amount(text: str) -> Decimal | None:
    """A sum in złoty, the unit printed or not; None where the text is anything else (``1,234.50``, ``1.2.3``)."""
    text = text.strip().rstrip(".").strip()
    found = find_money(text)
    if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)):
        return found[0].money.amount
    match = _AMOUNT.match(text)
    if match:
        return Decimal(re.sub(r"\D", "", match["whole"]) + "." + (match["cents"] or "0"))
    match = _POINT_CENTS.match(text)
    return Decimal(f"{match[1]}.{match[2]}") if match else None


def parse_written_period(text: str) -> Period | None:
    """A period of which every sign is understood: "do 2020" and "I kwartał 2020" say something else than 2020."""
    text = " ".join(text.split()).strip(" .")
    open_end = _OPEN_END.search(text)
    text = text[: open_end.start()] if open_end else text
    if not _WHOLE_PERIOD.match(text):
        return None
    try:
        period = parse_period(text)
    except ValueFormatError:
        return None
    if any(point is not None and point.year not in _YEARS for point in (period.start, period.end)):
        return None
    if not open_end:
        return period
    return Period(period.start) if period.end in (None, period.start) else None
