"""The parent's end of a worker: start it, ask it, kill it, and say what it died of."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from endpoint.sparql import errors
from endpoint.sparql.engine import spool_file
from endpoint.sparql.frames import Frame, Message, give_up_after, receive, send
from endpoint.sparql.lanes import LONG

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 20.0
_STDERR_BYTES = 64 * 1024
# A slow worker yields the processor to the quick ones, and to the web process.
_NICE = 10
# Seconds after which a query takes long, whether it computes or waits for the disk.
_AT_MOST = 1.0
_LOOK = 0.1
# Few arenas, so that the cap on the address space is used by the query and not by reservations. The engine's scans make
# and drop many small pieces: with more of them at hand, in large pages, they take 5 to 10 % less time (glibc 2.36).
_ALLOCATOR = {"MALLOC_ARENA_MAX": "2", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=1000"}
# clock_getcpuclockid(3): the clock of a process's time on all processors.
_OF_PROCESS = 2
# poll(2); bytes that wait to be read (the next request) are none of these.
_HANGS_UP = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)


@dataclass(frozen=True)
class Setup:
    """What a worker is told once: the store, its caps in bytes, a listener that it must not reach."""

    store: Path
    memory: int
    answer: int
    listener: int
    prefixes: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What a worker said, and the file that holds its answer, at offset 0; the caller closes it."""

    message: Message
    file: BinaryIO


