"""The catalogues hold the same keys and all that is used; numbers and dates are written as readers do."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from werkzeug.datastructures import LanguageAccept

import endpoint
from dumps.quality import MEASURES
from endpoint import language
from endpoint.negotiation import CONSTRUCTED, RESULTS
from endpoint.pages.documents import FORMATS
from endpoint.pages.figures import _SECTIONS
from endpoint.pages.origins import NAMES as ORIGIN_NAMES
from endpoint.pages.quality import _REPORTS
from endpoint.pages.references import collation, safe_href
from endpoint.pages.rules import CONSTRAINTS, SEVERITIES
from endpoint.pages.terms import KINDS, VOCABULARIES
from endpoint.query.table import TRIPLE
from model.findings import Severity
from model.iris import THING_KINDS

COUNTED = ("practices", "concepts", "uses", "values", "findings", "shapes")
PACKAGE = Path(endpoint.__file__).parent
# Keys that are put together at run time, by the values that they can have.
_COUNTED = ("practices", "records", "organisations", "units", "concepts")
COMPOSED = {
    *(f"kind.{kind}" for kind in THING_KINDS),
    *(f"section.{kind}" for kind in _SECTIONS),
    *(f"format.{form.suffix}" for form in FORMATS),
    *(f"query.format.{form.suffix}" for form in (*RESULTS, *CONSTRUCTED)),
    *(f"query.{noun}.{form}" for noun in ("rows", "triples") for form in ("one", "few", "many")),
    *(f"query.program.{name}" for name in ("curl", "python", "pandas", "r")),
    *(f"query.{part}" for part in TRIPLE),
    *(f"query.example.{path.stem.removeprefix('example-')}" for path in PACKAGE.glob("pages/queries/example-*.rq")),
    *(f"home.count.{noun}.{form}" for noun in _COUNTED for form in ("one", "few", "many")),
    *(f"{kind}.heading" for kind in ("link", "snapshot")),
    *(f"unit.code_{register}" for register in ("bdl", "iso3166_2", "lau", "nuts")),
    *(f"{page}.{group}" for page in ("ns", "term") for group, _ in KINDS),
    *(
        f"{table}.{status}"
        for table in ("status", "status_means")
        for status in ("unstable", "testing", "stable", "archaic")
    ),
    *(f"changes.{change}.{form}" for change in ("created", "changed", "removed") for form in ("one", "few", "many")),
    *(f"changes.{heading}" for heading in ("new", "edited", "gone", "first", "erased", "pruned", "unknown")),
    *(f"changes.{file}" for file in ("files", "json", "page", "patch")),
    *(f"tombstone.{kind}" for kind in ("practice", "record")),
    *(f"vocabulary.{prefix}" for prefix in VOCABULARIES),
    *(f"{table}.{severity}" for table in ("severity", "severity_means") for severity in SEVERITIES),
    *(f"constraint.{name}" for name in CONSTRAINTS),
    *(f"shapes.{key}" for key in ("whole", "shared")),
    *(f"quality.{kind}.{name.value}" for kind in ("severity", "severity_of") for name in Severity),
    *(f"quality.short.{name}" for name in MEASURES),
    *(f"origin.{name}" for name in ORIGIN_NAMES.values()),
    *(f"quality.report.{name.replace('.', '-')}" for name in _REPORTS),
    *(f"months.{case}.m{month}" for case in ("nominative", "genitive") for month in range(1, 13)),
    *(f"count.{noun}.{form}" for noun in COUNTED for form in ("one", "few", "many")),
}


def used() -> set[str]:
    sources = [*PACKAGE.glob("templates/*.html"), *PACKAGE.glob("pages/*.py"), PACKAGE / "language.py"]
    calls = re.compile(r'\b(?:t|messages|catalogue)\(\s*"([a-z_0-9.]+)"\s*[,)]')
    choices = re.compile(r't\("([a-z_.]+)" if .*? else "([a-z_.]+)"\)')
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    return {*calls.findall(text), *(key for pair in choices.findall(text) for key in pair)}


def test_both_catalogues_have_the_same_keys_and_parameters() -> None:
    polish, english = language.messages("pl").texts, language.messages("en").texts
    assert polish.keys() == english.keys()
    for key, text in polish.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[key])), key
        assert text.strip()


def test_every_key_that_is_used_exists_and_every_key_is_used() -> None:
    keys = set(language.messages("pl").texts)
    assert len(used()) > 100
    assert used() | COMPOSED <= keys
    assert keys - used() - COMPOSED == set()


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("en", "pl", "en"), ("de", "en-GB,en;q=0.9", "en"), (None, "", "pl"), (None, "de", "pl"),
        (None, "pl-PL,en;q=0.5", "pl"), (None, "en;q=0.4, pl;q=0.3", "en"),
    ],
)  # fmt: skip
def test_the_address_wins_then_the_browser_then_polish(asked: str | None, accepted: str, chosen: str) -> None:
    parsed = [(part.split(";")[0].strip(), float(part.partition("q=")[2] or 1)) for part in accepted.split(",") if part]
    assert language.choose(asked, LanguageAccept(parsed)) == chosen


@pytest.mark.parametrize(
    ("number", "form"), [(1, "one"), (2, "few"), (5, "many"), (12, "many"), (22, "few"), (0, "many"), (101, "many")]
)
def test_polish_counts_in_three_forms(number: int, form: str) -> None:
    assert language.plural_form(number, "pl") == form


def test_sums_are_written_as_in_the_language() -> None:
    assert language.money(Decimal("15707281.2"), "PLN", "pl") == "15\u00a0707\u00a0281,20\u00a0zł"
    assert language.money(Decimal("15707281.2"), "PLN", "en") == "PLN\u00a015,707,281.20"
    assert language.money(Decimal("5"), "EUR", "pl") == "5,00\u00a0EUR"


@pytest.mark.parametrize(
    ("text", "polish"),
    [("2008", "2008"), ("2008-05", "maj 2008"), ("2008-05-07", "7 maja 2008"), ("around 2008", "around 2008")],
)
def test_dates_are_as_exact_as_they_are_known(text: str, polish: str) -> None:
    assert language.date(text, language.messages("pl")) == polish


def test_polish_letters_follow_their_base_letters() -> None:
    assert sorted(["Łódź", "Zamość", "Lublin", "Żory", "Źródła", "Leszno"], key=collation) == [
        "Leszno", "Lublin", "Łódź", "Zamość", "Źródła", "Żory",
    ]  # fmt: skip


@pytest.mark.parametrize("iri", ["https://a.pl/b?c=d&e", "http://a.pl", "mailto:biuro@a.pl"])
def test_web_and_mail_addresses_are_links(iri: str) -> None:
    assert safe_href(iri) == iri


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "data:text/html,x", 'http://a"b', "http://a b", "//a", "http://a\nb", "tel:1", ""]
)
def test_anything_else_is_no_link(iri: str) -> None:
    assert safe_href(iri) is None
