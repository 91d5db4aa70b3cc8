"""The parent's end of a worker: start it, ask it, kill it, and say what it died of."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from endpoint.sparql import errors
from endpoint.sparql.frames import Message, receive, send

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 20.0
_STDERR_BYTES = 64 * 1024
# A query that runs longer than this yields the processor to the short ones.
SLOW_SECONDS = 1.0
_NICE = 10


@dataclass(frozen=True)
class Setup:
    """What a worker is told once: the store, its caps in bytes, a listener that it must not reach."""

    store: Path
    memory: int
    answer: int
    listener: int
    prefixes: dict[str, str]


class Process:
    """One worker process. Used by one thread at a time; start it from a thread that outlives it.

    (The kernel's death signal follows the *thread* that started the process, prctl(2).)
    """

    def __init__(self, setup: Setup) -> None:
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
                # Nothing of our environment: it may hold secrets. Few arenas, so that the cap on the
                # address space is used by the query and not by reservations.
                env={"PYTHONPATH": str(_ROOT), "MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"},
            )
        self._slow = False
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
    def worn(self) -> bool:
        """Whether it was slowed down for a long query: only root could speed it up again."""
        return self._slow

    @property
    def alive(self) -> bool:
        """Whether the process still runs; one that was killed while idle must not get a query."""
        return self._process.poll() is None

    def await_ready(self) -> None:
        """Wait until the store is open; raises ``EngineStartError`` (the process is then gone)."""
        reply = self._reply(time.monotonic() + _START_SECONDS)
        if reply is None or "error" in reply:
            why = self.kill() if reply is None else str(reply["message"])
            self.kill()
            raise errors.EngineStartError(f"the query engine did not start: {why.strip()[-400:] or 'no reply'}")
        self.isolated = bool(reply["isolated"])

    def ask(self, request: Message, descriptor: int, deadline: float) -> Message | None:
        """Send one query and wait for the reply until ``deadline`` (monotonic seconds).

        ``None`` when the worker died; raises ``TimeoutError`` at the deadline. After either it must be
        killed. The descriptor stays the caller's.
        """
        self.queries += 1
        try:
            send(self._channel, request, descriptor)
        except OSError:
            return None
        soon = min(deadline, time.monotonic() + SLOW_SECONDS)
        if not self._readable(soon):
            self._slow = True
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)
            if not self._readable(deadline):
                raise TimeoutError
        return receive(self._channel)

    def signal(self) -> None:
        """End the process from another thread than the one that uses it; that one still has to ``kill``."""
        self._process.kill()

    def kill(self) -> str:
        """End the process now, whatever it does; returns the tail of what it said on stderr."""
        self._process.kill()
        self._process.wait()
        self._channel.close()
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

    def _reply(self, deadline: float) -> Message | None:
        return receive(self._channel) if self._readable(deadline) else None

    def _readable(self, deadline: float) -> bool:
        poll = select.poll()
        poll.register(self._channel, select.POLLIN)
        return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
