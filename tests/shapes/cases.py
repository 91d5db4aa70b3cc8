"""The cases of the shapes: ``{shape file}/{valid,invalid,warning}.{case}.ttl``, each on top of ``background.ttl``.

A line ``# expect: gpsh:Name`` in a case names a rule that must be found; no other may be.
"""

from __future__ import annotations

import re
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from model.iris import DEFAULT_BASE
from ontology.schemes import concepts

HERE = Path(__file__).parent
CASES = tuple(sorted(HERE.glob("*/*.ttl")))
_EXPECT = re.compile(r"^# expect: gpsh:(\w+)$", re.MULTILINE)


def read(path: Path) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(path.read_bytes(), RdfFormat.TURTLE))


def background() -> tuple[Triple, ...]:
    return (*read(HERE / "background.ttl"), *concepts(DEFAULT_BASE))


def expected(path: Path) -> frozenset[str]:
    return frozenset(_EXPECT.findall(path.read_text(encoding="utf-8")))


def kind(path: Path) -> str:
    return path.name.partition(".")[0]
