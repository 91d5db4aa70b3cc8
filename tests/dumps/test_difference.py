"""The difference of two sorted streams of quads."""

from __future__ import annotations

import random
from collections.abc import Iterable

from dumps.difference import Change, Mark, changed_lines, changed_things, things_of

BASE = "https://example.org/"


def quad(subject: str, text: str = "x", predicate: str = "p") -> bytes:
    return f'<{subject}> <https://example.org/{predicate}> "{text}" <https://example.org/graph/practices> .'.encode()


def thing(ref: str, *texts: str) -> list[bytes]:
    return [quad(f"{BASE}id/practice/{ref}", text) for text in texts]


def changes(old: Iterable[bytes], new: Iterable[bytes]) -> list[tuple[str, Change]]:
    return [(one.iri.rpartition("/")[2], one.change) for one in changed_things(sorted(old), sorted(new), BASE)]


def test_things_come_change_and_go() -> None:
    old = [*thing("kept", "1"), *thing("moved", "1", "2"), *thing("went", "1")]
    new = [*thing("kept", "1"), *thing("moved", "2", "3"), *thing("came", "1")]
    assert changes(old, new) == [("came", Change.CREATED), ("moved", Change.CHANGED), ("went", Change.REMOVED)]
    moved = next(one for one in changed_things(sorted(old), sorted(new), BASE) if one.iri.endswith("moved"))
    assert moved.before == tuple(sorted(thing("moved", "1", "2")))
    assert moved.after == tuple(sorted(thing("moved", "2", "3")))


def test_a_part_belongs_to_its_thing_even_where_other_names_sort_between_them() -> None:
    part = f"{BASE}id/practice/bdp-2#budget"
    unmoved = [*thing("bdp-2", "x"), *thing("bdp-20", "x"), *thing("bdp-2-3", "x"), *thing("bdp-201", "x")]
    old = [*unmoved, quad(part, "100")]
    new = [*unmoved, quad(part, "200"), quad(f"{BASE}id/practice/bdp-20#period", "2001")]
    assert changes(old, new) == [("bdp-20", Change.CHANGED), ("bdp-2", Change.CHANGED)]
    assert changes(unmoved, new) == [("bdp-20", Change.CHANGED), ("bdp-2", Change.CHANGED)]


def test_the_order_of_things_is_that_of_their_names_in_lines() -> None:
    random.seed(5)
    refs = [f"bdp-{random.randrange(1, 3000)}" for _ in range(400)]
    lines = sorted(
        {quad(f"{BASE}id/practice/{ref}{part}") for ref in refs for part in ("", "#grant", "#period", "#a-b")}
    )
    found = list(things_of(lines, BASE))
    assert [name for name, _ in found] == sorted({f"<{BASE}id/practice/{ref}>".encode() for ref in refs})
    assert all(len(said) == 4 for _, said in found)


def test_terms_of_a_vocabulary_are_things_of_their_own() -> None:
    old = [quad("https://w3id.org/dobre-praktyki/ns#Practice", "a")]
    new = [*old, quad("https://w3id.org/dobre-praktyki/ns#solution", "b")]
    assert [(one.iri, one.change) for one in changed_things(old, new, BASE)] == [
        ("https://w3id.org/dobre-praktyki/ns#solution", Change.CREATED)
    ]


def test_lines_that_one_side_has_are_told_in_order_whatever_the_sides_are() -> None:
    random.seed(7)
    for _ in range(200):
        old = sorted({b"%d" % random.randrange(30) for _ in range(random.randrange(20))})
        new = sorted({b"%d" % random.randrange(30) for _ in range(random.randrange(20))})
        found = list(changed_lines(old, new))
        assert {line for mark, line in found if mark is Mark.DELETED} == set(old) - set(new)
        assert {line for mark, line in found if mark is Mark.ADDED} == set(new) - set(old)
        assert [line for _, line in found] == sorted(line for _, line in found)


def test_both_sides_are_read_as_streams() -> None:
    """Of two endless-looking sides no more is read than the first difference needs."""
    read = 0

    def lines(last: str) -> Iterable[bytes]:
        nonlocal read
        for number in range(1000):
            read += 1
            yield quad(f"{BASE}id/practice/p{number:04}", last if number == 10 else "x")

    first = next(changed_things(lines("a"), lines("b"), BASE))
    assert first.iri.endswith("p0010")
    assert read < 30
