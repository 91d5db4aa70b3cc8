"""What the gate remembers between runs must never hide a violation, whatever ended a run or damaged the file."""

from __future__ import annotations

import pytest

from praktyki.state import VALIDATED
from shapes import shards
from tests.praktyki.workplace import EXAMPLES, Workplace, codes


class _EndedError(Exception):
    """A publisher that ends between two stages."""


def test_a_run_without_changes_validates_nothing_again(work: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = work.publish(EXAMPLES)

    def refuse(*_: object) -> None:
        raise AssertionError("something was validated again")

    monkeypatch.setattr(shards, "validate_core", refuse)
    second = work.publish(EXAMPLES)
    assert (second.status, second.findings) == ("unchanged", first.findings)


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe\x00", b"{}\n", None])
def test_a_damaged_file_is_told_not_believed_and_written_anew(work: Workplace, damage: bytes | None) -> None:
    first = work.publish(EXAMPLES)
    file = work.state / VALIDATED
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] if damage is None else damage)
    second = work.publish(EXAMPLES)
    told = [code for code in codes(second) if code == "validated-refused"]
    assert len(told) == (0 if damage == b"" else 1)
    assert [code for code in codes(second) if code not in told] == codes(first)
    assert file.read_bytes() == whole
    assert "validated-refused" not in (work.state / "report" / "validation.csv").read_text()


@pytest.mark.parametrize("stage", ["check", "state", "serialise", "manifest", "switch"])
def test_a_publisher_that_ended_in_between_hides_nothing(work: Workplace, stage: str) -> None:
    from praktyki import pipeline

    def end(name: str) -> None:
        if name == stage:
            raise _EndedError

    with pytest.raises(_EndedError):
        pipeline.publish((EXAMPLES,), work.plan(end))
    after = work.publish(EXAMPLES)
    other = Workplace(work.folder / "other")
    assert codes(after) == codes(other.publish(EXAMPLES))
    assert (work.state / VALIDATED).read_bytes() == (other.state / VALIDATED).read_bytes()


def test_a_dry_run_leaves_no_memory(work: Workplace) -> None:
    work.publish(EXAMPLES, dry_run=True)
    assert not (work.state / VALIDATED).exists()
