"""A triple as text is, letter by letter, what the engine writes of the same triple; what it refuses is refused."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from ontology import terms
from ontology.ntriples import (
    DCT,
    Term,
    Terms,
    bare,
    decoded,
    encoded,
    iri,
    lines,
    literal,
    often_named,
    tagged,
)

_BASE = "https://example.org/"
# Signs that are escaped, that look like an end of line or of a literal, and that are composed or beyond 16 bits.
_NASTY = (
    '\x00\x07\b\t\n\x0b\f\r\x1c\x1f "\\\x7f\x85\xa0\u0301\u2028\u202e\ufeff\ufffd\ufffe\uffff'
    "\U0001f600\U0010ffff<>@^_.żŁ"
)
_texts = st.text(st.sampled_from(_NASTY) | st.characters(exclude_categories=["Cs"]))
_languages = st.sampled_from(["pl", "en", "de-CH-1996", "zh-Hant", "PL", "x-ours"])
_datatypes = st.sampled_from([terms.XSD.date, terms.XSD.integer, terms.XSD.decimal, terms.XSD.string, terms.GP.teryt])
_SUBJECT, _PREDICATE = NamedNode(f"{_BASE}s"), NamedNode(f"{_BASE}p")


def _engine(value: NamedNode | Literal) -> bytes:
    return serialize([Triple(_SUBJECT, _PREDICATE, value)], format=RdfFormat.N_TRIPLES) or b""


def _line(value: Term) -> bytes:
    return encoded([(iri(f"{_BASE}s"), iri(f"{_BASE}p"), value)])


def _line_or_refusal(make: Callable[[], bytes]) -> bytes | str:
    try:
        return make()
    except ValueError as refused:
        return str(refused)


@given(_texts)
@example('a "quoted" \\ text\r\n\tof\u0085several\u2028lines\x00')
def test_a_literal_is_what_the_engine_writes(text: str) -> None:
    assert _line(literal(text)) == _engine(Literal(text))


@given(_texts, _languages)
def test_a_text_in_a_language_is_what_the_engine_writes(text: str, language: str) -> None:
    assert _line(tagged(text, language)) == _engine(Literal(text, language=language))


@given(_texts, _datatypes)
def test_a_value_of_a_datatype_is_what_the_engine_writes(text: str, datatype: NamedNode) -> None:
    assert _line(literal(text, datatype)) == _engine(Literal(text, datatype=datatype))


def test_every_character_is_written_as_the_engine_writes_it() -> None:
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1))))
    assert _line(tagged(everything, "pl")) == _engine(Literal(everything, language="pl"))


@given(_texts)
@example("ż/łódź?q=%C5%BC#część")
@example("a b")
@example("%zz")
def test_an_iri_is_what_the_engine_writes_and_refused_where_it_refuses(text: str) -> None:
    address = _BASE + text
    expected = _line_or_refusal(lambda: _engine(NamedNode(address)))
    for make in (iri, often_named):
        assert _line_or_refusal(lambda make=make: _line(make(address))) == expected  # type: ignore[misc]
    if isinstance(expected, bytes):
        assert bare(iri(address)) == address


@pytest.mark.parametrize("text", ["", "relative", "a b:c", "http://[/", "https://example.org/<>"])
def test_what_is_no_absolute_iri_is_refused(text: str) -> None:
    for make in (iri, often_named):
        with pytest.raises(ValueError, match=r"IRI|scheme|host"):
            make(text)


def test_half_a_surrogate_pair_is_no_text() -> None:
    for make in (literal, iri, lambda text: tagged(text, "pl")):
        with pytest.raises((ValueError, TypeError)):
            make("a\ud800b")


@given(st.lists(_texts, max_size=5))
def test_what_is_written_is_read_as_the_same_triples_in_the_same_order(texts: list[str]) -> None:
    triples = [(iri(f"{_BASE}s"), DCT.title, tagged(text, "pl")) for text in texts]
    expected = [Triple(_SUBJECT, terms.DCT.title, Literal(text, language="pl")) for text in texts]
    assert list(decoded(encoded(triples))) == expected
    assert lines(triples) == [f"{triple} .".encode() for triple in expected]


def test_a_namespace_has_the_terms_of_the_same_names() -> None:
    written = Terms(terms.DCT)
    assert (written.title, written["format"]) == (str(terms.DCT.title), str(terms.DCT["format"]))
    with pytest.raises(AttributeError):
        _ = written.__wrapped__
