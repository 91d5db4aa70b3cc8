"""Which gmina a name means, on the evidence of type, voivodeship and powiat. It never chooses between two.

A printed type binds, with one exception that the register itself made 127 times since 2010: a gmina that has
since become mixed (type 3) is still the same gmina under its old type.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from converters.units.powiat import PowiatFit, powiat_fit
from converters.units.register import Register, Unit, name_key
from converters.units.results import METHODS, Candidate, Unresolved, Why
from converters.units.wording import Kind, postcode_reaches
from model.records import UnitMatch

_POSTCODE_AGREES = 0.005
_POST_OFFICE_AGREES = 0.005
_POSTCODE_OUTWEIGHED = 0.05
# Names that are not the register's own of today have methods of their own.
_OTHER_NAMES: dict[Why, str] = {"former-name": "former-name", "without-diacritics": "name-without-diacritics"}
# Only these rest on name, voivodeship and powiat together: enough to outweigh a postcode from elsewhere.
_OUTWEIGH_POSTCODE = ("name-voivodeship-type-powiat", "name-voivodeship-powiat")


# ``former``: the register's history says that it was of this type. ``loose``: mixed (3), printed as if it were
# the town (1) or the rural gmina (2) alone, and no state since 2010 knows it so.
TypeFit = Literal["exact", "any", "former", "loose", "no"]


@dataclass(frozen=True)
class Evidence:
    """What a page says beside name and type, read as far as it can be."""

    printed: str
    voivodeship: Unit | None = None
    powiat: str | None = None
    postcode: str | None = None
    post_office: str | None = None


@dataclass(frozen=True)
class _Rated:
    unit: Unit
    why: Why
    type_fit: TypeFit
    powiat_fit: PowiatFit

    @property
    def viable(self) -> bool:
        return self.type_fit != "no" and self.powiat_fit != "no"

    @property
    def is_certain(self) -> bool:
        """A name without its bracket is so only together with the right powiat."""
        return self.why != "plain-name" or self.powiat_fit == "fits"

    @property
    def candidate(self) -> Candidate:
        if self.why != "same-name":
            return Candidate(self.unit, self.why)
        if self.type_fit == "no":
            return Candidate(self.unit, "other-type")
        return Candidate(self.unit, "other-powiat" if self.powiat_fit == "no" else "same-name")


def match_gmina(name: str, kind: Kind, evidence: Evidence, register: Register) -> UnitMatch | Unresolved:
    """The one gmina that the evidence allows, or why there is none."""
    pool = _pool(name, register)
    if not pool and register.complete and name.isascii() and evidence.voivodeship is not None:
        # Printed without any diacritics, and the name of nothing else: "Zdunska Wola".
        pool = [found for spelling in register.spellings(name) for found in _pool(spelling, register)]
        pool = [(unit, "without-diacritics" if why == "same-name" else why) for unit, why in pool]
    if not pool:
        return Unresolved("unknown", evidence.printed, _proposals(name, evidence.voivodeship, register))
    rated = [
        _Rated(unit, why, _type_fit(unit, kind, register), _powiat(unit, evidence, register)) for unit, why in pool
    ]
    if evidence.voivodeship is None:
        return _match_nationally(rated, name, kind, evidence, register)
    here = [one for one in rated if one.unit.voivodeship == evidence.voivodeship.code]
    if not here:
        elsewhere = tuple(Candidate(unit, "other-voivodeship") for unit, _ in pool)
        reason: Literal["contradiction", "unknown"] = "contradiction" if register.complete else "unknown"
        proposals = _proposals(name, evidence.voivodeship, register)
        return Unresolved(reason, evidence.printed, elsewhere + proposals)
    return _match_in_voivodeship(here, [one for one in rated if one not in here], evidence)


def _match_in_voivodeship(here: list[_Rated], elsewhere: list[_Rated], evidence: Evidence) -> UnitMatch | Unresolved:
    viable = [rated for rated in here if rated.viable]
    chosen = [rated for rated in viable if rated.type_fit != "loose"]
    if not chosen and any(rated.type_fit in ("exact", "former") for rated in elsewhere):
        # A namesake elsewhere is of the printed type: either the type is wrong or the voivodeship.
        chosen = [rated for rated in viable if rated.powiat_fit == "fits"]
        viable = viable if chosen else []
    elif not chosen and (len(here) == 1 or evidence.powiat is not None):
        chosen = viable
    if len(chosen) == 1 and chosen[0].is_certain:
        return finish(chosen[0].unit, _method(chosen[0]), evidence)
    return _refused(here, chosen or viable, evidence)


def _match_nationally(
    everywhere: list[_Rated], name: str, kind: Kind, evidence: Evidence, register: Register
) -> UnitMatch | Unresolved:
    """Without a voivodeship a name must be the only one of its type in the country, and not a former one."""
    viable = [rated for rated in everywhere if rated.viable]
    # A namesake that may have been of the printed type before counts as another: the page may be older.
    if kind.types == {"1"}:
        # No town that became mixed has ever shared its name with a gmina miejska.
        viable = [rated for rated in viable if rated.type_fit in ("exact", "any")]
    enough = kind.exact or any(rated.powiat_fit == "fits" for rated in viable)
    only_changed = len(viable) == 1 and viable[0].type_fit in ("former", "loose")
    if not register.complete or not enough or only_changed:
        reason: Literal["ambiguous", "not-stated"] = "ambiguous" if len(everywhere) > 1 else "not-stated"
        return Unresolved(reason, evidence.printed, tuple(rated.candidate for rated in everywhere))
    if len(viable) == 1 and viable[0].is_certain and viable[0].why != "former-name":
        alike = _alike(name, kind, evidence, register)
        if alike:
            return Unresolved("ambiguous", evidence.printed, (viable[0].candidate, *alike))
        fits = viable[0].powiat_fit == "fits"
        method = ("name-type-powiat" if fits else "name-type") if kind.exact else "name-powiat"
        return finish(viable[0].unit, method, evidence)
    return _refused(everywhere, viable, evidence)


def _alike(name: str, kind: Kind, evidence: Evidence, register: Register) -> tuple[Candidate, ...]:
    """Other gminas that are meant where the name is printed without diacritics: Brojce may be Brójce."""
    return tuple(
        Candidate(unit, "without-diacritics")
        for unit in (register.similar(name) if name.isascii() else ())
        if _type_fit(unit, kind, register) != "no" and _powiat(unit, evidence, register) != "no"
    )


def _refused(pool: list[_Rated], left: list[_Rated], evidence: Evidence) -> Unresolved:
    candidates = tuple(rated.candidate for rated in pool)
    if len(left) > 1 or any(rated.why != "former-name" for rated in left):
        return Unresolved("ambiguous", evidence.printed, candidates)
    known = any(rated.why == "same-name" for rated in pool)
    return Unresolved("contradiction" if known or not left else "unknown", evidence.printed, candidates)


def finish(unit: Unit, method: str, evidence: Evidence, *, office_is_proof: bool = False) -> UnitMatch | Unresolved:
    """The match with its score, unless the postcode is of another part of the country."""
    score = METHODS[method]
    reaches = postcode_reaches(evidence.postcode, unit)
    if reaches is False:
        if method not in _OUTWEIGH_POSTCODE:
            return Unresolved("contradiction", evidence.printed, (Candidate(unit, "other-postcode"),))
        score -= _POSTCODE_OUTWEIGHED
    elif reaches:
        score += _POSTCODE_AGREES
    office = evidence.post_office
    if office and not office_is_proof and name_key(office) == name_key(unit.name):
        score += _POST_OFFICE_AGREES
    return UnitMatch(unit.code, method, round(score, 3), evidence.printed)


def takes_type(unit: Unit, kind: Kind, register: Register) -> bool:
    """Whether a gmina may be printed with this type."""
    return _type_fit(unit, kind, register) != "no"


def _pool(name: str, register: Register) -> list[tuple[Unit, Why]]:
    found: dict[Unit, Why] = {}
    groups: tuple[tuple[Iterable[Unit], Why], ...] = (
        (register.gminas_named(name), "same-name"),
        (register.gminas_plainly_named(name), "plain-name"),
        (register.gminas_once_named(name), "former-name"),
    )
    for units, why in groups:
        for unit in units:
            found.setdefault(unit, why)
    return list(found.items())


def _proposals(name: str, voivodeship: Unit | None, register: Register) -> tuple[Candidate, ...]:
    found = [Candidate(unit, "without-diacritics") for unit in register.similar(name)]
    for part in register.parts_named(name):
        gmina = register.get(part.gmina)
        if gmina is not None and part.rodz in ("8", "9"):
            found.append(Candidate(gmina, "part-of-unit"))
    found += [Candidate(unit, "successor") for unit in register.successors_named(name)]
    return tuple(
        candidate for candidate in found if voivodeship is None or candidate.unit.voivodeship == voivodeship.code
    )


def _powiat(unit: Unit, evidence: Evidence, register: Register) -> PowiatFit:
    return powiat_fit(unit, evidence.powiat, register)


def _type_fit(unit: Unit, kind: Kind, register: Register) -> TypeFit:
    rodz = unit.terc[6]
    if kind.powiat_rights:
        return "exact" if unit.has_powiat_rights else "no"
    if rodz in kind.types:
        return "exact" if kind.exact else "any"
    if kind.types & {event.terc[6] for event in register.events(unit.code) if event.kind == "changed"}:
        return "former"
    return "loose" if rodz == "3" and kind.types in ({"1"}, {"2"}) else "no"


def _method(rated: _Rated) -> str:
    typed = rated.type_fit in ("exact", "former")
    if rated.why in _OTHER_NAMES:
        return f"{_OTHER_NAMES[rated.why]}-voivodeship" + ("-type" if typed else "")
    middle = {"exact": "-type", "former": "-former-type", "loose": "-former-type"}.get(rated.type_fit, "")
    return f"name-voivodeship{middle}" + ("-powiat" if rated.powiat_fit == "fits" else "")
