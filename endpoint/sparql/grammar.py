"""The first token at which a query stops being SPARQL 1.1, and what could stand there instead.

The engine's parser says neither reliably, so the specification's own grammar (``grammar.txt``) is walked. It is
LL(1), which means that one token decides, and that the first token that fits nowhere is the place of the error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from endpoint.sparql.keywords import CLAUSES
from endpoint.sparql.tokens import Kind, Token

END = "end of the query"
_SHOWN = {
    "IRI": "<IRI>",
    "NAME": "prefix:name",
    "VARIABLE": "?variable",
    "STRING": '"…"',
    "LANGUAGE": "@pl",
    "BLANK": "_:b",
    "INTEGER": "123",
    "NUMBER": "1.5",
    "NIL": "()",
    "ANON": "[]",
    "FUNCTION": "STR(…)",
    "AGGREGATE": "SUM(…)",
    "'A'": "a",
}
_AGGREGATES = frozenset(("SUM", "MIN", "MAX", "AVG", "SAMPLE"))
_PIECES = re.compile(r"'[^']+'|\w+|[()?*+|]")
_NOT_OURS = frozenset(("<<", ">>", "~", "LATERAL"))  # SPARQL 1.2 and the engine's own: judged by the engine alone


@dataclass(frozen=True)
class _Node:
    """A piece of a rule: ``token``, ``rule``, ``all``, ``any`` or ``repeat`` of its parts."""

    sort: str
    name: str = ""
    parts: tuple[_Node, ...] = ()


class _WrongTokenError(Exception):
    def __init__(self, place: int) -> None:
        self.place = place


@dataclass(frozen=True)
class Slip:
    """The first wrong token (``None`` at the end of the text) and what was hoped for, in the grammar's order."""

    token: Token | None
    expected: tuple[str, ...]


def first_slip(tokens: Sequence[Token]) -> Slip | None:
    """Where the tokens of a query leave the grammar; nothing where they do not, or use what is not SPARQL 1.1."""
    if any(token.upper in _NOT_OURS for token in tokens):
        return None
    walk = _Walk(_terminals(tokens))
    try:
        walk.follow(_Node("rule", "Query"))
        walk.take(END)
    except _WrongTokenError as wrong:
        found = walk.terminals[wrong.place][1]
        # The one that must stand there comes last in the walk and first for the reader.
        hopes = [*walk.hopes[-1:], *walk.hopes[:-1]]
        return Slip(found, tuple(dict.fromkeys(_shown(name) for name in hopes if name != END)))
    return None


def _shown(name: str) -> str:
    """A name of the grammar as it would be written in a query."""
    return _SHOWN.get(name, name.strip("'"))


def _terminals(tokens: Sequence[Token]) -> list[tuple[str, Token | None]]:
    """The tokens by their names in the grammar; ``( )`` and ``[ ]`` are one each (NIL, ANON)."""
    found: list[tuple[str, Token | None]] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        pair = token.text + (tokens[place + 1].text if place + 1 < len(tokens) else "")
        if token.kind is Kind.SIGN and pair in ("()", "[]"):
            found.append(("NIL" if pair == "()" else "ANON", token))
            place += 2
            continue
        found.append((_terminal(token), token))
        place += 1
    return [*found, (END, None)]


def _terminal(token: Token) -> str:
    if token.kind is Kind.NUMBER:
        return "INTEGER" if token.text.isdigit() else "NUMBER"
    if token.kind is Kind.SIGN:
        return f"'{token.text}'"
    if token.kind is not Kind.WORD:
        return token.kind.name
    if token.upper in _AGGREGATES:
        return "AGGREGATE"
    return f"'{token.upper}'" if token.upper in CLAUSES else "FUNCTION"


class _Walk:
    """One pass over the tokens; ``hopes`` are what would have been taken at the present place."""

    def __init__(self, terminals: list[tuple[str, Token | None]]) -> None:
        self.terminals = terminals
        self.hopes: list[str] = []
        self._place = 0

    def take(self, name: str) -> None:
        if self.terminals[self._place][0] != name:
            self.hopes.append(name)
            raise _WrongTokenError(self._place)
        self._place += 1
        self.hopes.clear()

    def follow(self, node: _Node) -> None:
        match node.sort:
            case "token":
                self.take(node.name)
            case "rule":
                self.follow(_rules()[node.name])
            case "all":
                for part in node.parts:
                    self.follow(part)
            case "repeat":
                while self._begins(node.parts[0]):
                    self.follow(node.parts[0])
            case _:
                chosen = next((part for part in node.parts if self._begins(part)), None)
                if chosen is None:
                    chosen = next((part for part in node.parts if _is_empty(part)), None)
                    if chosen is None:
                        raise _WrongTokenError(self._place)
                self.follow(chosen)

    def _begins(self, node: _Node) -> bool:
        first = _beginnings(node)
        if self.terminals[self._place][0] in first:
            return True
        self.hopes.extend(first)
        return False


@cache
def _beginnings(node: _Node) -> tuple[str, ...]:
    match node.sort:
        case "token":
            return (node.name,)
        case "rule":
            return _beginnings(_rules()[node.name])
        case "all":
            found: list[str] = []
            for part in node.parts:
                found.extend(_beginnings(part))
                if not _is_empty(part):
                    break
            return tuple(found)
    return tuple(name for part in node.parts for name in _beginnings(part))


@cache
def _is_empty(node: _Node) -> bool:
    """Whether nothing at all is one of its forms."""
    match node.sort:
        case "token":
            return False
        case "rule":
            return _is_empty(_rules()[node.name])
        case "all":
            return all(_is_empty(part) for part in node.parts)
        case "repeat":
            return True
    return any(_is_empty(part) for part in node.parts)


@cache
def _rules() -> dict[str, _Node]:
    text = resources.files("endpoint.sparql").joinpath("grammar.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    names = {line.partition(" = ")[0] for line in lines}
    return {name: _alternatives(_pieces(body), names) for name, _, body in (line.partition(" = ") for line in lines)}


def _pieces(body: str) -> list[str]:
    return list(reversed(_PIECES.findall(body)))


def _alternatives(pieces: list[str], names: set[str]) -> _Node:
    found = [_sequence(pieces, names)]
    while pieces and pieces[-1] == "|":
        pieces.pop()
        found.append(_sequence(pieces, names))
    return found[0] if len(found) == 1 else _Node("any", parts=tuple(found))


def _sequence(pieces: list[str], names: set[str]) -> _Node:
    return _Node("all", parts=tuple(_items(pieces, names)))


def _items(pieces: list[str], names: set[str]) -> Iterator[_Node]:
    while pieces and pieces[-1] not in ("|", ")"):
        piece = pieces.pop()
        if piece == "(":
            node = _alternatives(pieces, names)
            pieces.pop()
        else:
            node = _Node("rule" if piece in names else "token", piece)
        match pieces[-1] if pieces else "":
            case "?":
                yield _Node("any", parts=(node, _Node("all")))
            case "*":
                yield _Node("repeat", parts=(node,))
            case "+":
                yield _Node("all", parts=(node, _Node("repeat", parts=(node,))))
            case _:
                yield node
                continue
        pieces.pop()
