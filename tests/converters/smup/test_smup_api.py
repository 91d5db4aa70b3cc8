"""The client of the SMUP API against a local double: polite, bounded, and clear about what it refuses."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from converters.asking import Manners
from converters.smup.api import SmupApi, SmupError, read_list
from tests.converters.smup_double import AREAS, INDICATORS, SERVICES, Double, fault, smup_double


@pytest.fixture
def double() -> Iterator[Double]:
    with smup_double() as found:
        yield found


def api(double: Double, waits: list[float] | None = None, **manners: float) -> SmupApi:
    kept = [] if waits is None else waits
    return SmupApi(double.endpoint, "praktyki-lod/1", "poprawki@example.org", Manners(sleep=kept.append, **manners))


def test_everything_is_read_area_by_area(double: Double) -> None:
    found = api(double).catalogue()
    assert {one.id: one.name for one in found.areas} == AREAS
    assert {one.id: (found.area_of[one.id], one.name) for one in found.services} == SERVICES
    assert {one.id: (*found.services_of[one.id], one.name) for one in found.indicators} == INDICATORS
    assert len(double.asked) == 1 + len(AREAS) + len(SERVICES)
    assert {agent for _, agent in double.asked} == {"praktyki-lod/1 (+poprawki@example.org)"}
    assert all("lang=pl" in path for path, _ in double.asked)


def test_there_is_a_pause_between_requests(double: Double) -> None:
    waits: list[float] = []
    api(double, waits).catalogue()
    assert waits == [0.25] * (len(double.asked) - 1)


@pytest.mark.parametrize(("said", "waited"), [("7", 7.0), ("99999", 120.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 2.0)])
def test_a_busy_api_is_asked_again_when_it_says(double: Double, said: str, waited: float) -> None:
    double.faults = [fault(429, Retry_After=said)]
    waits: list[float] = []
    assert len(api(double, waits).catalogue().areas) == len(AREAS)
    assert waits[0] == waited


def test_a_failing_api_is_given_up_after_four_attempts(double: Double) -> None:
    double.faults = [fault(503)] * 4
    waits: list[float] = []
    with pytest.raises(SmupError, match=r"areas-list: HTTP 503, 4 times"):
        api(double, waits).catalogue()
    assert waits == [2.0, 4.0, 8.0]
    assert len(double.asked) == 4


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
def test_an_answer_that_will_not_get_better_is_not_asked_for_again(double: Double, status: int) -> None:
    double.faults = [fault(status, Location="http://127.0.0.1:9/elsewhere")]
    with pytest.raises(SmupError, match=f"HTTP {status}"):
        api(double).catalogue()
    assert len(double.asked) == 1


def test_no_network_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: a connection is refused
        closed = SmupApi(f"http://127.0.0.1:{taken.getsockname()[1]}", "x", "", Manners(sleep=lambda _: None))
        with pytest.raises(SmupError, match="no connection"):
            closed.catalogue()


def test_a_silent_api_is_not_waited_for(double: Double) -> None:
    double.drip = 5.0
    with pytest.raises(SmupError, match="areas-list"):
        api(double, read=0.1).catalogue()
    double.drip = 0.0


def test_a_dripping_api_is_not_waited_for(double: Double) -> None:
    double.drip = 0.005
    with pytest.raises(SmupError, match="not whole after"):
        api(double, whole=0.05).catalogue()
    double.drip = 0.0


def test_an_endless_answer_is_cut_off(double: Double) -> None:
    double.faults = [fault(200, b" " * 9_000_000)]
    with pytest.raises(SmupError, match="more than 8 MB"):
        api(double).catalogue()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<!doctype html><title>Przerwa</title>", "no JSON"),
        ("[\"Ł\"]".encode("cp1250"), "not UTF-8"),
        (b'{"error": 1}', "a JSON list was expected, found dict"),
        (b"[[]]", "entry 0: an object was expected, found list"),
        (b'[{"id-ou": 1, "nazwa-obszaru": "a"}, {"id": 2, "nazwa": "b"}]', "entry 1: 'id-ou' should be a whole number"),
        (b'[{"id-ou": true, "nazwa-obszaru": "a"}]', "entry 0: 'id-ou' should be a whole number"),
        (b'[{"id-ou": 1, "nazwa-obszaru": "  "}]', "entry 0: 'nazwa-obszaru' should be a text"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "an empty list"),
    ],
)  # fmt: skip
def test_what_is_not_as_described_is_refused_with_place_and_field(double: Double, body: bytes, problem: str) -> None:
    double.faults = [fault(200, body)]
    with pytest.raises(SmupError) as refused:
        api(double).catalogue()
    assert problem in refused.value.message
    assert "areas-list" in refused.value.message


def test_a_fault_in_a_later_list_names_that_list(double: Double) -> None:
    good = json.dumps([{"id-ou": 1, "nazwa-obszaru": "Edukacja"}]).encode()
    double.faults = [fault(200, good), fault(200, b"null")]
    with pytest.raises(SmupError, match=r"public-services\?id=1: a JSON list"):
        api(double).catalogue()


def test_white_space_in_names_is_put_in_order() -> None:
    (found,) = read_list(b'[{"id": 3, "n": " praca\\u00a0 socjalna\\n"}]', "x", "id", "n")
    assert found.name == "praca socjalna"
