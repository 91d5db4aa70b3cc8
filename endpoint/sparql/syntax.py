"""The engine's syntax messages, made useful: the right place, the token that stands there, what is missing.

The engine's parser (oxigraph 0.5, a PEG parser) reports the furthest place that any attempt reached, which lies a
keyword's length or a whole clause away from the error. So the place comes from the specification's grammar
(``grammar``); where the text obeys that, the engine refused its meaning, and its own sentence says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from endpoint.sparql import errors
from endpoint.sparql.grammar import Slip, first_slip
from endpoint.sparql.keywords import KEYWORDS
from endpoint.sparql.meaning import bound_again, ungrouped
from endpoint.sparql.prologue import prologue
from endpoint.sparql.tokens import Kind, Token, offset_of, position, tokenize
from ontology.terms import CV, DCT, PREFIXES, SCHEMA

_MESSAGE = re.compile(r"^error at (\d+):(\d+): expected (?:one of )?(.*)$", re.DOTALL)
_NO_IRI = "IRI parsing failed"
# Sentences of the engine's, and the words that the catalogue has for them.
_SENTENCES = {
    "SELECT * is not authorized with GROUP BY": "star",
    "The SELECT contains an expression with a variable that is unbound": "unbound",
    "The SELECT contains a variable that is unbound": "unbound",
    "The SELECT overrides an existing variable using an expression": "named-twice",
}
_BROKEN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:[^<>\r\n]*>")
_MAX_SHOWN = 8
# What people write without thinking, as prefix.cc has it; of our own vocabularies the other usual names too.
WELL_KNOWN = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": DCT.iri,
    "fn": "http://www.w3.org/2005/xpath-functions#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "m8g": CV.iri,
    "nuts": "http://data.europa.eu/nuts/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sdo": SCHEMA.iri,
    "time": "http://www.w3.org/2006/time#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
}


def syntax_error(message: str, text: str) -> errors.QuerySyntaxError:
    """The error for an engine's message about a query, with line, column and the text found there."""
    tokens = list(tokenize(text))
    slip = first_slip(tokens)
    limit = len(text) if slip is None or slip.token is None else slip.token.start
    stranger = _undeclared(tokens)
    if stranger is not None and stranger.start < limit:
        return _unknown_prefix(text, stranger)
    unknown = next((token for token in tokens if token.kind is Kind.WORD and token.upper not in KEYWORDS), None)
    if unknown is not None and unknown.start < limit:
        return _error(text, unknown.start, unknown.text, "bare")
    if slip is not None:
        return _at_slip(text, slip)
    return _without_slip(message, text, tokens)


def _at_slip(text: str, slip: Slip) -> errors.QuerySyntaxError:
    expected = ", ".join(slip.expected[:_MAX_SHOWN])
    if slip.token is None:
        return _error(text, len(text), "", "end" if expected else "bare", expected=expected)
    broken = _BROKEN_IRI.match(text, slip.token.start)
    if broken is not None:
        return _bad_iri(text, slip.token.start, broken[0])
    return _error(text, slip.token.start, slip.token.text, "" if expected else "bare", expected=expected)


def _without_slip(message: str, text: str, tokens: Sequence[Token]) -> errors.QuerySyntaxError:
    """The grammar takes the text: the engine refused what it means, or more than SPARQL 1.1."""
    parts = _MESSAGE.match(message)
    if parts is None:
        return _error(text, 0, text[:1], "sentence", sentence=message[:300].rstrip("."))
    reported = offset_of(text, int(parts[1]), int(parts[2]))
    if _NO_IRI in message:
        iri = next((token for token in reversed(tokens) if token.kind is Kind.IRI and token.start < reported), None)
        if iri is not None:
            return _bad_iri(text, iri.start, iri.text)
    what = next((what for sentence, what in _SENTENCES.items() if sentence in message), None)
    variable = ungrouped(tokens) if what in ("unbound", None) else None
    if variable is not None:
        return _ungrouped(text, variable)
    if what is not None:
        select = next((token for token in tokens if token.upper == "SELECT"), tokens[0])
        return _error(text, select.start, select.text, what)
    again = bound_again(tokens)
    if again is not None:
        bind, variable = again
        return _error(text, bind.start, bind.text, "bound", variable=variable.text[:80])
    found = next((token for token in tokens if token.start + len(token.text) > reported), None)
    if found is None:
        return _error(text, len(text), "", "unexplained")
    return _error(text, found.start, found.text, "unexplained")


def _error(text: str, offset: int, found: str, what: str, **fields: str) -> errors.QuerySyntaxError:
    """``what`` chooses the sentence of the catalogue; empty for the usual one."""
    line, column = position(text, offset)
    at = f"at {found[:80]!r}" if found else "at the end of the query"
    told: dict[str, str | int | float] = {"line": line, "column": column, "found": found[:80], **fields}
    if what:
        told["what"] = what
    return errors.QuerySyntaxError(f"Syntax error in line {line}, column {column}, {at}.", **told)


def _ungrouped(text: str, variable: Token) -> errors.UngroupedVariableError:
    line, column = position(text, variable.start)
    return errors.UngroupedVariableError(
        f"{variable.text} is selected but not in GROUP BY (line {line}, column {column}).",
        line=line,
        column=column,
        found=variable.text[:80],
    )


def _bad_iri(text: str, offset: int, found: str) -> errors.BadIriError:
    line, column = position(text, offset)
    return errors.BadIriError(
        f"Syntax error in line {line}, column {column}: no IRI.", line=line, column=column, found=found[:80]
    )


def _unknown_prefix(text: str, token: Token) -> errors.UnknownPrefixError:
    line, column = position(text, token.start)
    prefix = token.text.partition(":")[0]
    iri = PREFIXES.get(prefix) or WELL_KNOWN.get(prefix)
    hint = {"hint": f"PREFIX {prefix}: <{iri}>"} if iri else {}
    return errors.UnknownPrefixError(
        f"Syntax error in line {line}, column {column}: unknown prefix {prefix[:80]!r}.",
        line=line,
        column=column,
        found=token.text[:80],
        prefix=prefix[:80],
        iri=iri or "…",
        **hint,
    )


def _undeclared(tokens: list[Token]) -> Token | None:
    """The first name whose prefix the prologue does not declare."""
    head = prologue(tokens)
    for place in range(head.end, len(tokens)):
        token = tokens[place]
        declares = place > 0 and tokens[place - 1].upper == "PREFIX"
        if token.kind is Kind.NAME and not declares and token.text.partition(":")[0] + ":" not in head.prefixes:
            return token
    return None
