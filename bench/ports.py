"""Ports for servers that are told theirs as they start."""

from __future__ import annotations

import atexit
import socket


def free_port() -> int:
    """A port of the loopback that is given to nobody else as long as this process lives.

    It stays bound, but nobody listens: a server that sets ``SO_REUSEADDR``, as all of ours and Debian's do, may still
    bind it, while the kernel gives it to none who asks for any port. A port that is let go again may be another
    program's before the server has started.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    atexit.register(held.close)
    return int(held.getsockname()[1])
