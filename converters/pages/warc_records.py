"""The records of a WARC file, one after the other, as far as it is whole (ISO 28500).

Files of others are hostile until proven otherwise: every body has a cap, and what breaks off or makes no sense ends
the reading with a reason instead of an exception. What stood before it is good.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from converters.pages.content_coding import CodingError, undone

BODY = 5 * 1024 * 1024  # bytes; no page is larger
_KINDS = frozenset({"response", "resource", "revisit"})
_CHUNK = 1 << 16
_LONGEST_LINE = 64 << 20  # bytes; header lines are read whole
# What the parser of warcio raises on files that are none, besides its own errors.
_NONSENSE = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    AssertionError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class WarcRecord:
    """A capture: ``kind`` is response, resource or revisit. ``time`` is WARC-Date as written. ``status`` is 0 where
    the answer's status line cannot be read.

    ``problem`` says why there is no body (cut off, too large, wrong digest). ``refers`` is the address and
    time of a revisit's original, ``digest`` the payload's as written.
    """

    number: int
    kind: str
    url: str
    time: str
    status: int
    content_type: str | None
    body: bytes | None
    problem: str
    digest: str | None
    refers: tuple[str | None, str | None]


class WarcFile:
    """An open WARC file; ``broken`` says after the reading why it ended early, if it did."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.broken = ""

    def records(self) -> Iterator[WarcRecord]:
        """All captures in the file's order; never raises for what is in the file."""
        try:
            with self._path.open("rb") as handle:
                yield from self._records(handle)
        except OSError as error:
            self.broken = error.strerror or type(error).__name__

    def _records(self, handle: BinaryIO) -> Iterator[WarcRecord]:
        stream = _Stream(handle)
        iterator = ArchiveIterator(stream, check_digests=True)
        number, doubts = 0, ""
        while True:
            number += 1
            try:
                # warcio prints its doubts; they are told by ``broken``.
                with contextlib.redirect_stderr(io.StringIO()):
                    record = next(iterator, None)
                    found = _read(record, number) if record is not None else None
                    doubtful = iterator.err_count
            except _NONSENSE as error:
                self.broken = stream.broken or f"record {number}: {type(error).__name__}"
                return
            if record is not None and not record.rec_headers.get_header("WARC-Type"):
                # The standard wants it of every record: these lines are some other file's, or an ARC file's.
                doubts = doubts or f"record {number}: no WARC-Type"
            if found is not None:
                yield found
            if record is None or doubtful:
                doubts = f"record {number}: wrong length" if doubtful else doubts
                self.broken = stream.broken or doubts or ("no record" if number == 1 else "")
                return


class _Stream(io.RawIOBase):
    """The file's bytes, gzip members undone; ends where they break off, and remembers that."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle: BinaryIO | gzip.GzipFile = handle
        self.broken = ""
        self._line = 0
        if handle.read(2) == b"\x1f\x8b":
            handle.seek(0)
            self._handle = gzip.GzipFile(fileobj=handle)
        handle.seek(0)

    def read(self, size: int = -1) -> bytes:
        if self.broken:
            return b""
        try:
            data = self._handle.read1(size) if isinstance(self._handle, gzip.GzipFile) else self._handle.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            self.broken = str(error)[:100]
            return b""
        end = data.rfind(b"\n")
        self._line = self._line + len(data) if end < 0 else len(data) - end
        if self._line > _LONGEST_LINE:
            self.broken = f"a line of more than {_LONGEST_LINE >> 20} MB"
            return b""
        return data


def _read(record: Any, number: int) -> WarcRecord | None:
    head = record.rec_headers
    url = head.get_header("WARC-Target-URI")
    if record.rec_type not in _KINDS or not url or not url.startswith(("http:", "https:")):
        return None
    fields = record.http_headers
    content_type = fields.get_header("Content-Type") if fields else head.get_header("Content-Type")
    body, problem = _body(record, fields) if record.rec_type != "revisit" else (None, "")
    return WarcRecord(
        number,
        record.rec_type,
        url,
        head.get_header("WARC-Date") or "",
        _status(fields) if fields else 200 if record.rec_type == "resource" else 0,
        content_type,
        body,
        problem,
        head.get_header("WARC-Payload-Digest"),
        (head.get_header("WARC-Refers-To-Target-URI"), head.get_header("WARC-Refers-To-Date")),
    )


def _body(record: Any, fields: Any) -> tuple[bytes | None, str]:
    """The page's bytes without transfer and content coding, or the reason why there are none."""
    raw = bytearray()
    while len(raw) <= BODY and (chunk := record.raw_stream.read(_CHUNK)):
        raw += chunk
    if len(raw) > BODY:
        return None, f"more than {BODY >> 20} MB"
    if record.raw_stream.limit > 0:
        return None, "cut off"
    if record.rec_headers.get_header("WARC-Truncated"):
        return None, "cut off (WARC-Truncated)"
    if any(problem.startswith("block digest failed") for problem in record.digest_checker.problems):
        return None, "WARC-Block-Digest is another"
    data = bytes(raw)
    if fields is None:
        return data, ""
    if "chunked" in (fields.get_header("Transfer-Encoding") or "").lower():
        # A body whose chunks were undone before it was kept is told by its first line, which is no length.
        data = ChunkedDataReader(io.BytesIO(data), decomp_type=None).read()
    try:
        return undone(data, fields.get_header("Content-Encoding"), BODY), ""
    except CodingError as error:
        return None, str(error)


def _status(fields: Any) -> int:
    code = fields.get_statuscode() or ""
    return int(code) if len(code) == 3 and code.isascii() and code.isdigit() else 0
