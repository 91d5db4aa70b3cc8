"""``praktyki units fetch``: what it takes in, what it refuses, and what it tells."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest

from converters.asking import Manners
from converters.units.importing import import_register
from converters.units.stored import load_register, register_path
from converters.units.teryt_download import DownloadError
from converters.units.teryt_service import Login
from converters.units.triples import register_triples
from dumps.lock import publisher_lock
from model.errors import LockedError, RegisterError
from model.iris import DEFAULT_BASE, Iris
from praktyki import units_fetch
from tests.converters.teryt_double import PASSWORD, USER, Double, official_zip, soap_answer, status
from tests.converters.test_terc import table
from tests.praktyki.gus import NEXT, WHOLE, before, gus, next_year
from tests.praktyki.workplace import Workplace

__all__ = ["before", "gus"]  # fixtures

FAST = Manners(pause=0.0, backoff=0.0, sleep=lambda _: None)


def fetch(
    work: Workplace, gus: Double, *, login: bool = False, dry_run: bool = False, force: bool = False
) -> units_fetch.Done:
    source = units_fetch.Source(
        gus.form_url, gus.service_url, Login(USER, PASSWORD) if login else None, "poprawki@example.org"
    )
    return units_fetch.run(dataclasses.replace(work.plan(), dry_run=dry_run), source, force=force, manners=FAST)


@pytest.mark.parametrize("login", [False, True])
def test_the_new_register_takes_the_old_one_s_place_and_every_change_is_told(
    login: bool, work: Workplace, gus: Double, before: bytes
) -> None:
    (work.state / "teryt" / "history.csv").write_text(
        "terc,event,name,after,by,others\n0201022,ended,Gmina 2 1 2,2026-01-01,2027-01-01,020101\n"
    )
    done = fetch(work, gus, login=login)
    assert (done.status, done.result.previous_date, done.result.date) == (
        "fetched",
        dt.date(2026, 1, 1),
        dt.date(2027, 1, 1),
    )
    assert [(one.what, one.before, one.after) for one in done.changes] == [
        ("new", "", "3224082 Nowiutka (gmina wiejska)"),
        ("renamed", "0201032 Gmina 2 1 3 (gmina wiejska)", "0201032 Nowa Nazwa (gmina wiejska)"),
        ("type-changed", "0201042 Gmina 2 1 4 (gmina wiejska)", "0201041 Gmina 2 1 4 (gmina miejska)"),
        ("merged", "0201022 Gmina 2 1 2 (gmina wiejska)", "0201011 Gmina 2 1 1 (gmina miejska)"),
    ]
    assert done.attribution == "Źródło: GUS, rejestr TERYT (TERC), stan na 2027-01-01, pobrano 2026-01-31"
    register = load_register(work.state)
    assert register is not None
    assert (register.date, register.retrieved, register.file) == (
        dt.date(2027, 1, 1),
        dt.date(2026, 1, 31),
        "TERC_Urzedowy_2026-01-08.zip",
    )
    assert register_path(work.state).read_bytes() != before
    assert gus.agents[0].endswith("(+poprawki@example.org)")


def test_the_day_of_the_download_stands_in_the_data(work: Workplace, gus: Double) -> None:
    fetch(work, gus)
    register = load_register(work.state)
    assert register is not None
    said = {str(triple) for triple in register_triples(register, Iris(DEFAULT_BASE))}
    snapshot = f"<{Iris(DEFAULT_BASE).snapshot(register.sha256)}>"
    day = '"2026-01-31"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert f"{snapshot} <http://purl.org/dc/terms/date> {day}" in said
    imported = dataclasses.replace(register, retrieved=None)
    assert len(said) == len(set(map(str, register_triples(imported, Iris(DEFAULT_BASE))))) + 1


def test_a_unit_that_is_gone_without_a_known_successor_is_told_so(work: Workplace, gus: Double, before: bytes) -> None:
    done = fetch(work, gus)
    assert [(one.what, one.after) for one in done.changes][-1] == ("gone", "")
    assert "0201022 Gmina 2 1 2 (gmina wiejska)" in done.result.without_successor


def test_a_dry_run_tells_the_same_and_writes_nothing(work: Workplace, gus: Double, before: bytes) -> None:
    done = fetch(work, gus, dry_run=True)
    assert (done.status, len(done.changes)) == ("dry-run", 4)
    assert register_path(work.state).read_bytes() == before
    assert not work.releases.exists()


def test_the_state_in_force_in_another_file_changes_nothing(work: Workplace, gus: Double) -> None:
    assert fetch(work, gus).status == "fetched"
    kept = register_path(work.state).read_bytes()
    gus.data, gus.name = official_zip(next_year(), xml=b"<teryt/>"), "TERC_Urzedowy_2027-02-02"
    work.now += dt.timedelta(days=30)
    assert (fetch(work, gus).status, register_path(work.state).read_bytes()) == ("unchanged", kept)


def without_mixed() -> bytes:
    return official_zip([row for row in WHOLE if row[3] != "3"])


def shrunken() -> bytes:
    return official_zip([[*row[:6], NEXT] for row in WHOLE if row[2] != "05" or int(row[0]) > 16])


def mixed_dates() -> bytes:
    return official_zip([*next_year()[:-1], WHOLE[-1]])


def bomb() -> bytes:
    """70 MB of one table in 70 kB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("TERC.csv", table(WHOLE) + b"\n" * 70_000_000)
    return stream.getvalue()


