"""What an HTTP answer means for a push, in words. Pure."""

from __future__ import annotations

import datetime as dt

from dumps.push.contract import PushError, PushRefusedError
from model.retry_after import seconds_asked

# Nothing was done with the request, or doing it again changes nothing: every request of a push is repeatable.
AGAIN = frozenset({429, 502, 503, 504})
_LONGEST_WAIT = 120.0
_SHOWN = 200
_ADVICE = {
    400: "the server does not take this request: is it a SPARQL 1.1 server, and is the address the right one?",
    404: "check the addresses: --to, --update, --store (docs/push.md has those of several servers)",
    405: "the address does not take this method: --update and --store may be exchanged",
    406: "the address offers no SPARQL results in JSON: is it the one for queries?",
    411: "use --protocol update, which sends small requests",
    413: "raise the server's limit for request bodies or lower push.chunk (--protocol gsp sends whole graphs)",
    415: "the address does not take this content: --update and --store may be exchanged",
    507: "the server has no space left: make room and push again, it goes on where it stopped",
}


def failure(address: str, status: int, content_type: str, body: bytes) -> PushError:
    """The error for an answer that is no success. The request and its login are never quoted."""
    said = reason(content_type, body)
    message = f"{address}: HTTP {status}" + (f": {said}" if said else "")
    if status == 401:
        return PushRefusedError(
            f"{address}: HTTP 401: the login is missing or wrong",
            advice="set PRAKTYKI_PUSH_USER and PRAKTYKI_PUSH_PASSWORD in the environment",
        )
    if status == 403 or (status == 500 and "permission" in said.casefold()):
        return PushRefusedError(message, advice="give the user the right to write, or use the address for writing")
    if 300 <= status < 400:
        return PushError(message, advice="the address leads elsewhere; give the one that it leads to")
    if status in AGAIN:
        return PushError(message, advice="the server is busy or down: push again later, it goes on where it stopped")
    return PushError(message, advice=_ADVICE.get(status, "the server's own log has more; then push again"))


def page(address: str) -> PushError:
    """The error for an HTML page where an answer was expected."""
    return PushError(
        f"{address}: answers with an HTML page",
        advice="this is an address for browsers; give that of the SPARQL protocol",
    )


def is_page(content_type: str, body: bytes) -> bool:
    # Virtuoso says text/html of answers without a body.
    return "html" in content_type.lower() and b"<" in body


def reason(content_type: str, body: bytes) -> str:
    """What the server says, in one short line; of a page nothing."""
    if is_page(content_type, body) or not body:
        return ""
    # Virtuoso repeats the whole request below the first line.
    first = body.decode("utf-8", errors="replace").strip().split("\n", 1)[0]
    shown = "".join(sign if sign.isprintable() else " " for sign in first)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"


def pause(retry_after: str, attempt: int, now: dt.datetime) -> float:
    """Seconds before the next attempt: what ``Retry-After`` says (RFC 9110, 10.2.3), else 1, 2, 4 …"""
    asked = seconds_asked(retry_after, now)
    return min(float(2**attempt) if asked is None else asked, _LONGEST_WAIT)
