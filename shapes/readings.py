"""What the gate knows of each bundle, laid aside: a corpus has millions of nodes, a piece looks at a few of them."""

from __future__ import annotations

import contextlib
import pickle
import tempfile
import weakref
from array import array
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO

from shapes.bundle import Bundle, Description, read

# Readings at hand: as many as the country has units, roughly, to which practices refer again and again.
_AT_HAND = 2048


class Readings:
    """``bundle.read`` of bundles, made once for each; in a file without a name on the disk of ``folder``.

    Bundles are told apart by identity, and held so that no other object can get it: they are large and compared
    often. Where no folder is given the file is in the system's folder for temporary files. Raises ``OSError``.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed when this is no longer in use
        weakref.finalize(self, _throw_away, self._file)
        self._numbers: dict[int, int] = {}
        self._bundles: list[Bundle] = []
        self._starts = array("Q", (0,))
        self._at_hand = lru_cache(maxsize=_AT_HAND)(self._load)

    def of(self, bundle: Bundle) -> Mapping[str, Description]:
        """The descriptions in a bundle by the node's name."""
        number = self._numbers.get(id(bundle))
        return self._at_hand(self._put(bundle) if number is None else number)

    def _put(self, bundle: Bundle) -> int:
        data = pickle.dumps({name: tuple(said) for name, said in read(bundle).items()}, pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._starts[-1])
        self._file.write(data)
        number = self._numbers[id(bundle)] = len(self._bundles)
        self._bundles.append(bundle)
        self._starts.append(self._starts[-1] + len(data))
        return number

    def _load(self, number: int) -> Mapping[str, Description]:
        start, end = self._starts[number : number + 2]
        self._file.seek(start)
        # The file is our own and has no name: it was written by this process.
        found: dict[str, tuple[bytes, tuple[str, ...], bool]] = pickle.loads(self._file.read(end - start))  # noqa: S301
        return {name: Description(*said) for name, said in found.items()}


def _throw_away(file: IO[bytes]) -> None:
    """Closes the file. What a full disk cannot take any more is not needed any more."""
    with contextlib.suppress(OSError):
        file.close()
