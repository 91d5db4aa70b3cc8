"""What is laid on disk is found as what is held in memory."""

from __future__ import annotations

import errno
import random
from pathlib import Path

import pytest

from converters.identity_entries import Entries, Entry

KINDS = ("organisation", "practice", "record")
STATUSES = ("active", "merged", "withdrawn")


def _entry(chance: random.Random) -> Entry:
    keys = tuple(f"url:przykład.pl/{chance.randrange(60)}" for _ in range(chance.randrange(3)))
    aliases = ("Ośrodek | Dom",) * chance.randrange(2)
    return Entry(
        chance.choice(KINDS),
        f"stół-{chance.randrange(40)}",
        chance.choice(STATUSES),
        name=f"Nazwa {chance.randrange(9)}",
        keys=keys,
        aliases=aliases,
    )


@pytest.mark.parametrize("held", [0, 1, 7])
def test_entries_on_disk_are_those_in_memory(tmp_path: Path, held: int) -> None:
    chance = random.Random(held)
    laid, kept = Entries(tmp_path, held), Entries()
    for step in range(400):
        entry = _entry(chance)
        for entries in (laid, kept):
            entries.put(entry)
        if step % 40 == 0:
            for kind in (None, *KINDS):
                for status in (None, *STATUSES):
                    assert list(laid.ordered(kind, status)) == list(kept.ordered(kind, status))
    for kind in KINDS:
        for number in range(60):
            key, ref = f"url:przykład.pl/{number}", f"stół-{number}"
            assert laid.named(kind, key) == kept.named(kind, key)
            assert laid.get(kind, ref) == kept.get(kind, ref)
    assert (tmp_path / "identity.db").is_file()
    assert kept.get("record", "stół-59") is None


def test_a_small_register_never_touches_the_disk(tmp_path: Path) -> None:
    entries = Entries(tmp_path)
    entries.put(Entry("practice", "a", keys=("bdp:1",)))
    assert entries.named("practice", "bdp:1") == "a"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_does_not_take_it_is_an_error_of_the_disk(tmp_path: Path) -> None:
    entries = Entries(tmp_path / "nie-ma", held=0)
    with pytest.raises(OSError, match="unable to open database file") as failed:
        entries.put(Entry("practice", "a"))
    assert failed.value.errno == errno.EIO
