"""``praktyki units enrich``: asks for items in batches, keeps every answer on disk, then judges them all.

The journal (``state/teryt/enrich.jsonl``) is one line a batch, kept on disk before the next batch is asked: a kill
loses at most one. Its first line names what was asked; another register or endpoint begins anew.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from converters.replaced_file import replace_file
from converters.units.link_files import links_path, load_links
from converters.units.links import UnitLink, join_links, write_links
from converters.units.register import Register, Unit
from converters.units.wikidata_fit import ItemRow, Misfit, asked_codes, asked_units, fit
from converters.units.wikidata_query import Asker
from model.errors import InputError, StateError

BATCH = 50  # units: at most 150 codes in one question


@dataclass(frozen=True)
class EnrichResult:
    """How many units were asked for (in this run), are done, are left; links and misfits among those done."""

    asked: int
    done: int
    left: int
    linked: int
    misfits: tuple[Misfit, ...]
    report: Path


def enrich(
    register: Register,
    state_dir: Path,
    asker: Asker,
    limit: int | None = None,
    told: Callable[[str], None] | None = None,
) -> EnrichResult:
    """Asks for the units that the journal lacks, at most ``limit`` of them, and links what fits.

    Raises ``EnrichError`` where the endpoint fails; the journal stays and the next run goes on from it.
    """
    journal = _Journal(state_dir / "teryt" / "enrich.jsonl", {"register": register.sha256, "endpoint": asker.endpoint})
    units = asked_units(register)
    waiting = [unit for unit in units if unit.code.digits not in journal.done]
    now = waiting if limit is None else waiting[:limit]
    for start in range(0, len(now), BATCH):
        batch = now[start : start + BATCH]
        journal.add(batch, asker.items([code for unit in batch for code in asked_codes(unit)]))
        if told is not None:
            told(f"{start + len(batch)}/{len(now)}")
    known = load_links(state_dir)
    links, misfits = _judged(journal.rows, known, register)
    replace_file(links_path(state_dir), write_links(join_links(known, links)).encode())
    report = state_dir / "teryt" / "enrich-report.csv"
    replace_file(report, _report(misfits).encode())
    left = len(waiting) - len(now)
    if not left:
        journal.remove()
    linked = len({link.code for link in links if link.kind == "wikidata"})
    return EnrichResult(len(now), len(units) - left, left, linked, misfits, report)


def _judged(
    rows: list[ItemRow], known: tuple[UnitLink, ...], register: Register
) -> tuple[tuple[UnitLink, ...], tuple[Misfit, ...]]:
    """What is new and fits beside what is linked already; what a person has confirmed is not up to Wikidata."""
    links, misfits = fit(rows, register)
    confirmed = {link.code for link in known if link.kind == "wikidata" and link.reviewed}
    fitting = {link.value: link.code for link in links if link.kind == "wikidata"}
    elsewhere = {
        link.value for link in known if link.kind == "wikidata" and link.code != fitting.get(link.value, link.code)
    }
    clashing = {fitting[item]: item for item in elsewhere}
    misfits += tuple(Misfit(code.digits, item, "", "", "several-units") for code, item in clashing.items())
    return tuple(link for link in links if link.code not in {*confirmed, *clashing}), tuple(sorted(misfits))


def _report(misfits: tuple[Misfit, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Misfit)])
    writer.writerows(astuple(misfit) for misfit in misfits)
    return text.getvalue()


class _Journal:
    """What was answered so far. A last line that a kill has torn is left out and asked for again."""

    def __init__(self, path: Path, head: dict[str, str]) -> None:
        self.path = path
        self.done: set[str] = set()
        self.rows: list[ItemRow] = []
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
        if not lines or lines[0] != _line(head).rstrip(b"\n"):
            replace_file(path, _line(head))
            return
        try:
            for line in lines[1:]:
                entry = json.loads(line)
                self.done.update(entry["units"])
                self.rows += [ItemRow(*row) for row in entry["rows"]]
        except (ValueError, KeyError, TypeError) as error:
            raise StateError(f"{path}: damaged", advice="remove the file; the run begins anew") from error
        # Without the torn rest, so that the next line begins where a line begins.
        replace_file(path, b"".join(line + b"\n" for line in lines))

    def add(self, units: list[Unit], rows: tuple[ItemRow, ...]) -> None:
        codes = [unit.code.digits for unit in units]
        try:
            with self.path.open("ab") as file:
                file.write(_line({"units": codes, "rows": [astuple(row) for row in rows]}))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise InputError(f"{self.path}: {error.strerror}", advice="check the folder") from error
        self.done.update(codes)
        self.rows += rows

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def _line(values: object) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"
