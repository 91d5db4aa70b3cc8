"""Messages between the web process and a worker: length, then JSON; a file's descriptor may ride along.

Both ends are ours and on one machine, so the frames need no version; the length is checked all the same,
because a worker that was cut short must not make the parent read rubbish.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!I")
MAX_FRAME = 16 * 1024 * 1024

Message = dict[str, Any]


def send(channel: socket.socket, message: Message, descriptor: int | None = None) -> None:
    """Send one message, with a file descriptor where one is given; raises ``OSError`` if the peer is gone."""
    body = json.dumps(message).encode("utf-8")
    head = _LENGTH.pack(len(body))
    if descriptor is None:
        channel.sendall(head + body)
        return
    # The descriptor travels with the length; the body follows, so that one short write cannot lose it.
    sent = socket.send_fds(channel, [head], [descriptor])
    channel.sendall(head[sent:] + body)


def receive(channel: socket.socket) -> Message | None:
    """The next message, or ``None`` when the peer closed the channel (also in the middle of a message).

    Raises ``ConnectionResetError`` where the peer ended with something of ours unread: on Linux that is how a
    local socket tells a message that never arrived from one that did.
    """
    head = _exactly(channel, _LENGTH.size)
    return None if head is None else _body(channel, head)


def receive_with_descriptor(channel: socket.socket) -> tuple[Message | None, int | None]:
    """The next message and the descriptor that came with it, which the caller has to close."""
    head, descriptors, _flags, _address = socket.recv_fds(channel, _LENGTH.size, 1)
    rest = _exactly(channel, _LENGTH.size - len(head)) if head else None
    message = None if rest is None else _body(channel, head + rest)
    if message is None:
        for descriptor in descriptors:
            os.close(descriptor)
        return None, None
    return message, descriptors[0] if descriptors else None


def _body(channel: socket.socket, head: bytes) -> Message | None:
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME:
        return None
    body = _exactly(channel, length)
    if body is None:
        return None
    message: Message = json.loads(body)
    return message


def _exactly(channel: socket.socket, count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        part = channel.recv(count - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)
