"""RDF Patch: made by a merge, applied by a merge, never believed where it does not fit."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterable

import pytest

from dumps.patch import Header, apply_patch, write_patch
from model.errors import ReleaseError

OLD = [b"<a> <p> <o> <g> .", b"<b> <p> <o> <g> .", b"<d> <p> <o> <g> ."]
NEW = [b"<a> <p> <o> <g> .", b"<c> <p> <o> <g> .", b"<d> <p> <o> <g> .", b"<e> <p> <o> <g> ."]


def digest(lines: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()


def patch(old: list[bytes], new: list[bytes]) -> list[bytes]:
    out = io.BytesIO()
    header = Header("https://x.example/dumps/2/", "https://x.example/dumps/1/", digest(new), digest(old))
    write_patch(header, old, new, out)
    return out.getvalue().split(b"\n")[:-1]


def test_a_patch_has_the_rows_of_rdf_patch() -> None:
    assert patch(OLD, NEW) == [
        b"H id <https://x.example/dumps/2/> .",
        b"H prev <https://x.example/dumps/1/> .",
        f'H sha256 "{digest(NEW)}" .'.encode(),
        f'H prev-sha256 "{digest(OLD)}" .'.encode(),
        b"TX .",
        b"D <b> <p> <o> <g> .",
        b"A <c> <p> <o> <g> .",
        b"A <e> <p> <o> <g> .",
        b"TC .",
    ]


def test_a_patch_applied_gives_the_new_quads_whatever_differs() -> None:
    random.seed(11)
    for _ in range(300):
        old, new = (
            sorted({b"<%02d> <p> <o> <g> ." % random.randrange(40) for _ in range(random.randrange(30))})
            for _ in range(2)
        )
        assert list(apply_patch(patch(old, new), old)) == new
        assert list(apply_patch(patch(new, old), new)) == old


def test_a_patch_for_other_quads_is_refused() -> None:
    for wrong in (OLD[1:], [*OLD, b"<z> <p> <o> <g> ."], [b"<0> <p> <o> <g> .", *OLD], [*OLD[:1], *OLD[2:]], NEW):
        with pytest.raises(ReleaseError):
            list(apply_patch(patch(OLD, NEW), wrong))


def test_every_patch_that_lost_a_row_or_has_another_is_refused() -> None:
    whole = patch(OLD, NEW)
    for place in range(len(whole)):
        with pytest.raises(ReleaseError):
            list(apply_patch([*whole[:place], *whole[place + 1 :]], OLD))
        with pytest.raises(ReleaseError):
            list(apply_patch([*whole[:place], b"X " + whole[place], *whole[place + 1 :]], OLD))
        with pytest.raises(ReleaseError):
            list(apply_patch(whole[:place], OLD))


def test_what_is_no_patch_is_refused_with_advice() -> None:
    with pytest.raises(ReleaseError, match="no patch") as caught:
        list(apply_patch([b"<!doctype html>"], OLD))
    assert "prev" in caught.value.advice
