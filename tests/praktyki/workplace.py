"""A folder with pages, a state and releases, and the ways to publish in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from converters.rights import TextRights
from dumps import versions
from model.iris import DEFAULT_BASE, Iris
from praktyki import pipeline
from praktyki.plan import Outcome, Plan

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "examples"
# What publishing the examples gives; a new example page raises it.
EXAMPLE_PRACTICES = 19
PREFIXES = """
PREFIX cv: <http://data.europa.eu/m8g/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX gp: <https://w3id.org/dobre-praktyki/ns#>
PREFIX locn: <http://www.w3.org/ns/locn#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


@dataclass
class Workplace:
    """Publishes at a fixed time; ``stages`` remembers what was announced."""

    folder: Path
    rights: dict[str, TextRights] = field(default_factory=dict)
    now: dt.datetime = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)
    stages: list[str] = field(default_factory=list)

    @property
    def pages(self) -> Path:
        return self.folder / "pages"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def releases(self) -> Path:
        return self.folder / "releases"

    def plan(self, stage: Callable[[str], None] | None = None) -> Plan:
        return Plan(
            self.state, self.releases, Iris(DEFAULT_BASE), self.rights, lambda: self.now, stage or self.stages.append
        )

    def write(self, name: str, text: str) -> Path:
        path = self.pages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def publish(self, *paths: Path, dry_run: bool = False) -> Outcome:
        return pipeline.publish(paths or (self.pages,), replace(self.plan(), dry_run=dry_run))

    def current(self) -> Path:
        path = versions.current(self.releases)
        assert path is not None
        return path

    def select(self, query: str) -> list[tuple[str | None, ...]]:
        """Rows of a SELECT over the current release's store, sorted, as plain strings."""
        store = Store.read_only(str(self.current() / "store"))
        found = store.query(PREFIXES + query)
        assert isinstance(found, QuerySolutions)
        return sorted(tuple(_text(value) for value in row) for row in found)


def _text(value: object) -> str | None:
    return value.value if isinstance(value, Literal | NamedNode) else None


def codes(outcome: Outcome) -> list[str]:
    return [found.rule.code for found in outcome.findings]


def all_bytes(folders: Sequence[Path]) -> bytes:
    """Every byte of every file below the folders, gzip files also unpacked."""
    import gzip

    found = b""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                found += data + (gzip.decompress(data) if path.suffix == ".gz" else b"")
    return found
