"""The feed for dane.gov.pl: each test is one thing that its importer does and that a feed must bear."""

from __future__ import annotations

import hashlib
import re

import pytest
from lxml import etree

from dumps import dane_gov_pl
from dumps.coverage import Coverage
from dumps.distributions import ALL, DATASETS
from dumps.literals import Value
from dumps.manifest import Counts, FileEntry
from dumps.publication import Edition, Publication
from model.errors import ReleaseError
from tests.dumps.catalogued import ADDRESS, release, releases

NS = "{urn:otwarte-dane:harvester:1.10}"
_CATEGORIES = {"AGRI", "EDUC", "ENVI", "ENER", "TRAN", "TECH", "ECON", "SOCI", "HEAL", "GOVE", "REGI", "JUST", "INTR"}
_FREQUENCIES = {"notApplicable", "yearly", "everyHalfYear", "quarterly", "monthly", "weekly", "daily"}
_LICENCES = {"CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC BY-NC-SA 4.0", "CC BY-ND 4.0", "CC BY-NC-ND 4.0"}


_ENTRY = FileEntry(1, "0" * 64, "text/turtle")


def feed() -> etree._Element:
    return etree.fromstring((release() / "dane-gov-pl.xml").read_bytes())


def of(tag: str) -> list[str]:
    return [element.text or "" for element in feed().iter(f"{NS}{tag}")]


def test_the_md5_beside_the_feed_is_32_digits_of_the_same_bytes() -> None:
    said = (release() / "dane-gov-pl.md5").read_bytes().decode()
    assert re.fullmatch(r"[0-9a-f]{32}\n", said)
    assert said.strip() == hashlib.md5((release() / "dane-gov-pl.xml").read_bytes()).hexdigest()


def test_the_importer_finds_datasets_only_in_the_default_namespace_without_a_prefix() -> None:
    data = (release() / "dane-gov-pl.xml").read_bytes()
    assert b'<datasets xmlns="urn:otwarte-dane:harvester:1.10">' in data
    assert {element.prefix for element in feed().iter()} == {None}
    assert {etree.QName(element).namespace for element in feed().iter()} == {NS[1:-1]}


def test_a_feed_lists_every_dataset_and_file_because_what_is_missing_is_deleted_there_for_good() -> None:
    root = feed()
    assert [one.findtext(f"{NS}extIdent") for one in root] == list(DATASETS)
    resources = [one.findtext(f"{NS}extIdent") for one in root.iter(f"{NS}resource")]
    assert resources == [f"{one.dataset}-{one.format.name}" for name in DATASETS for one in ALL[name]]


def test_identifiers_are_the_same_in_every_release() -> None:
    first, second = (etree.fromstring((path / "dane-gov-pl.xml").read_bytes()) for path in releases())
    names = [[one.text for one in root.iter(f"{NS}extIdent")] for root in (first, second)]
    assert names[0] == names[1]


def test_identifiers_have_at_most_36_characters() -> None:
    assert len(of("extIdent")) > 15
    assert max(map(len, of("extIdent"))) <= 36
    with pytest.raises(ReleaseError, match="36"):
        dane_gov_pl._identifier("x" * 37)


def test_files_are_https_addresses_of_at_most_2000_characters() -> None:
    addresses = [one.findtext(f"{NS}url") or "" for one in feed().iter(f"{NS}resource")]
    assert addresses
    assert all(address.startswith(f"{ADDRESS}dumps/{release().name}/") for address in addresses)
    assert all((release() / address.rpartition("/")[2]).is_file() for address in addresses)
    assert max(map(len, addresses)) <= 2000


def test_titles_have_at_most_300_and_descriptions_at_most_1000_characters() -> None:
    for tag, longest in (("title", 300), ("description", 1000)):
        found = [child for element in feed().iter(f"{NS}{tag}") for child in element]
        assert {child.tag for child in found} == {f"{NS}polish", f"{NS}english"}
        assert all(0 < len(child.text or "") <= longest for child in found)


def test_a_longer_description_is_cut_and_says_so() -> None:
    files = {one.file: _ENTRY for found in ALL.values() for one in found}
    edition = Edition(Publication(), "2026-01-31", "2026-01-31", None, Counts(1, 1, 1, 1, 1), files)
    long = (("http://purl.org/dc/terms/description", Value("x" * 3000, language="pl")),)
    root = etree.fromstring(dane_gov_pl.feed(edition, Coverage(described={"practices": long})))
    cut = [text for text in (one.text or "" for one in root.iter(f"{NS}polish")) if text.startswith("xxx")]
    assert cut
    assert all(len(text) <= 1000 and text.endswith(" …") for text in cut)


def test_cc0_is_not_in_its_list_and_the_licence_comes_with_its_condition() -> None:
    for conditions in feed().iter(f"{NS}conditions"):
        assert conditions.findtext(f"{NS}dbOrCopyrightedLicenseChosen") in _LICENCES
        assert conditions.findtext(f"{NS}dbOrCopyrighted")


def test_frequency_and_categories_are_words_of_its_lists() -> None:
    assert set(of("updateFrequency")) <= _FREQUENCIES
    assert set(of("category")) <= _CATEGORIES
    assert all(len(list(one.iter(f"{NS}category"))) >= 1 for one in feed())


def test_every_dataset_has_a_tag_in_each_language_and_a_file() -> None:
    for dataset in feed():
        assert {tag.get("lang") for tag in dataset.iter(f"{NS}tag")} == {"pl", "en"}
        assert len(list(dataset.iter(f"{NS}resource"))) >= 1


def test_regions_are_at_most_20_teryt_codes() -> None:
    for resource in feed().iter(f"{NS}resource"):
        codes = [one.text or "" for one in resource.iter(f"{NS}terytIdent")]
        assert len(codes) <= 20
        assert all(re.fullmatch(r"\d{2}", code) for code in codes)
    assert {"22"} <= set(of("terytIdent"))


def test_files_stay_at_their_source_and_say_the_day_of_their_data() -> None:
    assert set(of("availability")) == {"remote"}
    assert set(of("dataDate")) == {"2026-01-31"}
    assert set(of("lastUpdateDate")) == {"2026-01-31T00:00:00Z"}


def test_the_file_name_holds_no_blank() -> None:
    assert not any(character.isspace() for character in dane_gov_pl.FEED + dane_gov_pl.SUM)
    assert dane_gov_pl.FEED.removesuffix(".xml") == dane_gov_pl.SUM.removesuffix(".md5")
