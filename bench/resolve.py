"""The resolver on the whole register: precision and recall for each wording.

``python -m bench.resolve`` reads ``SHARED_DIR/teryt`` (or ``--register``: a TERC file as CSV, or a folder that has
it as ``terc.csv``, and ``gmina-history.csv`` if there), makes every unit a case under every wording
(``bench.unit_wordings``, ``bench.unit_levels``; nothing of the resolver is used for that) and prints:

- precision: right answers among all answers. An answer is wrong unless it is exactly what the words fit;
- recall: right answers among the cases in which exactly one answer fits. A refusal counts against it;
- of all: right answers among all cases, those included that no words can decide (two gminas of one name).

Ends with 1 where an answer is wrong or an aim is missed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from bench import unit_levels, unit_wordings
from bench.unit_truth import Country, Truth
from bench.unit_wordings import BOTH, NAME, POWIAT, TYPE, Case
from converters.sources.terc import parse_register
from converters.units.register import Register
from converters.units.resolve import Unresolved, resolve

SEED = 2026
# Least share of right answers: among the answerable where type or powiat is given, among all with the name alone.
AIM_WITH_TYPE_OR_POWIAT = 0.995
AIM_WITH_NAME = 0.86


@dataclass
class Tally:
    """Counts of one wording or one group of them."""

    cases: int = 0
    answerable: int = 0
    right: int = 0
    wrong: int = 0

    def add(self, other: Tally) -> None:
        self.cases += other.cases
        self.answerable += other.answerable
        self.right += other.right
        self.wrong += other.wrong

    @property
    def precision(self) -> float | None:
        answers = self.right + self.wrong
        return self.right / answers if answers else None

    @property
    def recall(self) -> float | None:
        return self.right / self.answerable if self.answerable else None

    @property
    def of_all(self) -> float:
        return self.right / self.cases if self.cases else 0.0


@dataclass(frozen=True)
class Wrong:
    """A case and the codes that were answered instead."""

    case: Case
    answered: frozenset[str]


@dataclass(frozen=True)
class Measured:
    """Tallies by group and wording, in the order in which they came up, and every wrong answer."""

    tallies: dict[tuple[str, str], Tally]
    wrong: tuple[Wrong, ...]

    def group(self, name: str) -> Tally:
        """All wordings of a group together."""
        total = Tally()
        for (group, _), tally in self.tallies.items():
            if group == name:
                total.add(tally)
        return total

    def missed_aims(self) -> tuple[str, ...]:
        """What falls short, in words."""
        with_more = [(name, self.group(name).recall or 0.0, AIM_WITH_TYPE_OR_POWIAT) for name in (TYPE, POWIAT, BOTH)]
        aims = [*with_more, (NAME, self.group(NAME).of_all, AIM_WITH_NAME)]
        short = [f"{name}: {found:.4f}, at least {least} wanted" for name, found, least in aims if found < least]
        return tuple(short + ([f"{len(self.wrong)} wrong answers"] if self.wrong else []))


def cases(country: Country, seed: int = SEED) -> Iterator[Case]:
    """All cases of a register; equal seeds make equal unions."""
    truth = Truth(country)
    yield from unit_wordings.gmina_cases(country, truth)
    yield from unit_wordings.former_cases(country, truth)
    yield from unit_wordings.city_cases(country, truth)
    yield from unit_levels.postcode_cases(country, truth)
    yield from unit_levels.powiat_cases(country)
    yield from unit_levels.voivodeship_cases(country)
    yield from unit_levels.part_cases(country)
    yield from unit_levels.union_cases(country, truth, seed)
    yield from unit_levels.contradiction_cases(country, truth)


def measure(found: Iterable[Case], register: Register) -> Measured:
    """Resolves every case and compares."""
    tallies: dict[tuple[str, str], Tally] = {}
    wrong: list[Wrong] = []
    for case in found:
        tally = tallies.setdefault((case.group, case.wording), Tally())
        tally.cases += 1
        tally.answerable += case.answerable
        answer = resolve(case.statement, register)
        if isinstance(answer, Unresolved):
            continue
        codes = frozenset(match.code.digits for match in answer)
        if codes == case.fits:
            # Naming all that fit, where nobody can tell which is meant, is no wrong answer, and none either.
            tally.right += case.answerable
        else:
            tally.wrong += 1
            wrong.append(Wrong(case, codes))
    return Measured(tallies, tuple(wrong))


def table(measured: Measured) -> Iterator[str]:
    """Markdown: one line for each wording, below the line of its group."""
    yield "| wording | cases | answerable | right | wrong | precision | recall | of all |"
    yield "|---|---|---|---|---|---|---|---|"
    for group in dict.fromkeys(name for name, _ in measured.tallies):
        yield _row(f"**{group}**", measured.group(group))
        for (of, wording), tally in measured.tallies.items():
            if of == group:
                yield _row(wording, tally)


def _row(name: str, tally: Tally) -> str:
    shares = (tally.precision, tally.recall, tally.of_all)
    words = " | ".join("–" if share is None else f"{share:.4f}" for share in shares)
    return f"| {name} | {tally.cases:,} | {tally.answerable:,} | {tally.right:,} | {tally.wrong} | {words} |"


@click.command()
@click.option("--register", "place", type=click.Path(path_type=Path, exists=True), help="A TERC file, or its folder.")
@click.option("--seed", default=SEED, show_default=True, help="Of the unions that are made up.")
@click.option("--groups", is_flag=True, help="Print the groups only.")
@click.option("--show", default=20, show_default=True, help="Print at most so many wrong answers.")
def bench(place: Path | None, seed: int, groups: bool, show: int) -> None:
    """Measure and print a table."""
    place = place or Path(os.environ.get("SHARED_DIR", "../shared")) / "teryt"
    file = place / "terc.csv" if place.is_dir() else place
    register = parse_register(file.read_bytes(), file.name)
    measured = measure(cases(Country.read(place), seed), register)
    click.echo(f"Register of {register.date}, seed {seed}\n")
    for line in table(measured):
        if not groups or "**" in line or line.startswith(("| wording", "|--")):
            click.echo(line)
    for one in measured.wrong[:show]:
        click.echo(f"wrong: {one.case.statement} fits {sorted(one.case.fits)}, answered {sorted(one.answered)}")
    if missed := measured.missed_aims():
        raise click.ClickException("; ".join(missed))


if __name__ == "__main__":
    bench()
