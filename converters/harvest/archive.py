"""Answers as WARC 1.1 records, one gzip member each, on disk before anything is said about them.

As Common Crawl does, bodies are kept with content and transfer coding undone; the fields that said so are kept under
``X-Crawl-…``.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from converters.harvest.contract import Answer, HarvestError, stamp
from converters.harvest.journal import Capture
from converters.replaced_file import sync_folder

SUFFIX = ".warc.gz"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_UNDONE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


@dataclass(frozen=True)
class Span:
    """Where a response record lies, and how far the file reaches with its request record."""

    file: str
    start: int
    end: int
    reached: int


class Archive:
    """The WARC file of one run. It comes into being with the first record."""

    def __init__(self, folder: Path, name: str, software: str, opened: Callable[[str], None]) -> None:
        """``name`` is the file's name; ``opened`` is told it before the first record is written."""
        self._path = folder / name
        self._software = software
        self._opened = opened
        self._out: BinaryIO | None = None
        self._writer: Any = None

    def keep(self, answer: Answer, earlier: Capture | None = None) -> Span:
        """Writes response and request. With ``earlier`` only a revisit record is written: the body lies there.

        Raises ``HarvestError`` where the disk refuses.
        """
        try:
            out = self._ready()
            start = out.tell()
            record = self._revisit(answer, earlier) if earlier else self._response(answer)
            self._writer.write_record(record)
            end = out.tell()
            self._writer.write_record(self._request(answer, record))
            out.flush()
            os.fsync(out.fileno())
            return Span(self._path.name, start, end, out.tell())
        except OSError as error:
            raise HarvestError(
                f"{self._path}: {error.strerror or error}",
                advice="check the disk; what the journal has is safe, the next run goes on from there",
            ) from error

    def close(self) -> None:
        if self._out is not None:
            self._out.close()

    def _ready(self) -> BinaryIO:
        if self._out is None:
            self._opened(self._path.name)
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._out = os.fdopen(handle, "wb")
            sync_folder(self._path.parent)
            self._writer = WARCWriter(self._out, gzip=True, warc_version="WARC/1.1")
            about = {"software": self._software, "format": "WARC File Format 1.1"}
            self._writer.write_record(self._writer.create_warcinfo_record(self._path.name, about))
        return self._out

    def _response(self, answer: Answer) -> Any:
        return self._writer.create_warc_record(
            answer.url,
            "response",
            payload=io.BytesIO(answer.body),
            length=len(answer.body),
            http_headers=_head(answer),
            warc_headers_dict={"WARC-Date": stamp(answer.time), "WARC-Payload-Digest": _digest(answer.body)},
        )

    def _revisit(self, answer: Answer, earlier: Capture) -> Any:
        said = {
            "WARC-Date": stamp(answer.time),
            "WARC-Profile": _NOT_MODIFIED if answer.status == 304 else _SAME,
            "WARC-Refers-To-Target-URI": answer.url,
            "WARC-Refers-To-Date": earlier.time,
            "WARC-Payload-Digest": _labelled(bytes.fromhex(earlier.sha256)),
        }
        return self._writer.create_warc_record(
            answer.url, "revisit", http_headers=_head(answer), warc_headers_dict=said
        )

    def _request(self, answer: Answer, response: Any) -> Any:
        head = StatusAndHeaders(f"GET {answer.target} HTTP/1.1", list(answer.sent), is_http_request=True)
        said = {
            "WARC-Date": stamp(answer.time),
            "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
        }
        return self._writer.create_warc_record(answer.url, "request", http_headers=head, warc_headers_dict=said)


def _head(answer: Answer) -> StatusAndHeaders:
    fields = [
        (f"X-Crawl-{name}" if name.lower() in _UNDONE else _ascii(name), _ascii(value))
        for name, value in answer.headers
    ]
    fields.append(("Content-Length", str(len(answer.body))))
    return StatusAndHeaders(f"{answer.status} {_ascii(answer.phrase)}".strip(), fields, protocol="HTTP/1.1")


def _ascii(text: str) -> str:
    """A header's text as the writer takes it: one line, other letters spelt out."""
    return " ".join(text.encode("ascii", "backslashreplace").decode("ascii").split())


def _digest(body: bytes) -> str:
    return _labelled(hashlib.sha256(body).digest())


def _labelled(digest: bytes) -> str:
    return f"sha256:{base64.b32encode(digest).decode()}"
