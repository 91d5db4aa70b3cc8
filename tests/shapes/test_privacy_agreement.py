"""The shapes are the second look: what the converters' privacy gate leaves in a text must pass them."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple

from converters.privacy.redaction import clean_text
from model.iris import DEFAULT_BASE, Iris
from ontology.terms import GP, RDF
from shapes.validation import validate

_CONTACTS = (
    "Pytania: j.przykladowska@example.org.",
    "Pytania: przykladowska (at) example.org",
    "Pytania: przykladowska[at]example[dot]org",
    "Pytania: przykladowska(małpa)example(kropka)pl",
    "Tel. 58 700 00 00.",
    "tel.: 58/7000000",
    "Telefon: (58) 700-00-00",
    "tel/fax 58 700 00 00",
    "kom. 500600700",
    "Zadzwoń: 500 600 700.",
    "Zadzwoń: 500-600-700",
    "Zadzwoń: 500\u00a0600\u00a0700",
    "Zadzwoń: 587000000",
    "Zadzwoń: +48 58 700 00 00",
    "Zadzwoń: 0048 587000000",
    "Zadzwoń: +48587000000",
    "Zadzwoń: 58 700 00 00, wew. 12",
    "PESEL 44051401359.",
)
_NUMBERS = (
    "Koszt 15.707.281,20 zł.",
    "W latach 2017-2021 i 2022–2023.",
    "Na 10 000 ludności.",
    "Wydano 123 456 789 zł.",
    "Wydano 123 456 789,50 zł.",
    "Było 246.306 mieszkańców.",
    "Oszczędzono 100 000 000 kWh.",
    "Dz.U. 2004 nr 64 poz. 593.",
    "Uchwała XII/123/2019 z dnia 28.11.2019 r.",
    "W 1219 rodzinach, z tego 6022 osoby, 49,6 proc.",
    "Kwoty 5.877 tys. zł i 429 975,00 zł.",
    "KRS 0000123456.",
    "Od 01.03.2019 do 31.12.2021.",
    "Adres e@mail podano w metryce.",
    "REGON 123456789 i projekt nr 123456789.",
    "Posadzono 100 200 300 drzew.",
    "Bezpłatna infolinia 800 123 456.",
)


def _found(texts: tuple[str, ...]) -> dict[str, set[str]]:
    nodes = {Iris().practice(f"bdp-{number}"): text for number, text in enumerate(texts)}
    triples = [
        triple
        for node, text in nodes.items()
        for triple in (
            Triple(NamedNode(node), RDF.type, GP.Practice),
            Triple(NamedNode(node), GP.problem, Literal(text, language="pl")),
        )
    ]
    found: dict[str, set[str]] = {text: set() for text in texts}
    for result in validate(triples, DEFAULT_BASE):
        if result.code.startswith("TextWithout"):
            found[nodes[result.node]].add(result.code)
    return found


def test_contact_data_left_in_a_text_are_found() -> None:
    assert [text for text, codes in _found(_CONTACTS).items() if not codes] == []


def test_a_cleaned_text_passes() -> None:
    cleaned = tuple(clean_text(text).text or "–" for text in _CONTACTS)
    assert {text: codes for text, codes in _found(cleaned).items() if codes} == {}


def test_numbers_that_are_no_contacts_pass() -> None:
    assert {text: codes for text, codes in _found(_NUMBERS).items() if codes} == {}
