"""Serialisation: the same triples give the same bytes, and other readers read the same triples."""

from __future__ import annotations

import gzip
import io
import os
import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from dumps import serialise
from dumps.content import Content
from dumps.turtle import turtle
from model.errors import ReleaseError
from model.iris import CONTENT_GRAPHS, DEFAULT_BASE
from ontology.terms import DCT, RDF, XSD
from tests.conftest import ROOT
from tests.dumps.sample import graphs

S = NamedNode("https://example.org/s")
Plain = tuple[str, str, str, str, str]


def plain(triple: Triple) -> Plain:
    assert isinstance(triple.subject, NamedNode)
    value = triple.object
    if isinstance(value, Literal):
        return (str(triple.subject), str(triple.predicate), value.value, value.datatype.value, value.language or "")
    return (str(triple.subject), str(triple.predicate), str(value), "", "")


def gzipped(lines: Iterable[bytes]) -> bytes:
    out = io.BytesIO()
    serialise.write_gzip(lines, out)
    return out.getvalue()


def test_ntriples_are_sorted_by_code_point_and_distinct() -> None:
    triples = [Triple(S, DCT.title, Literal(text)) for text in ("z", "ą", "\U0001f600", "\uffee", "z", "Z")]
    lines = serialise.ntriples(triples)
    texts = [line.decode().split('"')[1] for line in lines]
    assert texts == ["Z", "z", "ą", "\uffee", "\U0001f600"]


def test_a_line_is_not_cut_at_other_line_separators() -> None:
    lines = serialise.ntriples([Triple(S, DCT.title, Literal("a\u0085b\u2028c\x0bd\ne"))])
    assert len(lines) == 1
    assert len(list(Content({"g": lines}).quads())) == 1


@pytest.mark.parametrize(
    "triple",
    [
        Triple(BlankNode("x"), DCT.title, Literal("a")),
        Triple(S, DCT.relation, BlankNode("x")),
        Triple(S, DCT.relation, Triple(S, DCT.title, Literal("a"))),
    ],
    ids=["subject", "object", "quoted triple"],
)
def test_what_has_no_lasting_name_is_refused_by_subject_and_predicate(triple: Triple) -> None:
    with pytest.raises(ReleaseError) as caught:
        serialise.ntriples([triple])
    assert str(triple.subject) in caught.value.message
    assert str(triple.predicate) in caught.value.message
    assert caught.value.advice


def test_gzip_has_no_time_and_no_file_name() -> None:
    packed = gzipped([b"a", b"b"])
    # Magic, deflate, no flags (so no name), no time, level neither best nor fastest, system unknown (RFC 1952).
    assert packed[:10] == bytes.fromhex("1f8b0800000000000" + "0ff")
    assert gzip.decompress(packed) == b"a\nb\n"


@pytest.mark.parametrize("change", ["missing", "unknown"])
def test_a_release_has_exactly_the_content_graphs(change: str) -> None:
    content = graphs()
    if change == "missing":
        del content["units"]
    else:
        content["drafts"] = []
    with pytest.raises(ReleaseError, match="units" if change == "missing" else "drafts"):
        Content.of(content)


def test_the_content_hash_ignores_order_and_repetition_and_sees_every_change() -> None:
    content = graphs()
    first = Content.of(content).hash
    shuffled = {name: [*triples, triples[0]] for name, triples in reversed(content.items())}
    for triples in shuffled.values():
        random.Random(1).shuffle(triples)
    assert Content.of(shuffled).hash == first
    content["units"], content["concepts"] = content["concepts"], content["units"]
    assert Content.of(content).hash != first
    assert Content.of(graphs(), "https://example.org/").hash != first


PROGRAM = """
import hashlib, random, sys
from pathlib import Path
from dumps.content import Content
from dumps.serialise import unsorted_ntriples
from dumps.turtle import turtle
from tests.dumps.sample import graphs
content = graphs(40)
for triples in content.values():
    random.Random(int(sys.argv[1])).shuffle(triples)
unsorted = {name: unsorted_ntriples(triples) for name, triples in content.items()}
sorted_lines = Content.sorted_into(Path(sys.argv[2]), unsorted, "https://example.org/")
dumps = [turtle(each) for each in sorted_lines.graphs.values()] + [b"\\n".join(sorted_lines.quads())]
sys.stdout.write(hashlib.sha256(b"".join(dumps)).hexdigest())
"""


def test_bytes_are_the_same_in_every_process_and_for_every_hash_seed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, seed, str(tmp_path_factory.mktemp("sorted"))],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(digests) == 1


# rdflib's own reader of N-Quads uses what rdflib has deprecated.
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated")
def test_rdflib_reads_the_same_triples_from_every_dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    content = Content.of(graphs())
    packed = gzip.decompress(gzipped(content.quads()))
    dataset = rdflib.Dataset()
    dataset.parse(io.BytesIO(packed), format="nquads")
    for name, iri in ((name, f"{DEFAULT_BASE}graph/{name}") for name in CONTENT_GRAPHS):
        read = rdflib.Graph().parse(data=turtle(content.graphs[name]), format="turtle")
        expected = {plain(triple) for triple in graphs()[name]}
        assert expected
        assert {of_rdflib(*triple) for triple in read} == expected
        assert {of_rdflib(*triple) for triple in dataset.graph(iri)} == expected


def of_rdflib(subject: object, predicate: object, value: object) -> Plain:
    if isinstance(value, rdflib.Literal):
        default = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString" if value.language else str(XSD.string.value)
        terms = (str(value), str(value.datatype or default), value.language or "")
    else:
        terms = (f"<{value}>", "", "")
    return (f"<{subject}>", f"<{predicate}>", *terms)


nodes = st.sampled_from(["a", "a#", "a#b", "ab", "ą", "a/b,c(d)", "owl:x"]).map(
    lambda local: NamedNode(f"http://purl.org/dc/terms/{local}")
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(lambda text, language: Literal(text, language=language), texts, st.sampled_from(["pl", "pl-x-a", "en"])),
    st.builds(lambda text, datatype: Literal(text, datatype=datatype), texts, nodes),
    st.sampled_from([Literal(text, datatype=XSD.decimal) for text in ("1", "1.0", "01.", "x", "-.5")]),
    st.sampled_from([Literal(text, datatype=XSD.boolean) for text in ("1", "true", "TRUE")]),
)
triples = st.lists(st.builds(Triple, nodes, nodes | st.just(RDF.type), nodes | literals), max_size=12)


@given(triples)
def test_whatever_is_written_as_turtle_is_read_back_as_the_same_set(content: list[Triple]) -> None:
    lines = serialise.ntriples(content)
    read = [quad.triple for quad in parse(turtle(lines), RdfFormat.TURTLE)]
    assert serialise.ntriples(read) == lines
    assert len(lines) == len(set(content))


@given(triples, triples)
def test_sorted_quads_keep_the_order_of_each_graphs_sorted_triples(one: list[Triple], two: list[Triple]) -> None:
    """What ``verify`` relies on to compare a graph's quads with its Turtle file without sorting again."""
    content = Content({"g": serialise.ntriples(one), "a": serialise.ntriples(two)})
    quads = list(content.quads())
    assert quads == sorted(quads)
    for name, expected in content.graphs.items():
        end = f"<{content.iri(name)}> .".encode()
        assert [quad.removesuffix(end) + b"." for quad in quads if quad.endswith(end)] == expected
