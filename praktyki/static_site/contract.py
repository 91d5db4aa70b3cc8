"""What goes from room to room while a publication becomes files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from model.errors import PraktykiError

Tell = Callable[[int, int], None]  # addresses that are done, addresses that are known


class ExportError(PraktykiError):
    """The publication cannot be written as files: the folder is somebody else's, or an address cannot be a file."""

    code = "export"
    exit_code = 4


@dataclass(frozen=True)
class Visit:
    """What came of an address: its status, where it leads to, own addresses that it names, files that were written."""

    path: str
    status: int
    location: str = ""
    links: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moved:
    """An address that leads to another one (a path, or an address elsewhere) with a status."""

    path: str
    status: int
    target: str


@dataclass(frozen=True)
class Rules:
    """What the web server is told besides the files: where it answers, and what is no file.

    ``mount`` is the path below which all lies, without the last slash. ``gone`` are paths of documents that answer 410
    with a tombstone, ``gone_below`` folders of which nothing is left, ``view`` the number of the event stream and
    ``growing`` its page that is not full yet.
    """

    address: str
    mount: str
    version: str
    moved: tuple[Moved, ...] = ()
    gone: tuple[str, ...] = ()
    gone_below: tuple[str, ...] = ()
    view: int = 0
    growing: str = ""


@dataclass(frozen=True)
class Exported:
    """What an export wrote. ``dead`` are own addresses that pages name and the application does not know."""

    release: str
    pages: int
    files: int
    bytes: int
    dead: tuple[str, ...]
