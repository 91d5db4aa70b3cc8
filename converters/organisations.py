"""Which body a page means: the same body under its full name, its short name and its initials has one IRI.

"Miejski Ośrodek Pomocy Społecznej w Gdyni", "MOPS Gdynia" and "MOPS w Gdyni" are one body of one unit. The
forms that a name can take are derived by rule, for any body, and only ever compared within one unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from converters.identity import IdentityRegister
from converters.identity_entries import Entry
from model.findings import Finding, Place
from model.iris import slug
from model.records import BodyStatement
from model.rules import finding

_PLACE_TAIL = re.compile(r"\s+(?:we?|z siedzibą w)\s+(?:[A-ZĄĆĘŁŃÓŚŹŻ][\w-]*)(?:\s+[A-ZĄĆĘŁŃÓŚŹŻ][\w-]*)*$")
_BETWEEN_WORDS = re.compile(r"[\s-]+")
_CONNECTIVES = frozenset({"i", "w", "we", "z", "ds", "ds.", "do", "spraw", "oraz", "na", "dla", "im", "im."})


# Asked when a body is looked for, and again when its name is learnt.
@lru_cache(maxsize=1024)
def variants(name: str, unit_name: str) -> tuple[str, ...]:
    """The normalised forms under which a body of this unit may be printed, the name itself first."""
    full = normalise(name)
    short = _PLACE_TAIL.sub("", name.strip(" ."))
    tail = name.strip(" .")[len(short) :]
    if not tail and short.lower().endswith(" " + unit_name.lower()):
        tail = short[len(short) - len(unit_name) - 1 :]
        short = short[: -len(unit_name) - 1]
    forms = [full, normalise(short), normalise(f"{short} {unit_name}")]
    initials = initialism(short)
    if initials:
        forms += [normalise(form) for form in (initials, f"{initials} {unit_name}", f"{initials}{tail}")]
    elif short.isupper() and len(short) >= 2:
        forms += [normalise(f"{short} {unit_name}")]
    return tuple(dict.fromkeys(forms))


def initialism(name: str) -> str | None:
    """``MOPS`` for a name of three words or more that begin with capitals; None for anything else."""
    words = [word for word in _BETWEEN_WORDS.split(name) if word and word.lower() not in _CONNECTIVES]
    if len(words) < 3 or not all(word[0].isupper() for word in words) or name.isupper():
        return None
    return "".join(word[0] for word in words)


def normalise(name: str) -> str:
    """A name for comparing: case, blanks, quotes and the final dot do not matter."""
    for quote in '„”"“':
        name = name.replace(quote, "")
    return " ".join(name.split()).rstrip(" .").casefold()


class Bodies:
    """Names bodies through the identity register; knows every form of every name it has seen."""

    def __init__(self, register: IdentityRegister, unit_names: dict[str, str]) -> None:
        self._register = register
        self._unit_names = unit_names
        # The refs of bodies by unit and form; nearly always one, and a tuple of one is the smallest that there is.
        self._exact: dict[tuple[str, str], tuple[str, ...]] = {}
        self._derived: dict[tuple[str, str], tuple[str, ...]] = {}
        for entry in register.all("organisation"):
            self._learn(entry)

    def ref(self, body: BodyStatement, unit: str, file: str) -> tuple[str, tuple[Finding, ...]]:
        """The body's ref, minted where the register does not know it under any form of its name."""
        place = Place(file, body.line, "Jednostka wdrażająca")
        forms = variants(body.name, self._unit_names.get(unit, ""))
        found = set(self._exact.get((unit, forms[0]), ())) or self._meant(unit, forms)
        warned: tuple[Finding, ...] = ()
        if len(found) > 1:
            # Two bodies share the short form: a printed short name cannot say which. It stays a body of its own
            # until somebody writes the alias into the register.
            found = set()
            warned = (finding("body-alias-taken", place, alias=body.name),)
        if found:
            ref = next(iter(found))
            self._rename(ref, body.name)
        else:
            ref = self._register.name(
                "organisation",
                (f"name:{forms[0]}@{unit}",),
                f"{slug(body.name)}-{unit}",
                unit=unit,
                name=body.name.strip(" ."),
            )
            self._learn(self._register.entry("organisation", ref))
        return ref, warned

    def entry(self, ref: str) -> Entry:
        return self._register.entry("organisation", ref)

    def _meant(self, unit: str, forms: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for form in forms:
            found |= {*self._exact.get((unit, form), ())}
        if not found:
            # The other way round: the register knows the full name, the page prints a short one.
            found = set(self._derived.get((unit, next(iter(forms))), ()))
        return {self._register.find("organisation", self.entry(ref).keys) or ref for ref in found}

    def _rename(self, ref: str, printed: str) -> None:
        """Keeps the fullest name as the name, every other printed form as an alias."""
        entry = self.entry(ref)
        printed = printed.strip(" .")
        if normalise(printed) in map(normalise, (entry.name, *entry.aliases)):
            return
        fuller = len(printed.split()) > len(entry.name.split())
        name, alias = (printed, entry.name) if fuller else (entry.name, printed)
        self._register.update(replace(entry, name=name, aliases=(*entry.aliases, alias)))
        self._learn(self.entry(ref))

    def _learn(self, entry: Entry) -> None:
        unit_name = self._unit_names.get(entry.unit, "")
        for name in (entry.name, *entry.aliases):
            forms = variants(name, unit_name)
            _add(self._exact, (entry.unit, forms[0]), entry.ref)
            for form in forms[1:]:
                _add(self._derived, (entry.unit, form), entry.ref)


def _add(index: dict[tuple[str, str], tuple[str, ...]], key: tuple[str, str], ref: str) -> None:
    known = index.get(key, ())
    if ref not in known:
        index[key] = (*known, ref)
