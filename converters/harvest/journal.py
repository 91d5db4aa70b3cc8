"""The journal of a harvest: one line on disk for every address done, so that a kill loses nothing.

JSON lines, appended and kept on disk (fsync) one by one, after the record in the archive is. A line that a kill cut
off is taken away; what it would have said is asked again.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cattrs.preconf.json import make_converter

from converters.harvest.contract import HarvestError, Outcome
from converters.replaced_file import replace_file, sync_folder

FILE = "journal.jsonl"
_CONVERTER = make_converter(forbid_extra_keys=True, omit_if_default=True)


@dataclass(frozen=True)
class Capture:
    """A page in the archive: where its response record lies, and what makes a request conditional.

    ``fingerprint`` is the hash without volatile parts; ``start`` and ``end`` are byte positions in ``file``.
    """

    time: str
    sha256: str
    fingerprint: str
    file: str
    start: int
    end: int
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Entry:
    """What is known of an address: its last attempt, and its last good capture (``confirmed``: when it was seen last).

    ``found`` are the addresses that it led to; ``file`` and ``end`` say how far the archive reached then.
    """

    address: str
    run: str
    time: str
    outcome: Outcome
    status: int | None = None
    reason: str = ""
    capture: Capture | None = None
    confirmed: str | None = None
    found: tuple[str, ...] = ()
    file: str | None = None
    end: int = 0


@dataclass
class Known:
    """The journal in memory. ``run`` is the run that has not ended, ``last`` the time of its last line."""

    entries: dict[str, Entry] = field(default_factory=dict)
    run: str | None = None
    last: str = ""
    opened: str | None = None  # the archive file that was written last
    reached: int = 0  # how much of it is registered, in bytes


def parse(text: str, file: str) -> Known:
    """Raises ``HarvestError`` that names the line where the journal is not one."""
    known = Known()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line:
            continue
        try:
            plain = json.loads(line)
            _take(known, plain)
        except (ValueError, TypeError, AttributeError, KeyError, ExceptionGroup) as error:
            raise HarvestError(
                f"{file}:{number}: not a line of a journal of this version",
                advice="remove the line; or remove the file, then everything is fetched again",
            ) from error
    return known


def _take(known: Known, plain: dict[str, Any]) -> None:
    match plain.pop("event"):
        case "page":
            entry = _CONVERTER.structure(plain, Entry)
            known.entries[entry.address] = entry
            known.last = max(known.last, entry.time)
            if entry.file is not None and entry.file == known.opened:
                known.reached = max(known.reached, entry.end)
        case "begin":
            known.run, known.last = str(plain["run"]), str(plain["run"])
        case "opened":
            known.opened, known.reached = str(plain["file"]), 0
        case "end":
            known.run = None
        case other:
            raise ValueError(other)


class Journal:
    """The open journal of one store."""

    def __init__(self, path: Path) -> None:
        """Reads what is there and takes a half-written last line away. Raises ``HarvestError``."""
        self._path = path
        try:
            text = path.read_bytes() if path.exists() else b""
            whole = text[: text.rfind(b"\n") + 1]
            if whole != text:
                os.truncate(path, len(whole))
            self.known = parse(whole.decode("utf-8", "replace"), str(path))
            self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            sync_folder(path.parent)
        except OSError as error:
            raise _disk(path, error) from error

    def begin(self, run: str) -> None:
        self._append({"event": "begin", "run": run})
        self.known.run, self.known.last = run, run

    def opened(self, file: str) -> None:
        self._append({"event": "opened", "file": file})
        self.known.opened, self.known.reached = file, 0

    def note(self, entry: Entry) -> None:
        """Puts an address' state on disk; when this returns it survives a kill and a power cut."""
        self._append(_line(entry))
        self.known.entries[entry.address] = entry

    def end(self) -> None:
        self._append({"event": "end"})
        self.known.run = None

    def rewrite(self) -> None:
        """Puts one line for each address in place of the whole history. The archive's last file must be closed."""
        lines = [{"event": "begin", "run": self.known.run}] if self.known.run else []
        lines += [_line(entry) for _, entry in sorted(self.known.entries.items())]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        replace_file(self._path, text.encode(), mode=0o600)
        fresh = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        os.close(self._handle)
        self._handle = fresh
        self.known.opened = None

    def close(self) -> None:
        os.close(self._handle)

    def _append(self, plain: dict[str, Any]) -> None:
        data = (json.dumps(plain, ensure_ascii=False) + "\n").encode()
        try:
            written = os.write(self._handle, data)
            if written != len(data):
                raise OSError(f"only {written} of {len(data)} bytes were written")
            os.fsync(self._handle)
        except OSError as error:
            raise _disk(self._path, error) from error


def read(path: Path) -> Known:
    """The journal without opening it for writing; an absent one is empty."""
    try:
        text = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise _disk(path, error) from error
    return parse(text[: text.rfind(b"\n") + 1].decode("utf-8", "replace"), str(path))


def forgotten(entry: Entry) -> Entry:
    """The entry without its capture: the address is asked unconditionally next time."""
    return replace(entry, capture=None, confirmed=None)


def _line(entry: Entry) -> dict[str, Any]:
    plain: dict[str, Any] = _CONVERTER.unstructure(entry)
    return {"event": "page", **plain}


def _disk(path: Path, error: OSError) -> HarvestError:
    return HarvestError(
        f"{path}: {error.strerror or error}", advice="check the disk and the rights; the next run goes on from here"
    )
