"""The manifest: what is written is what is read, and nothing else is accepted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from dumps.manifest import (
    Counts,
    FileEntry,
    GraphEntry,
    Manifest,
    RegisterState,
    SourceState,
    StoreEntry,
    from_json,
    sums,
    to_json,
)
from model.errors import ReleaseError

MANIFEST = Manifest(
    version="2026-01-31",
    created=dt.datetime(2026, 1, 31, 12, 30, tzinfo=dt.UTC),
    base_iri="https://w3id.org/dobre-praktyki/",
    content_hash="0" * 64,
    previous=None,
    software="0.1.0",
    graphs={"units": GraphEntry(iri="https://w3id.org/dobre-praktyki/graph/units", triples=7)},
    counts=Counts(practices=1, records=2, units=3, organisations=4, concepts=5),
    files={"units.ttl": FileEntry(bytes=10, sha256="1" * 64, media_type="text/turtle; charset=utf-8")},
    store={"CURRENT": StoreEntry(bytes=16, sha256="2" * 64)},
    register=RegisterState(date=None, complete=False),
    sources={"bdp": SourceState(records=2, fields={"title": 2, "żródło": 1})},
)


def test_a_manifest_is_read_as_it_was_written() -> None:
    data = to_json(MANIFEST)
    assert from_json(data) == MANIFEST
    assert to_json(from_json(data)) == data


def test_json_has_sorted_keys_bytes_for_sizes_and_utc() -> None:
    data = to_json(MANIFEST)
    plain = json.loads(data)
    assert list(plain) == sorted(plain)
    assert plain["files"]["units.ttl"]["bytes"] == 10
    assert plain["store"]["CURRENT"] == {"bytes": 16, "sha256": "2" * 64}
    assert plain["created"] == "2026-01-31T12:30:00Z"
    assert data.endswith(b"}\n")
    assert "żródło".encode() in data


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    warsaw = dt.datetime(2026, 1, 31, 13, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert json.loads(to_json(Manifest(**{**vars(MANIFEST), "created": warsaw})))["created"] == "2026-01-31T12:30:00Z"


def remove(*keys: str) -> Callable[[Any], None]:
    def change(plain: Any) -> None:
        for key in keys[:-1]:
            plain = plain[key]
        del plain[keys[-1]]

    return change


def put(value: object, *keys: str) -> Callable[[Any], None]:
    def change(plain: Any) -> None:
        for key in keys[:-1]:
            plain = plain[key]
        plain[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (remove("content_hash"), "content_hash"),
        (remove("counts", "units"), "units"),
        (remove("files", "units.ttl", "bytes"), "bytes"),
        (put(1, "surprise"), "surprise"),
        (put(1, "register", "surprise"), "surprise"),
        (put(1, "files", "units.ttl", "size"), "size"),
        (put("5", "counts", "units"), r"\$.counts.units"),
        (put(True, "counts", "units"), r"\$.counts.units"),
        (put(1.5, "store", "CURRENT", "bytes"), r"\$.store"),
        (put(5, "version"), r"\$.version"),
        (put("yesterday", "created"), r"\$.created"),
        (put("2026-13-01", "register", "date"), r"\$.register.date"),
        (put([], "graphs"), r"\$.graphs"),
    ],
)
def test_unknown_keys_missing_keys_and_wrong_values_are_named(change: Callable[[Any], None], named: str) -> None:
    plain = json.loads(to_json(MANIFEST))
    change(plain)
    with pytest.raises(ReleaseError, match=named) as caught:
        from_json(json.dumps(plain).encode())
    assert caught.value.advice


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "/etc/passwd", "", ".hidden", "manifest.json", "SHA256SUMS", "store", "a\nb"]
)
@pytest.mark.parametrize("part", ["files", "store"])
def test_a_name_that_leads_out_of_the_release_is_refused(name: str, part: str) -> None:
    plain = json.loads(to_json(MANIFEST))
    plain[part][name] = next(iter(plain[part].values()))
    with pytest.raises(ReleaseError, match="cannot be one of a release"):
        from_json(json.dumps(plain).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(ReleaseError, match=r"manifest\.json"):
        from_json(data)


def test_sums_are_sorted_lines_of_sha256sum() -> None:
    assert sums({"b": "2", "a": "1"}) == b"1  a\n2  b\n"
