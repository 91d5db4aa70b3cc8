"""How long a server asks to be left alone."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime


def seconds_asked(value: str | None, now: dt.datetime) -> float | None:
    """Seconds from ``Retry-After`` (RFC 9110, section 10.2.3: a number or a date); None for nothing or nonsense."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=dt.UTC)
    return max(0.0, (date - now).total_seconds())
