"""The small tables in which an operator answers (``state/unit-overrides.csv``, ``state/same.csv``): CSV made by hand.

A comma or a semicolon parts the cells, blank lines and the order of the columns do not count, the last column is a
note that may be left out. What is wrong names file, line and field.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from model.errors import StateError

Row = tuple[int, Mapping[str, str]]


def read_answers(path: Path) -> str:
    """The text of the file; nothing where there is none. Raises ``StateError`` where it cannot be read."""
    if not path.exists():
        return ""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StateError(f"{path}: not UTF-8", advice="save the file as UTF-8 (CSV UTF-8)") from error
    except OSError as error:
        raise StateError(f"{path}: cannot be read ({error.strerror})", advice="check the file") from error


def answer_rows(text: str, file: str, columns: Sequence[str]) -> Iterator[Row]:
    """Number and cells by column of each line below the heading; raises ``StateError``."""
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heading: list[str] | None = None
    try:
        for fields in reader:
            if not any(cell.strip() for cell in fields):
                continue
            if heading is None:
                heading = _heading(fields, file, columns)
                continue
            if len(fields) > len(heading):
                raise StateError(
                    f"{file}:{reader.line_num}: {len(fields)} fields where the heading has {len(heading)}",
                    advice='put a key or note that holds the delimiter in double quotes: "…"',
                )
            yield reader.line_num, dict(zip(heading, fields, strict=False))
    except csv.Error as error:
        raise StateError(f"{file}:{reader.line_num}: not a CSV line ({error})", advice="mend the quotes") from error
    if heading is None and text.strip("\ufeff \r\n\t"):
        raise StateError(f"{file}:1: no heading", advice=f"the first line must be {','.join(columns)}")


def normal_key(key: str) -> str:
    """A key as keys are compared: NFC, single blanks."""
    return " ".join(unicodedata.normalize("NFC", key).split())


def _heading(fields: Sequence[str], file: str, columns: Sequence[str]) -> list[str]:
    found = [cell.strip().lower() for cell in fields]
    if sorted(found) not in (sorted(columns), sorted(columns[:-1])):
        raise StateError(
            f"{file}:1: the heading is {','.join(found)!r}", advice=f"the first line must be {','.join(columns)}"
        )
    return found
