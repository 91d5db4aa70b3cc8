"""Many connections that never finish: silent ones, heads and bodies byte by byte, readers of a few bytes a second, and
clients who do not close behind their answer.

What they begin with stands in the attack corpus (``D6``). One thread keeps them all; a connection that the server
ends is opened again.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from types import TracebackType

from bench.corpus import Attack, attacks

_TICK = 1.0
_SIP = 64


class SlowClients:
    """So many slow connections until the block ends. ``fewest`` were open at a time, ``opened`` in all."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._kinds = list(attacks("D6").values())
        self._count = count
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep)
        self.opened = 0
        self.fewest = count

    def __enter__(self) -> SlowClients:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _keep(self) -> None:
        kinds = itertools.cycle(self._kinds)
        held: list[tuple[socket.socket, Attack]] = []
        with contextlib.ExitStack() as closing:
            while True:
                while len(held) < self._count:
                    attack = next(kinds)
                    held.append((closing.enter_context(self._open(attack)), attack))
                if self._stopped.wait(_TICK):
                    return
                held = [(connection, attack) for connection, attack in held if _goes_on(connection, attack)]
                self.fewest = min(self.fewest, len(held))

    def _open(self, attack: Attack) -> socket.socket:
        connection = socket.socket()
        if attack.file.get("narrow"):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        connection.connect(("127.0.0.1", self._port))
        beginning: str = attack.file["slow"]
        # Each has an address of its own, as a proxy would tell: no limit of one client stops them together.
        host = f"Host: x\r\nX-Forwarded-For: 203.0.113.{self.opened % 250 + 1}\r\n"
        connection.sendall(beginning.replace("Host: x\r\n", host, 1).encode())
        connection.setblocking(False)
        self.opened += 1
        return connection


def _goes_on(connection: socket.socket, attack: Attack) -> bool:
    """One more byte in or out; False, and closed, where the server has ended it."""
    try:
        if attack.file.get("narrow"):
            going = connection.recv(_SIP) != b""
        else:
            going = attack.file.get("stays", False) or not _ended(connection)
            if going and attack.file["slow"]:
                connection.send(b"x")
    except BlockingIOError:
        going = True
    except OSError:
        going = False
    if not going:
        connection.close()
    return going


def _ended(connection: socket.socket) -> bool:
    """Whether there is an answer, or the end: nothing was asked yet that could be answered."""
    try:
        received = connection.recv(4096)
    except BlockingIOError:
        return False
    return not received.startswith(b"HTTP/1.1 100 ")