@pytest.mark.parametrize("login", [False, True])
@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (official_zip(next_year()).replace(b".csv", b".doc"), "no CSV"),
        (without_mixed(), "address version"),
        (shrunken(), "units where the present register has"),
        (mixed_dates(), "mixed"),
        (official_zip([[*row[:6], "2025-01-01"] for row in WHOLE]), "older than the present one"),
        (official_zip(WHOLE[:200]), "partial"),
        (bomb(), "grows beyond 64 MB"),
    ],
    ids=["html", "no-csv", "address-version", "shrunken", "mixed-dates", "older", "partial", "bomb"],
)
def test_a_bad_answer_is_refused_and_the_old_register_stays(
    data: bytes, problem: str, login: bool, work: Workplace, gus: Double, before: bytes
) -> None:
    gus.data = data
    with pytest.raises(RegisterError, match=problem) as refused:
        fetch(work, gus, login=login)
    assert refused.value.advice.endswith("; the register of 2026-01-01 stays in force")
    assert refused.value.exit_code == 1
    assert register_path(work.state).read_bytes() == before
    assert [path.name for path in register_path(work.state).parent.iterdir()] == ["terc.csv"]


def test_a_shrunken_register_is_taken_when_forced(work: Workplace, gus: Double, before: bytes) -> None:
    gus.data = shrunken()
    assert fetch(work, gus, force=True).status == "fetched"


def test_silence_of_gus_is_said_with_what_stays_in_force(work: Workplace, gus: Double) -> None:
    gus.faults = [status(503)] * 4
    with pytest.raises(DownloadError, match="HTTP 503, 4 times") as refused:
        fetch(work, gus)
    assert refused.value.advice.endswith("there is no register in force")
    assert refused.value.exit_code == 4


def test_a_damaged_register_in_force_is_said(work: Workplace, gus: Double, before: bytes) -> None:
    register_path(work.state).write_bytes(b"# {}\n")
    gus.data = b"<html>"
    with pytest.raises(RegisterError) as refused:
        fetch(work, gus)
    assert refused.value.advice.endswith("the register in force is damaged")


def test_a_publisher_at_work_is_not_disturbed(work: Workplace, gus: Double, before: bytes) -> None:
    with publisher_lock(work.releases, work.now), pytest.raises(LockedError):
        fetch(work, gus)
    assert register_path(work.state).read_bytes() == before


def test_the_real_answers_show_the_changes_of_a_year(work: Workplace, gus: Double, shared_dir: Path) -> None:
    """The register of 2026 against that of the year before, made from it with the changes that are known."""
    teryt = shared_dir / "teryt"
    rows = [line.split(";") for line in (teryt / "terc.csv").read_text(encoding="utf-8").splitlines()[1:]]
    older = [
        [*row[:4], "Nowe Miasto Lubawskie" if row[:3] == ["28", "12", "05"] else row[4], row[5], "2025-01-01"]
        for row in rows
    ]
    import_register(table(older), "TERC-2025.csv", work.state)
    gus.soap = (teryt / "soap-PobierzKatalogTERC-response.xml").read_bytes()
    gus.data = (teryt / "TERC_Urzedowy_2026-01-08.zip").read_bytes()
    tried = fetch(work, gus, login=True, dry_run=True)
    done = fetch(work, gus)
    assert tried.changes == done.changes
    assert [(one.what, one.before, one.after) for one in done.changes] == [
        ("renamed", "2812052 Nowe Miasto Lubawskie (gmina wiejska)", "2812052 Bratian (gmina wiejska)")
    ]
    assert (done.result.voivodeships, done.result.powiats, done.result.gminas) == (16, 380, 2479)


def test_an_answer_of_the_service_may_be_refused_too(work: Workplace, gus: Double, before: bytes) -> None:
    gus.soap = soap_answer("TERC", b"PK" + b"x" * 50)
    with pytest.raises(RegisterError, match="a broken zip"):
        fetch(work, gus, login=True)