class Process:
    """One worker process. Used by one thread at a time; start it from a thread that outlives it.

    (The kernel's death signal follows the *thread* that started the process, prctl(2).)
    """

    def __init__(self, setup: Setup, *, slow: bool = False) -> None:
        ours, theirs = socket.socketpair()
        self._channel = ours
        with theirs:
            self._process = subprocess.Popen(
                # -P: the current folder must not shadow our packages.
                [sys.executable, "-P", "-m", "endpoint.sparql.worker", str(theirs.fileno()), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                cwd="/",
                # Nothing of our environment: it may hold secrets.
                env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", **_ALLOCATOR},
            )
        self._slow = False
        if slow:
            self.slow_down()
        self._untouched = False
        self._spool: BinaryIO | None = None
        self.queries = 0
        self.isolated = False
        with contextlib.suppress(OSError):
            send(
                ours,
                {
                    "store": str(setup.store.resolve()),
                    "memory": setup.memory,
                    "answer": setup.answer,
                    "listener": setup.listener,
                    "prefixes": setup.prefixes,
                },
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def slow(self) -> bool:
        """Whether it was slowed down, for good: only root could speed it up again."""
        return self._slow

    def slow_down(self) -> None:
        """Give it less priority than the web process and quick workers have."""
        self._slow = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    @property
    def alive(self) -> bool:
        """Whether the process still runs; one that was killed while idle must not get a query."""
        return self._process.poll() is None

    def await_ready(self) -> None:
        """Wait until the store is open; raises ``EngineStartError`` (the process is then gone)."""
        reply = self._reply(time.monotonic() + _START_SECONDS)
        if reply is None or "error" in reply.message:
            why = self.kill() if reply is None else str(reply.message["message"])
            self.kill()
            raise errors.EngineStartError(f"the query engine did not start: {why.strip()[-400:] or 'no reply'}")
        self.isolated = bool(reply.message["isolated"])
        give_up_after(self._channel, LONG)

    @property
    def untouched(self) -> bool:
        """Whether it died before it had read the whole query, so that no query can be the reason."""
        return self._untouched

    def ask(
        self, request: Message, deadline: float, leave: Callable[[], bool], client: int | None = None
    ) -> Reply | None:
        """Send one query and wait for the reply until ``deadline`` (monotonic seconds).

        ``leave`` is called where it computes for longer than about ``LONG``, and again and again until it says that it
        left the quick lane; what it raises, this raises.
        ``None`` when the worker died; raises ``TimeoutError`` at the deadline, ``ClientGoneError`` where the
        other end of ``client`` (a socket's descriptor) hangs up, and before all that ``SpoolFullError``. After any
        but the last it must be killed.
        """
        # The worker keeps the spool file until an answer needs it.
        bring = self._spool is None
        spool = self._spool = self._spool or spool_file()
        self.queries += 1
        began = time.monotonic()
        try:
            send(self._channel, request, descriptor=spool.fileno() if bring else None)
            frame = self._answer(began, deadline, leave, client)
        except ConnectionError:
            self._untouched = True
            return None
        if frame is None:
            return None
        if frame.message["inline"]:
            return Reply(frame.message, io.BytesIO(frame.content))
        self._spool = None
        spool.seek(0)
        return Reply(frame.message, spool)

    def _answer(self, began: float, deadline: float, leave: Callable[[], bool], client: int | None) -> Frame | None:
        if deadline - began > LONG:
            computed = self._computed()
            with contextlib.suppress(BlockingIOError):
                return receive(self._channel)
            # Where processors are short, a short query takes long too.
            while not (self._takes_long(began, computed) and leave()):
                if self._readable(min(deadline, time.monotonic() + _LOOK), client):
                    return receive(self._channel)
                if time.monotonic() >= deadline:
                    raise TimeoutError
        # Whether the client is still there is looked at from here on: most queries have ended, and a client that
        # closes its sending side behind a short query (as ``nc`` does) still gets its answer.
        if not self._readable(deadline, client):
            raise TimeoutError
        return receive(self._channel)

    def _takes_long(self, began: float, computed: float) -> bool:
        return time.monotonic() - began >= _AT_MOST or self._computed() - computed >= LONG / 2

    def _computed(self) -> float:
        """Seconds of a processor that the process has used."""
        with contextlib.suppress(OSError):
            return time.clock_gettime(~self.pid << 3 | _OF_PROCESS)
        return 0.0

    def signal(self) -> None:
        """End the process from another thread than the one that uses it; that one still has to ``kill``."""
        self._process.kill()

    def kill(self) -> str:
        """End the process now, whatever it does; returns the tail of what it said on stderr."""
        self._process.kill()
        self._process.wait()
        self._channel.close()
        if self._spool is not None:
            self._spool.close()
        pipe = self._process.stderr
        if pipe is None or pipe.closed:
            return ""
        os.set_blocking(pipe.fileno(), False)
        with pipe:
            return (pipe.read(_STDERR_BYTES) or b"").decode("utf-8", "replace")

    @property
    def signal_name(self) -> str:
        """How the process ended: a signal's name, or its exit status."""
        code = self._process.returncode
        if code is None:
            return "running"
        return signal.Signals(-code).name if code < 0 else f"exit status {code}"

    def reap(self) -> str:
        """After the worker closed its end: give it a moment to end by itself, then as ``kill``.

        Killing at once would hide the signal that it died of.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5)
        return self.kill()

    def _reply(self, deadline: float) -> Frame | None:
        try:
            return receive(self._channel) if self._readable(deadline) else None
        except ConnectionError:
            return None

    def _readable(self, deadline: float, client: int | None = None) -> bool:
        """Whether a reply is there before the deadline; raises ``ClientGoneError`` where nobody waits for it."""
        ours = self._channel.fileno()
        poll = select.poll()
        poll.register(ours, select.POLLIN)
        if client is not None:
            poll.register(client, _HANGS_UP)
        ready = poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
        if ready and all(descriptor != ours for descriptor, _ in ready):
            raise errors.ClientGoneError("The client hung up.")
        return bool(ready)


def has_hung_up(client: int | None) -> bool:
    """Whether the other end of a socket closed it, or its sending side, as HTTP clients do when they give up."""
    if client is None:
        return False
    poll = select.poll()
    poll.register(client, _HANGS_UP)
    return bool(poll.poll(0))
