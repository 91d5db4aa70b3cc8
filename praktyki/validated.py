"""What the shapes gate remembers between runs, under ``state/``."""

from __future__ import annotations

from model.errors import StateError
from model.findings import Finding, Place
from model.rules import finding
from praktyki.state import VALIDATED, StateDir
from shapes import memory
from shapes.compiled import shapes_in_force
from shapes.gate import Gate


def open_gate(state: StateDir, base: str, workers: int) -> tuple[Gate, tuple[Finding, ...]]:
    """The gate with what it found in earlier runs.

    A file that was damaged is not believed: everything is validated again. That is told to who runs this; it says
    nothing about the data, so it is not published.
    """
    shapes = shapes_in_force(base)
    try:
        return Gate(shapes, memory.load(state.read(VALIDATED), shapes.fingerprint), workers), ()
    except StateError:
        return Gate(shapes, workers=workers), (finding("validated-refused", Place(VALIDATED)),)


def close_gate(state: StateDir, gate: Gate) -> None:
    """Keeps what the gate found; whatever becomes of this run, it stays true."""
    state.write(VALIDATED, memory.dump(gate.memory))
