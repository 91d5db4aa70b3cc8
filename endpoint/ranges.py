"""Conditional requests and byte ranges of files that never change (RFC 9110, sections 13 and 14): pure functions.

Werkzeug's own handling answers 416 to units and lists of ranges that may be ignored, compares ``If-Range`` weakly,
and forgets ``If-Unmodified-Since``.
"""

from __future__ import annotations

import datetime as dt
import re

from werkzeug import Request

# One range of bytes; lists of ranges, other units and what cannot be read are ignored, as 14.2 allows.
_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(?P<first>[0-9]*)-(?P<last>[0-9]*)[ \t]*", re.IGNORECASE)


class UnsatisfiableError(ValueError):
    """No byte of the file lies in the range."""


def fails_precondition(request: Request, tag: str, modified: dt.datetime) -> bool:
    """Whether ``If-Match``, or without it ``If-Unmodified-Since``, names another file (13.2.2, steps 1 and 2).

    ``tag`` is the file's strong tag without quotes; ``modified`` has a zone and whole seconds.
    """
    if "If-Match" in request.headers:
        return not (request.if_match.star_tag or request.if_match.is_strong(tag))
    since = request.if_unmodified_since
    return since is not None and modified > since


def wanted_part(request: Request, tag: str, modified: dt.datetime, size: int) -> tuple[int, int] | None:
    """The first and last byte that a GET asks for; nothing where it gets the whole file.

    Raises ``UnsatisfiableError``.
    """
    header = request.headers.get("Range")
    if header is None or request.method != "GET" or not _is_current(request, tag, modified):
        return None
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found["first"] or found["last"]):
        return None
    if not found["first"]:
        first, last = max(0, size - int(found["last"])), size - 1
    else:
        first, last = int(found["first"]), min(int(found["last"] or size - 1), size - 1)
        if found["last"] and int(found["last"]) < first:
            return None  # no range at all (14.1.2)
    if first > last:
        raise UnsatisfiableError
    return first, last


def _is_current(request: Request, tag: str, modified: dt.datetime) -> bool:
    """``If-Range`` holds, compared strongly (13.1.5): a weak tag never matches, a date only when it is exact."""
    header = request.headers.get("If-Range")
    if header is None:
        return True
    given = request.if_range
    return header.strip() == f'"{tag}"' or (given.date is not None and given.date == modified)
