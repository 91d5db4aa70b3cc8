"""The server's whole answer in the format that was asked for, as the embedded engine writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from pyoxigraph import (
    Literal,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from endpoint.remote.contract import ForeignAnswerError, PartialAnswerError

_ASKED = "__ASK_RETVAL"


def rewrite_results(received: BinaryIO, media_type: str, out: BinaryIO, cap: int | None) -> None:
    """SELECT and ASK from JSON. Raises ``ForeignAnswerError`` for what is no whole result, ``PartialAnswerError``
    where it has as many rows as the server's ``cap`` allows.
    """
    form = QueryResultsFormat.from_media_type(media_type)
    if form is None:
        raise ForeignAnswerError("The format cannot be written.", reason=media_type)
    try:
        if cap is not None:
            _demand_fewer(received, cap)
        _truth(parse_query_results(received, QueryResultsFormat.JSON)).serialize(out, format=form)
    except (SyntaxError, ValueError) as error:
        raise ForeignAnswerError("The server's answer is no whole SPARQL result.") from error


def _truth(results: QuerySolutions | QueryBoolean) -> QuerySolutions | QueryBoolean:
    """Virtuoso 7.2 answers ASK with a table of one number; every other answer as it is."""
    if isinstance(results, QueryBoolean) or [variable.value for variable in results.variables] != [_ASKED]:
        return results
    values = [row[_ASKED] for row in results]
    said = any(isinstance(value, Literal) and value.value not in ("0", "false") for value in values)
    document = b'{"head":{},"boolean":%s}' % (b"true" if said else b"false")
    return parse_query_results(document, QueryResultsFormat.JSON)


def _demand_fewer(received: BinaryIO, cap: int) -> None:
    """Counts the rows, and rewinds."""
    counted = parse_query_results(received, QueryResultsFormat.JSON)
    if isinstance(counted, QuerySolutions) and sum(1 for _ in counted) >= cap:
        raise PartialAnswerError("The server cuts its answers.", reason=f"X-SPARQL-MaxRows: {cap}")
    received.seek(0)


def rewrite_graph(received: BinaryIO, media_type: str, out: BinaryIO, prefixes: Mapping[str, str]) -> None:
    """CONSTRUCT and DESCRIBE from N-Triples, each triple once. Raises ``ForeignAnswerError``."""
    form = RdfFormat.from_media_type(media_type)
    if form is None:
        raise ForeignAnswerError("The format cannot be written.", reason=media_type)
    try:
        triples = (quad.triple for quad in parse(received, RdfFormat.N_TRIPLES))
        serialize(triples, out, format=form, prefixes=dict(prefixes))
    except (SyntaxError, ValueError) as error:
        raise ForeignAnswerError("The server's answer is no whole graph.") from error
