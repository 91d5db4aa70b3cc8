"""The answer to a query as the page shows it, or the error with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from endpoint.current import Release
from endpoint.language import seconds
from endpoint.negotiation import N_TRIPLES
from endpoint.pages.graph import Graph
from endpoint.pages.references import Scope
from endpoint.pages.site import Site
from endpoint.query.cells import Cell, cell, things
from endpoint.query.form import LONGEST_ADDRESS, Download, downloads, permalink
from endpoint.query.marked import MarkedLine, marked_line
from endpoint.query.subrequest import Reply
from endpoint.query.table import Table, read_results, read_triples

PAGE_ROWS = 100


@dataclass(frozen=True)
class AnswerPage:
    """``verdict`` is the answer to ASK. Rows ``first`` to ``last`` (from 1) of ``total``; ``seconds`` as words.

    ``permalink`` is None where the query is too long for an address.
    """

    verdict: bool | None
    variables: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    first: int
    last: int
    total: int
    too_long: bool
    is_graph: bool
    seconds: str
    downloads: tuple[Download, ...]
    permalink: str | None
    previous: str | None
    next: str | None


@dataclass(frozen=True)
class Refusal:
    """The problem document that the endpoint gave instead of an answer.

    ``mended`` is the address of the query with the declaration that the problem hints at.
    """

    status: int
    code: str
    title: str
    detail: str
    advice: str
    place: MarkedLine | None
    mended: str | None


def answer_page(site: Site, release: Release, scope: Scope, text: str, reply: Reply, first: int) -> AnswerPage:
    """The rows from ``first`` (from 0) on, with the labels of the things in them."""
    found = _read(reply, first)
    table = found if isinstance(found, Table) else Table((), (), 0, 0, 0)
    labels = release.pages.labels(things(table))
    link = permalink(scope, text)
    can_link = len(link) <= LONGEST_ADDRESS
    return AnswerPage(
        verdict=found if isinstance(found, bool) else None,
        variables=table.variables,
        rows=tuple(_row(table, number, labels, scope) for number in range(len(table.rows))),
        first=table.start + 1,
        last=table.end,
        total=table.total,
        too_long=table.too_long,
        is_graph=table.is_graph,
        seconds=seconds(reply.seconds, scope.language),
        downloads=downloads(site, text),
        permalink=link if can_link else None,
        previous=permalink(scope, text, max(0, table.start - PAGE_ROWS)) if can_link and table.start else None,
        next=permalink(scope, text, table.end) if can_link and table.end < table.total else None,
    )


def refusal(reply: Reply, scope: Scope, text: str) -> Refusal:
    """The error as the endpoint told it, in the reader's language."""
    document: Mapping[str, object] = json.loads(reply.read())
    code, title, detail, advice = (str(document.get(name, "")) for name in ("code", "title", "detail", "advice"))
    return Refusal(
        reply.status, code, title, detail, advice, marked_line(text, document), _mended(document, scope, text)
    )


def _mended(document: Mapping[str, object], scope: Scope, text: str) -> str | None:
    hint = document.get("hint")
    if not isinstance(hint, str) or not hint.startswith("PREFIX "):
        return None
    address = permalink(scope, f"{hint}\n{text}")
    return address if len(address) <= LONGEST_ADDRESS else None


def _read(reply: Reply, first: int) -> Table | bool:
    if reply.content_type == N_TRIPLES.media_type:
        return read_triples(reply.body, first, PAGE_ROWS)
    return read_results(reply.body, first, PAGE_ROWS)


def _row(table: Table, number: int, labels: Graph, scope: Scope) -> tuple[Cell, ...]:
    return tuple(cell(term, labels, scope) for term in table.rows[number])
