"""Messages between the web process and a worker: two lengths, JSON, bytes; a file's descriptor may ride along.

Both ends are ours and on one machine, so the frames need no version; the lengths are checked all the same,
because a worker that was cut short must not make the parent read rubbish. One end speaks after the other, so what
was read belongs to one frame. A look-up is hardly longer than the calls that carry it: few of them are made.
"""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from typing import Any

import msgspec

_HEAD = struct.Struct("!II")
_READ = 64 * 1024
MAX_FRAME = 16 * 1024 * 1024

Message = dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """A message, the bytes behind it, and the descriptor that came with it, which the receiver has to close."""

    message: Message
    content: bytes = b""
    descriptor: int | None = None


def send(channel: socket.socket, message: Message, content: bytes = b"", descriptor: int | None = None) -> None:
    """Send one message, with a file descriptor where one is given; raises ``OSError`` if the peer is gone."""
    body = msgspec.json.encode(message)
    frame = b"".join((_HEAD.pack(len(body), len(content)), body, content))
    if descriptor is None:
        channel.sendall(frame)
        return
    # The descriptor travels with the first bytes; a short write cannot lose it.
    sent = socket.send_fds(channel, [frame], [descriptor])
    if sent < len(frame):
        channel.sendall(frame[sent:])


def receive(channel: socket.socket) -> Frame | None:
    """The next frame, or ``None`` when the peer closed the channel (also in the middle of a frame).

    Raises ``BlockingIOError`` where the channel has a time-out and nothing came within it, and
    ``ConnectionResetError`` where the peer ended with something of ours unread: on Linux that is how a local
    socket tells a message that never arrived from one that did.
    """
    return _rest(channel, channel.recv(_READ), None)


def give_up_after(channel: socket.socket, seconds: float) -> None:
    """``receive`` waits no longer than that. The kernel's own time-out, because Python's would be one more call."""
    whole, part = divmod(round(seconds * 1_000_000), 1_000_000)
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", whole, part))


def receive_with_descriptor(channel: socket.socket) -> Frame | None:
    """As ``receive``, with the descriptor where one came."""
    begun, descriptors, _flags, _address = socket.recv_fds(channel, _READ, 1)
    frame = None
    try:
        frame = _rest(channel, begun, descriptors[0] if descriptors else None)
        return frame
    finally:
        if frame is None:
            for descriptor in descriptors:
                os.close(descriptor)


def _rest(channel: socket.socket, begun: bytes, descriptor: int | None) -> Frame | None:
    """The frame of which so much was read."""
    read = _at_least(channel, begun, _HEAD.size)
    if read is None:
        return None
    message, content = _HEAD.unpack_from(read)
    if message + content > MAX_FRAME:
        return None
    whole = _at_least(channel, read, _HEAD.size + message + content)
    if whole is None:
        return None
    end = _HEAD.size + message
    return Frame(msgspec.json.decode(whole[_HEAD.size : end], type=Message), whole[end:], descriptor)


def _at_least(channel: socket.socket, begun: bytes, count: int) -> bytes | None:
    if len(begun) >= count:
        return begun
    read = bytearray(begun)
    while len(read) < count:
        try:
            part = channel.recv(_READ) if read else b""
        except BlockingIOError:
            return None  # it stopped in the middle: what follows would be no frame
        if not part:
            return None
        read += part
    return bytes(read)
