"""The validation report in RDF, written node by node: a large corpus has more findings than a machine should hold.

Equal findings give equal bytes. A finding holds no value of the data, so neither does the report.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, BinaryIO, cast

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from model.findings import Finding
from model.iris import Iris, is_ref
from ontology.terms import DCT, PREFIXES, RDF, RDFS, SH, XSD
from shapes.report_counts import count_triples
from shapes.report_groups import identity_of, records_of_files
from shapes.rules import rule_iri

_PREFIXES = {
    name: PREFIXES[name] for name in ("dct", "dqv", "gp", "gpsh", "rdf", "rdfs", "schema", "sh", "skos", "xsd")
}
_DECLARED = b"@prefix "


def write_turtle(found: Sequence[Finding], base: str, out: BinaryIO) -> None:
    """A ``sh:ValidationReport``: IRIs throughout, sorted, without ``sh:value``. ``found``: each finding once.

    A result says where it stands (``rdfs:label``) and what to do (``rdfs:comment``); the results by severity and by
    rule are counted as quality measurements (DQV).
    """
    ordered = cast(IO[bytes], _SortedPrefixes(out))
    serialize(_triples(found, Iris(base)), ordered, RdfFormat.TURTLE, prefixes=_PREFIXES)


class _SortedPrefixes:
    """Puts the declarations at the head of a document in order: the library does not promise any."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._head: bytes | None = b""

    def write(self, data: bytes) -> int:
        if self._head is None:
            return self._out.write(data)
        self._head += data
        *lines, rest = self._head.split(b"\n")
        body = next((number for number, line in enumerate(lines) if not line.startswith(_DECLARED)), None)
        if body is not None:
            self._out.write(b"\n".join([*sorted(lines[:body]), b"", *lines[body:], rest]))
            self._head = None
        return len(data)

    def flush(self) -> None:
        self._out.flush()


def _triples(found: Sequence[Finding], iris: Iris) -> Iterator[Triple]:
    """Everything in the order of the lines: the results go by their names, and each is made when its turn comes."""
    report = NamedNode(iris.dataset("validation"))
    records = records_of_files(found)
    named = sorted((_name(finding), number) for number, finding in enumerate(found))

    def results() -> Iterator[Triple]:
        for name, number in named:
            finding = found[number]
            about = finding.record or records.get(finding.place.file)
            yield from sorted(_result(NamedNode(iris.part(report.value, name)), finding, about, iris), key=str)

    listed = (Triple(report, SH.result, NamedNode(iris.part(report.value, name))) for name, _ in named)
    once = sorted({*_report(report, conforms=not found), *count_triples(found, report, iris)}, key=str)
    return heapq.merge(once, results(), listed, key=str)


def _report(report: NamedNode, *, conforms: bool) -> Iterable[Triple]:
    yield Triple(report, RDF.type, SH.ValidationReport)
    yield Triple(report, DCT.title, Literal("Raport z kontroli danych", language="pl"))
    yield Triple(report, DCT.title, Literal("Validation report", language="en"))
    yield Triple(report, SH.conforms, Literal("true" if conforms else "false", datatype=XSD.boolean))


def _name(finding: Finding) -> str:
    return f"result-{hashlib.sha256(chr(10).join(identity_of(finding)).encode()).hexdigest()[:32]}"


def _result(node: NamedNode, finding: Finding, record: str | None, iris: Iris) -> Iterator[Triple]:
    yield Triple(node, RDF.type, SH.ValidationResult)
    yield Triple(node, SH.resultSeverity, SH[finding.severity.value])
    yield Triple(node, SH.sourceShape, NamedNode(rule_iri(finding.rule.code)))
    yield Triple(node, SH.resultMessage, Literal(finding.message("pl"), language="pl"))
    yield Triple(node, SH.resultMessage, Literal(finding.message("en"), language="en"))
    yield Triple(node, RDFS.comment, Literal(finding.advice("pl"), language="pl"))
    yield Triple(node, RDFS.comment, Literal(finding.advice("en"), language="en"))
    yield Triple(node, RDFS.label, Literal(str(finding.place)))
    focus = finding.focus_node
    if focus is None and record is not None and is_ref(record):
        focus = iris.record(record)
    if focus is not None:
        yield Triple(node, SH.focusNode, NamedNode(focus))
    if finding.path is not None:
        yield Triple(node, SH.resultPath, NamedNode(finding.path))
