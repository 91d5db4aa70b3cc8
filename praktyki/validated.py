"""What the shapes gate remembers between runs, under ``state/``."""

from __future__ import annotations

from pathlib import Path

from model.errors import StateError
from model.findings import Finding, Place
from model.rules import finding
from praktyki.state import VALIDATED, StateDir
from shapes import memory
from shapes.compiled import shapes_in_force
from shapes.gate import Gate


def open_gate(state: StateDir, base: str, workers: int, folder: Path) -> tuple[Gate, tuple[Finding, ...]]:
    """The gate with what it found in earlier runs.

    A file that was damaged is not believed: everything is validated again. That is told to who runs this; it says
    nothing about the data, so it is not published. ``folder`` does not exist yet; a large corpus lies there.
    """
    shapes = shapes_in_force(base)
    try:
        return Gate(shapes, memory.load(state.read(VALIDATED), shapes.fingerprint), workers, folder), ()
    except StateError:
        return Gate(shapes, None, workers, folder), (finding("validated-refused", Place(VALIDATED)),)


def remembered(gate: Gate) -> bytes:
    """What the gate found, for the next run; whatever becomes of this one, it stays true."""
    return memory.dump(gate.memory)
