"""The way through a publication: from the seeds along the links, wave by wave, each address once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from praktyki.static_site.contract import Tell, Visit
from praktyki.static_site.seeds import LIVE

Go = Callable[[str], Visit]


def crawl(start: Iterable[str], go: Go, journal: Journal, tell: Tell, threads: int) -> dict[str, Visit]:
    """Visits everything that can be reached; what the journal has is not asked again. Returns the visits by path."""
    done = dict(journal.visits)
    wave = sorted({*start, *(link for visit in done.values() for link in visit.links)} - done.keys())
    wave = [path for path in wave if is_asked(path)]
    with ThreadPoolExecutor(threads) as pool:
        while wave:
            known = len(done) + len(wave)
            found: set[str] = set()
            for visit in pool.map(go, wave):
                done[visit.path] = visit
                journal.note(visit)
                found.update(visit.links)
                tell(len(done), known)
            wave = sorted(path for path in found - done.keys() if is_asked(path))
    return done


def is_asked(path: str) -> bool:
    """Not the addresses of a service, nor names that lead to documents, nor the files of releases: those are copied."""
    if path in LIVE or path.startswith(("id/", "dumps/latest/")):
        return False
    return not (path.startswith("dumps/") and not path.endswith("/"))


class Journal:
    """What an export has done so far, one line a visit; its first line says of what. Used by one thread."""

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self.visits: dict[str, Visit] = {}
        lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
        # A line without its end was being written when the export ended.
        whole = [line for line in lines if line.endswith("\n")]
        for line in whole[1:] if whole and whole[0] == f"{what}\n" else ():
            plain = json.loads(line)
            visit = Visit(**{**plain, "links": tuple(plain["links"]), "files": tuple(plain["files"])})
            self.visits[visit.path] = visit
        self._file = path.open("w", encoding="utf-8")
        self._file.write(f"{what}\n")
        for visit in self.visits.values():
            self.note(visit)

    def note(self, visit: Visit) -> None:
        self._file.write(json.dumps(asdict(visit)) + "\n")
        self._file.flush()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()
