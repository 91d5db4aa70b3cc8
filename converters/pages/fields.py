"""Reads typed values out of labelled fields and collects a finding for each value that is not understood.

A finding names the field and the expected form, never the value: it might be somebody's personal data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from converters.pages.metryka import Value
from model.errors import ValueFormatError
from model.findings import Finding, Place
from model.positions import Position
from model.rules import finding
from model.values import parse_date, parse_integer, parse_postcode

_EXPECTED = {"date": "RRRR-MM-DD", "integer": "246.306", "postcode": "NN-NNN Poczta"}


class Reader:
    """Typed access to the fields of one page."""

    def __init__(self, file: str, values: Mapping[str, Value]) -> None:
        self._file = file
        self._values = values
        self.findings: list[Finding] = []

    def text(self, label: str) -> str | None:
        """The value as one line; None where the field is missing or empty."""
        value = self._values.get(label)
        return value.text or None if value else None

    def parts(self, label: str) -> tuple[str, ...]:
        """The value line by line (a second phone stands on the next line)."""
        value = self._values.get(label)
        return tuple(part.text for part in value.parts) if value else ()

    def stands(self, label: str) -> tuple[Position, ...]:
        """Where the value stands in the page."""
        value = self._values.get(label)
        return value.traced.stands if value else ()

    def part_stands(self, label: str) -> tuple[Position, ...]:
        """Where each of ``parts`` stands."""
        value = self._values.get(label)
        return tuple(part.stands[0] for part in value.parts) if value else ()

    def line(self, label: str) -> int | None:
        value = self._values.get(label)
        return value.line if value else None

    def lines(self) -> dict[str, int]:
        """The line of every field, by label."""
        return {label: value.line for label, value in self._values.items()}

    def date(self, label: str) -> dt.date | None:
        text = self.text(label)
        if text is None:
            return None
        try:
            return parse_date(text)
        except ValueFormatError:
            self._not_understood(label, _EXPECTED["date"])
            return None

    def integer(self, label: str) -> int | None:
        text = self.text(label)
        if text is None:
            return None
        try:
            return parse_integer(text)
        except ValueFormatError:
            self._not_understood(label, _EXPECTED["integer"])
            return None

    def postcode(self, label: str) -> tuple[str | None, str | None]:
        """Postcode and post office; both None where the field is missing or not understood."""
        text = self.text(label)
        if text is None:
            return None, None
        try:
            return parse_postcode(text)
        except ValueFormatError:
            if not any(found.place.field == label for found in self.findings):
                self._not_understood(label, _EXPECTED["postcode"])
            return None, None

    def _not_understood(self, label: str, expected: str) -> None:
        place = Place(self._file, self.line(label), label)
        self.findings.append(finding("value-not-understood", place, label=label, expected=expected))
