"""A synthetic corpus as the shapes gate gets it: units, concepts, bodies and practices made up by counting.

No name, number or text of it is anybody's; equal arguments give equal triples.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from pyoxigraph import Triple

from converters.organisation_triples import Organisation, organisation_triples
from converters.shares import shares
from converters.triples import RecordTriples
from converters.units.register import Unit
from converters.units.triples import unit_triples
from dumps.serialise import unsorted_ntriples
from model.findings import Place
from model.iris import DEFAULT_BASE, Iris
from model.records import BodyStatement, ParsedRecord, Record, Section, SectionKind, Snapshot, UnitMatch
from model.values import Money, PartialDate, Period, UnitCode
from ontology.ntriples import decoded, encoded
from ontology.schemes import concepts, vocabulary
from shapes.gate import Bundle

# As many as the register of 2026-01-01 has: 16 voivodeships, 380 powiats, 2,479 gminas.
POWIATS, GMINAS = 380, 2479
# A town reports several practices of a few bodies; in the sources every third practice has a body of its own.
_PRACTICES_OF_A_BODY = 3
_SENTENCE = "Zespół prowadzi zajęcia dla mieszkańców w świetlicy, szkole i bibliotece, a wyniki omawia co kwartał. "
_IRIS = Iris()


def corpus(practices: int, changed: int = 0) -> list[Bundle]:
    """Bundles of a whole run; the first ``changed`` practices tell something else than they did before."""
    codes = [unit.code for unit in _units() if len(unit.code.digits) == 6]
    return [*_reference(), *_bodies(practices, codes), *(_practice(n, codes, n < changed) for n in range(practices))]


def graphs(practices: int, changed: int = 0) -> dict[str, Iterable[bytes]]:
    """The content graphs of the same run as lines in no order, so that a large one need not be held."""
    codes = [unit.code for unit in _units() if len(unit.code.digits) == 6]
    told = (_practice(number, codes, number < changed) for number in range(practices))
    content: dict[str, Iterable[Triple]] = {
        "practices": (triple for bundle in told for triple in bundle.triples),
        "units": (triple for unit in _units() for triple in unit_triples(unit, _IRIS)),
        "organisations": (triple for bundle in _bodies(practices, codes) for triple in bundle.triples),
        "concepts": concepts(DEFAULT_BASE),
        "vocabulary": vocabulary(),
    }
    return {name: unsorted_ntriples(triples) for name, triples in content.items()}


def _reference() -> Iterator[Bundle]:
    yield Bundle("concepts", "concept", concepts(DEFAULT_BASE), {}, Place("ontology/concepts"))
    for unit in _units():
        yield Bundle(unit.code.digits, "unit", tuple(unit_triples(unit, _IRIS)), {}, Place("TERC.xml"))


def _units() -> Iterator[Unit]:
    voivodeships = [f"{2 * number:02}" for number in range(1, 17)]
    for digits in voivodeships:
        yield Unit(UnitCode(digits), f"województwo {digits}", "wojewodztwo", digits)
    powiats = [f"{voivodeships[n % 16]}{n // 16 + 1:02}" for n in range(POWIATS)]
    for digits in powiats:
        yield Unit(UnitCode(digits), f"powiat {digits}", "powiat", digits)
    for number in range(GMINAS):
        digits = f"{powiats[number % POWIATS]}{number // POWIATS + 1:02}"
        yield Unit(UnitCode(digits), f"Gmina {digits}", "gmina-wiejska", f"{digits}2")


def _bodies(practices: int, codes: list[UnitCode]) -> Iterator[Bundle]:
    for number in range(-(-practices // _PRACTICES_OF_A_BODY)):
        code = codes[number % len(codes)]
        said = BodyStatement(
            f"Ośrodek Działań Miejscowych nr {number}",
            street=f"Polna {number % 90 + 1}",
            postcode=f"{number % 90 + 10}-{number % 900 + 100}",
            post_office=f"Poczta {code.digits}",
            phones=("+48 58 700 00 00",),
            emails=(f"sekretariat@osrodek{number}.example.org",),
            website=f"http://osrodek{number}.example.org/",
        )
        body = Organisation(f"osrodek-{number}", said.name, (f"ODM {number}",), code, (said,))
        yield Bundle(
            body.ref,
            "organisation",
            tuple(decoded(encoded(organisation_triples(body, _IRIS)))),
            {},
            Place(f"{number}.txt"),
        )


def _practice(number: int, codes: list[UnitCode], changed: bool) -> Bundle:
    body = number // _PRACTICES_OF_A_BODY
    match = UnitMatch(
        codes[body % len(codes)], "name-voivodeship-type", 0.98, f"gmina {codes[body % len(codes)].digits}"
    )
    parsed = _parsed(number)
    if changed:
        parsed = replace(parsed, participants=(parsed.participants or 0) + 1)
    ref = f"bdp-{number}"
    record = Record(ref, ref, parsed, (match,), (f"osrodek-{body}",))
    (share,) = shares((record,))
    return Bundle(ref, "record", tuple(decoded(encoded(RecordTriples(share, _IRIS)))), {}, Place(f"{number}.txt"))


def _parsed(number: int) -> ParsedRecord:
    title = f"Miejscowe działanie numer {number}"
    start = dt.date(2005, 1, 1) + dt.timedelta(days=number % 6000)
    budget = Decimal(1000 + number)
    return ParsedRecord(
        source="bdp",
        snapshot=Snapshot(
            hashlib.sha256(title.encode()).hexdigest(), f"{number}.txt", f"https://example.org/p/{number}", start
        ),
        title=title,
        number=str(number),
        category="uslugi-spoleczne.pomoc-spoleczna",
        sections=tuple(Section(kind, f"{title}. {_SENTENCE * 2}{kind.value} {number}.", 1) for kind in SectionKind),
        issued=start,
        modified=start,
        reported_population=1000 + number,
        areas=("praca-socjalna",),
        services=("praca-socjalna",),
        indicators=("asystenci-rodziny",),
        period=Period(PartialDate(start.year, start.month), PartialDate(start.year + 2)),
        participants=number % 500,
        budget=Money(budget),
        grant=Money(budget - 100),
        funding="Europejski Fundusz Społeczny",
    )
