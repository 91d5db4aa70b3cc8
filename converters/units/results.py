"""What looking for a unit can end with: a match by a named method with a score, or the reason for none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from converters.units.register import Unit

# Keys of the concept scheme ``match-method`` and how far each is trusted (0 to 1). The scores only order the
# methods by how much evidence they rest on; none is a probability. Agreement of postcode and post office adds
# up to a hundredth.
METHODS: dict[str, float] = {
    "override": 1.0,
    "source-definition": 1.0,
    "name-voivodeship-type-powiat": 0.98,
    "powiat-voivodeship": 0.96,
    "voivodeship": 0.96,
    "name-voivodeship-type": 0.95,
    "name-voivodeship-powiat": 0.94,
    "name-voivodeship-former-type-powiat": 0.92,
    "name-type-powiat": 0.92,
    "name-voivodeship": 0.9,
    "name-voivodeship-former-type": 0.88,
    "name-type": 0.86,
    "former-name-voivodeship-type": 0.86,
    "name-without-diacritics-voivodeship-type": 0.86,
    "part-of-unit": 0.85,
    "name-powiat": 0.84,
    "former-name-voivodeship": 0.82,
    "name-without-diacritics-voivodeship": 0.82,
    "post-office-voivodeship-type": 0.8,
}

# Likewise for links of units to other registers.
LINK_METHODS: dict[str, float] = {"code-table": 0.95, "terc-name-type": 0.9}

Reason = Literal["unknown", "ambiguous", "contradiction", "not-stated"]
Why = Literal[
    "same-name",
    "plain-name",
    "former-name",
    "successor",
    "without-diacritics",
    "other-type",
    "other-powiat",
    "other-voivodeship",
    "other-postcode",
    "seat-town",
    "same-powiat-name",
    "post-office",
    "part-of-unit",
]

# In the words of the report: Polish, English.
REASONS: dict[Reason, tuple[str, str]] = {
    "unknown": ("rejestr nie zna takiej jednostki", "the register knows no such unit"),
    "ambiguous": ("pasuje więcej niż jedna jednostka", "more than one unit fits"),
    "contradiction": ("dane ze strony przeczą sobie lub rejestrowi", "the page contradicts itself or the register"),
    "not-stated": ("strona podaje za mało", "the page does not state enough"),
}
WHYS: dict[Why, tuple[str, str]] = {
    "same-name": ("ta sama nazwa", "same name"),
    "plain-name": ("ta sama nazwa bez dopisku w nawiasie", "same name without its bracket"),
    "former-name": ("dawna nazwa", "former name"),
    "successor": ("następca zniesionej jednostki o tej nazwie", "successor of a former unit of this name"),
    "without-diacritics": ("nazwa podobna, inne znaki diakrytyczne", "alike but for the diacritics"),
    "other-type": ("ta sama nazwa, inny rodzaj", "same name, another type"),
    "other-powiat": ("ta sama nazwa, inny powiat", "same name, another powiat"),
    "other-voivodeship": ("ta sama nazwa, inne województwo", "same name, another voivodeship"),
    "other-postcode": ("kod pocztowy z innej części kraju", "the postcode is of another part of the country"),
    "seat-town": ("powiat gminy o tej nazwie", "the powiat of a gmina with this name"),
    "same-powiat-name": ("ta sama nazwa powiatu", "same name of the powiat"),
    "post-office": ("nazwa poczty", "name of the post office"),
    "part-of-unit": ("część tej gminy", "a part of this gmina"),
}


@dataclass(frozen=True)
class Candidate:
    """A unit that a person may have meant, and why it is offered."""

    unit: Unit
    why: Why

    def __str__(self) -> str:
        return f"{self.unit.label}: {WHYS[self.why][0]} / {WHYS[self.why][1]}"


@dataclass(frozen=True)
class Unresolved:
    """No unit: the reason, the wording of the page, and what a person may choose from."""

    reason: Reason
    printed: str
    candidates: tuple[Candidate, ...] = ()
