"""Which queries the endpoint runs: judged on tokens, before a worker sees the text.

Refused are federation and updates, foreign graphs, and texts that are longer, nested deeper or made of more
parts than the engine survives (``complexity``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, Protocol

from endpoint.sparql import errors
from endpoint.sparql.complexity import check_complexity
from endpoint.sparql.prologue import Prologue, prologue
from endpoint.sparql.tokens import Kind, Token, position, tokenize

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"))
_VOLATILE = frozenset(["NOW", "RAND", "UUID", "STRUUID", "BNODE"])


class LengthLimit(Protocol):
    """What ``check`` needs of ``pool.Limits``."""

    @property
    def query(self) -> int:
        """Bytes of UTF-8 that a query may have."""


@dataclass(frozen=True)
class Verdict:
    """An admissible query: its form, the graphs of its FROM clauses (as written, resolved), and whether
    the same text may give other answers on the same data (NOW, RAND, fresh blank nodes)."""

    form: Form
    from_graphs: tuple[str, ...] = ()
    volatile: bool = False


def check(text: str, limits: LengthLimit, graphs: Collection[str] | None = None, base_iri: str = "") -> Verdict:
    """Judge a query; ``graphs`` are those that FROM may name (any, where it is ``None``).

    ``base_iri`` resolves relative IRIs where the query has no BASE.

    Raises ``QueryRefusedError`` (one of its kinds) or ``QuerySyntaxError``, both with line and column.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.query:
        raise errors.QueryTooLongError(
            f"The query has {size} bytes; {limits.query} are allowed.", size=size, limit=limits.query
        )
    tokens = list(tokenize(text))
    # Most queries hold none of the words that the checks look for, so that most checks need not look at each token.
    capitals = text.upper()
    if "\\" in text:
        _refuse_escapes(text, tokens)
    head = prologue(tokens, base_iri)
    form = _form(text, tokens, head.end)
    if "SERVICE" in capitals:
        _refuse_service(text, tokens)
    check_complexity(text, tokens)
    if "FROM" in capitals:
        _refuse_glued_from(text, tokens, head)
    named = _from_clauses(tokens, head) if "FROM" in capitals else []
    for token, graph in named:
        if graphs is not None and graph not in graphs:
            _refuse(errors.UnknownGraphError, text, token, f"There is no graph <{graph}> here.", graph=graph)
    volatile = form == "CONSTRUCT" or any(word in capitals for word in _VOLATILE)
    return Verdict(form, tuple(graph for _, graph in named), volatile and _is_volatile(form, tokens))


def check_graphs(names: Sequence[str], graphs: Collection[str]) -> None:
    """Raise ``UnknownGraphError`` for a graph parameter that names no graph of the release."""
    for name in names:
        if name not in graphs:
            raise errors.UnknownGraphError(f"There is no graph <{name}> here.", graph=name[:300])


def _refuse(kind: type[errors.SparqlError], text: str, token: Token, message: str, **fields: str | int) -> NoReturn:
    line, column = position(text, token.start)
    raise kind(f"{message} (line {line}, column {column})", line=line, column=column, **fields)


def _refuse_escapes(text: str, tokens: Sequence[Token]) -> None:
    """``\\u0053ERVICE``: legal by 19.2, unknown to the engine, and of use only to hide a keyword."""
    for token in tokens:
        if token.kind is Kind.ESCAPE:
            _refuse(
                errors.QuerySyntaxError,
                text,
                token,
                "Codepoint escapes are taken in strings and IRIs only.",
                found=token.text,
                what="escape",
            )


def _form(text: str, tokens: Sequence[Token], start: int) -> Form:
    token = tokens[start] if start < len(tokens) else Token(Kind.SIGN, "", len(text))
    match token.upper:
        case "SELECT" | "ASK" | "CONSTRUCT" | "DESCRIBE" as form:
            return form
        case word if word in _UPDATES:
            _refuse(errors.UpdateRefusedError, text, token, "This endpoint is read-only: there are no updates.")
    _refuse(
        errors.QuerySyntaxError,
        text,
        token,
        "Syntax error: a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE.",
        found=token.text[:80],
        expected="SELECT, ASK, CONSTRUCT, DESCRIBE, PREFIX, BASE",
    )


def _refuse_service(text: str, tokens: Sequence[Token]) -> None:
    """Every text that the engine might read as a SERVICE clause.

    Its parser has no word boundaries: ``trueSERVICE<x>{`` is a clause to it, and so is ``SERVICE:x {``, which
    the specification reads as a prefixed name. A name before a group is legal only after GRAPH, or
    outside every group (FROM, DESCRIBE).
    """
    depth = 0
    for place, token in enumerate(tokens):
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        before = tokens[place - 1].upper if place else ""
        hidden = token.kind is Kind.NAME and following == "{" and depth > 0 and before != "GRAPH"
        if (token.kind is Kind.WORD or hidden) and "SERVICE" in token.text.partition(":")[0].upper():
            _refuse(errors.ServiceRefusedError, text, token, "Federated queries (SERVICE) are not run here.")
        depth += (token.text == "{") - (token.text == "}")


def _refuse_glued_from(text: str, tokens: Sequence[Token], head: Prologue) -> None:
    """Every text outside a group that the engine reads as FROM and the specification as something else.

    To the engine ``FROMNAMED<x>`` is FROM NAMED, ``FROMe:x`` is FROM ``e:x``, and ``FROM NAMED:x`` may be FROM NAMED
    ``:x``; the graph would be taken unseen.
    """
    depth = 0
    for place in range(head.end, len(tokens)):
        token, before = tokens[place], tokens[place - 1].upper if place else ""
        depth += (token.text == "{") - (token.text == "}")
        if depth:
            continue
        word = token.kind is Kind.WORD and "FROM" in token.upper and token.upper != "FROM"
        prefix = token.upper.partition(":")[0] if token.kind is Kind.NAME else ""
        undeclared = prefix.startswith("FROM") and f"{token.text.partition(':')[0]}:" not in head.prefixes
        if word or undeclared or (before == "FROM" and prefix.startswith("NAMED")):
            _refuse(errors.QuerySyntaxError, text, token, "FROM stands alone.", found=token.text[:80], what="from")


def _from_clauses(tokens: Sequence[Token], head: Prologue) -> list[tuple[Token, str]]:
    """The graphs that FROM and FROM NAMED name, outside every group."""
    found: list[tuple[Token, str]] = []
    depth = 0
    for place in range(head.end, len(tokens)):
        token = tokens[place]
        depth += (token.text == "{") - (token.text == "}")
        if depth or token.kind is not Kind.WORD or token.upper != "FROM":
            continue
        named = place + 1 < len(tokens) and tokens[place + 1].upper == "NAMED"
        source = tokens[place + 2 : place + 3] if named else tokens[place + 1 : place + 2]
        graph = head.resolve(source[0]) if source else None
        if graph is not None:
            found.append((source[0], graph))
    return found


def _is_volatile(form: Form, tokens: Sequence[Token]) -> bool:
    """CONSTRUCT makes fresh blank nodes for those of its template; a match's own are stable."""
    if any(token.kind is Kind.WORD and token.upper in _VOLATILE for token in tokens):
        return True
    blank = (token.kind is Kind.BLANK or token.text == "[" for token in tokens)
    return form == "CONSTRUCT" and any(blank)
