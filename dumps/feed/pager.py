"""Members are laid on pages of a fixed number; a full page is written once and never again."""

from __future__ import annotations

import gzip
from functools import partial
from pathlib import Path

from dumps import serialise
from dumps.durable import sha256_of, write_by
from dumps.feed.events import Event
from dumps.feed.index import Index, Page
from dumps.feed.members import member_lines


class Pager:
    """Goes on where a feed ends. Holds one page; ``last`` is the moment of the last member, empty before the first."""

    def __init__(self, folder: Path, index: Index) -> None:
        self._folder = folder
        self._stream = index.stream
        self._size = index.page_size
        self._pages = list(index.pages)
        self.last = self._pages[-1].last if self._pages else ""
        self._lines: list[bytes] = []
        self._members = 0
        self._first = ""
        if self._pages and not index.is_full(self._pages[-1]):
            self._take_up(self._pages.pop())

    def _take_up(self, page: Page) -> None:
        self._lines = read_lines(self._folder / page.file)
        self._members, self._first = page.members, page.first

    def add(self, event: Event, when: str, version: str) -> None:
        """Raises ``OSError``, ``ReleaseError`` (fsync) when the page is full and cannot be written."""
        number = len(self._pages) + 1
        self._members += 1
        self._first = self._first or when
        self._lines += member_lines(self._stream, number, self._members, event, when, version)
        self.last = when
        if self._members == self._size:
            self._write()

    def finish(self) -> tuple[Page, ...]:
        """All pages; the last one may have room."""
        if self._members:
            self._write()
        return tuple(self._pages)

    def _write(self) -> None:
        number = len(self._pages) + 1
        # The size is in the name: the file of a page that grows is another one each time.
        name = f"{self._stream.view}-{number:06}-{self._members}.nq.gz"
        path = self._folder / name
        if not path.exists():
            write_by(path, partial(serialise.write_gzip, self._lines))
        self._pages.append(Page(number, self._members, self._first, self.last, name, sha256_of(path)))
        self._lines, self._members, self._first = [], 0, ""


def read_lines(path: Path) -> list[bytes]:
    """The lines of a page's file. Raises ``OSError``."""
    return gzip.decompress(path.read_bytes()).split(b"\n")[:-1]
