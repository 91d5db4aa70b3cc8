"""Records as the CSV tables that ``mapping.rml.ttl`` reads.

Whatever a mapping language cannot compute (hashes of links, parts of a street, the words of the rights) is computed
here, before the clock starts: the mapping engine is spared that work.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path

from converters.identity import IdentityRegister
from converters.organisation_triples import Organisation, organisations
from model.iris import DEFAULT_BASE, Iris
from model.records import BodyStatement, Record, SectionKind
from ontology.terms import GP

_IRIS = Iris(DEFAULT_BASE)
_RECORDS = (
    *("record", "practice", "title", "category", *(kind.value for kind in SectionKind), "issued", "modified"),
    *("population", "url", "sha256", "retrieved", "unit", "link", "method", "score", "printed"),
)
_ORGANISATIONS = ("organisation", "name", "unit", "full", "street", "number", "postcode", "post_office", "website")
_NUMBER = re.compile(r"^(.*\D)\s+(\d+)$")
# What the pages of the measurement never have, so that the mapping does without it.
_UNMAPPED = (
    *("period", "participants", "budget", "grant", "funding", "areas", "services", "indicators", "attachments"),
    "pages",
)


def write_tables(records: Sequence[Record], folder: Path, identity: IdentityRegister) -> None:
    """One row a record, a body of a practice, a body, a mailbox, a phone.

    Raises ``ValueError`` for a record that says something for which the mapping has no rule.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bodies = [body for body, _ in organisations(records, identity)]
    _demand_rules(records, bodies)
    _write(folder / "records.csv", _RECORDS, map(_record, records))
    _write(folder / "bodies.csv", ("practice", "organisation"), _pairs(records))
    _write(folder / "organisations.csv", _ORGANISATIONS, map(_organisation, bodies))
    _write(folder / "emails.csv", ("organisation", "email"), _each(bodies, "email"))
    _write(folder / "phones.csv", ("organisation", "phone"), _each(bodies, "phone"))


def _demand_rules(records: Sequence[Record], bodies: Iterable[Organisation]) -> None:
    for record in records:
        unmapped = [name for name in _UNMAPPED if getattr(record.parsed, name)]
        if unmapped or len(record.units) != 1 or record.licence or record.texts != "excerpt":
            raise ValueError(f"{record.ref}: the mapping has no rule for {unmapped or 'its units, licence or texts'}")
    if len({record.practice for record in records}) != len(records):
        raise ValueError("the mapping knows one record of each practice")
    if any(body.aliases for body in bodies):
        raise ValueError("the mapping has no rule for other names of a body")


def _write(path: Path, columns: Sequence[str], rows: Iterable[dict[str, str | None]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _record(record: Record) -> dict[str, str | None]:
    parsed, match = record.parsed, record.units[0]
    link = _IRIS.link(_IRIS.practice(record.practice), GP.unit.value, _IRIS.unit(match.code))
    return {
        "record": record.ref,
        "practice": record.practice,
        "title": parsed.title,
        "category": parsed.category,
        **{section.kind.value: section.text for section in parsed.sections},
        "issued": _day(parsed.issued),
        "modified": _day(parsed.modified),
        "population": None if parsed.reported_population is None else str(parsed.reported_population),
        "url": parsed.snapshot.url,
        "sha256": parsed.snapshot.sha256,
        "retrieved": _day(parsed.snapshot.retrieved),
        "unit": match.code.digits,
        "link": link.rpartition("/")[2],
        "method": match.method,
        "score": f"{match.score:.2f}".rstrip("0").rstrip("."),
        "printed": match.printed,
    }


def _pairs(records: Iterable[Record]) -> Iterator[dict[str, str | None]]:
    for record in records:
        for ref in record.organisations:
            yield {"practice": record.practice, "organisation": ref}


def _organisation(body: Organisation) -> dict[str, str | None]:
    said = next((one for one in body.statements if one.postcode or one.street), BodyStatement(body.name))
    place = " ".join(part for part in (said.postcode, said.post_office) if part)
    split = _NUMBER.match(said.street or "")
    return {
        "organisation": body.ref,
        "name": body.name,
        "unit": body.unit.digits,
        "full": ", ".join(part for part in (said.street, place) if part),
        "street": split[1] if split else said.street,
        "number": split[2] if split else None,
        "postcode": said.postcode,
        "post_office": said.post_office,
        "website": next((one.website for one in body.statements if one.website), None),
    }


def _each(bodies: Iterable[Organisation], name: str) -> Iterator[dict[str, str | None]]:
    """The mailboxes or phones of each body, as its newest statement that has any gives them."""
    values = attrgetter(f"{name}s")
    for body in bodies:
        for value in next((values(said) for said in body.statements if values(said)), ()):
            yield {"organisation": body.ref, name: value}


def _day(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
