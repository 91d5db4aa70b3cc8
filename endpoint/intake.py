"""What has arrived of a request: whether it is whole, without a thread that waits for the rest.

Pure arithmetic on bytes; ``endpoint.worker`` reads the sockets. Nothing is judged here that gunicorn's parser
judges: where the two could differ, the request counts as whole and the parser has the last word.
"""

from __future__ import annotations

import re
from enum import Enum

# Of the head as a whole; many clients send at a time, and all of it is kept until it is whole.
MAX_HEAD = 64 * 1024
# Of the line before a chunk, and of the trailers behind the last one.
_MAX_LINE = 8192
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:[^\r\n]*chunked", re.IGNORECASE)
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;|\Z)")
_EXPECTS = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)


class Progress(Enum):
    """What to do with a connection now."""

    WAIT = "wait"
    WHOLE = "whole"
    HEAD_TOO_LARGE = "head too large"
    BODY_TOO_LARGE = "body too large"


class Intake:
    """The bytes of one request so far. ``max_body`` bytes of body are taken (and as many again of chunk framing)."""

    def __init__(self, max_body: int) -> None:
        self._max_body = max_body
        self._data = bytearray()
        self._head = 0  # length of the head with its end, 0 while it is not there
        self._searched = 0
        self._length: int | None = None
        self._chunked = False
        self._chunk = 0  # where the line before the next chunk begins
        self.wants_continue = False

    @property
    def data(self) -> bytes:
        """Everything that arrived, without the Expect field that was answered already."""
        return bytes(self._data)

    @property
    def empty(self) -> bool:
        """Whether nothing arrived yet."""
        return not self._data

    def feed(self, data: bytes) -> Progress:
        """Take what arrived. ``wants_continue`` is set where the client now waits for a 100 before its body."""
        self._data += data
        self.wants_continue = False
        if not self._head:
            self._find_head()
            if not self._head:
                return Progress.HEAD_TOO_LARGE if len(self._data) > MAX_HEAD else Progress.WAIT
        body = len(self._data) - self._head
        if self._chunked:
            return Progress.BODY_TOO_LARGE if body > 2 * self._max_body else self._chunks()
        if self._length is None or body >= self._length:
            return Progress.WHOLE
        return Progress.BODY_TOO_LARGE if self._length > self._max_body else Progress.WAIT

    def _find_head(self) -> None:
        while self._data[:2] == b"\r\n":
            del self._data[:2]  # RFC 9112, 2.2: empty lines before the request line are ignored
        end = self._data.find(_HEAD_END, max(0, self._searched - 3))
        self._searched = len(self._data)
        if end < 0:
            return
        head = bytes(self._data[: end + len(_HEAD_END)])
        self._chunked = _CHUNKED.search(head) is not None
        length = _LENGTH.search(head)
        self._length = int(length[1]) if length else None
        small = self._chunked or (self._length or 0) <= self._max_body
        if small and b" HTTP/1.1\r\n" in head and _EXPECTS.search(head):
            # Answered by the worker's poller, so gunicorn must not answer it again from a thread.
            shorter = _EXPECTS.sub(b"", head)
            self._data[: len(head)] = shorter
            head = shorter
            self.wants_continue = True
        self._head = self._chunk = len(head)

    def _chunks(self) -> Progress:
        """Go from chunk to chunk, each once: a body may consist of very many."""
        while self._chunk < len(self._data):
            end = self._data.find(b"\r\n", self._chunk, self._chunk + _MAX_LINE)
            if end < 0:
                return self._unfinished(self._chunk)
            size = _SIZE.match(bytes(self._data[self._chunk : end]))
            if size is None:
                return Progress.WHOLE  # the parser refuses it
            if int(size[1], 16) == 0:
                # Trailers, or nothing, and an empty line.
                whole = self._data.find(_HEAD_END, end, end + _MAX_LINE) >= 0
                return Progress.WHOLE if whole else self._unfinished(end)
            self._chunk = end + 2 + int(size[1], 16) + 2
        return Progress.WAIT

    def _unfinished(self, start: int) -> Progress:
        return Progress.BODY_TOO_LARGE if len(self._data) - start >= _MAX_LINE else Progress.WAIT
