"""Resolves what a page says about its place to units of the register, with the method and a score, or not at all.

Nothing is ever guessed: a wrong unit would be published as a fact about a town, a missing one is asked of a
person, with the candidates. Where evidence of equal weight differs, the statement stays unresolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from converters.units.gmina import Evidence, finish, match_gmina
from converters.units.part import city_parts, match_part
from converters.units.powiat import is_around, powiat_fit
from converters.units.register import Register, Unit
from converters.units.results import METHODS, REASONS, WHYS, Candidate, Reason, Unresolved
from converters.units.wording import (
    Kind,
    combine,
    powiat_name,
    read_kind,
    read_voivodeship,
    split_name,
)
from model.records import UnitMatch, UnitStatement
from model.values import UnitCode

__all__ = ["METHODS", "REASONS", "WHYS", "Candidate", "Unresolved", "printed_as", "resolve"]


def resolve(statement: UnitStatement, register: Register) -> tuple[UnitMatch, ...] | Unresolved:
    """The unit (of a union of gminas: all members) that a page means, or why that cannot be told.

    A city with powiat rights is always its gmina. Districts, delegations and rural areas are mapped to their
    gmina (method ``part-of-unit``). Without a complete register nothing is concluded from a name being the
    only one in the country.
    """
    printed = printed_as(statement)
    if statement.source_code is not None:
        defined = _defined((statement.source_code, *statement.further_codes), printed, register)
        return _agreed(statement.source_code, defined, statement, register) if statement.names else defined
    evidence = Evidence(
        printed,
        powiat=powiat_name(statement.powiat),
        postcode=statement.postcode,
        post_office=statement.post_office,
    )
    names = [" ".join(name.split()) for name in statement.names if name.strip()]
    kind = read_kind(statement.kind) if statement.kind else None
    if statement.kind and kind is None:
        return Unresolved("unknown", printed, _named(names, register))
    if statement.voivodeship:
        voivodeship = read_voivodeship(statement.voivodeship, register)
        if voivodeship is None:
            return Unresolved("unknown", printed, _named(names, register))
        evidence = replace(evidence, voivodeship=voivodeship)
    if len(names) > 1 or (kind is not None and kind.level == "union"):
        return _resolve_members(names, kind, evidence, register)
    found = _resolve_one(names[0] if names else None, kind, evidence, register)
    return found if isinstance(found, Unresolved) else (found,)


def printed_as(statement: UnitStatement) -> str:
    """The wording of the page in one line: ``gmina miejska Gdynia, powiat gdynia, pomorskie``."""
    powiat = powiat_name(statement.powiat)
    parts = [
        " ".join(part for part in (statement.kind, ", ".join(statement.names)) if part),
        f"powiat {powiat}" if powiat else None,
        statement.voivodeship,
    ]
    if not statement.names and statement.post_office:
        parts.append(f"poczta {statement.post_office}")
    return ", ".join(" ".join(part.split()) for part in parts if part)


def _defined(codes: Iterable[UnitCode], printed: str, register: Register) -> tuple[UnitMatch, ...] | Unresolved:
    found = []
    for code in codes:
        if register.get(code) is None:
            return Unresolved("unknown", printed or code.digits)
        found.append(UnitMatch(code, "source-definition", METHODS["source-definition"], printed))
    return tuple(found)


def _agreed(
    code: UnitCode, defined: tuple[UnitMatch, ...] | Unresolved, statement: UnitStatement, register: Register
) -> tuple[UnitMatch, ...] | Unresolved:
    """A code with words beside it: they must lead to the same unit, or leave it possible. A mistyped digit is a
    unit too, at the other end of the country.
    """
    if isinstance(defined, Unresolved):
        return defined
    said = resolve(replace(statement, source_code=None), register)
    codes = (
        {candidate.unit.code for candidate in said.candidates}
        if isinstance(said, Unresolved)
        else {match.code for match in said}
    )
    if code in codes:
        return defined
    unit = register.get(code)
    candidates = (Candidate(unit, "same-name"),) if unit is not None else ()
    return Unresolved("contradiction", printed_as(statement), candidates)


def _resolve_members(
    names: list[str], kind: Kind | None, evidence: Evidence, register: Register
) -> tuple[UnitMatch, ...] | Unresolved:
    """All members of a union, or none of them. The powiat and postcode are its seat's, not the members'."""
    members = [part.strip() for name in names for part in re.split(r"[,;]", name) if part.strip()]
    if len(members) < 2:
        # One name with a union is where its office is.
        return Unresolved("not-stated", evidence.printed, _named(members, register))
    shared = None if kind is None or kind.level == "union" else kind
    found: dict[UnitCode, UnitMatch] = {}
    failed: list[Unresolved] = []
    for member in members:
        own = Evidence(member, voivodeship=evidence.voivodeship)
        match = _resolve_one(member, shared, own, register)
        if isinstance(match, Unresolved):
            failed.append(match)
        else:
            found.setdefault(match.code, match)
    if failed:
        candidates = tuple(candidate for one in failed for candidate in one.candidates)
        return Unresolved(failed[0].reason, ", ".join(one.printed for one in failed), candidates)
    return tuple(found.values())


def _resolve_one(
    text: str | None, printed_kind: Kind | None, evidence: Evidence, register: Register
) -> UnitMatch | Unresolved:
    name, beside = split_name(text, register) if text else (None, None)
    kind = combine(printed_kind, beside)
    if kind is None:
        return Unresolved("contradiction", evidence.printed, _named([name] if name else [], register))
    if kind.level == "voivodeship":
        return _match_voivodeship(name, evidence, register)
    if kind.level == "powiat":
        return _match_powiat(name, kind, evidence, register, named=beside is not None and beside.level == "powiat")
    if name is None:
        return _match_without_name(kind, evidence, register)
    if kind.level == "part":
        part = match_part(name, kind, evidence, register)
        return part or Unresolved("unknown", evidence.printed, _named([name], register))
    if city_parts(name, register) and not register.gminas_named(name):
        return match_part(name, kind, evidence, register) or match_gmina(name, kind, evidence, register)
    return match_gmina(name, kind, evidence, register)


def _match_voivodeship(name: str | None, evidence: Evidence, register: Register) -> UnitMatch | Unresolved:
    named = read_voivodeship(name, register) if name else None
    unit = evidence.voivodeship or named
    if unit is None:
        return Unresolved("unknown" if name else "not-stated", evidence.printed)
    if named is not None and named != unit:
        candidates = (Candidate(unit, "same-name"), Candidate(named, "same-name"))
        return Unresolved("contradiction", evidence.printed, candidates)
    return finish(unit, "voivodeship", evidence)


def _match_powiat(
    name: str | None, kind: Kind, evidence: Evidence, register: Register, *, named: bool
) -> UnitMatch | Unresolved:
    """A land powiat by its adjective. ``named``: the word "powiat" stands beside the name.

    The name may also be that of the seat, which proves nothing: towns are seats of powiats of other names.
    """
    is_adjective = any(not unit.has_powiat_rights for unit in (register.powiats_named(name) if name else ()))
    own_name = powiat_name(name) if named or is_adjective else None
    adjective = own_name or evidence.powiat
    if adjective is None:
        return Unresolved("not-stated", evidence.printed, _seats(name, evidence, register))
    everywhere = register.powiats_named(adjective)
    inside = [unit for unit in everywhere if _is_inside(unit, evidence)]
    if not inside:
        reason: Reason = "contradiction" if everywhere and register.complete else "unknown"
        candidates = tuple(Candidate(unit, "other-voivodeship") for unit in everywhere)
        return Unresolved(reason, evidence.printed, candidates or _seats(name, evidence, register))
    candidates = tuple(Candidate(unit, "same-powiat-name") for unit in inside)
    if len(inside) > 1 or not (evidence.voivodeship or register.complete):
        return Unresolved("ambiguous", evidence.printed, candidates)
    if inside[0].has_powiat_rights:
        # "powiat Gdynia" may be the city or, loosely, the powiat around it; a land powiat it is not.
        return Unresolved("contradiction" if kind.exact else "ambiguous", evidence.printed, candidates)
    printed_apart = own_name and evidence.powiat and inside[0] not in register.powiats_named(evidence.powiat)
    if printed_apart or (own_name is None and _is_elsewhere(name, evidence, register)):
        return Unresolved("contradiction", evidence.printed, candidates)
    return finish(inside[0], "powiat-voivodeship" if evidence.voivodeship else "name-type", evidence)


def _match_without_name(kind: Kind, evidence: Evidence, register: Register) -> UnitMatch | Unresolved:
    """A town of its own has a post office of its own name; other gminas share their neighbour's."""
    offices = [
        unit
        for unit in (register.gminas_named(evidence.post_office) if evidence.post_office else ())
        if _is_inside(unit, evidence)
    ]
    candidates = tuple(Candidate(unit, "post-office") for unit in offices)
    if kind.types != {"1"} or evidence.voivodeship is None:
        return Unresolved("not-stated", evidence.printed, candidates)
    towns = [unit for unit in offices if unit.terc[6] == "1" and (unit.has_powiat_rights or not kind.powiat_rights)]
    if len(towns) == 1:
        if powiat_fit(towns[0], evidence.powiat, register) == "no":
            return Unresolved("contradiction", evidence.printed, candidates)
        return finish(towns[0], "post-office-voivodeship-type", evidence, office_is_proof=True)
    powiats = [
        unit
        for unit in (register.powiats_named(evidence.powiat) if evidence.powiat else ())
        if _is_inside(unit, evidence) and unit.has_powiat_rights
    ]
    city = register.get(UnitCode(powiats[0].code.digits + "01")) if len(powiats) == 1 else None
    if city is not None and not offices:
        # A city with powiat rights is the only gmina of the powiat that bears its name.
        return finish(city, "powiat-voivodeship", evidence)
    return Unresolved("not-stated", evidence.printed, candidates)


