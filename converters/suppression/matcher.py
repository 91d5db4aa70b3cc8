"""Looking for what was erased in texts, without knowing it: the hash of each run of words is compared.

Compared are whole words, without case, diacritics and punctuation. Another form of a word (Polish inflection) is
another word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from converters.privacy.redaction import sentences
from converters.suppression.listed import NAME, NUMBER, PHRASE, Suppressed, hashed, mark, numbers, of_name, words


class Matcher:
    """Knows the list and its key. An empty list finds nothing and costs nothing."""

    def __init__(self, lines: Iterable[Suppressed] = (), key: bytes = b"") -> None:
        self._key = key
        self.lines = frozenset(lines)
        # Phrases by the hash of their first word: most words of a corpus begin none.
        self._phrases: dict[str, set[int]] = defaultdict(set)
        self._numbers = sorted({line.size for line in self.lines if line.kind == NUMBER})
        self._hashes = {line.hash for line in self.lines}
        self._marks: dict[str, frozenset[int]] = {}
        self._has_names = any(line.kind == NAME for line in self.lines)
        for line in self.lines:
            if line.kind == PHRASE:
                self._phrases[line.mark].add(line.size)

    def __bool__(self) -> bool:
        return bool(self.lines)

    def holds(self, text: str) -> bool:
        """Whether a text has something of the list."""
        if self._phrases and any(self._is_listed(PHRASE, " ".join(run)) for run in self._runs(words(text))):
            return True
        if not self._numbers:
            return False
        return any(self._is_listed(NUMBER, part) for digits in numbers(text) for part in self._parts(digits))

    def holds_address(self, iri: str) -> bool:
        """Whether an address has something of the list, in its words."""
        return self.holds(unquote(iri))

    def names(self, names: Iterable[str]) -> bool:
        """Whether one of a source's names of a record is that of an erased one."""
        return self._has_names and any(of_name(name, self._key).hash in self._hashes for name in names)

    def redacted(self, text: str) -> str | None:
        """The text without the sentences that hold something of the list; None where nothing is left."""
        if not self.holds(text):
            return text
        paragraphs = []
        for paragraph in text.split("\n"):
            kept = (paragraph[start:end] for start, end in sentences(paragraph))
            left = " ".join(sentence.strip() for sentence in kept if not self.holds(sentence))
            # A phrase may begin in one sentence and end in the next.
            if left and not self.holds(left):
                paragraphs.append(left)
        left = "\n".join(paragraphs)
        return left if left and not self.holds(left) else None

    def _runs(self, said: list[str]) -> Iterator[list[str]]:
        for start, word in enumerate(said):
            for size in self._sizes(word):
                if start + size <= len(said):
                    yield said[start : start + size]

    def _sizes(self, word: str) -> frozenset[int]:
        known = self._marks.get(word)
        if known is None:
            known = self._marks[word] = frozenset(self._phrases.get(mark(self._key, word), ()))
        return known

    def _parts(self, digits: str) -> Iterator[str]:
        for size in self._numbers:
            for start in range(len(digits) - size + 1):
                yield digits[start : start + size]

    def _is_listed(self, kind: str, text: str) -> bool:
        return hashed(self._key, kind, text) in self._hashes
