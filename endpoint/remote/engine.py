"""The engine of ``engine = "remote"``: the contract of ``endpoint.sparql.pool.Pool`` before a server of others.

Every query is first run by a worker of ours on an empty store. That takes a millisecond and finds what is wrong with
the text – syntax, functions, depth – with the same errors as the embedded engine, and nothing of it reaches the server.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import requests
from pyoxigraph import QueryResultsFormat, Store

from endpoint.remote.asking import JSON, N_TRIPLES, fetch
from endpoint.remote.contract import Remote
from endpoint.remote.rewriting import rewrite_graph, rewrite_results
from endpoint.sparql.engine import OURSELVES, Caller, EngineAnswer, EngineQuery, Limits, Load, spool_file
from endpoint.sparql.errors import BusyError
from endpoint.sparql.pool import Pool
from ontology.terms import PREFIXES


class RemoteEngine:
    """Queries on a remote server. ``graphs`` are those of the release that it holds, together the default graph.

    Raises ``EngineStartError`` where the worker that tries the texts cannot be started.
    """

    def __init__(self, remote: Remote, limits: Limits, graphs: Sequence[str]) -> None:
        self._remote = remote
        self._limits = limits
        self.graphs = tuple(graphs)
        self._local = threading.local()
        self._free = threading.BoundedSemaphore(remote.places)
        self._lock = threading.Lock()
        self._busy = self._waiting = 0
        self._folder = tempfile.TemporaryDirectory(prefix="praktyki-empty-")
        Store(self._folder.name).flush()
        self._trial = Pool(Path(self._folder.name), limits, 1)

    @property
    def isolated(self) -> bool:
        """Whether no text of a client can reach the network from here; the server's own reach is the operator's."""
        return self._trial.isolated

    @property
    def load(self) -> Load:
        """The places at the server, those that are taken, and the queries that wait for one."""
        with self._lock:
            return Load(self._remote.places, self._busy, self._waiting)

    def run(self, query: EngineQuery, deadline: float | None = None, caller: Caller = OURSELVES) -> EngineAnswer:
        """As ``Pool.run``. Raises a ``SparqlError``."""
        seconds = self._limits.deadline if deadline is None else deadline
        until = time.monotonic() + seconds
        self._trial.run(query, seconds, caller).file.close()
        self._enter(until)
        began = time.monotonic()
        try:
            return self._ask(self._with_dataset(query), until, caller)
        finally:
            caller.charge(time.monotonic() - began)
            self._leave()

    def close(self, drain: float = 10.0) -> None:
        """Ends the worker; answers under way end by themselves."""
        self._trial.close(drain)
        self._folder.cleanup()

    def _with_dataset(self, query: EngineQuery) -> EngineQuery:
        """Servers differ in what their default graph is, so it is always named."""
        # A relative IRI means the same as here; what the text says of its base comes later and holds.
        text = f"BASE <{query.base_iri}>\n{query.text}" if query.base_iri else query.text
        if query.default_graphs or query.named_graphs or query.from_graphs:
            return replace(query, text=text)
        return replace(query, text=text, default_graphs=self.graphs, named_graphs=self.graphs)

    def _ask(self, query: EngineQuery, until: float, caller: Caller) -> EngineAnswer:
        began = time.monotonic()
        form = JSON if QueryResultsFormat.from_media_type(query.media_type) else N_TRIPLES
        with spool_file() as received, contextlib.ExitStack() as undo:
            out = undo.enter_context(spool_file())
            cap = fetch(
                self._session(), self._remote, query, form, received, until, self._limits.answer, caller.connection
            )
            received.seek(0)
            if form == N_TRIPLES:
                rewrite_graph(received, query.media_type, out, PREFIXES)
            else:
                rewrite_results(received, query.media_type, out, cap)
            length = out.tell()
            out.seek(0)
            undo.pop_all()
            return EngineAnswer(out, length, time.monotonic() - began)

    def _session(self) -> requests.Session:
        """One for each thread: requests does not promise that sessions may be shared."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # no proxy and no .netrc of whoever started the service
            if self._remote.user:
                session.auth = (self._remote.user, self._remote.password)
        return session

    def _enter(self, until: float) -> None:
        with self._lock:
            if self._waiting >= self._limits.queue + self._remote.places:
                raise BusyError("The service is busy.", waited=0.0, limit=self._limits.deadline)
            self._waiting += 1
        began = time.monotonic()
        got = self._free.acquire(timeout=max(0.0, until - began))
        with self._lock:
            self._waiting -= 1
            self._busy += got
        if not got:
            raise BusyError("The service is busy.", waited=round(time.monotonic() - began, 1), limit=until - began)

    def _leave(self) -> None:
        with self._lock:
            self._busy -= 1
        self._free.release()
