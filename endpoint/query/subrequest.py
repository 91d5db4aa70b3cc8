"""The page's own question to ``/sparql``, sent through the application as a client's would be.

So what the page shows is what clients get: the same policy, limits, budgets, memory of answers and errors.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Response

# Tab-separated values and N-Triples have one line a row: they can be counted and cut without reading them.
ACCEPT = "text/tab-separated-values, application/n-triples"
# What belongs to the page's request only: its body, its conditions, and how its bytes are sent.
_DROPPED = (
    "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_ACCEPT_ENCODING", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH", "HTTP_IF_RANGE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE", "HTTP_TRANSFER_ENCODING",
    "werkzeug.request", "wsgi.file_wrapper",
)  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """What the endpoint says. ``seconds`` went by until it began to; ``body`` can be read once."""

    status: int
    content_type: str
    headers: dict[str, str]
    body: Iterator[bytes]
    seconds: float

    def read(self) -> bytes:
        return b"".join(self.body)


@contextmanager
def ask(
    application: WSGIApplication,
    environ: WSGIEnvironment,
    query: str,
    language: str,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Reply]:
    """Send a query as the client of ``environ`` would; errors come in ``language`` as problem documents."""
    began = clock()
    response = Response.from_app(application, sub_environ(environ, query, language))
    try:
        yield Reply(
            response.status_code,
            response.mimetype or "",
            dict(response.headers),
            iter(response.response),  # type: ignore[arg-type]  # an application yields bytes
            clock() - began,
        )
    finally:
        response.close()


def sub_environ(environ: WSGIEnvironment, query: str, language: str) -> WSGIEnvironment:
    """The environment of the same client's request for ``/sparql``: its address counts, its headers do not."""
    kept: dict[str, Any] = {name: value for name, value in environ.items() if name not in _DROPPED}
    return kept | {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/sparql",
        "QUERY_STRING": urlencode({"query": query, "lang": language}),
        "HTTP_ACCEPT": ACCEPT,
        "HTTP_ACCEPT_LANGUAGE": language,
        "wsgi.input": io.BytesIO(),
    }
