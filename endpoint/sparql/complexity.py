"""How deep a query is nested and of how many parts it is made, counted on its tokens.

The engine's parser and planner recurse; too deep or too long a chain overflows its stack and ends the process
(oxigraph 0.5: a nest of 337, a path of 2,200 steps). The limits stay far below what was measured.

One ambiguity of SPARQL matters here: in ``(?a<?b&&?c>?d)`` the specification's longest match reads the IRI
``<?b&&?c>``, while the engine's parser, which knows what it waits for, reads a comparison. Such an IRI is counted
as if it were the comparison; where the two readings would end elsewhere (it holds ``#`` or a quote, which begin
a comment or a string in the other reading) the query is refused, so that nothing can hide in the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from endpoint.sparql import errors
from endpoint.sparql.tokens import Kind, Token, position

MAX_DEPTH = 64
MAX_PARTS = 500

_OPENING = {"(": ")", "{": "}", "[": "]", "<<": ">>"}
_CLOSING = frozenset(_OPENING.values())
_SIGNS = ("/", "|", "^", "!", "+", "-", "*", "=", "<", ">", "~", "^^", "&&", "||", "!=", "<=", ">=")
_OPERATORS = frozenset(_SIGNS)
_WORDS = ("UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "AS", "EXISTS", "GRAPH", "SELECT", "VALUES", "IN")
_OPERATOR_WORDS = frozenset(_WORDS)
_SEPARATORS = frozenset(".;,")
_TERMS = frozenset((Kind.STRING, Kind.IRI, Kind.NAME, Kind.VARIABLE, Kind.BLANK, Kind.NUMBER))


@dataclass
class _Count:
    """Parts seen so far, and the closing brackets that are still due."""

    due: list[str] = field(default_factory=list)
    patterns: int = 0
    operators: int = 0
    values_ahead: bool = False  # between VALUES and the brace of its data
    in_values: int = 0  # depth of the brace of the VALUES data we are in, 0 outside

    @property
    def in_list(self) -> bool:
        return bool(self.due) and self.due[-1] == ")"


def check_complexity(text: str, tokens: Sequence[Token]) -> None:
    """Raise ``QueryTooComplexError`` or ``AmbiguousQueryError``, with line and column."""
    if len(tokens) <= min(MAX_DEPTH, MAX_PARTS) and "(" not in text:
        return  # a token opens one bracket or is one part, and only in parentheses can an IRI hide more
    count = _Count()
    previous: Token | None = None
    for token in tokens:
        hidden = 0
        if not count.in_values:
            hidden = _comparison(count, text, token, previous)
            _parts(count, token, previous)
        _brackets(count, token)
        if len(count.due) + hidden > MAX_DEPTH:
            _too_complex(text, token, "nesting", MAX_DEPTH)
        if count.patterns > MAX_PARTS:
            _too_complex(text, token, "patterns", MAX_PARTS)
        if count.operators > MAX_PARTS:
            _too_complex(text, token, "operators", MAX_PARTS)
        previous = token


def _too_complex(text: str, token: Token, what: str, limit: int) -> NoReturn:
    line, column = position(text, token.start)
    raise errors.QueryTooComplexError(
        f"The query is too complex: {what} (line {line}, column {column}).",
        line=line,
        column=column,
        what=what,
        limit=limit,
    )


def _brackets(count: _Count, token: Token) -> None:
    if token.kind is Kind.WORD:
        count.values_ahead = token.upper == "VALUES"
    if token.kind is not Kind.SIGN:
        return
    if token.text in _OPENING:
        count.due.append(_OPENING[token.text])
        if token.text == "{" and count.values_ahead:
            count.in_values = count.in_values or len(count.due)
            count.values_ahead = False
    elif token.text == "}" and "}" in count.due:
        while count.due.pop() != "}":
            pass  # no other bracket reaches over a brace, so what is open inside was miscounted
    elif token.text in _CLOSING and count.due and count.due[-1] == token.text:
        count.due.pop()
    if len(count.due) < count.in_values:
        count.in_values = 0


def _parts(count: _Count, token: Token, previous: Token | None) -> None:
    """Triples are counted by their separators, groups by their braces, lists by their members."""
    if token.text in _OPERATORS or (token.kind is Kind.WORD and token.upper in _OPERATOR_WORDS):
        count.operators += 1
    elif token.text in ("{", "[", "<<") or (token.text in _SEPARATORS and not count.in_list):
        count.patterns += 1
    elif token.text == "(" and previous is not None and previous.text == ")":
        count.patterns += 1  # HAVING (…) (…), ORDER BY (…) (…), lists in a list
    elif count.in_list and token.kind in _TERMS and previous is not None and _ends_operand(previous):
        count.patterns += 1


def _comparison(count: _Count, text: str, token: Token, previous: Token | None) -> int:
    """Count an IRI that the engine may read as a comparison for what it would hold then; its own depth."""
    if token.kind is not Kind.IRI or not count.in_list or previous is None or not _ends_operand(previous):
        return 0
    inside = token.text[1:-1]
    if "#" in inside or "'" in inside:
        line, column = position(text, token.start)
        raise errors.AmbiguousQueryError(
            f"{token.text[:80]} may be an IRI or a comparison (line {line}, column {column}).",
            line=line,
            column=column,
            found=token.text[:80],
        )
    count.operators += sum(inside.count(sign) for sign in ("&&", "+", "*", "!", "="))
    opened = deepest = 0
    for character in inside:
        if character == "(":
            opened += 1
            deepest = max(deepest, opened)
        elif character == ")" and opened:
            opened -= 1
    count.due.extend(")" * opened)
    return deepest


def _ends_operand(token: Token) -> bool:
    """Whether a value may end with this token, so that ``<`` after it may compare."""
    if token.kind is Kind.WORD:
        return token.upper.endswith(("TRUE", "FALSE"))
    return token.kind in _TERMS or token.kind is Kind.LANGUAGE or token.text in (")", "]", "}", ">>")
