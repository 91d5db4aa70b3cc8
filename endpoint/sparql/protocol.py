"""The SPARQL 1.1 Protocol, query side: what a request asks for. Pure; Flask stays in ``views``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from model.errors import PraktykiError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
ALLOW = "GET, HEAD, POST, OPTIONS"
ACCEPT_POST = f"{FORM}, {QUERY}"
_DATASET = ("default-graph-uri", "named-graph-uri")
_KNOWN = ("query", "format", "lang", "timeout", *_DATASET)
# Not float(): that one also takes nan, inf, 1e9 and 1_0.
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?\Z", re.ASCII)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)\"?", re.IGNORECASE)
_MAX_FIELDS = 1000


class ProtocolError(PraktykiError):
    """The request is not one of the SPARQL 1.1 Protocol's."""

    code = "sparql-protocol"
    status = 400

    def __init__(self, message: str, **fields: str | int | float) -> None:
        super().__init__(message)
        self.fields: dict[str, str | int | float] = dict(fields)

    @property
    def headers(self) -> dict[str, str]:
        """What the client may do instead."""
        return {"Accept-Post": ACCEPT_POST} if self.status == 415 else {}


class NoQueryError(ProtocolError):
    """A request by POST, or one that names graphs, holds no query."""

    code = "sparql-no-query"


class SeveralQueriesError(ProtocolError):
    """A request holds more than one query."""

    code = "sparql-several-queries"


class CharsetError(ProtocolError):
    """The text of a query is not UTF-8; field ``given``."""

    code = "sparql-charset"


class TimeoutValueError(ProtocolError):
    """``timeout`` is no number of seconds above zero; field ``given``."""

    code = "sparql-timeout"


class UpdateRequestError(ProtocolError):
    """The endpoint is read-only."""

    code = "sparql-update"


class BodyTypeError(ProtocolError):
    """A query is not taken in a body of this media type; fields ``given`` and ``supported``."""

    code = "unsupported-media-type"
    status = 415


@dataclass(frozen=True)
class Operation:
    """A query operation. ``text`` is ``None`` when the request names no query at all (service description).

    ``timeout`` is how many seconds the client would wait at most.
    """

    text: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    timeout: float | None = None


def from_get(query_string: bytes) -> Operation:
    """The operation of a GET or HEAD request; raises ``ProtocolError``."""
    return _operation(_fields(query_string), None)


def from_post(query_string: bytes, content_type: str | None, body: bytes) -> Operation:
    """The operation of a POST request, form or direct; raises ``ProtocolError``.

    A form's dataset may stand in the form or, as the W3C's own tests have it, in the address.
    """
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type == UPDATE:
        raise _update()
    if media_type not in (FORM, QUERY):
        raise BodyTypeError(
            f"A query is not taken as {media_type or 'a body without a type'}.",
            given=media_type[:100] or "-",
            supported=ACCEPT_POST,
        )
    charset = _CHARSET.search(content_type or "")
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8"):
        raise CharsetError("The charset of a query must be UTF-8.", given=charset[1][:40])
    in_address = _fields(query_string)
    if media_type == FORM:
        return _operation([*in_address, *_fields(body)], None)
    return _operation(in_address, _utf8(body))


def _operation(fields: Iterable[tuple[str, str]], direct: str | None) -> Operation:
    values: dict[str, list[str]] = {name: [] for name in _KNOWN}
    for name, value in fields:
        if name in ("update", "using-graph-uri", "using-named-graph-uri"):
            raise _update()
        if name in values:
            values[name].append(value)
    texts = values["query"] if direct is None else [*values["query"], direct]
    if len(texts) > 1:
        raise SeveralQueriesError("A request holds exactly one query.")
    if not texts and (values["default-graph-uri"] or values["named-graph-uri"]):
        raise NoQueryError("The request names graphs but no query.")
    return Operation(
        texts[0] if texts else None,
        tuple(dict.fromkeys(values["default-graph-uri"])),
        tuple(dict.fromkeys(values["named-graph-uri"])),
        # An empty value, as forms send it, is none.
        next(reversed(values["format"]), "").strip() or None,
        _timeout(values["timeout"]),
    )


def _timeout(given: Sequence[str]) -> float | None:
    """Seconds, as RDF4J's clients send them; an empty value, as forms send it, is none."""
    text = given[-1].strip() if given else ""
    if not text:
        return None
    if not _SECONDS.match(text) or float(text) <= 0:
        raise TimeoutValueError("timeout must be seconds above zero.", given=text[:40])
    return float(text)


def _fields(encoded: bytes) -> list[tuple[str, str]]:
    text = _utf8(encoded)
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except UnicodeDecodeError:
        raise _not_utf8() from None
    except ValueError:
        raise ProtocolError("The request has too many parameters.") from None


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _not_utf8() -> CharsetError:
    return CharsetError("The query is not UTF-8.", given="-")


def _update() -> UpdateRequestError:
    return UpdateRequestError("This endpoint is read-only: there are no updates.")
