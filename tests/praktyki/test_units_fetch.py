"""``praktyki units fetch``: what it takes in, what it refuses, and what it tells."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from converters.asking import Manners
from converters.teryt_download import DownloadError
from converters.teryt_service import Login
from converters.unit_import import import_register
from converters.unit_triples import register_triples
from converters.units import load_register, register_path
from dumps.lock import publisher_lock
from model.errors import LockedError, PraktykiError, RegisterError
from model.iris import DEFAULT_BASE, Iris
from praktyki import units_fetch
from praktyki.cli import cli
from tests.converters.teryt_double import PASSWORD, USER, Double, gus_double, official_zip, soap_answer, status
from tests.converters.test_terc import table, whole_register
from tests.praktyki.workplace import Workplace

FAST = Manners(pause=0.0, backoff=0.0, sleep=lambda _: None)
WHOLE = whole_register()
NEXT = "2027-01-01"


def next_year() -> list[list[str]]:
    """The register a year later: one gmina of each kind of change."""
    rows = [[*row[:6], NEXT] for row in WHOLE if row[:3] != ["02", "01", "02"]]
    rows = [[*row[:4], "Nowa Nazwa", *row[5:]] if row[:3] == ["02", "01", "03"] else row for row in rows]
    rows = [[*row[:3], "1", *row[4:]] if row[:4] == ["02", "01", "04", "2"] else row for row in rows]
    return [*rows, ["32", "24", "08", "2", "Nowiutka", "gmina wiejska", NEXT]]


@pytest.fixture
def gus() -> Iterator[Double]:
    with gus_double(official_zip(next_year())) as found:
        yield found


@pytest.fixture
def before(work: Workplace) -> bytes:
    """The register of a year ago is in force; its bytes."""
    import_register(table(WHOLE), "TERC.csv", work.state)
    return register_path(work.state).read_bytes()


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


def command(work: Workplace, gus: Double, *arguments: str, **more: str) -> tuple[int, list[str], object]:
    environment = {
        "PRAKTYKI_STATE_DIR": str(work.state),
        "PRAKTYKI_RELEASES_DIR": str(work.releases),
        "PRAKTYKI_TERYT_FORM_URL": gus.form_url,
        "PRAKTYKI_TERYT_SERVICE_URL": gus.service_url,
        **more,
    }
    result = CliRunner().invoke(cli, arguments, env=environment)
    return result.exit_code, result.output.splitlines(), result.exception


def test_the_command_shows_a_table_counts_and_the_source(work: Workplace, gus: Double, before: bytes) -> None:
    code, lines, _ = command(work, gus, "units", "fetch")
    assert code == 0
    assert "new\t\t3224082 Nowiutka (gmina wiejska)" in lines
    said = json.loads(lines[-1])
    assert (said["event"], said["date"], said["previous_date"], said["changes"]) == (
        "units-fetched",
        "2027-01-01",
        "2026-01-01",
        4,
    )
    assert said["source"].startswith("Źródło: GUS")


def test_a_login_in_the_environment_chooses_the_service_and_is_shown_nowhere(work: Workplace, gus: Double) -> None:
    login = {"PRAKTYKI_TERYT_USER": USER, "PRAKTYKI_TERYT_PASSWORD": PASSWORD}
    code, lines, _ = command(work, gus, "units", "fetch", "--dry-run", **login)
    assert (code, json.loads(lines[-1])["event"], json.loads(lines[-1])["address"]) == (
        0,
        "units-dry-run",
        gus.service_url,
    )
    assert command(work, gus, "units", "fetch", "--via", "form", "--dry-run", **login)[0] == 0
    assert [path.partition("?")[0].rpartition("/")[2] for _, path in gus.asked] == [
        "TerytWs1.svc",
        *["pliki_pelne.aspx"] * 2,
    ]
    _, shown, _ = command(work, gus, "config", **login)
    assert "teryt.password\t(set)\tPRAKTYKI_TERYT_PASSWORD\tPRAKTYKI_TERYT_PASSWORD" in "\n".join(shown)
    assert not [line for line in (*lines, *shown) if PASSWORD in line or f"\t{USER}\t" in line]


def test_the_service_without_a_login_is_wrong_use(work: Workplace, gus: Double) -> None:
    _, _, error = command(work, gus, "units", "fetch", "--via", "service")
    assert isinstance(error, PraktykiError)
    assert (error.code, error.exit_code) == ("usage", 2)
    assert "PRAKTYKI_TERYT_USER" in error.advice
    assert gus.asked == []


def test_an_answer_of_the_service_may_be_refused_too(work: Workplace, gus: Double, before: bytes) -> None:
    gus.soap = soap_answer("TERC", b"PK" + b"x" * 50)
    with pytest.raises(RegisterError, match="a broken zip"):
        fetch(work, gus, login=True)
