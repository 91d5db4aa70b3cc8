"""Statements and outcomes for the tests of the resolver."""

from __future__ import annotations

from converters.units.register import Register
from converters.units.resolve import Unresolved, resolve
from model.records import UnitMatch, UnitStatement

GDYNIA = UnitStatement(
    names=("Gdynia",),
    kind="gmina miejska",
    powiat="gdynia",
    voivodeship="pomorskie",
    postcode="81-265",
    post_office="Gdynia",
)


def one(statement: UnitStatement, register: Register) -> UnitMatch:
    found = resolve(statement, register)
    assert not isinstance(found, Unresolved), found
    assert len(found) == 1
    return found[0]


def refused(statement: UnitStatement, register: Register) -> Unresolved:
    found = resolve(statement, register)
    assert isinstance(found, Unresolved), found
    return found


def offered(found: Unresolved) -> set[tuple[str, str]]:
    return {(candidate.unit.terc, candidate.why) for candidate in found.candidates}


def place(
    name: str = "",
    kind: str | None = None,
    voivodeship: str | None = None,
    powiat: str | None = None,
    postcode: str | None = None,
    post_office: str | None = None,
) -> UnitStatement:
    return UnitStatement((name,) if name else (), kind, powiat, voivodeship, postcode, post_office)
