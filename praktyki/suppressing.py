"""The suppression list as it lies in ``state/``: read by every run, added to by ``erase`` alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from converters.replaced_file import replace_file
from converters.suppression import listed
from converters.suppression.listed import KEY, KEY_BYTES, STATE, Suppressed
from converters.suppression.matcher import Matcher
from model.errors import StateError
from praktyki.state import StateDir


def load_matcher(state: StateDir) -> Matcher:
    """What was erased. Raises ``StateError`` where the list has lines that nobody can read any more."""
    lines = listed.load(state.read(STATE), str(state.path / STATE))
    return Matcher(lines, _key(state)) if lines else Matcher()


def key_of(state: StateDir, *, make: bool) -> bytes:
    """The key; made (mode 0600) where there is none yet and ``make`` allows it, else one that is forgotten again."""
    if state.read(KEY) or state.read(STATE):
        return _key(state)
    key = secrets.token_bytes(KEY_BYTES)
    if make:
        replace_file(state.path / KEY, f"{key.hex()}\n".encode(), mode=0o600)
    return key


def add(state: StateDir, lines: Iterable[Suppressed]) -> None:
    """Adds lines to the list, durably."""
    known = listed.load(state.read(STATE), str(state.path / STATE))
    state.write(STATE, listed.dump({*known, *lines}).encode())


def _key(state: StateDir) -> bytes:
    text = state.read(KEY).strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StateError(
            f"{state.path / KEY}: this is not the key of the suppression list",
            advice="restore it from a backup; without it what was erased would be published again",
        )
    return key
