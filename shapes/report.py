"""Findings as files of a release: RDF for machines, CSV for tables, HTML for the people who mend the sources.

Pure functions, equal findings give equal bytes. A finding holds no value of the data, so neither do these.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files as package_files

import jinja2
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from model.findings import Finding, Severity
from model.iris import Iris, is_ref
from ontology.terms import DCT, PREFIXES, RDF, RDFS, SH, XSD
from shapes.report_counts import count_triples
from shapes.report_groups import GRAVITY, by_rule, groups, records_of_files
from shapes.rules import rule_iri

CSV_HEADER = (
    "severity",
    "rule",
    "record",
    "file",
    "line",
    "cell",
    "field",
    "message_pl",
    "advice_pl",
    "message_en",
    "advice_en",
    "focus_node",
    "path",
)
_REPORT_PREFIXES = {
    name: PREFIXES[name] for name in ("dct", "dqv", "gp", "gpsh", "rdf", "rdfs", "schema", "sh", "skos", "xsd")
}
# One rule found more often than this in one record or file is told once there, with its places counted.
_REPEATED = 10
# A page of more records than this helps nobody: the rest stands in the table. Likewise the links of a rule.
_LISTED, _LINKS = 500, 50


def files(findings: Iterable[Finding], base: str, titles: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The three reports by file name. ``titles`` gives titles of records by ref, for the HTML page."""
    found = tuple(findings)
    return {
        "validation.csv": validation_csv(found),
        "validation.html": validation_html(found, titles or {}),
        "validation.ttl": validation_ttl(found, base),
    }


def validation_ttl(findings: Iterable[Finding], base: str) -> bytes:
    """A ``sh:ValidationReport`` in Turtle: IRIs throughout, sorted, without ``sh:value``.

    A result says where it stands (``rdfs:label``) and what to do (``rdfs:comment``); the results by severity and by
    rule are counted as quality measurements (DQV).
    """
    iris = Iris(base)
    report = NamedNode(iris.dataset("validation"))
    found = _sorted(findings)
    conforms = "true" if not found else "false"
    triples = [
        Triple(report, RDF.type, SH.ValidationReport),
        Triple(report, DCT.title, Literal("Raport z kontroli danych", language="pl")),
        Triple(report, DCT.title, Literal("Validation report", language="en")),
        Triple(report, SH.conforms, Literal(conforms, datatype=XSD.boolean)),
    ]
    records = records_of_files(found)
    for finding in found:
        triples += _result(finding, finding.record or records.get(finding.place.file), report, iris)
    triples += count_triples(found, report, iris)
    data = serialize(sorted(set(triples), key=str), format=RdfFormat.TURTLE, prefixes=_REPORT_PREFIXES) or b""
    # The library does not promise the order in which it declares prefixes.
    prefixes, _, body = data.rpartition(b"@prefix ")
    last, _, body = body.partition(b"\n")
    declared = sorted([*prefixes.splitlines(), b"@prefix " + last])
    return b"\n".join([*declared, b"", body])


def validation_csv(findings: Iterable[Finding]) -> bytes:
    """One row a finding, RFC 4180, UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    for finding in _sorted(findings):
        place = finding.place
        writer.writerow(
            (
                finding.severity.value,
                finding.rule.code,
                finding.record or "",
                place.file,
                "" if place.line is None else place.line,
                place.cell or "",
                place.field or "",
                finding.message("pl"),
                finding.advice("pl"),
                finding.message("en"),
                finding.advice("en"),
                finding.focus_node or "",
                finding.path or "",
            )
        )
    return text.getvalue().encode()


def validation_html(findings: Iterable[Finding], titles: Mapping[str, str]) -> bytes:
    """One page in both languages, by record and by rule; the gravest first. The reader chooses the language.

    The gravest ``_LISTED`` records are told one by one, all of them are counted and stand in the table.
    The title of a record that was set aside is left out: it may be the text that the rule is about.
    """
    found = _sorted(findings)
    by_record = groups(found, titles)
    page = _template().render(
        groups=by_record[:_LISTED],
        unlisted=len(by_record) - _LISTED,
        links=_LINKS,
        rules=by_rule(by_record),
        counts=[(severity, sum(finding.severity is severity for finding in found)) for severity in Severity],
        set_aside=sum(group.set_aside for group in by_record),
        total=len(found),
        rule_iri=rule_iri,
        repeated=_REPEATED,
    )
    return page.encode()


def _result(finding: Finding, record: str | None, report: NamedNode, iris: Iris) -> list[Triple]:
    rule = NamedNode(rule_iri(finding.rule.code))
    identity = "\n".join(_key(finding))
    node = NamedNode(iris.part(report.value, f"result-{hashlib.sha256(identity.encode()).hexdigest()[:32]}"))
    triples = [
        Triple(report, SH.result, node),
        Triple(node, RDF.type, SH.ValidationResult),
        Triple(node, SH.resultSeverity, SH[finding.severity.value]),
        Triple(node, SH.sourceShape, rule),
        Triple(node, SH.resultMessage, Literal(finding.message("pl"), language="pl")),
        Triple(node, SH.resultMessage, Literal(finding.message("en"), language="en")),
        Triple(node, RDFS.comment, Literal(finding.advice("pl"), language="pl")),
        Triple(node, RDFS.comment, Literal(finding.advice("en"), language="en")),
        Triple(node, RDFS.label, Literal(str(finding.place))),
    ]
    focus = finding.focus_node
    if focus is None and record is not None and is_ref(record):
        focus = iris.record(record)
    if focus is not None:
        triples.append(Triple(node, SH.focusNode, NamedNode(focus)))
    if finding.path is not None:
        triples.append(Triple(node, SH.resultPath, NamedNode(finding.path)))
    return triples


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each once: gravest first, then by record and place, in whatever order they were found."""
    unique = {_key(finding): finding for finding in findings}
    return tuple(sorted(unique.values(), key=lambda finding: (GRAVITY[finding.severity], _key(finding))))


def _key(finding: Finding) -> tuple[str, ...]:
    place = finding.place
    line = "" if place.line is None else f"{place.line:09}"
    words = (finding.message("pl"), finding.message("en"))
    where = (finding.record or "", place.file, line, place.cell or "", place.field or "")
    return (*where, finding.rule.code, finding.focus_node or "", finding.path or "", *words)


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    source = package_files(__package__).joinpath("templates/validation.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["local"] = lambda iri: re.split(r"[#/]", iri)[-1]
    return environment.from_string(source)
