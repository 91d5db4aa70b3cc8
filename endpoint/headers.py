"""Header fields that every answer has, and the arithmetic of ``ETag``, ``Vary`` and ``Link``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Request, Response

EXPOSED = (
    "Accept-Ranges, Content-Disposition, Content-Location, Content-Range, ETag, Link, Location, Retry-After, "
    "X-Request-Id"
)
ALLOWED = "Accept, Accept-Language, Content-Type, If-Modified-Since, If-None-Match, If-Range, Range"
PREFLIGHT_SECONDS = 3600
FRESH_PAGE = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"
STANDALONE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
IMMUTABLE = "public, max-age=31536000, immutable"


def content_security_policy(public_base_url: str, *, with_scripts: bool = False) -> str:
    """Nothing but our own style sheet, images and forms; no script at all, but on a page that has one: files of
    ours, which may ask this host only. Nothing inline, nothing evaluated.

    The public origin is named beside ``'self'``, because links are made from it and not from the request.
    """
    parts = urlsplit(public_base_url)
    origin = f"'self' {parts.scheme}://{parts.netloc}"
    scripts = f"script-src {origin}; connect-src {origin}; " if with_scripts else ""
    return (
        f"default-src 'none'; {scripts}style-src {origin}; img-src {origin}; form-action {origin}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


# CORS for everyone without credentials, and the browser's protections.
_ON_EVERY_ANSWER = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)


def hardened(inner: WSGIApplication) -> WSGIApplication:
    """The application, with the header fields that every answer has. Here and not in Flask, because setting them
    one by one took a twentieth of a look-up."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *_ON_EVERY_ANSWER], exc_info)

        return inner(environ, start)

    return application


def allow_preflight(response: Response) -> Response:
    """What a browser asks before a request that is not simple."""
    headers = response.headers
    headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
    headers["Access-Control-Allow-Headers"] = ALLOWED
    headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


def entity_tag(*parts: str) -> str:
    """A strong tag for a representation: release, address, format, language, and the software's own state."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def is_unchanged(request: Request, tag: str) -> bool:
    """Whether the client holds exactly this representation. ``*`` does not count: it names none."""
    return "HTTP_IF_NONE_MATCH" in request.environ and tag in request.if_none_match.as_set(include_weak=True)


def vary(response: Response, names: Iterable[str]) -> Response:
    response.vary.update(names)
    return response


def link(target: str, relation: str, **params: str) -> str:
    """One value of a ``Link`` header (RFC 8288); targets are our own addresses, quoted already."""
    extra = "".join(f'; {name}="{value}"' for name, value in params.items())
    return f'<{target}>; rel="{relation}"{extra}'
