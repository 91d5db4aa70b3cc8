"""``praktyki units fetch`` as a command: the table, the settings, and a login that is shown nowhere."""

from __future__ import annotations

import json

from click.testing import CliRunner

from model.errors import PraktykiError
from praktyki.cli import cli
from tests.converters.teryt_double import PASSWORD, USER, Double
from tests.praktyki.gus import before, gus
from tests.praktyki.workplace import Workplace

__all__ = ["before", "gus"]  # fixtures


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
