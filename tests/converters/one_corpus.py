"""The converters from pages to triples without a release: what a run makes of pages and of an earlier run's state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Triple

from converters import accepted
from converters.contract import PageInfo
from converters.convert import apply_rights, parse_page, resolve_units
from converters.identity import IdentityRegister
from converters.inputs import InputFile
from converters.joining.gather import gather
from converters.joining.naming import name_all
from converters.joining.same import Answers, parse_answers
from converters.organisations import Bodies
from converters.rights import TextRights
from converters.shares import shares
from converters.sources.terc import parse_register
from converters.triples import RecordTriples
from converters.units.overrides import parse_overrides
from model.findings import Finding
from model.iris import Iris
from model.records import Record
from ontology.ntriples import decoded, encoded

SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "TERC_Przyklad_2026-01-01.xml"
REGISTER = parse_register(SAMPLE.read_bytes(), SAMPLE.name)
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


@dataclass
class Corpus:
    """The state between runs; each ``run`` is a publication of the pages that it gets."""

    rights: dict[str, TextRights] = field(default_factory=dict)
    identity: str = ""
    kept: str = ""
    answers: str = ""
    overrides: str = ""

    def run(self, pages: Iterable[InputFile]) -> Run:
        register = IdentityRegister.load(self.identity.splitlines(keepends=True), dt.date(2026, 1, 31))
        kept = accepted.load(self.kept.split("\n"))
        answers = parse_answers(f"first,second,same\n{self.answers}\n", "same.csv") if self.answers else Answers()
        overrides = parse_overrides(f"key,unit\n{self.overrides}\n", "unit-overrides.csv", REGISTER)
        findings: list[Finding] = []
        parsed = [parse_page(page) for page in pages]
        gathered = gather(parsed, kept, answers, self.rights)
        findings += [said for page in parsed for said in page.findings] + list(gathered.findings)
        resolved = []
        for page in gathered.pages:
            if page.record is None:
                continue
            item, said = resolve_units(page.record, REGISTER, overrides, page.persons)
            findings += said
            if item is not None:
                resolved.append(apply_rights(item, self.rights)[0])
        bodies = Bodies(register, {code.digits: unit.name for code, unit in REGISTER.units.items()})
        named = name_all(resolved, kept, register, bodies, self.rights, answers)
        findings += named.findings
        records = {record.ref: record for record in (*named.kept, *named.records)}
        self.identity, self.kept = register.dump(), accepted.dump(records.values())
        return Run(tuple(records.values()), (*gathered.set_aside, *named.set_aside), tuple(findings), register)


@dataclass(frozen=True)
class Run:
    """What came of one run: all records in force, files set aside, findings, the register."""

    records: tuple[Record, ...]
    set_aside: tuple[str, ...]
    findings: tuple[Finding, ...]
    register: IdentityRegister

    def codes(self) -> list[str]:
        return [found.rule.code for found in self.findings]

    def record(self, ref: str) -> Record:
        return next(record for record in self.records if record.ref == ref)

    def triples(self) -> frozenset[Triple]:
        groups: dict[str, list[Record]] = {}
        for record in self.records:
            groups.setdefault(record.practice, []).append(record)
        replaced = self.register.replaced("practice")
        return frozenset(
            triple
            for practice, group in groups.items()
            for share in shares(group)
            for triple in decoded(encoded(RecordTriples(share, Iris(), replaced.get(practice, ()))))
        )


def page(name: str, text: str, url: str | None = None, title: str | None = None, day: int | None = None) -> InputFile:
    """A saved page as ``pages.csv`` would describe it."""
    retrieved = dt.date(2026, 1, day) if day else None
    return InputFile(name, text.encode(), PageInfo(url, title, retrieved))


def published(pages: Sequence[InputFile], rights: dict[str, TextRights] | None = None) -> Run:
    """One run over pages, from nothing."""
    return Corpus(rights or {}).run(pages)
