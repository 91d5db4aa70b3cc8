"""What the core shapes found before, by the fingerprint of all that it depends on.

An entry is true whatever became of the run that wrote it: it says what the validator finds in exactly these
triples with exactly these shapes. A file that is not whole, or not ours, is not believed at all.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from model.errors import StateError
from shapes.rules import shape_rules
from shapes.validation import Result

_FORMAT = 1
_FINGERPRINT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Memory:
    """Results of pieces by fingerprint; ``shapes`` is the fingerprint of the shapes that found them."""

    shapes: str = ""
    results: Mapping[str, tuple[Result, ...]] = field(default_factory=dict)


def dump(memory: Memory) -> bytes:
    """The file: a line of JSON about the rest, then a line a piece, sorted. Equal memories give equal bytes."""
    lines = []
    for fingerprint, results in sorted(memory.results.items()):
        cells = [cell for result in results for cell in (result.node, result.code, result.path or "")]
        lines.append("\t".join((fingerprint, *cells)))
    body = "".join(f"{line}\n" for line in lines)
    header = {"format": _FORMAT, "sha256": hashlib.sha256(body.encode()).hexdigest(), "shapes": memory.shapes}
    return f"{json.dumps(header, sort_keys=True)}\n{body}".encode()


def load(text: str, shapes: str) -> Memory:
    """The file's memory; an empty one where there is none, or where other shapes or validators wrote it.

    Raises ``StateError`` for a file that was damaged or is not of this kind.
    """
    if not text:
        return Memory(shapes)
    header, _, body = text.partition("\n")
    try:
        said = json.loads(header)
    except ValueError as error:
        raise StateError("its first line is not JSON") from error
    if not isinstance(said, dict) or said.get("format") != _FORMAT:
        raise StateError("it is of another kind or version")
    if said.get("sha256") != hashlib.sha256(body.encode()).hexdigest():
        raise StateError("its content does not have the hash that its first line states")
    if said.get("shapes") != shapes:
        return Memory(shapes)
    return Memory(shapes, dict(_entry(line) for line in body.splitlines()))


def _entry(line: str) -> tuple[str, tuple[Result, ...]]:
    fingerprint, *cells = line.split("\t")
    if not _FINGERPRINT.fullmatch(fingerprint) or len(cells) % 3:
        raise StateError("a line is not an entry")
    if not shape_rules().keys() >= set(cells[1::3]):
        raise StateError("an entry names a rule that there is not")
    return fingerprint, tuple(
        Result(node, code, path or None) for node, code, path in zip(cells[::3], cells[1::3], cells[2::3], strict=True)
    )
