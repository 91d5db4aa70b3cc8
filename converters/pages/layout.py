"""A layout as data: the labels that the pages of a source print, and which field of a record each of them fills.

A file ``converters/sources/<module>.toml`` says it; docs/new-source.md walks through one. What only code can say (how
the unit is found, say) stands in the module beside it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources

import cattrs
from cattrs.errors import BaseValidationError

from model.errors import UsageError
from model.records import SectionKind

# Fields whose value is running text, and how the gates call the others (for line and cell in the report).
TEXTS = frozenset(kind.value for kind in SectionKind)
GATE_LABELS = {
    "title": "title",
    "number": "number",
    "body": "Jednostka wdrażająca",
    "partners": "Partnerzy",
    "address": "Ulica",
    "website": "Witryna internetowa",
    "unit": "Miejscowość",
    "unit_kind": "Typ jednostki",
    "powiat": "Powiat",
    "voivodeship": "Województwo",
    "period": "Okres realizacji",
    "participants": "Uczestnicy",
    "budget": "Budżet",
    "grant": "Źródło finansowania",
    "funding": "Źródło finansowania",
    "population": "Liczba mieszkańców",
    "issued": "Data wprowadzenia do BDP",
    "modified": "Data aktualizacji",
}
# Printed by the source, known to us, and not published: so it is neither an unknown label nor the end of the page.
IGNORED = "ignored"
FIELDS = frozenset({*TEXTS, *GATE_LABELS, IGNORED})
_CONVERTER = cattrs.Converter(forbid_extra_keys=True)


@dataclass(frozen=True)
class Layout:
    """What the pages of a source print.

    ``labels`` are the spellings of each field's label, the usual one first. A page is of the source where it has
    ``recognise_by`` of the fields, and the line ``heading`` where one is named. A page without a ``required`` field is
    set aside. ``numbered``: labels carry numbers, and the next number begins the next label.
    """

    name: str
    title: str
    recognise_by: int
    labels: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    heading: str = ""
    numbered: bool = False
    file: str = field(default="", compare=False)

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """Fields by the spelling of their label, in lower case."""
        return {spelling.lower(): name for name, spellings in self.labels.items() for spelling in spellings}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A label at the beginning of a line: its number, its spelling, and the value behind the colon."""
        longest_first = sorted(map(re.escape, self.spellings), key=len, reverse=True)
        return re.compile(
            rf"^(?:(?P<number>\d{{1,2}})[.)]\s*)?(?P<label>{'|'.join(longest_first)})\s*(?::\s*(?P<value>.*)|$)",
            re.IGNORECASE,
        )

    @property
    def usual(self) -> tuple[str, ...]:
        """The usual spelling of every label."""
        return tuple(spellings[0] for spellings in self.labels.values())

    def label(self, name: str) -> str:
        """How pages usually call a field."""
        return self.labels[name][0]

    @property
    def looked_for(self) -> str:
        """What a clerk is told that a page is recognised by."""
        words = (self.heading, *(self.label(name) for name in (*self.required, *self.labels) if name != IGNORED))
        return ", ".join(list(dict.fromkeys(word for word in words if word))[:6]) + " …"


def load_layout(module: str) -> Layout:
    """The layout of a module of ``converters.sources``."""
    file = resources.files("converters.sources") / f"{module}.toml"
    return parse_layout(file.read_text(encoding="utf-8"), file.name)


def parse_layout(text: str, file: str) -> Layout:
    """A layout; ``UsageError`` names the file and what is wrong in it."""
    try:
        layout = _CONVERTER.structure({**tomllib.loads(text), "file": file}, Layout)
    except BaseValidationError as error:
        raise UsageError(f"{file}: {'; '.join(cattrs.transform_error(error))}", advice=_ADVICE) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: not TOML: {error}", advice=_ADVICE) from error
    said = [spelling.lower() for spellings in layout.labels.values() for spelling in spellings]
    problem = (
        (not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", layout.name) and f"name = {layout.name!r}")
        or _first(set(layout.labels) - FIELDS, "there is no field")
        or _first({name for name, spellings in layout.labels.items() if not spellings}, "no label for")
        or _first({spelling for spelling in said if said.count(spelling) > 1}, "two fields have the label")
        or _first(set(layout.required) - set(layout.labels), "required, but without a label:")
        or (not 2 <= layout.recognise_by <= len(layout.labels) and f"recognise_by = {layout.recognise_by}")
    )
    if problem:
        raise UsageError(f"{file}: {problem}", advice=_ADVICE)
    return layout


_ADVICE = "docs/new-source.md shows a layout; fields are those of a record"


def _first(wrong: set[str], what: str) -> str:
    return f"{what} {min(wrong)}" if wrong else ""
