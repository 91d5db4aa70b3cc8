"""The log: words on a terminal, one JSON object a line elsewhere; no query text and no whole address in it.

Everything goes through the standard library's loggers, so that gunicorn's lines have the same shape.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from gunicorn.glogging import Logger

from endpoint.telemetry.contract import Exchange

FORMATS = ("auto", "json", "text")
REQUESTS = logging.getLogger("praktyki.requests")
_BEFORE: tuple[structlog.types.Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
)


def formatter(log_format: str, stream: TextIO) -> logging.Formatter:
    """``auto`` is words where somebody looks on. A line never holds a line break, so none can be forged."""
    words = log_format == "text" or (log_format == "auto" and stream.isatty())
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty(), timestamp_key="time")
        if words
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    # A traceback is a field of its line and not lines of its own.
    tracebacks = () if words else (structlog.processors.format_exc_info,)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_BEFORE,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tracebacks, renderer],
    )


def configure(log_format: str, *, requests: bool, stream: TextIO | None = None) -> None:
    """Sends all logs to ``stream`` (stderr where not given), in one shape. Requests are logged where wanted."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter(log_format, out))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    REQUESTS.setLevel(logging.INFO if requests else logging.CRITICAL)


class ServerLog(Logger):  # type: ignore[misc]
    """gunicorn's own lines without handlers of their own: they go where all others go."""

    def setup(self, cfg: object) -> None:
        del cfg  # gunicorn's settings of logs are not ours
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True
            log.setLevel(logging.INFO)


def log_exchange(exchange: Exchange) -> None:
    """One line for a finished request."""
    facts: dict[str, object] = {
        "request": exchange.request_id,
        "method": exchange.method,
        "route": exchange.route,
        "status": exchange.status,
        "bytes": exchange.sent,
        "ms": round(exchange.seconds * 1000, 1),
        "client": exchange.client,
        "release": exchange.release,
    }
    facts |= {"code": exchange.code} if exchange.code else {}
    facts |= {"query": exchange.query} if exchange.query else {}
    facts |= {} if exchange.whole else {"hung_up": True}
    REQUESTS.info("request", extra=facts)
