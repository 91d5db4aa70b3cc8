"""Literals of other people's data as our values; None where they are something else."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal

from converters.linked.graph import Term
from model.errors import ValueFormatError
from model.values import PartialDate, UnitCode

_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


def partial_date(term: Term) -> PartialDate | None:
    match = _DATE.match(term.value) if isinstance(term, Literal) else None
    try:
        return PartialDate(*(int(part) for part in match.groups() if part)) if match else None
    except ValueFormatError:
        return None


def amount_of(term: Term) -> Decimal | None:
    """A sum of 0 or more; JSON's numbers arrive as doubles (``1.57072812E7``)."""
    try:
        found = Decimal(term.value) if isinstance(term, Literal) else None
        return found.quantize(Decimal("0.01")) if found is not None and found.is_finite() and found >= 0 else None
    except InvalidOperation:
        return None


def unit_code(text: str) -> UnitCode | None:
    try:
        return UnitCode.parse(text) if len(text) in (2, 4, 6, 7) else None
    except ValueFormatError:
        return None