def _is_inside(unit: Unit, evidence: Evidence) -> bool:
    return evidence.voivodeship is None or unit.voivodeship == evidence.voivodeship.code


def _is_elsewhere(seat: str | None, evidence: Evidence, register: Register) -> bool:
    """Whether gminas bear the seat's name, but none in the printed voivodeship."""
    gminas = register.gminas_named(seat) if seat else ()
    return bool(gminas) and not any(_is_inside(unit, evidence) for unit in gminas)


def _seats(name: str | None, evidence: Evidence, register: Register) -> tuple[Candidate, ...]:
    """The land powiats whose seat may be the town of this name: its own, or the one around a city."""
    found: dict[Unit, None] = {}
    for town in register.gminas_named(name) if name else ():
        if not _is_inside(town, evidence):
            continue
        for powiat in register.of_level("powiat"):
            if powiat.code == town.parent or is_around(powiat, town):
                found[powiat] = None
    return tuple(Candidate(unit, "seat-town") for unit in found if not unit.has_powiat_rights)


def _named(names: list[str], register: Register) -> tuple[Candidate, ...]:
    plain = [split_name(name, register)[0] for name in names]
    same = [Candidate(unit, "same-name") for name in plain for unit in register.gminas_named(name)]
    alike = [Candidate(unit, "without-diacritics") for name in plain for unit in register.similar(name)]
    return tuple(same + alike)
