"""Where a worker writes an answer: a small one stays in memory and goes back in the reply, a larger one into a file."""

from __future__ import annotations

import io
import os
from types import TracebackType
from typing import BinaryIO

# Nearly all look-ups: making and reading a file costs more than such an answer.
INLINE = 48 * 1024
_BUFFER = 1 << 18


class Sink:
    """Takes the bytes of one answer, as far as the engine's writer asks: ``write`` and ``flush``.

    ``descriptor`` is the file's and stays the caller's; nothing is written to it before ``INLINE`` bytes are passed.
    All but the constructor raise ``OSError`` as the file does.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._memory = io.BytesIO()
        self._file: BinaryIO | None = None
        self.length = 0

    @property
    def content(self) -> bytes | None:
        """The answer, where it is small; ``None`` where it is in the file."""
        return self._memory.getvalue() if self._file is None else None

    def write(self, part: bytes) -> int:
        self.length += len(part)
        if self._file is None and self.length > INLINE:
            self._file = os.fdopen(self._descriptor, "wb", buffering=_BUFFER, closefd=False)
            self._file.write(self._memory.getbuffer())
        return (self._file or self._memory).write(part)

    def flush(self) -> None:
        """The engine's last word; the file is flushed when it is closed."""

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
