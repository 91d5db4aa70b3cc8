"""GUS asked for the register by its form and by its service: what is sent, and what is refused."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from converters.asking import Manners
from converters.sources.terc import parse_register
from converters.units import teryt_form, teryt_service
from converters.units.teryt_download import Download, DownloadError
from converters.units.teryt_service import Login
from model.errors import InputError, RegisterError, UsageError
from tests.converters.teryt_double import (
    PASSWORD,
    TARGET,
    USER,
    VIEWSTATE,
    Double,
    gus_double,
    official_zip,
    page,
    soap_answer,
    soap_fault,
    status,
)

DAY = dt.date(2026, 1, 8)
LOGIN = Login(USER, PASSWORD)
HTML = b"<!DOCTYPE html><html><title>Przerwa techniczna</title></html>"


@pytest.fixture(scope="module")
def data() -> bytes:
    return official_zip()


@pytest.fixture
def gus(data: bytes) -> Iterator[Double]:
    with gus_double(data) as found:
        yield found


def by_form(gus: Double, slept: list[float] | None = None, **manners: float) -> Download:
    kept = [] if slept is None else slept
    return teryt_form.fetch(gus.form_url, "praktyki-lod/1 (+x@example.org)", Manners(sleep=kept.append, **manners))


def by_service(gus: Double, login: Login = LOGIN, **manners: float) -> Download:
    return teryt_service.fetch(gus.service_url, login, "praktyki-lod/1", DAY, Manners(sleep=lambda _: None, **manners))


def test_the_form_goes_back_as_it_came_with_the_button_s_name(gus: Double, data: bytes) -> None:
    found = by_form(gus)
    assert (found.data, found.file, found.address) == (data, "TERC_Urzedowy_2026-01-08.zip", gus.form_url)
    assert gus.posted == {
        "__EVENTTARGET": [TARGET],
        "__EVENTARGUMENT": [""],
        "__VIEWSTATE": [VIEWSTATE],
        "__VIEWSTATEGENERATOR": ["CA0B0334"],
        "__EVENTVALIDATION": ["/wEdAAY="],
        "ctl00$body$TBData": ["22 listopada 2026"],
    }
    assert [method for method, _ in gus.asked] == ["GET", "POST"]
    assert gus.agents == ["praktyki-lod/1 (+x@example.org)"] * 2


def test_the_service_gets_action_login_and_day(gus: Double, data: bytes) -> None:
    found = by_service(gus)
    assert (found.data, found.file) == (data, "TERC_Urzedowy_2026-01-08.zip")
    root = etree.fromstring(gus.envelope)
    assert root.findtext(".//{http://tempuri.org/}DataStanu") == "2026-01-08"
    assert root.findtext(".//{http://www.w3.org/2005/08/addressing}To") == gus.service_url
    password = root.find(".//{*}UsernameToken/{*}Password")
    assert password is not None
    assert password.get("Type", "").endswith("#PasswordText")


def test_the_real_answer_of_the_service_is_read(gus: Double, shared_dir: Path) -> None:
    gus.soap = (shared_dir / "teryt" / "soap-PobierzKatalogTERC-response.xml").read_bytes()
    found = by_service(gus)
    register = parse_register(found.data, found.file)
    assert (found.file, len(register.of_level("gmina"))) == ("TERC_Urzedowy_2026-01-08.zip", 2479)


def test_the_real_zip_comes_through_the_form(gus: Double, shared_dir: Path) -> None:
    gus.data = (shared_dir / "teryt" / "TERC_Urzedowy_2026-01-08.zip").read_bytes()
    assert parse_register(by_form(gus).data, "x").complete


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (page().replace("__VIEWSTATE", "__STAN"), "without the form of ASP.NET"),
        (page(target="ctl00$body$BNowyPrzycisk"), "no button"),
        (page(action="https://example.org/wyslij"), "goes to another site"),
        ("", "not a web page"),
        (HTML.decode(), "without the form"),
    ],
)
def test_a_form_that_has_changed_is_refused_with_a_way_out(gus: Double, changed: str, problem: str) -> None:
    gus.page = changed
    with pytest.raises(DownloadError, match=problem) as refused:
        by_form(gus)
    assert refused.value.advice
    assert len(gus.asked) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (HTML, "a web page"),
        (b"PK\x03\x04 nothing", "a broken zip"),
        (b"", "data instead of the zip"),
        (official_zip()[:-40], "a broken zip"),
    ],
)
def test_what_is_no_zip_is_refused_on_both_ways(gus: Double, content: bytes, problem: str) -> None:
    gus.data = content
    with pytest.raises(RegisterError, match=problem):
        by_form(gus)
    gus.soap = soap_answer(gus.name, content or b"x")
    with pytest.raises(RegisterError, match=problem):
        by_service(gus)


def test_a_zip_without_a_csv_is_refused(gus: Double) -> None:
    gus.data = official_zip(xml=b"<teryt/>").replace(b".csv", b".doc")
    with pytest.raises(RegisterError, match="no CSV"):
        by_form(gus)


def test_a_lost_session_gives_the_page_again_which_is_refused(gus: Double) -> None:
    gus.faults = [status(200, page(state="inny").encode(), Content_Type="text/html")]
    with pytest.raises(RegisterError, match=r"a web page \(HTML\) instead of the zip"):
        by_form(gus)


def test_a_name_that_is_no_name_of_a_file_is_not_used(gus: Double) -> None:
    gus.name = "../../etc/passwd"
    assert by_form(gus).file == by_service(gus).file == "TERC.zip"


@pytest.mark.parametrize("code", [429, 500, 502, 503])
def test_a_form_that_is_busy_is_asked_again(gus: Double, code: int) -> None:
    slept: list[float] = []
    gus.faults = [status(code, Retry_After="7"), None, status(code)]
    assert by_form(gus, slept).data == gus.data
    assert [method for method, _ in gus.asked] == ["GET", "GET", "POST", "POST"]
    assert slept == [7.0, 0.25, 2.0]


@pytest.mark.parametrize("code", [400, 403, 404])
def test_what_will_not_get_better_is_not_asked_again(gus: Double, code: int) -> None:
    gus.faults = [status(code)]
    with pytest.raises(DownloadError, match=f"HTTP {code}"):
        by_form(gus)
    gus.faults = [status(code)]
    with pytest.raises(DownloadError, match=f"HTTP {code}"):
        by_service(gus)
    assert len(gus.asked) == 2


def test_redirects_stay_on_the_site(gus: Double) -> None:
    gus.faults = [status(302, Location=gus.form_url + "&x=1")]
    assert by_form(gus).data == gus.data
    gus.faults = [status(302, Location="http://127.0.0.1:9/x")]
    with pytest.raises(DownloadError, match="another site"):
        by_form(gus)
    gus.faults = [status(302, Location=gus.form_url)] * 5
    with pytest.raises(DownloadError, match="redirects"):
        by_form(gus)


def test_the_login_follows_no_redirect(gus: Double) -> None:
    gus.faults = [status(307, Location=gus.service_url)]
    with pytest.raises(DownloadError, match="HTTP 307"):
        by_service(gus)
    assert len(gus.asked) == 1


def test_the_login_is_sent_over_tls_only() -> None:
    with pytest.raises(UsageError, match="unprotected"):
        teryt_service.fetch("http://uslugaterytws1.example.org/TerytWs1.svc", LOGIN, "x", DAY)


def test_a_wrong_login_is_said_once_and_never_repeated(gus: Double) -> None:
    with pytest.raises(DownloadError, match="the service refuses: Niepoprawny login … lub hasło …") as refused:
        by_service(gus, Login("ktos", "zlehaslo"))
    said = repr(refused.value) + refused.value.message + refused.value.advice + repr(Login("ktos", "zlehaslo"))
    assert "zlehaslo" not in said
    assert "ktos" not in said
    assert "PRAKTYKI_TERYT_PASSWORD" in refused.value.advice
    assert len(gus.asked) == 1


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (HTML, "no SOAP answer"),
        (b"<a/>", "no SOAP answer"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + soap_answer("x", b"y"), "no SOAP answer"),
        (soap_answer("x", b""), "without a file"),
        (soap_answer("x", b"PK").replace(b"UEs=", b"U?s="), "not base64"),
        (soap_fault("Usługa niedostępna"), "the service refuses: Usługa niedostępna"),
    ],
)
def test_an_answer_of_another_shape_is_refused(gus: Double, answer: bytes, problem: str) -> None:
    gus.soap = answer
    with pytest.raises(DownloadError, match=problem):
        by_service(gus)


def test_too_large_and_too_slow_answers_are_cut_off(gus: Double) -> None:
    gus.faults = [status(200, b" " * 17_000_000)]
    with pytest.raises(DownloadError, match="more than 16 MB"):
        by_form(gus)
    gus.drip = 0.01
    with pytest.raises(InputError, match="not whole after"):
        by_service(gus, whole=0.05)


def test_the_envelope_escapes_what_it_is_given() -> None:
    made = teryt_service.envelope("https://example.org/?a=1&b", Login("<u>", "&p"), DAY, uuid.UUID(int=1))
    root = etree.fromstring(made)
    assert (root.findtext(".//{*}Username"), root.findtext(".//{*}Password")) == ("<u>", "&p")
    assert root.findtext(".//{*}MessageID") == "urn:uuid:00000000-0000-0000-0000-000000000001"
