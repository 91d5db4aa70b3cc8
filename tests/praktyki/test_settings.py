"""Settings: one table, known keys only, every value with its origin."""

from __future__ import annotations

from pathlib import Path

import pytest

from dumps.publication import Publication
from model.errors import SettingsError
from praktyki import settings
from praktyki.settings import SETTINGS


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "praktyki.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_defaults_are_in_force_without_a_file() -> None:
    found = settings.load(None, {})
    assert {key: value.value for key, value in found.values.items()} == {item.key: item.default for item in SETTINGS}
    assert {value.origin for value in found.values.values()} == {"default"}


def test_the_environment_wins_over_the_file_and_origins_are_told(tmp_path: Path) -> None:
    file = write(tmp_path, 'contact = "biuro@example.org"\n[sparql]\ndeadline = 5\nworkers = 3\n')
    found = settings.load(file, {"PRAKTYKI_SPARQL_WORKERS": "4", "HOME": "/"})
    assert found.seconds("sparql.deadline") == 5.0
    assert found.number("sparql.workers") == 4
    assert found.values["sparql.workers"].origin == "PRAKTYKI_SPARQL_WORKERS"
    assert found.values["contact"].origin == str(file)


@pytest.mark.parametrize(
    "text",
    [
        "contcat = 1",
        "contact = 1",
        "[sparql]\ndeadline = 'soon'",
        "[sparql]\ndeadline = 31",
        "[sparql]\nworkers = 0",
        "[sparql]\nworkers = true",
        "base_iri = 'https://example.org'",
        "public_base_url = 'example.org'",
        "[sources.bdp]\ntexts = 'all'",
        "[sources.bdp]\ntexts = 'full'",
        "[sources.abc]\ntexts = 'none'",
        "no toml",
        "state_dir = ''",
        "state_dir = 'releases'",
        "contact = 'nobody'",
        "contact = 'jan.przykladowy@example.org'",
        "contact = 'j.przykladowy@example.org'",
        "[catalogue]\npublisher_iri = 'urzad'",
        "[catalogue]\npublisher_type = 'Municipality'",
    ],
)
def test_a_wrong_setting_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        settings.load(write(tmp_path, text), {})


def test_an_unknown_variable_is_an_error() -> None:
    with pytest.raises(SettingsError, match="PRAKTYKI_CONTACTS"):
        settings.load(None, {"PRAKTYKI_CONTACTS": "x"})


def test_who_publishes_is_taken_over_for_the_catalogue(tmp_path: Path) -> None:
    text = """
        public_base_url = "https://praktyki.example.org"
        publisher = "Gmina Przykładowa"
        contact = "otwarte.dane@example.org"
        [catalogue]
        publisher_type = "LocalAuthority"
        title_en = "Data of Przykładowa"
    """
    found = settings.load(write(tmp_path, text), {}).publication()
    assert (found.address, found.publisher) == ("https://praktyki.example.org/", "Gmina Przykładowa")
    assert (found.contact, found.publisher_type) == ("otwarte.dane@example.org", "LocalAuthority")
    assert (found.title_en, found.title_pl, found.publisher_iri) == ("Data of Przykładowa", "", "")
    assert settings.load(None, {}).publication() == Publication()


def test_text_rights_of_every_source(tmp_path: Path) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    found = settings.load(write(tmp_path, f"[sources.mops]\ntexts = 'full'\nlicence = '{licence}'\n"), {})
    assert found.text_rights()["mops"].licence == licence
    assert found.text_rights()["bdp"].texts == "excerpt"


def test_queries_never_take_the_threads_of_the_pages(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"web\.threads must be at least 40"):
        settings.load(write(tmp_path, "[web]\nthreads = 39\n[sparql]\nqueue = 16\n"), {})
    assert settings.load(write(tmp_path, "[web]\nthreads = 40\n[sparql]\nqueue = 16\n"), {})


def test_a_secret_comes_from_the_environment_only_and_is_never_shown(tmp_path: Path) -> None:
    login = {"PRAKTYKI_TERYT_USER": "ktos", "PRAKTYKI_TERYT_PASSWORD": "tajne"}
    found = settings.load(None, login)
    assert found.text("teryt.password") == "tajne"
    assert found.values["teryt.password"].shown == found.values["teryt.user"].shown == "(set)"
    assert settings.load(None, {}).values["teryt.password"].shown == ""
    assert "tajne" not in repr(found)
    with pytest.raises(SettingsError, match=r"teryt.password is a secret") as refused:
        settings.load(write(tmp_path, "[teryt]\npassword = 'tajne'\n"), {})
    assert "tajne" not in refused.value.message + refused.value.advice
    assert "PRAKTYKI_TERYT_PASSWORD" in refused.value.advice


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_the_teryt_login_goes_over_http_to_this_machine_only(host: str) -> None:
    login = {"PRAKTYKI_TERYT_USER": "ktos", "PRAKTYKI_TERYT_PASSWORD": "tajne"}
    for address in ("http://teryt.example.org/ws1", "http://10.0.0.1/ws1", "http://127.0.0.1.example.org/ws1"):
        elsewhere = {"PRAKTYKI_TERYT_SERVICE_URL": address}
        with pytest.raises(SettingsError, match=r"teryt\.service_url .*unprotected"):
            settings.load(None, login | elsewhere)
        settings.load(None, {"PRAKTYKI_TERYT_SERVICE_URL": "http://teryt.example.org/ws1"})
    here = settings.load(None, login | {"PRAKTYKI_TERYT_SERVICE_URL": f"http://{host}/ws1"})
    assert here.text("teryt.user") == "ktos"


@pytest.mark.parametrize("variable", ["PRAKTYKI_TERYT_USER", "PRAKTYKI_TERYT_PASSWORD"])
def test_half_a_login_is_none(variable: str) -> None:
    with pytest.raises(SettingsError, match="belong together"):
        settings.load(None, {variable: "x"})


@pytest.mark.parametrize("address", ["ftp://example.org/x", "example.org", "https://user:pass@example.org/x"])
def test_addresses_of_gus_are_web_addresses_without_a_login_in_them(address: str) -> None:
    with pytest.raises(SettingsError, match=r"teryt\.form_url"):
        settings.load(None, {"PRAKTYKI_TERYT_FORM_URL": address})
