"""Asking a SPARQL server what it holds, through SPARQLWrapper, as its users will."""

from __future__ import annotations

import http.client
import json
import urllib.error
from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from SPARQLWrapper import BASIC, DIGEST, JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import (
    EndPointInternalError,
    EndPointNotFound,
    QueryBadFormed,
    SPARQLWrapperException,
    Unauthorized,
    URITooLong,
)

from dumps.push import failures, statements
from dumps.push.addresses import Login
from dumps.push.contract import PushDiffersError, PushError
from dumps.push.writing import Manners
from dumps.serialise import ntriples

_ATTEMPTS = 4
_LARGEST_ANSWER = 256 * 1024 * 1024
_STATUS = {QueryBadFormed: 400, Unauthorized: 401, EndPointNotFound: 404, URITooLong: 414, EndPointInternalError: 500}
# Virtuoso says 200 to an answer that it has cut: at its limit of rows, or at its limit of time.
_CUT = ("x-sparql-maxrows", "x-sql-state")


class Reader:
    """Asks; ``scheme`` is how queries log in (``basic``, ``digest``, or empty: they do not)."""

    def __init__(self, address: str, login: Login | None, scheme: str, manners: Manners) -> None:
        self._address = address
        self._login = login
        self._scheme = scheme
        self._manners = manners

    def count(self, graph: str) -> int:
        """The number of triples of a graph."""
        rows = self._rows(statements.count(graph))
        try:
            return int(rows[0]["n"]["value"])
        except (LookupError, TypeError, ValueError) as error:
            raise self._no_result() from error

    def register(self, graph: str) -> Iterator[tuple[str, str, str]]:
        """The triples of a small graph as plain values."""
        for row in self._rows(statements.everything(graph)):
            try:
                yield row["s"]["value"], row["p"]["value"], row["o"]["value"]
            except (LookupError, TypeError) as error:
                raise self._no_result() from error

    def lines(self, graph: str, subjects: list[str]) -> list[bytes]:
        """All triples of some subjects (in angle brackets) as sorted N-Triples lines."""
        try:
            return ntriples(
                Triple(_node(row["s"]), _node(row["p"]), _term(row["o"]))
                for row in self._rows(statements.rows(graph, subjects))
            )
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self._no_result() from error

    def _rows(self, query: str) -> list[dict[str, Any]]:
        headers, body = self._asked(query)
        if failures.is_page(headers.get("content-type", ""), body):
            raise failures.page(self._address)
        cut = [name for name in _CUT if name in headers]
        if cut:
            raise PushDiffersError(
                f"{self._address}: the answer was cut by the server ({', '.join(cut)})",
                advice="raise its limits (Virtuoso: ResultSetMaxRows, MaxQueryExecutionTime) or lower push.chunk",
            )
        try:
            rows = json.loads(body)["results"]["bindings"]
        except (ValueError, LookupError, TypeError) as error:
            raise self._no_result() from error
        if not isinstance(rows, list):
            raise self._no_result()
        return rows

    def _asked(self, query: str) -> tuple[Mapping[str, str], bytes]:
        """Headers (names in lower case) and body; asked again where the server is busy or the connection breaks."""
        for attempt in range(_ATTEMPTS):
            last = attempt == _ATTEMPTS - 1
            try:
                return self._once(query)
            except urllib.error.HTTPError as error:
                if last or error.code not in failures.AGAIN:
                    kind = error.headers.get("Content-Type", "")
                    raise failures.failure(self._address, error.code, kind, error.read(65_536)) from error
                self._manners.sleep(failures.pause(error.headers.get("Retry-After", ""), attempt, self._manners.now()))
            except SPARQLWrapperException as error:
                # The library keeps the server's own words for itself.
                raise failures.failure(self._address, _STATUS.get(type(error), 500), "", b"") from error
            except TimeoutError as error:
                raise PushError(
                    f"{self._address}: no answer within {self._manners.timeout:g} seconds", advice="raise push.timeout"
                ) from error
            except (OSError, http.client.HTTPException) as error:
                if last:
                    raise PushError(
                        f"{self._address}: no connection, or it broke off", advice="check the address; push again"
                    ) from error
                self._manners.sleep(failures.pause("", attempt, self._manners.now()))
        raise AssertionError("the last attempt returns or raises")

    def _once(self, query: str) -> tuple[Mapping[str, str], bytes]:
        wrapper = SPARQLWrapper(self._address, agent=self._manners.agent)
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        wrapper.setTimeout(max(1, round(self._manners.timeout)))
        if self._login is not None and self._scheme:
            wrapper.setHTTPAuth(DIGEST if self._scheme == "digest" else BASIC)
            wrapper.setCredentials(self._login.user, self._login.password)
        wrapper.setQuery(query)
        with wrapper.query().response as response:
            body = response.read(_LARGEST_ANSWER + 1)
            if len(body) > _LARGEST_ANSWER:
                raise PushError(f"{self._address}: an answer without end", advice="lower push.chunk")
            return {name.lower(): value for name, value in response.headers.items()}, bytes(body)

    def _no_result(self) -> PushError:
        return PushError(
            f"{self._address}: the answer is no SPARQL result in JSON", advice="is this the address for queries?"
        )


def _node(value: Mapping[str, str]) -> NamedNode:
    if value["type"] != "uri":
        raise ValueError("not an IRI")
    return NamedNode(value["value"])


def _term(value: Mapping[str, str]) -> NamedNode | Literal | BlankNode:
    if value["type"] == "uri":
        return NamedNode(value["value"])
    if value["type"] not in {"literal", "typed-literal"}:
        raise ValueError("neither an IRI nor a literal")
    if "xml:lang" in value:
        return Literal(value["value"], language=value["xml:lang"])
    if "datatype" in value:
        return Literal(value["value"], datatype=NamedNode(value["datatype"]))
    return Literal(value["value"])
