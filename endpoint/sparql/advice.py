"""What a client who got no answer can do instead, as fields of the error: the place marked, the dump to take."""

from __future__ import annotations

from collections.abc import Sequence

from endpoint.sparql import errors
from endpoint.sparql.excerpt import excerpt
from model.errors import PraktykiError

_ALL, _PROVENANCE = "all.nq.gz", "provenance.nq.gz"
_OF_GRAPH = {
    "dataset": "catalog.ttl",
    "provenance": _PROVENANCE,
    **{name: f"{name}.ttl" for name in ("practices", "units", "organisations", "concepts", "vocabulary")},
}
_TOO_MUCH = (errors.AnswerTooLargeError, errors.DeadlineError, errors.OutOfMemoryError)


def dump_of(graphs: Sequence[str]) -> str:
    """The file of a release that holds all of these graphs; of no graph in particular, that with all content."""
    names = {graph.rpartition("/")[2] for graph in graphs}
    return _OF_GRAPH.get(names.pop(), _ALL) if len(names) == 1 else _ALL


def name_dump(error: errors.SparqlError, public_base_url: str, graphs: Sequence[str]) -> None:
    """Tell, where a query wanted too much, the address of the dump that holds what it asked."""
    if isinstance(error, _TOO_MUCH):
        error.fields["dump"] = f"{public_base_url.rstrip('/')}/dumps/latest/{dump_of(graphs)}"


def mark_place(error: PraktykiError, text: str | None) -> None:
    """Show the place in the query that the error's ``line`` and ``column`` name."""
    fields = getattr(error, "fields", None)
    if text is None or fields is None:
        return
    line, column = fields.get("line"), fields.get("column")
    if isinstance(line, int) and isinstance(column, int):
        fields["excerpt"] = excerpt(text, line, column)
