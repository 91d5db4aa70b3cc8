"""Whether an answer of a server is only a part of the answer. Pure.

Virtuoso cuts in two ways and says so in headers alone: rows beyond ``ResultSetMaxRows`` (``X-SPARQL-MaxRows``), and its
own time limit ("anytime" queries: 206 or 200 with ``X-SQL-State: S1TAT``). A count that was cut is wrong, not short.
"""

from __future__ import annotations

from collections.abc import Mapping

_TIME_LIMIT = ("X-SQL-State", "X-SQL-Message", "X-Exec-Timeout")


def cut_short(status: int, headers: Mapping[str, str]) -> str:
    """Why the answer is partial, empty where nothing says so. ``headers`` are looked up without case."""
    if status == 206:
        return "206 Partial Content"
    for name in _TIME_LIMIT:
        if name in headers:
            return f"{name}: {headers[name][:80]}"
    return ""


def row_cap(headers: Mapping[str, str]) -> int | None:
    """The number of rows at which the server cuts; an answer of as many rows cannot be told from a part."""
    said = headers.get("X-SPARQL-MaxRows", "").strip()
    return int(said) if said.isdigit() else None
