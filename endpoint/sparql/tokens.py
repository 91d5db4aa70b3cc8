"""SPARQL 1.1 cut into tokens, with line and column: enough grammar to judge a query before the engine sees it.

The classes follow the specification's terminals (section 19.8) and are a little wider where that costs
nothing. What matters is that strings, IRIs, comments and names end where the engine ends them, so that nothing
can hide in one; a string that never ends is an error here already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from endpoint.sparql.errors import QuerySyntaxError


class Kind(Enum):
    """What a token is."""

    STRING = "string"
    IRI = "iri"
    NAME = "name"
    VARIABLE = "variable"
    BLANK = "blank"
    LANGUAGE = "language"
    NUMBER = "number"
    WORD = "word"
    ESCAPE = "escape"
    SIGN = "sign"


class Token(NamedTuple):
    """``text`` as written; ``start`` is the offset in characters from the beginning."""

    kind: Kind
    text: str
    start: int

    @property
    def upper(self) -> str:
        """The text in capitals: keywords are compared without case."""
        return self.text.upper()


_KINDS = {kind.value: kind for kind in Kind}  # calling the class is ten times as slow
_CHARACTER = r"[^\W_]|[_\-\u00b7\u0300-\u036f\u203f\u2040]"
_LOCAL = rf"(?:{_CHARACTER}|:|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_PREFIX = rf"[^\W\d_](?:(?:{_CHARACTER})|\.+(?={_CHARACTER}))*"
_IN_IRI = r'(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})'
_TOKENS = re.compile(
    "|".join(
        (
            r"(?P<space>[ \t\r\n]+|#[^\r\n]*)",
            r'(?P<string>"""(?:"{0,2}(?:[^"\\]|\\.))*"""'
            r"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
            r'|(?!""")"(?:[^"\\\r\n]|\\.)*"'
            r"|(?!''')'(?:[^'\\\r\n]|\\.)*')",
            r"""(?P<open>["'])""",
            rf"(?P<iri><{_IN_IRI}*>)",
            r"(?P<variable>[?$]\w[\w\u00b7\u203f\u2040]*)",
            rf"(?P<blank>_:(?:{_CHARACTER})(?:(?:{_CHARACTER})|\.+(?={_CHARACTER}))*)",
            rf"(?P<name>(?:{_PREFIX})?:(?:{_LOCAL}(?:{_LOCAL}|\.+(?={_LOCAL}))*)?)",
            r"(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)",
            r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)",
            r"(?P<word>[^\W\d]\w*)",
            r"(?P<escape>\\[uU])",
            # "<<" opens a quoted triple, unless the second "<" opens an IRI: "?a<<urn:b#c>".
            rf"(?P<sign>\^\^|&&|\|\||!=|<=|>=|<<(?!{_IN_IRI}*>)|>>|.)",
        )
    ),
    re.DOTALL,
)


def tokenize(text: str) -> Iterator[Token]:
    """The tokens in order, without blanks and comments; raises ``QuerySyntaxError`` for an open string."""
    for found in _TOKENS.finditer(text):
        group = found.lastgroup
        if group is None or group == "space":
            continue
        if group == "open":
            line, column = position(text, found.start())
            raise QuerySyntaxError(
                f"Syntax error in line {line}, column {column}: the string is never closed.",
                line=line,
                column=column,
                found=found[0],
                what="quote",
            )
        yield Token(_KINDS[group], found[0], found.start())


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column (both from 1, in characters) of an offset."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def offset_of(text: str, line: int, column: int) -> int:
    """The offset of a line and column; the end of the text where it is shorter."""
    start = 0
    for _ in range(line - 1):
        following = text.find("\n", start)
        if following < 0:
            return len(text)
        start = following + 1
    return min(start + column - 1, len(text))


def unescape_iri(token: str) -> str:
    """The IRI of an ``IRI`` token: brackets off, codepoint escapes resolved (SPARQL 1.1, 19.2)."""
    return re.sub(
        r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})",
        lambda found: _codepoint(found[1] or found[2]),
        token[1:-1],
    )


def _codepoint(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"
