"""The columns that a table may have, from ``columns.toml``, and how a printed header is recognised."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from importlib import resources

import cattrs

from model.iris import fold

# Words beside a column's name that do not change what it holds; "tys. zł" would, so it is not among them.
_BESIDE = re.compile(
    r"[(\[]\s*(?:(?:w )?(?:zł|pln)|wymagane|required|opcjonalnie|optional|rrrr-mm-dd|dd\.mm\.rrrr)\s*[)\]]",
    re.IGNORECASE,
)
# What offices call columns that hold a person, or a contact that may be one (compared without diacritics).
_PERSON = re.compile(
    r"\b(?:osob[aye]?|imie|imiona|nazwisk\w*|kontakt\w*|pesel|koordynator\w*|kierowni\w+|opiekun\w*|lider\w*|autor\w*"
    r"|telefon\w*|tel|komork\w*|e-?mail\w*|mail|faks?|fax|dyrektor\w*|prezydent|burmistrz|wojt|starosta|sporzadzil\w*"
    r"|opracowal\w*|wypelnil\w*|zglaszajac\w+|przedstawiciel\w*|contact\w*|person|phone\w*|first name|last name|surname"
    r"|author\w*|data urodzenia)\b"
)
# Counts the rows; it is no number of the practice, for next year's table counts others.
_ORDINAL = frozenset({"lp", "nrporz", "nr", "numer", "no"})
_CLOSE = 0.8  # difflib's ratio from which a name is offered as what was meant


@dataclass(frozen=True)
class Column:
    """One column: its names, what its cells hold, what the template and the CSVW description say of it.

    ``labels`` are the names under which the gates speak of the field; ``values`` names the template's drop-down.
    """

    key: str
    pl: str
    en: str
    type: str
    datatype: str
    property: str
    help_pl: str
    help_en: str
    example: str
    names: tuple[str, ...] = ()
    required: bool = False
    values: str | None = None
    separator: str | None = None
    labels: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """The name in the template, in ``pl`` or ``en``."""
        return self.pl if language == "pl" else self.en

    def help(self, language: str) -> str:
        """What to write into it, in ``pl`` or ``en``."""
        return self.help_pl if language == "pl" else self.help_en


def _load() -> tuple[Column, ...]:
    table = tomllib.loads(resources.files(__package__).joinpath("columns.toml").read_text(encoding="utf-8"))
    converter = cattrs.Converter(forbid_extra_keys=True)
    return tuple(converter.structure({"key": key, **found}, Column) for key, found in table.items())


COLUMNS: tuple[Column, ...] = _load()
BY_KEY: dict[str, Column] = {column.key: column for column in COLUMNS}
TITLE = BY_KEY["title"]
# The header of the template's sheet of help, by which that sheet is known.
HELP_HEADS = {"pl": ("Kolumna", "Co wpisać", "Wymagana"), "en": ("Column", "What to write", "Required")}


def normal(name: str) -> str:
    """A header for comparing: case, diacritics, blanks, stars and colons do not count."""
    return re.sub(r"[\W_]+", "", fold(_BESIDE.sub("", name)).casefold())


_BY_NAME: dict[str, Column] = {
    normal(name): column for column in COLUMNS for name in (column.pl, column.en, *column.names)
}


def find(header: str) -> Column | None:
    """The column that a header names, in Polish or English."""
    return _BY_NAME.get(normal(header))


def is_personal(header: str) -> bool:
    """Whether a header announces a person or a contact that may be a person's."""
    return _PERSON.search(fold(header).casefold().replace("_", " ")) is not None


def is_ordinal(header: str) -> bool:
    """Whether a column only counts the rows ("Lp."): passed over without a word."""
    return normal(header) in _ORDINAL


def suggestion(header: str) -> Column | None:
    """The column that a mistyped header may mean. It is offered, never used."""
    close = difflib.get_close_matches(normal(header), _BY_NAME, n=1, cutoff=_CLOSE)
    return _BY_NAME[close[0]] if close else None
