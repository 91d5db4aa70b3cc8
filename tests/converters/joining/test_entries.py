"""Which entry an address means, and which addresses are one."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.joining import entries
from converters.joining.entries import EntryAddress, canonical, entry_address, main_address
from model.records import PageKind


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["dobrepraktyki.pl", "www.dobrepraktyki.pl", "archiwum.dobrepraktyki.pl"])
@pytest.mark.parametrize("query", ["p1=1&p2=2&art=25", "art=25&p2=2&p1=1", "p1=1&p2=2&art=025"])
def test_an_entry_of_the_old_base_has_one_number_on_every_host(scheme: str, host: str, query: str) -> None:
    assert entry_address(f"{scheme}://{host}/index.php?{query}") == EntryAddress("bdp", "25", PageKind.MAIN)
    assert entry_address(f"{scheme}://{host}/index.php?{query}&s=2") == EntryAddress("bdp", "25", PageKind.FULL)
    assert entry_address(f"{scheme}://{host}/index.php?{query}&s=3") == EntryAddress("bdp", "25")


@pytest.mark.parametrize("host", ["dobrepraktyki.pl", "www.dobrepraktyki.pl", "nowa.dobrepraktyki.pl"])
@pytest.mark.parametrize("tail", ["", "?tab=content", "#tresc"])
def test_an_entry_of_the_new_base_has_its_number_and_title_in_the_path(host: str, tail: str) -> None:
    found = entry_address(f"https://{host}/praktyka/363,rozmowa-przy-stole.html{tail}")
    assert found == EntryAddress("bdp-nowa", "363", None, "rozmowa-przy-stole")


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "https://dobrepraktyki.pl/",
        "https://dobrepraktyki.pl/index.php?p1=111",
        "https://dobrepraktyki.pl/index.php?art=25&art=26",
        "https://dobrepraktyki.pl/index.php?art=25x",
        "https://dobrepraktyki.pl.example.org/index.php?art=25",
        "https://archiwum.dobrepraktyki.pl/praktyka/363,stol.html",
        "https://dobrepraktyki.pl/strona/18,historia.html",
        "https://mopsgdynia.pl/wiecej-o-dzialalnosci/projekty/stol/",
        "javascript:alert(1)?art=25",
        "https://dobrepraktyki.pl:abc/index.php?art=25",
        "https://[::1/index.php?art=25",
    ],
)
def test_any_other_address_means_no_entry(url: str | None) -> None:
    assert entry_address(url) is None


def test_the_summary_page_of_a_part_is_the_address_without_the_tab() -> None:
    url = "https://archiwum.dobrepraktyki.pl/index.php?p1=1&p2=2&art=25&s=2"
    assert main_address(url) == "https://archiwum.dobrepraktyki.pl/index.php?p1=1&p2=2&art=25"


def test_one_page_under_all_its_addresses_is_one() -> None:
    addresses = [
        "https://www.mopsgdynia.pl/projekty/stol/",
        "http://mopsgdynia.pl/projekty/stol",
        "http://MOPSgdynia.pl:80/projekty/stol#gora",
        "https://mopsgdynia.pl:443/projekty/stol/",
    ]
    assert {canonical(address) for address in addresses} == {"mopsgdynia.pl/projekty/stol"}
    assert canonical("http://example.org/?b=2&a=1") == canonical("https://www.example.org?a=1&b=2")
    assert canonical("https://example.org:8080/a") != canonical("https://example.org/a")
    assert canonical("https://example.org/?p=1") != canonical("https://example.org/?p=2")


@given(st.text(max_size=80))
def test_no_text_makes_an_address_fall_over(text: str) -> None:
    assert entry_address(f"https://dobrepraktyki.pl/{text}") in (
        None,
        entry_address(f"https://dobrepraktyki.pl/{text}"),
    )
    assert canonical(text) == canonical(text)


@given(st.text(alphabet="ab1=&_.-", max_size=20))
def test_a_query_without_escapes_is_read_as_the_standard_library_reads_it(query: str) -> None:
    assert entries._plain_parameters(query) == parse_qs(query)
