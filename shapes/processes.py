"""Work for several processes: jobs go out as they are asked for, results come back as they are ready."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

Job = TypeVar("Job")
Answer = TypeVar("Answer")


class ProcessEndedError(Exception):
    """A process of ours ended before or in its work, for example for want of memory."""


def spread(jobs: Iterable[Job], work: Callable[[Job], Answer], count: int) -> Iterator[tuple[int, Answer]]:
    """The number of each job and what ``work`` makes of it, in no particular order; no more than ``count`` at a time.

    ``work``, the jobs and the answers are pickled. Jobs are taken from the iterable only when a process is free.
    Raises ``ProcessEndedError``; a process that ended by an exception has written it to standard error.
    """
    numbered = enumerate(jobs)
    with _processes(count, work) as connections:
        busy: dict[Connection, int] = {}

        def hand_out(connection: Connection) -> None:
            job = next(numbered, None)
            if job is not None:
                busy[connection] = job[0]
                _send(connection, job[1])

        for connection in connections:
            hand_out(connection)
        while busy:
            for ready in wait(list(busy)):
                connection = next(known for known in connections if known is ready)
                number, answer = busy.pop(connection), _receive(connection)
                # Nobody looks at an answer before its process has the next job.
                hand_out(connection)
                yield number, answer


def _send(connection: Connection, job: object) -> None:
    try:
        connection.send(job)
    except OSError as error:
        raise ProcessEndedError("before its work") from error


def _receive(connection: Connection) -> Any:
    try:
        return connection.recv()
    except (EOFError, OSError) as error:
        raise ProcessEndedError("in its work") from error


@contextmanager
def _processes(count: int, work: Callable[[Any], Any]) -> Iterator[list[Connection]]:
    """Processes that share nothing with this one but a pipe: they end when it is closed, also by our death."""
    context = multiprocessing.get_context("spawn")
    connections: list[Connection] = []
    started: list[SpawnProcess] = []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            connections.append(ours)
            process = context.Process(target=_live, args=(theirs, work), daemon=True)
            process.start()
            theirs.close()
            started.append(process)
        yield connections
    finally:
        for connection in connections:
            connection.close()
        for process in started:
            process.terminate()
            process.join()


def _live(connection: Connection, work: Callable[[Any], Any]) -> None:
    """A process's life: a job in, its answer out, until nobody is there any more."""
    # The terminal sends an interrupt to all; the parent ends this process by closing the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What was loaded stays: the collector of cycles need not go through it again and again.
    gc.freeze()
    while True:
        try:
            connection.send(work(connection.recv()))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
