"""The release that is served now, and the watcher that moves on to the next one without a failed request.

A request takes a lease and sees one release until it gives the lease back. A new release is verified, gets
its own worker pools and must answer before the reference moves; the old one is closed when its last lease ends.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from dumps.manifest import STORE, Manifest
from dumps.practice_counts import COUNTS, PracticeCounts, from_json
from dumps.switch import current
from dumps.verify import check_bytes
from endpoint.pages.lookup import Lookup, PageQueries
from endpoint.sparql.cache import AnswerCache
from endpoint.sparql.engine import Engine
from endpoint.sparql.errors import SparqlError
from endpoint.sparql.pool import Pool
from model.errors import PraktykiError, ReleaseError, VerificationError

_LOG = logging.getLogger(__name__)
# Reading a broken release again and again would cost more than serving does; a repaired one is seen after this.
RETRY_SECONDS = 30.0
# The newest of all practices are found by a scan. Nobody waits for it: the release before is served meanwhile.
_PREPARING_SECONDS = 60.0

StartPool = Callable[[Path], Pool]
StartEngine = Callable[[Path, Manifest], Engine]
_VOID = "void.ttl"


class NoReleaseError(ReleaseError):
    """Nothing is served yet: no release was published, or the first one is still being opened."""

    code = "no-release"


@dataclass(frozen=True)
class Release:
    """An open release. ``queries`` serves the public endpoint, ``pages`` our own pages; neither waits.

    ``version`` to ``statistics``, ``answers`` and ``queries`` are what the SPARQL blueprint reads.
    """

    path: Path
    manifest: Manifest
    queries: Engine
    pages: Lookup
    page_pool: Pool
    answers: AnswerCache = field(default_factory=AnswerCache)

    @property
    def version(self) -> str:
        return self.manifest.version

    @property
    def state(self) -> str:
        """Tells this release from any other, also from one that was published anew under the same version."""
        return f"{self.version} {self.manifest.created.isoformat()} {self.manifest.content_hash}"

    @property
    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs that may be asked."""
        return self.queries.graphs or tuple(entry.iri for entry in self.manifest.graphs.values())

    @property
    def triples(self) -> dict[str, int]:
        """How many triples each graph holds, by its IRI."""
        return {entry.iri: entry.triples for entry in self.manifest.graphs.values()}

    @cached_property
    def statistics(self) -> tuple[Triple, ...]:
        """The release's VoID; nothing for a release of before there was any."""
        if _VOID not in self.manifest.files:
            return ()
        return tuple(quad.triple for quad in parse(path=str(self.path / _VOID), format=RdfFormat.TURTLE))

    @cached_property
    def practice_counts(self) -> PracticeCounts | None:
        """How many practices each thing has; None for a release of before they were counted.

        Raises ``ReleaseError`` for a file that is not as expected.
        """
        return from_json((self.path / COUNTS).read_bytes()) if COUNTS in self.manifest.files else None

    def prepare(self) -> None:
        """What pages need and no reader should wait for. Raises ``ReleaseError`` for a file not as expected."""
        if self.practice_counts is None:
            _LOG.info("%s was made before practices were counted: its pages show no counts", self.version)
        try:
            self.pages.prepare("home", _PREPARING_SECONDS)
        except SparqlError as error:
            # Every other page is whole, and the first reader of this one asks once more.
            _LOG.warning("%s: the home page could not be prepared: %s", self.version, error.message)

    def close(self) -> None:
        self.queries.close()
        self.page_pool.close()


def open_release(
    path: Path,
    start_queries: StartEngine,
    start_pages: StartPool,
    queries: PageQueries,
    answers: AnswerCache | None = None,
) -> Release:
    """Verify a release, start its pools, prove that they answer what the manifest says, prepare what pages need.

    ``answers`` keeps what the public pool answers, for this release alone.
    Raises ``PraktykiError``; pools that were started are closed then.
    """
    # Every file, because every one of them is given out under its hash for ever.
    manifest = check_bytes(path)
    opened: list[Engine] = []
    complete = False
    try:
        engine = start_queries(path / STORE, manifest)
        opened.append(engine)
        own = start_pages(path / STORE)
        opened.append(own)
        graphs = tuple(entry.iri for entry in manifest.graphs.values())
        release = Release(path, manifest, engine, Lookup(own, queries, graphs), own, answers or AnswerCache())
        for pool in opened:
            _demand_golden_answer(Lookup(pool, queries, graphs), manifest)
        release.prepare()
        complete = True
        return release
    finally:
        if not complete:
            for pool in opened:
                pool.close()


