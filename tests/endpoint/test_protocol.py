"""What a request asks for, by the SPARQL 1.1 Protocol; the messages between parent and worker; the messages of
the engine's syntax errors."""

from __future__ import annotations

import os
import socket
from urllib.parse import quote

import pytest
from pyoxigraph import Store

from endpoint.sparql import errors, frames
from endpoint.sparql.protocol import FORM, QUERY, UPDATE, ProtocolError, from_get, from_post
from endpoint.sparql.syntax import syntax_error

ASK = quote("ASK {}").encode()


def test_a_get_request_names_query_graphs_and_format() -> None:
    found = from_get(
        b"query=" + ASK + b"&default-graph-uri=urn:a&default-graph-uri=urn:b&named-graph-uri=urn:c&format=csv"
    )
    assert found.text == "ASK {}"
    assert found.default_graphs == ("urn:a", "urn:b")
    assert found.named_graphs == ("urn:c",)
    assert found.format == "csv"


def test_a_request_without_a_query_asks_for_the_description() -> None:
    assert from_get(b"").text is None
    assert from_get(b"format=ttl").text is None


def test_an_empty_query_is_a_query() -> None:
    assert from_get(b"query=").text == ""


def test_percent_signs_are_decoded_once() -> None:
    assert (
        from_get(b"query=" + quote("ASK { <urn:a%20b> ?p '100%25+1' }").encode()).text
        == "ASK { <urn:a%20b> ?p '100%25+1' }"
    )


@pytest.mark.parametrize(
    "content_type",
    [FORM, f"{FORM}; charset=utf-8", f'{FORM};charset="UTF-8"', "Application/X-WWW-Form-URLencoded"],
)
def test_a_form_is_read_with_or_without_a_charset(content_type: str) -> None:
    assert from_post(b"", content_type, b"query=" + ASK).text == "ASK {}"


def test_a_form_may_have_its_dataset_in_the_address() -> None:
    found = from_post(b"default-graph-uri=urn:a", FORM, b"named-graph-uri=urn:b&query=" + ASK)
    assert (found.default_graphs, found.named_graphs) == (("urn:a",), ("urn:b",))


@pytest.mark.parametrize("content_type", [QUERY, f"{QUERY};charset=UTF-8", f"{QUERY} ; version=1"])
def test_a_direct_post_is_the_query_itself(content_type: str) -> None:
    found = from_post(b"default-graph-uri=urn:a", content_type, "ASK { ?s ?p 'ż' }".encode())
    assert found.text == "ASK { ?s ?p 'ż' }"
    assert found.default_graphs == ("urn:a",)


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/json", "multipart/form-data; boundary=x"]
)
def test_other_bodies_are_unsupported_media(content_type: str | None) -> None:
    with pytest.raises(ProtocolError) as refused:
        from_post(b"", content_type, b"ASK {}")
    assert refused.value.status == 415
    assert QUERY in refused.value.headers["Accept-Post"]


@pytest.mark.parametrize("charset", ["UTF-16", "iso-8859-2"])
def test_other_charsets_are_refused(charset: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        from_post(b"", f"{QUERY}; charset={charset}", b"ASK {}")
    assert refused.value.code == "sparql-charset"


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    with pytest.raises(ProtocolError, match="UTF-8"):
        from_post(b"", QUERY, b"ASK {} #\xff")
    with pytest.raises(ProtocolError, match="UTF-8"):
        from_get(b"query=%FF")


@pytest.mark.parametrize(
    ("query_string", "content_type", "body"),
    [
        (b"query=a&query=b", None, None),
        (b"query=a", FORM, b"query=b"),
        (b"query=a", QUERY, b"b"),
    ],
)
def test_more_than_one_query_is_refused(query_string: bytes, content_type: str | None, body: bytes | None) -> None:
    with pytest.raises(ProtocolError) as refused:
        from_get(query_string) if body is None else from_post(query_string, content_type, body)
    assert refused.value.code == "sparql-several-queries"


@pytest.mark.parametrize(
    ("query_string", "content_type", "body"),
    [
        (b"update=CLEAR+ALL", None, None),
        (b"query=a&update=CLEAR+ALL", None, None),
        (b"using-graph-uri=urn:a", QUERY, b"ASK {}"),
        (b"", FORM, b"update=CLEAR+ALL"),
        (b"", UPDATE, b"CLEAR ALL"),
        (b"", f"{UPDATE}; charset=utf-8", b"CLEAR ALL"),
    ],
)
def test_an_update_is_refused_however_it_comes(
    query_string: bytes, content_type: str | None, body: bytes | None
) -> None:
    with pytest.raises(ProtocolError) as refused:
        from_get(query_string) if body is None else from_post(query_string, content_type, body)
    assert refused.value.code == "sparql-update"


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(ProtocolError):
        from_get(b"a=1&" * 2000)


def test_graphs_without_a_query_are_a_mistake() -> None:
    with pytest.raises(ProtocolError):
        from_get(b"default-graph-uri=urn:a")


def test_a_message_arrives_whole_with_its_descriptor() -> None:
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    with ours, theirs:
        frames.send(ours, {"text": "ż" * 1000}, b"\0beside", writing)
        os.close(writing)
        frame = frames.receive_with_descriptor(theirs)
        assert frame is not None
        assert (frame.message, frame.content) == ({"text": "ż" * 1000}, b"\0beside")
        assert frame.descriptor is not None
        os.write(frame.descriptor, b"through")
        os.close(frame.descriptor)
    assert os.read(reading, 10) == b"through"
    os.close(reading)


def test_a_message_that_was_cut_short_is_none() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b'\0\0\0\x09\0\0\0\0{"a')
        ours.shutdown(socket.SHUT_WR)
        assert frames.receive(theirs) is None


