"""Records on disk are the records themselves to whoever has them."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

from converters import accepted
from converters.record_shelf import RecordShelf
from model.positions import Position
from model.records import BodyStatement, ParsedRecord, Record, Section, SectionKind, Snapshot, UnitStatement


def _record(number: int) -> ParsedRecord:
    return ParsedRecord(
        "bdp",
        Snapshot(f"{number:064x}", f"{number}.txt"),
        f"Tytuł {number}",
        str(number),
        sections=(Section(SectionKind.ABSTRACT, f"Tekst {number}", 4, (Position(3, 10),)),),
        unit=UnitStatement(("Gdynia",)),
        bodies=(BodyStatement("Urząd", phones=("+48 58 000 00 00",)),),
        issued=dt.date(2020, 1, 2),
        lines={"title": number + 1},
    )


def test_a_record_on_the_shelf_has_every_field_of_the_record(tmp_path: Path) -> None:
    with closing(RecordShelf(tmp_path / "records")) as shelf:
        # More than are kept at hand, looked at from the last to the first.
        laid = [shelf.put(_record(number)) for number in range(200)]
        for number in reversed(range(200)):
            for field in fields(ParsedRecord):
                assert getattr(laid[number], field.name) == getattr(_record(number), field.name)


def test_it_equals_the_record_and_no_other(tmp_path: Path) -> None:
    with closing(RecordShelf(tmp_path / "records")) as shelf:
        one, same, other = (shelf.put(_record(number)) for number in (1, 1, 2))
        assert one == _record(1)
        assert _record(1) == one
        assert one == same
        assert one not in (other, _record(2))
        assert hash(one) == hash(_record(1))


def test_a_changed_copy_is_a_record_in_memory_and_the_first_one_stays(tmp_path: Path) -> None:
    with closing(RecordShelf(tmp_path / "records")) as shelf:
        one = shelf.put(_record(1))
        changed = replace(one, title="Inny", sections=())
        assert type(changed) is ParsedRecord
        assert (changed.title, changed.sections, changed.bodies) == ("Inny", (), _record(1).bodies)
        assert one == _record(1)
        assert shelf.put(one) is one


def test_the_accepted_state_is_the_same_from_the_shelf(tmp_path: Path) -> None:
    with closing(RecordShelf(tmp_path / "records")) as shelf:
        whole = Record("bdp-1", "bdp-1", _record(1), (), ())
        assert accepted.dump([replace(whole, parsed=shelf.put(whole.parsed))]) == accepted.dump([whole])


def test_the_name_of_a_file_is_one_string_however_often_it_is_read(tmp_path: Path) -> None:
    with closing(RecordShelf(tmp_path / "records")) as shelf:
        record = replace(_record(1), snapshot=Snapshot("0" * 64, "".join(("1", ".txt"))))
        laid = shelf.put(record)
        others = [shelf.put(_record(number)) for number in range(2, 200)]
        assert {one.title for one in others} == {f"Tytuł {number}" for number in range(2, 200)}
        assert laid.snapshot.file is record.snapshot.file
