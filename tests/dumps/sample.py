"""A small release that is nobody's data: enough of every graph to be worth checking."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from dumps.build import ReleaseInput, publish
from dumps.content import Content
from dumps.lock import publisher_lock
from dumps.manifest import Counts, RegisterState, SourceState
from dumps.switch import Stage, next_version, remove_strays, silent
from model.iris import CONTENT_GRAPHS, DEFAULT_BASE
from ontology.terms import DCT, GP, OA, PROV, RDF, SCHEMA, SKOS, XSD

NOW = dt.datetime(2026, 1, 31, 12, 30, tzinfo=dt.UTC)
DUMPS = ("practices.ttl", "units.ttl", "organisations.ttl", "concepts.ttl", "vocabulary.ttl", "all.nq.gz")
TABLES = tuple(f"{name}{kind}.csv" for name in ("practices", "units", "organisations") for kind in ("", "-excel"))
DESCRIBING = ("catalog.ttl", "catalog.rdf", "catalog.jsonld", "void.ttl", "dane-gov-pl.xml", "dane-gov-pl.md5")
MADE = (
    *DUMPS,
    "all.trig",
    "all.jsonld",
    "provenance.nq.gz",
    *TABLES,
    "csvw.json",
    "counts.json",
    *DESCRIBING,
    "things.txt",
)
FILES = (*MADE, "validation.csv", "validation.html", "manifest.json", "SHA256SUMS")
# A tab, quotes, a backslash, a line feed, a next-line character, a colon that is no prefix, an astral letter.
AWKWARD = 'Zażółć\t"gęślą" \\ jaźń\nowl:sameAs <http://x/> \u0085 𐍈'


def clock() -> dt.datetime:
    return NOW


def practice(number: int) -> list[Triple]:
    node = NamedNode(f"{DEFAULT_BASE}id/practice/test-{number}")
    budget = NamedNode(f"{node.value}#budget")
    return [
        Triple(node, DCT.title, Literal(f"Praktyka {number}: {AWKWARD}", language="pl")),
        Triple(node, RDF.type, GP.Practice),
        Triple(node, RDF.type, PROV.Activity),
        Triple(node, GP.unit, NamedNode(f"{DEFAULT_BASE}id/unit/226201")),
        Triple(node, GP.participantCount, Literal(str(number), datatype=XSD.integer)),
        Triple(node, GP.totalBudget, budget),
        Triple(budget, SCHEMA.value, Literal("15707281.20", datatype=XSD.decimal)),
        Triple(budget, SCHEMA.currency, Literal("PLN")),
    ]


def graphs(practices: int = 3) -> dict[str, list[Triple]]:
    """The content graphs; the ones besides ``practices`` hold a label each."""
    content = {
        name: [Triple(NamedNode(f"{DEFAULT_BASE}id/dataset/{name}"), SKOS.prefLabel, Literal(name, language="en"))]
        for name in CONTENT_GRAPHS
    }
    content["practices"] = [triple for number in range(practices) for triple in practice(number)]
    return content


def provenance(practices: int = 3) -> list[Triple]:
    """Where the titles were read, as little of it as there can be."""
    annotations = (f"{DEFAULT_BASE}id/record/test-{number}#from-title" for number in range(practices))
    return [Triple(NamedNode(one), RDF.type, OA.Annotation) for one in annotations]


def release_input(practices: int = 3) -> ReleaseInput:
    return ReleaseInput(
        content=Content.of(graphs(practices), provenance=provenance(practices)),
        counts=Counts(practices=practices, records=practices, units=1, organisations=1, concepts=1),
        sources={"bdp": SourceState(records=practices, fields={"title": practices})},
        register=RegisterState(dt.date(2026, 1, 1), complete=False),
        validation={"validation.csv": b"severity\n", "validation.html": b"<!doctype html>\n"},
    )


def publish_next(releases: Path, practices: int = 3, stage: Stage = silent) -> Path:
    """A whole run of a publisher, as the pipeline does it."""
    with publisher_lock(releases, clock()):
        remove_strays(releases)
        version = next_version(releases, clock().date())
        return publish(release_input(practices), releases, version, clock, stage)


def store_files(path: Path) -> list[str]:
    return sorted(f"store/{each.name}" for each in (path / "store").iterdir())