def test_a_message_of_absurd_length_is_none() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"\xff\xff\xff\xff\0\0\0\0")
        assert frames.receive(theirs) is None


def test_a_peer_that_is_slow_can_be_given_up_and_heard_later() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames.give_up_after(theirs, 0.01)
        with pytest.raises(BlockingIOError):
            frames.receive(theirs)
        frames.send(ours, {"late": True})
        assert frames.receive(theirs) == frames.Frame({"late": True})


def test_a_peer_that_stops_within_a_message_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames.give_up_after(theirs, 0.01)
        ours.sendall(b'\0\0\0\x09\0\0\0\0{"a')
        assert frames.receive(theirs) is None


def _engine_error(text: str) -> errors.QuerySyntaxError:
    with pytest.raises(SyntaxError) as failed:
        Store().query(text)
    return syntax_error(str(failed.value), text)


@pytest.mark.parametrize(
    ("text", "line", "column", "found"),
    [
        ("SELECT * { ?s ?p ?o\n FOO }", 2, 2, "FOO"),
        ("SELECT * { ?s ?p 'żółć' FOO }", 1, 25, "FOO"),
        ("SELECT * { ?s FOO ?o }", 1, 15, "FOO"),
        ("SELECT * {\n  ?s ?p FOO ?o }", 2, 9, "FOO"),
        ("ASK { FILTER(?x FOO 1) }", 1, 17, "FOO"),
        ("SELECT * { ?s ?p ?o } LIMIT 5 FOO", 1, 31, "FOO"),
        ("SELECT * WHERE ?s ?p ?o }", 1, 16, "?s"),
        ("SELECT * { ?s ?p ?o } ODRER BY ?s", 1, 23, "ODRER"),
        ("SELECT * { ?s ?p ?o FILTER regex(?o, 'a' }", 1, 42, "}"),
        ("SELECT * { ?s ?p ?o } }", 1, 23, "}"),
        ("ASK {\n", 2, 1, ""),
        ("SELECT * { ?s ?p ?o OPTIONAL ?s ?q ?r }", 1, 30, "?s"),
    ],
)
def test_a_syntax_error_points_at_the_wrong_word(text: str, line: int, column: int, found: str) -> None:
    error = _engine_error(text)
    assert (error.fields["line"], error.fields["column"], error.fields["found"]) == (line, column, found)


def test_an_undeclared_prefix_is_named_with_its_iri_where_it_is_ours() -> None:
    error = _engine_error("SELECT *\n{ ?s gp:unit ?o }")
    assert isinstance(error, errors.UnknownPrefixError)
    assert (error.fields["line"], error.fields["column"]) == (2, 6)
    assert error.fields["iri"] == "https://w3id.org/dobre-praktyki/ns#"
    assert _engine_error("SELECT * { ?s foo:p ?o }").fields["iri"] == "…"


def test_a_relative_iri_is_named() -> None:
    error = _engine_error("SELECT * { ?s <foo> ?o }")
    assert isinstance(error, errors.BadIriError)
    assert error.fields["found"] == "<foo>"


def test_a_message_of_another_shape_is_passed_on() -> None:
    assert "odd" in str(syntax_error("something odd", "ASK {}").fields["sentence"])
