"""Switch releases back and forth under a running server with readers: no request may fail or mix two releases.

    python -m bench.switches --switches 50 --clients 8

The examples are published twice, the second time with other words in every page, and served by ``praktyki serve``. What
each address answers under either release is written down while nothing moves; under load every answer must be exactly
one of the two. Prints how long the server took to follow, which is also what a rollback takes.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench.installation import serving
from dumps.switch import point_current
from dumps.versions import list_releases

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
_PAUSE = 0.1  # seconds of load between two switches
_PATIENCE = 60.0
# Titles and their pages in one answer: what two releases would mix in.
_TITLES = "SELECT ?s ?t { ?s <http://purl.org/dc/terms/title> ?t } ORDER BY ?s ?t"
_COUNTS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
PATHS = (
    "/",
    "/catalog.ttl",
    "/dumps/latest/practices.ttl",
    "/.well-known/void",
    "/doc/concept/bdp",
    "/sitemap.xml",
    f"/sparql?format=csv&query={quote(_TITLES)}",
    f"/sparql?format=csv&query={quote(_COUNTS)}",
)


@dataclass(frozen=True)
class Answer:
    """What a reader sees of a release."""

    status: int
    tag: str | None
    location: str | None
    body: bytes


@dataclass
class Seen:
    """Requests under load, the answers that are of no release, and the seconds until each switch was followed."""

    requests: int = 0
    strange: list[tuple[str, Answer | str]] = field(default_factory=list)
    followed: list[float] = field(default_factory=list)


def switch_under_load(
    port: int, releases: Path, versions: Sequence[str], switches: int, clients: int, paths: Sequence[str] = PATHS
) -> Seen:
    """Switches between the versions while clients read ``paths`` of the server on the port.

    Raises ``TimeoutError`` where the server does not follow.
    """
    seen, known = Seen(), dict[str, set[Answer]]()
    for version in versions:
        _follow(port, releases, version)
        for path in paths:
            known.setdefault(path, set()).add(_get(port, path))
    stop, lock = threading.Event(), threading.Lock()

    def read(first: int) -> None:
        for path in itertools.islice(itertools.cycle(paths), first, None):
            if stop.is_set():
                return
            try:
                found: Answer | str = _get(port, path)
            except (OSError, http.client.HTTPException) as error:
                found = repr(error)
            with lock:
                seen.requests += 1
                if found not in known[path]:
                    seen.strange.append((path, found))

    readers = [threading.Thread(target=read, args=(number,)) for number in range(clients)]
    for reader in readers:
        reader.start()
    try:
        for _, version in zip(range(switches), itertools.cycle(versions), strict=False):
            seen.followed.append(_follow(port, releases, version))
            time.sleep(_PAUSE)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    return seen


def _follow(port: int, releases: Path, version: str) -> float:
    """Points ``current`` at a version; seconds until the server answers with it."""
    began = time.monotonic()
    point_current(releases, version)
    while f'"release":"{version}"'.encode() not in _get(port, "/version").body.replace(b" ", b""):
        if time.monotonic() - began > _PATIENCE:
            raise TimeoutError(f"{version} was not taken up")
        time.sleep(0.02)
    return time.monotonic() - began


def _get(port: int, path: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers["ETag"], answer.headers["Location"], answer.read())
    finally:
        connection.close()


def publish_twice(folder: Path) -> None:
    """Two releases of the examples in ``folder``; every page says something else in the second."""
    pages = folder / "pages"
    for words in ("", " (wydanie drugie)"):
        pages.mkdir(exist_ok=True)
        for file in (*EXAMPLES.glob("TERC_*"), *(EXAMPLES / "pages").glob("*.txt")):
            text = file.read_text(encoding="utf-8")
            (pages / file.name).write_text(text.replace("mieszkańców", f"mieszkańców{words}"), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "bench.publish", str(folder), str(pages)], check=True, stdout=subprocess.DEVNULL
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--switches", type=int, default=50)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publish_twice(folder)
        releases = folder / "releases"
        versions = [path.name for path in list_releases(releases)]
        # All readers are one client here, who asks for more than one may.
        with serving(folder, {"PRAKTYKI_SPARQL_CLIENT_QUERIES": "0", "PRAKTYKI_SPARQL_CLIENT_SECONDS": "0"}) as server:
            seen = switch_under_load(server.port, releases, versions, options.switches, options.clients)
    print(f"{len(seen.followed)} switches under {seen.requests} requests of {options.clients} clients")
    print(f"failed or mixed answers: {len(seen.strange)}")
    print(f"seconds until followed: median {sorted(seen.followed)[len(seen.followed) // 2]:.2f}, ", end="")
    print(f"longest {max(seen.followed):.2f}")
    if seen.strange:
        sys.exit(f"first: {seen.strange[0]}")


if __name__ == "__main__":
    main()
