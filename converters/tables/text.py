"""Bytes of a text table into text: as pages are decoded, but a file that was cut is refused whole."""

from __future__ import annotations

import unicodedata

from converters.pages import decoding
from model.findings import Finding, Place
from model.rules import finding


def decode(data: bytes, file: str) -> str | Finding:
    """The text in NFC, or the finding that says why its letters cannot be trusted.

    Where a file ends in the middle of a character its last row is not whole either, and a table does not say which
    of its rows that is.
    """
    read = decoding.decode(data, file)
    if isinstance(read, Finding):
        return read
    if read.cut:
        return finding("table-unreadable", Place(file), reason="ucięty / cut off")
    return unicodedata.normalize("NFC", read.text)
