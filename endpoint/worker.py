"""gunicorn's threaded worker, made safe against slow clients, with errors in the shape of all others.

gunicorn gives a connection to a thread as soon as its first byte is there and waits in that thread, without
end, for the rest of the head and the body; a few clients that send nothing more hold every thread. Here the
poller collects the whole request first, for ``READ_SECONDS`` at most, and threads get whole requests only.

Behind the last answer gunicorn waits up to two seconds for the client to close as well, in the one thread that all
connections depend on; a client who never closes stops everybody. Here the poller has an eye on such connections.
"""

from __future__ import annotations

import contextlib
import json
import resource
import selectors
import socket
import struct
import time
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors as refusals
from gunicorn.workers.gthread import TConn, ThreadWorker

from endpoint import headers, problems
from endpoint.intake import Intake, Progress
from endpoint.problems import Problem

READ_SECONDS = 10.0  # from the first moment of a request until all of it is there
STALL_SECONDS = 10  # a reader that takes nothing for so long is gone
LINGER_SECONDS = 2.0
CONNECTIONS = 1000
_FILES = 4096
_RECEIVED = 64 * 1024
_SEND_BUFFER = 512 * 1024  # pages fit into it, so a slow reader of a page holds no thread
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (refusals.LimitRequestLine, 414, "address-too-long"),
    (refusals.LimitRequestHeaders, 431, "headers-too-large"),
    (refusals.ExpectationFailed, 417, "expectation-failed"),
    (refusals.InvalidResponseHeader, 500, "internal"),
    (refusals.InvalidResponseHeaderName, 500, "internal"),
    (refusals.ConfigurationProblem, 500, "internal"),
    (refusals.ParseException, 400, "bad-request"),
)


class Worker(ThreadWorker):  # type: ignore[misc]
    """The web process. ``app`` is an ``endpoint.server.Server``, which knows address and limits."""

    def __init__(self, *settings: Any, **named: Any) -> None:
        super().__init__(*settings, **named)
        self._intakes: dict[TConn, Intake] = {}
        self._leaving: dict[TConn, float] = {}

    def init_process(self) -> None:
        allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(allowed, wanted), most))
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """A connection that is new, or has its next request coming: collect the request in the poller."""
        ahead = conn.parser.unreader.take_buffered() if conn.parser is not None else b""
        conn.sock.setblocking(False)
        _tune(conn.sock)
        if len(self.pending_conns) >= CONNECTIONS * 3 // 4:
            self._drop(self.pending_conns[0])  # the one that is unfinished for longest
        self._intakes[conn] = Intake(self.app.max_body)
        conn.timeout = time.monotonic() + READ_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))
        if ahead:
            self._progress(conn, ahead)

    def murder_pending(self) -> None:
        """Refuse the requests that took too long to arrive; a stopping worker also ends silent connections."""
        now = time.monotonic()
        for conn in list(self.pending_conns):
            if conn.timeout > now and self.alive:
                break  # they are in the order of their time
            silent = self._intakes[conn].empty
            if conn.timeout <= now:
                self._drop(conn, None if silent else Problem(408, "timeout"))
            elif silent and not self.alive:
                self._drop(conn)
        for conn in [conn for conn, until in self._leaving.items() if until <= now]:
            self._leave(conn)

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """An answer is out: the connection is kept for the next request, or ended without anybody waiting for it."""
        if fs.cancelled() or fs.exception() is not None or fs.result():
            super().finish_request(conn, fs)
        else:
            self._part(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """End connections that were idle for too long; where a request came, it was not, however late we look."""
        now = time.monotonic()
        for conn in [] if force else list(self.keepalived_conns):
            if conn.timeout > now:
                break
            if _has_data(conn.sock):
                self.on_client_socket_readable(conn, conn.sock)
        super().murder_keepalived(force)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        if req.version >= (1, 1) and not any(name == "HOST" for name, _ in req.headers):
            raise refusals.InvalidHeader("HOST", req=req)  # RFC 9112, 3.2
        return bool(super().handle_request(req, conn))

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """Answer what gunicorn refuses or could not finish, in the shape of every other error."""
        status, code = next(((s, c) for kind, s, c in _STATUS if isinstance(exc, kind)), (500, "internal"))
        if status == 500:
            self.log.error("request failed before it reached the application", exc_info=exc)
        else:
            self.log.info("refused with %d: %s", status, type(exc).__name__)
        self._answer(client, Problem(status, code))

    def _receive(self, conn: TConn, _socket: socket.socket) -> None:
        if conn not in self._intakes:
            return  # dropped by another event of the same round
        data = _received(conn.sock)
        if data:
            self._progress(conn, data)
        elif data is not None:
            self._drop(conn)

    def _progress(self, conn: TConn, data: bytes) -> None:
        intake = self._intakes[conn]
        progress = intake.feed(data)
        if progress is Progress.BODY_TOO_LARGE:
            self._drop(conn, Problem(413, "body-too-large"))
        elif progress is Progress.HEAD_TOO_LARGE:
            self._drop(conn, Problem(431, "headers-too-large"))
        elif progress is Progress.WHOLE:
            self._forget(conn)
            conn.data_ready = True
            conn.init()
            conn.parser.unreader.unread(intake.data)
            super().enqueue_req(conn)
        elif intake.wants_continue:
            with contextlib.suppress(OSError):
                conn.sock.send(_CONTINUE)

    def _forget(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        del self._intakes[conn]

    def _drop(self, conn: TConn, problem: Problem | None = None) -> None:
        self._forget(conn)
        if problem is None:
            self.nr_conns -= 1
            conn.close()
            return
        self._answer(conn.sock, problem)
        self._part(conn)

    def _part(self, conn: TConn) -> None:
        """Say that nothing more comes, and close when the client has, or soon.

        Closing while bytes come resets the connection, and the answer would be lost with it (RFC 9112, 9.6).
        """
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            gone = True
        else:
            gone = _received(conn.sock) == b""
        if gone:
            self.nr_conns -= 1
            conn.close()
            return
        self._leaving[conn] = time.monotonic() + LINGER_SECONDS
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._discard, conn))

    def _discard(self, conn: TConn, _socket: socket.socket) -> None:
        if conn in self._leaving and _received(conn.sock) == b"":
            self._leave(conn)

    def _leave(self, conn: TConn) -> None:
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _answer(self, client: socket.socket, told: Problem) -> None:
        with contextlib.suppress(OSError):
            client.settimeout(0)
            client.sendall(problem_response(told, self.app.public_base_url))


def problem_response(told: Problem, public_base_url: str) -> bytes:
    """A whole HTTP answer, after which the connection is closed, for a request that never was one."""
    document, status, fields = problems.problem(told, public_base_url=public_base_url)
    body = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Content-Type: {problems.MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        "Content-Language: en",
        "Cache-Control: no-store",
        "Access-Control-Allow-Origin: *",
        f"Access-Control-Expose-Headers: {headers.EXPOSED}",
        "X-Content-Type-Options: nosniff",
        *(f"{name}: {value}" for name, value in fields.items()),
        "Connection: close",
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _received(client: socket.socket) -> bytes | None:
    """What has arrived; empty at the end of the connection, ``None`` where there is nothing yet."""
    try:
        return client.recv(_RECEIVED)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _has_data(client: socket.socket) -> bool:
    """Whether something has arrived, without taking it."""
    try:
        return bool(client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return False


def _tune(client: socket.socket) -> None:
    """Time-outs of the kernel's own: gunicorn sets its sockets blocking and would undo any of Python's."""
    stall = struct.pack("@ll", STALL_SECONDS, 0)
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, stall)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, stall)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
