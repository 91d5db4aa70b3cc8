"""The engine's syntax messages, made useful: the right place, the token that stands there, what is missing.

The engine's parser reports where it gave up *after* reading as many characters as the keyword it hoped for, and
lists character classes among what it expected (oxigraph 0.5, a PEG parser).
"""

from __future__ import annotations

import re

from endpoint.sparql import errors
from endpoint.sparql.keywords import KEYWORDS
from endpoint.sparql.prologue import prologue
from endpoint.sparql.tokens import Kind, Token, offset_of, position, tokenize
from ontology.terms import PREFIXES

_MESSAGE = re.compile(r"^error at (\d+):(\d+): expected (?:one of )?(.*)$", re.DOTALL)
_CHARACTER_CLASS = re.compile(r"\[(?:'(?:\\.[^']*|[^'\\])'|[^\]'])*\]")
_KEYWORD = re.compile(r"^[A-Z_]{2,}$")
_NO_PREFIX = "Prefix not found"
_NO_IRI = "IRI parsing failed"
_MAX_SHOWN = 8
_BRACKETS = {"(": ")", "{": "}", "[": "]"}


def syntax_error(message: str, text: str) -> errors.QuerySyntaxError:
    """The error for an engine's message about a query, with line, column and the text found there."""
    parts = _MESSAGE.match(message)
    reported = offset_of(text, int(parts[1]), int(parts[2])) if parts else 0
    expected = _expected(parts[3]) if parts else [message[:300]]
    tokens = list(tokenize(text))
    stranger = _undeclared(tokens)
    if stranger is not None:
        return _at(errors.UnknownPrefixError, text, stranger.start, stranger.text, _NO_PREFIX)
    if _NO_IRI in expected:
        iri = next((token for token in reversed(tokens) if token.start < reported), None)
        if iri is not None and iri.kind is Kind.IRI:
            return _at(errors.BadIriError, text, iri.start, iri.text, _NO_IRI)
    slip = next((token for token in tokens if token.kind is Kind.WORD and token.upper not in KEYWORDS), None)
    if slip is not None and slip.start <= reported:
        return _at(errors.QuerySyntaxError, text, slip.start, slip.text, ", ".join(expected[:_MAX_SHOWN]) or "-")
    if reported >= len(text.rstrip()):
        bracket = _unbalanced(tokens)
        if bracket is not None:
            return _at(errors.QuerySyntaxError, text, bracket[0].start, bracket[0].text, bracket[1])
    start = _begin(text, reported, expected)
    found = next((token for token in tokens if token.start + len(token.text) > start), None)
    reason = ", ".join(expected[:_MAX_SHOWN]) or "-"
    if found is None:
        return _at(errors.QuerySyntaxError, text, len(text), "", reason)
    return _at(errors.QuerySyntaxError, text, found.start, found.text, reason)


def _at(
    kind: type[errors.QuerySyntaxError], text: str, offset: int, found: str, expected: str
) -> errors.QuerySyntaxError:
    line, column = position(text, offset)
    fields: dict[str, str | int | float] = {
        "line": line,
        "column": column,
        "found": found[:80],
        "expected": expected,
    }
    if kind is errors.UnknownPrefixError:
        prefix = found.partition(":")[0]
        fields |= {"prefix": prefix, "iri": PREFIXES.get(prefix, "…")}
    at = f"at {found[:80]!r}" if found else "at the end of the query"
    return kind(f"Syntax error in line {line}, column {column}, {at}.", **fields)


def _expected(listed: str) -> list[str]:
    """The readable part of what the parser expected: literals, keywords and whole sentences."""
    items = (item.strip() for item in _CHARACTER_CLASS.sub("", listed).replace("\n", " ").split(", "))
    return [item for item in items if item and item not in ('"', "|")]


def _begin(text: str, reported: int, expected: list[str]) -> int:
    """Where the parser really stood: it read a keyword's length before it saw that it was another word."""
    if any(item.startswith('"') for item in expected):
        return reported  # a sign is looked for on the spot
    keywords = [item for item in expected if _KEYWORD.match(item)]
    lengths = [len(word) for word in keywords if text[reported - len(word) : reported].upper() != word]
    return max(0, reported - min(lengths)) if lengths else reported


def _undeclared(tokens: list[Token]) -> Token | None:
    """The first name whose prefix the prologue does not declare."""
    head = prologue(tokens)
    for token in tokens[head.end :]:
        if token.kind is Kind.NAME and token.text.partition(":")[0] + ":" not in head.prefixes:
            return token
    return None


def _unbalanced(tokens: list[Token]) -> tuple[Token, str] | None:
    """The first closing bracket that closes nothing or the wrong one, and what should stand there."""
    opened: list[str] = []
    for token in tokens:
        if token.kind is not Kind.SIGN:
            continue
        if token.text in _BRACKETS:
            opened.append(_BRACKETS[token.text])
        elif token.text in _BRACKETS.values():
            wanted = opened.pop() if opened else ""
            if wanted != token.text:
                return token, f'"{wanted}"' if wanted else "-"
    return None
