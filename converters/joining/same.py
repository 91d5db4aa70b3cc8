"""The operator's answers to proposed joins: ``state/same.csv``.

Columns ``first,second,same,note``: two keys as the report prints them (``{source}:{number}``, ``url:…``,
``{source}.title:…``, ``file:…``, or the ref of a record), ``yes`` or ``no`` (``tak``, ``nie``), and a free note.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from converters.answer_table import answer_rows, normal_key, read_answers
from converters.joining.evidence import Witness
from model.errors import StateError

COLUMNS = ("first", "second", "same", "note")
_WORDS = {"yes": True, "tak": True, "no": False, "nie": False}


@dataclass(frozen=True)
class Answer:
    """One line of the file."""

    first: str
    second: str
    same: bool
    line: int


@dataclass(frozen=True)
class Answers:
    """All answers. It remembers which of them were about records of this run, and nothing else."""

    file: str = "same.csv"
    lines: tuple[Answer, ...] = ()
    _used: set[Answer] = field(default_factory=set, init=False, repr=False, compare=False)

    def pairs(self, witnesses: Iterable[Witness]) -> dict[tuple[str, str], Answer]:
        """The answers about these records, by the sorted pair of their refs.

        Raises ``StateError`` where a key means several of them, or two answers about one pair differ.
        """
        by_key: dict[str, set[str]] = {}
        for witness in witnesses if self.lines else ():
            for key in (witness.ref, *witness.keys):
                by_key.setdefault(normal_key(key), set()).add(witness.ref)
        found: dict[tuple[str, str], Answer] = {}
        for answer in self.lines:
            refs = [self._one(key, by_key, answer) for key in (answer.first, answer.second)]
            if None in refs or refs[0] == refs[1]:
                continue
            self._used.add(answer)
            first, second = sorted(ref for ref in refs if ref is not None)
            other = found.setdefault((first, second), answer)
            if other.same is not answer.same:
                raise self.wrong(answer, f"contradicts line {other.line}; both are about one pair of records")
        return found

    def about(self, first: Sequence[str], second: Sequence[str]) -> bool | None:
        """The answer about two things that go by these keys; None where there is none."""
        first, second = tuple(map(normal_key, first)), tuple(map(normal_key, second))
        for answer in self.lines:
            if (answer.first in first and answer.second in second) or (
                answer.second in first and answer.first in second
            ):
                self._used.add(answer)
                return answer.same
        return None

    def unused(self) -> tuple[Answer, ...]:
        """Answers about records that are not there, in the order of the file."""
        return tuple(answer for answer in self.lines if answer not in self._used)

    def _one(self, key: str, by_key: Mapping[str, set[str]], answer: Answer) -> str | None:
        refs = by_key.get(key, set())
        if len(refs) > 1:
            raise self.wrong(answer, f"{key!r} means several records: {', '.join(sorted(refs))}")
        return next(iter(refs), None)

    def wrong(self, answer: Answer, what: str) -> StateError:
        """The error that names an answer's line."""
        return StateError(f"{self.file}:{answer.line}: {what}", advice="mend or remove the line")


def load_answers(path: Path) -> Answers:
    """Reads the file; none there means no answers. Raises ``StateError`` naming file, line and field."""
    return parse_answers(read_answers(path), str(path))


def parse_answers(text: str, file: str) -> Answers:
    """The answers in the text of the file; raises ``StateError`` as ``load_answers`` does."""
    found: dict[frozenset[str], Answer] = {}
    for line, cells in answer_rows(text, file, COLUMNS):
        one = _answer(cells, f"{file}:{line}", line)
        pair = frozenset((one.first, one.second))
        if pair in found:
            raise StateError(
                f"{file}:{one.line} [first]: line {found[pair].line} answers about the same two already",
                advice="keep one of the two lines",
            )
        found[pair] = one
    return Answers(file, tuple(found.values()))


def line_of(first: str, second: str) -> str:
    """The line that answers yes about two keys, as the report offers it."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow((first, second, "yes", ""))
    return out.getvalue()


def _answer(cells: Mapping[str, str], place: str, line: int) -> Answer:
    first, second = (normal_key(cells.get(name, "")) for name in COLUMNS[:2])
    for name, key in (("first", first), ("second", second)):
        if not key:
            raise StateError(f"{place} [{name}]: empty", advice="give the key as the report prints it")
    if first == second:
        raise StateError(f"{place} [second]: the same key as in [first]", advice="name the other record")
    word = cells.get("same", "").strip().lower()
    if word not in _WORDS:
        raise StateError(f"{place} [same]: {word!r} is neither yes nor no", advice=f"write one of {', '.join(_WORDS)}")
    return Answer(first, second, _WORDS[word], line)
