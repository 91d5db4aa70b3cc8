"""The manifest: what a release holds, so that anyone can prove that it still holds it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import cattrs
from cattrs.errors import BaseValidationError

from dumps.change_counts import Changes
from dumps.quality import Quality
from model.errors import ReleaseError

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
STORE = "store"

_T = TypeVar("_T")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class GraphEntry:
    """A named graph and the number of its distinct triples."""

    iri: str
    triples: int


@dataclass(frozen=True)
class Counts:
    """How many things of each kind the release describes."""

    practices: int
    records: int
    units: int
    organisations: int
    concepts: int


@dataclass(frozen=True)
class FileEntry:
    """A file of the release: its size in bytes and its SHA-256 (hexadecimal)."""

    bytes: int
    sha256: str
    media_type: str


@dataclass(frozen=True)
class StoreEntry:
    """A file of the engine's folder. It differs from build to build and is not meant for download."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class RegisterState:
    """The TERYT register behind the units: its date, and whether it is the whole one."""

    date: dt.date | None
    complete: bool


@dataclass(frozen=True)
class SourceState:
    """What a source gave: its records, and how many of them fill each field.

    The next run compares itself with this to see a loss (DESIGN section 4).
    """

    records: int
    fields: Mapping[str, int]


@dataclass(frozen=True)
class Manifest:
    """All of ``manifest.json``. ``created`` is in UTC; ``content_hash`` is ``serialise.content_hash``."""

    version: str
    created: dt.datetime
    base_iri: str
    content_hash: str
    previous: str | None
    software: str
    graphs: Mapping[str, GraphEntry]
    counts: Counts
    files: Mapping[str, FileEntry]
    store: Mapping[str, StoreEntry]
    register: RegisterState
    sources: Mapping[str, SourceState]
    # Releases of 0.1 have none of these. ``first`` is the version of the first release; ``publication`` are the
    # settings that the catalogue was made with, so that a change of them is seen; ``changes`` is what differs from
    # ``previous``, which the first release has not.
    quality: Quality | None = None
    first: str | None = None
    publication: Mapping[str, str] | None = None
    changes: Changes | None = None


def _exactly(wanted: type[_T]) -> Callable[[Any, Any], _T]:
    """A hook that takes a value of this type only: cattrs alone would make 5 of "5" and of 5.9."""

    def structure(value: Any, _target: Any) -> _T:
        if type(value) is not wanted:
            raise ValueError(f"{value!r} is no {wanted.__name__}")
        return value

    return structure


def _date(value: Any, _target: Any) -> dt.date:
    return dt.date.fromisoformat(_exactly(str)(value, str))


def _time(value: Any, _target: Any) -> dt.datetime:
    return dt.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    for plain in (str, int, bool):
        converter.register_structure_hook(plain, _exactly(plain))
    converter.register_structure_hook(dt.date, _date)
    converter.register_structure_hook(dt.datetime, _time)
    converter.register_unstructure_hook(dt.date, dt.date.isoformat)
    converter.register_unstructure_hook(dt.datetime, zulu)
    return converter


def zulu(time: dt.datetime) -> str:
    """A moment in UTC as ``2026-01-31T12:00:00Z``; ``time`` must know its zone."""
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_CONVERTER = _converter()


def to_json(manifest: Manifest) -> bytes:
    """The manifest as JSON with sorted keys, ended by a line feed."""
    plain = _CONVERTER.unstructure(manifest)
    return (json.dumps(plain, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def from_json(data: bytes) -> Manifest:
    """Read a manifest. Raises ``ReleaseError`` naming unknown and missing keys and wrong values."""
    try:
        plain = json.loads(data)
        if not isinstance(plain, dict):
            raise ValueError("not an object")
        manifest = _CONVERTER.structure(plain, Manifest)
    except (ValueError, RecursionError) as error:
        raise ReleaseError(f"{MANIFEST} is no JSON object: {error}", advice=_ADVICE) from error
    except BaseValidationError as error:
        problems = "; ".join(cattrs.transform_error(error))
        raise ReleaseError(f"{MANIFEST} is not as expected: {problems}", advice=_ADVICE) from error
    for name in (*manifest.files, *manifest.store):
        # A name is joined to a path: it must not lead out of the release.
        if not is_file_name(name):
            raise ReleaseError(f"{MANIFEST} names a file that cannot be one of a release: {name!r}")
    return manifest


_ADVICE = "it was changed, or written by another version of this software: restore the release from a copy"


def is_file_name(name: str) -> bool:
    """Whether a release can have a file of this name, besides those that every release has."""
    return _FILE_NAME.fullmatch(name) is not None and name not in {MANIFEST, SUMS, STORE}


def sums(digests: Mapping[str, str]) -> bytes:
    """``SHA256SUMS`` as ``sha256sum -c`` reads it, from SHA-256 by file name."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()
