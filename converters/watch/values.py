"""Value checks: what a page states may be well formed and wrong all the same (a lost digit, a swapped date).

What is wrong beyond doubt is not published as that field; what is unlikely is published and told. The record goes on
in either case. Findings name the field and its bounds, never the value. Which rules the shapes have instead stands in
docs/decay.md: the bounds of dates are those of ``shapes/record.ttl``, so that a date costs a date and no record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from model.findings import Finding, Place
from model.records import ParsedRecord, UnitMatch
from model.rules import finding
from model.values import Money, UnitCode

ENTERED = "Data wprowadzenia do BDP"
UPDATED = "Data aktualizacji"
POPULATION = "Liczba mieszkańców"
PERIOD = "Okres realizacji"
PARTICIPANTS = "Uczestnicy"
BUDGET = "Budżet"
GRANT = "Źródło finansowania"

FIRST_ENTRY = dt.date(2001, 1, 1)  # as gpsh:RecordIssued and gpsh:RecordModified
# Gminas are local governments since the act of 8 March 1990.
SELF_GOVERNMENT = 1990
_FIRST_YEAR = 1900
_LONGEST = 30  # years of a period
_POLAND = 40_000_000  # more people than the country has
_MOST = Decimal(10_000_000_000)  # złoty: more than any local government's project
_LEAST = Decimal(100)  # złoty: "15" is what is left of "15.707.281,20"
# Inhabitants by level, with some room: on 2020-12-31 gminas had 1,286 to 1,790,658, powiats from 19,914 on,
# voivodeships 982,626 to 5,423,168 (GUS, Bank Danych Lokalnych).
_BY_LEVEL = {"gmina": (1_000, 2_500_000), "powiat": (15_000, 2_500_000), "voivodeship": (800_000, 7_000_000)}
_MOST_PEOPLE = 10_000_000  # as gpsh:RecordPopulation, which would cost the record
_MAGNITUDE = 10  # times: another order of magnitude
_CHANGED = 2  # times: more than a known figure changes in decades


@dataclass(frozen=True)
class Known:
    """What values are compared with: the day of the run, and inhabitants of units (by their digits) where known."""

    today: dt.date
    people: Mapping[str, int] = field(default_factory=dict)


def check(record: ParsedRecord, units: Iterable[UnitMatch], known: Known) -> tuple[ParsedRecord, tuple[Finding, ...]]:
    """The record without the values that cannot be right, and what was found."""
    findings: list[Finding] = []
    codes = [match.code for match in units]
    record = _dates(record, known, findings)
    record = _period(record, known, findings)
    record = _population(record, codes, known, findings)
    record = _participants(record, codes, known, findings)
    budget = _amount(record, BUDGET, record.budget, findings)
    grant = _amount(record, GRANT, record.grant, findings)
    return replace(record, budget=budget, grant=grant), tuple(findings)


def _place(record: ParsedRecord, label: str) -> Place:
    return Place(record.snapshot.file, record.lines.get(label), label)


def _dates(record: ParsedRecord, known: Known, findings: list[Finding]) -> ParsedRecord:
    # A page says nothing of days after it was fetched; one day more, because the fetching day may be UTC's.
    last = (record.snapshot.retrieved or known.today) + dt.timedelta(days=1)

    def possible(label: str, date: dt.date | None) -> dt.date | None:
        if date is None or FIRST_ENTRY <= date <= last:
            return date
        bounds = {"first": FIRST_ENTRY.isoformat(), "last": last.isoformat()}
        findings.append(finding("date-impossible", _place(record, label), label=label, **bounds))
        return None

    issued, modified = possible(ENTERED, record.issued), possible(UPDATED, record.modified)
    if issued and modified and modified < issued:
        # Which of the two is wrong cannot be told.
        findings.append(finding("dates-reversed", _place(record, UPDATED)))
        issued = modified = None
    return replace(record, issued=issued, modified=modified)


def _period(record: ParsedRecord, known: Known, findings: list[Finding]) -> ParsedRecord:
    period = record.period
    if period is None:
        return record
    start, end = period.start, period.end or period.start
    latest = known.today.year + _LONGEST
    place = _place(record, PERIOD)
    if start.year < _FIRST_YEAR or start.year > latest:
        bounds = {"first": str(_FIRST_YEAR), "last": str(latest)}
        findings.append(finding("date-impossible", place, label=PERIOD, **bounds))
        return replace(record, period=None)
    if start.year < SELF_GOVERNMENT or end.year - start.year > _LONGEST:
        findings.append(finding("period-unlikely", place, first=str(SELF_GOVERNMENT), years=str(_LONGEST)))
    return record


def _population(record: ParsedRecord, codes: list[UnitCode], known: Known, findings: list[Finding]) -> ParsedRecord:
    stated = record.reported_population
    if stated is None or not codes:
        return record
    figures = [known.people.get(code.digits) for code in codes]
    ranges = [
        (figure, figure) if figure else _BY_LEVEL[code.level] for figure, code in zip(figures, codes, strict=True)
    ]
    # A union's page may state the inhabitants of one member or of all.
    low, high = min(low for low, _ in ranges), sum(high for _, high in ranges)
    bounds = {"low": _grouped(low), "high": _grouped(high)}
    if stated * _MAGNITUDE < low or stated > min(high * _MAGNITUDE, _MOST_PEOPLE):
        findings.append(finding("population-impossible", _place(record, POPULATION), **bounds))
        return replace(record, reported_population=None)
    room = _CHANGED if all(figures) else 1
    if stated * room < low or stated > high * room:
        findings.append(finding("population-unlikely", _place(record, POPULATION), **bounds))
    return record


def _participants(record: ParsedRecord, codes: list[UnitCode], known: Known, findings: list[Finding]) -> ParsedRecord:
    stated = record.participants
    if stated is None:
        return record
    if stated > _POLAND:
        findings.append(finding("participants-impossible", _place(record, PARTICIPANTS), high=_grouped(_POLAND)))
        return replace(record, participants=None)
    figures = [known.people.get(code.digits, 0) for code in codes]
    inhabitants = sum(figures) if figures and all(figures) else record.reported_population
    if inhabitants and stated > inhabitants:
        findings.append(finding("participants-unlikely", _place(record, PARTICIPANTS), high=_grouped(inhabitants)))
    return record


def _amount(record: ParsedRecord, label: str, money: Money | None, findings: list[Finding]) -> Money | None:
    if money is None:
        return None
    bounds = {"label": label, "high": _grouped(int(_MOST))}
    if not 0 < money.amount <= _MOST:
        findings.append(finding("amount-impossible", _place(record, label), **bounds))
        return None
    if money.amount < _LEAST:
        findings.append(finding("amount-unlikely", _place(record, label), label=label, low=str(_LEAST)))
    return money


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")