def _demand_golden_answer(lookup: Lookup, manifest: Manifest) -> None:
    found = lookup.count_practices()
    if found != manifest.counts.practices:
        raise VerificationError(
            f"{manifest.version}: the engine knows {found} practices, the manifest {manifest.counts.practices}",
            advice="do not serve this release: go back to another one or restore this one from a copy",
        )


class _Handle:
    """An open release and the number of requests that use it."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.leases = 0
        self.retired = False


class Releases:
    """Hands out leases on the current release, and follows ``releases/current``.

    ``problem`` is why the newest release is not the one that is served; None where it is. ``moved`` is called when
    another one is.
    """

    def __init__(
        self,
        directory: Path,
        open_at: Callable[[Path], Release],
        *,
        poll_seconds: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
        moved: Callable[[], None] | None = None,
    ) -> None:
        self._moved = moved
        self._directory = directory
        self._open_at = open_at
        self._poll_seconds = min(poll_seconds, 1.0)
        self._clock = clock
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._handle: _Handle | None = None
        self._failed: tuple[str, float] | None = None
        self.problem: PraktykiError | None = None

    @contextmanager
    def lease(self) -> Iterator[Release]:
        """The current release, held open until the block ends. Raises ``NoReleaseError``."""
        with self._lock:
            handle = self._handle
            if handle is None:
                raise NoReleaseError(
                    "no release is open yet",
                    advice="publish one with praktyki publish; the server takes it up by itself",
                ) from self.problem
            handle.leases += 1
        try:
            yield handle.release
        finally:
            with self._lock:
                handle.leases -= 1
                closes = handle.retired and handle.leases == 0
            if closes:
                handle.release.close()

    @property
    def version(self) -> str:
        """The version that new requests are answered from; empty where there is none."""
        with self._lock:
            return self._handle.release.version if self._handle is not None else ""

    def start(self) -> None:
        """Begin to follow ``current`` in a thread of its own."""
        self._thread = threading.Thread(target=self._watch, name="release-watcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop following, and close what is open as soon as nobody uses it."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        with self._refreshing:
            self._replace(None)

    def refresh(self) -> None:
        """Look at ``current`` once and move on where it points elsewhere. Never raises for a bad release."""
        with self._refreshing:
            if self._stopped.is_set():
                return
            try:
                self._follow()
            except PraktykiError as error:
                self._note(error)
            except OSError as error:
                self._note(ReleaseError(f"the release cannot be opened: {error.strerror or error}"))

    def _follow(self) -> None:
        target = current(self._directory)
        if target is None or self._is_open(target):
            self.problem, self._failed = None, None
            return
        if self._failed is not None:
            version, when = self._failed
            if version == target.name and self._clock() - when < RETRY_SECONDS:
                return
        self._failed = (target.name, self._clock())
        release = self._open_at(target)
        self._replace(release)
        self.problem, self._failed = None, None
        _LOG.info("serving release %s", release.version)
        if self._moved is not None:
            self._moved()

    def _is_open(self, target: Path) -> bool:
        return self._handle is not None and self._handle.release.version == target.name

    def _replace(self, release: Release | None) -> None:
        with self._lock:
            old, self._handle = self._handle, _Handle(release) if release is not None else None
            if old is None:
                return
            old.retired = True
            closes = old.leases == 0
        if closes:
            old.release.close()

    def _note(self, error: PraktykiError) -> None:
        if self.problem is None or self.problem.message != error.message:
            _LOG.error("the newest release is not served: %s", error.message)
        self.problem = error

    def _watch(self) -> None:
        while not self._stopped.is_set():
            self.refresh()
            self._stopped.wait(self._poll_seconds)
