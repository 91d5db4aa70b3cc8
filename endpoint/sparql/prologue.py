"""The prologue of a query: BASE and PREFIX declarations, and IRIs resolved against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from endpoint.sparql.tokens import Kind, Token, unescape_iri


@dataclass(frozen=True)
class Prologue:
    """``end`` is the index of the first token after it; ``prefixes`` are keyed with their colon."""

    end: int
    base: str
    prefixes: dict[str, str]

    def resolve(self, token: Token) -> str | None:
        """The IRI that an IRI or prefixed name stands for; ``None`` for others and undeclared prefixes."""
        if token.kind is Kind.IRI:
            return _join(self.base, unescape_iri(token.text))
        if token.kind is Kind.NAME:
            prefix, _, local = token.text.partition(":")
            namespace = self.prefixes.get(f"{prefix}:")
            return None if namespace is None else namespace + local.replace("\\", "")
        return None


def prologue(tokens: Sequence[Token], base: str = "") -> Prologue:
    """Read the declarations at the beginning; what is malformed ends them and is left to the engine.

    ``base`` is the IRI that the first relative one is resolved against.
    """
    prefixes, place = dict[str, str](), 0
    while place < len(tokens) and tokens[place].kind is Kind.WORD:
        word, following = tokens[place].upper, tokens[place + 1 : place + 3]
        if word == "BASE" and following and following[0].kind is Kind.IRI:
            base = _join(base, unescape_iri(following[0].text))
            place += 2
        elif word == "VERSION" and following and following[0].kind is Kind.STRING:
            place += 2
        elif word == "PREFIX" and [token.kind for token in following] == [Kind.NAME, Kind.IRI]:
            prefixes[following[0].text] = _join(base, unescape_iri(following[1].text))
            place += 3
        else:
            break
    return Prologue(place, base, prefixes)


def _join(base: str, iri: str) -> str:
    return urljoin(base, iri) if base else iri
