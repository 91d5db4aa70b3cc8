"""Findings as files of a release: RDF for machines, CSV for tables, HTML for the people who mend the sources.

Equal findings give equal bytes. A finding holds no value of the data, so neither do these.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files as package_files
from pathlib import Path

import jinja2

from model.findings import Finding, Severity
from shapes.report_groups import by_rule, groups, in_order
from shapes.report_turtle import write_turtle
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
CSV, HTML, TURTLE = "validation.csv", "validation.html", "validation.ttl"
# One rule found more often than this in one record or file is told once there, with its places counted.
_REPEATED = 10
# A page of more records than this helps nobody: the rest stands in the table. Likewise the links of a rule.
_LISTED, _LINKS = 500, 50


def write_files(
    findings: Iterable[Finding], base: str, folder: Path, titles: Mapping[str, str] | None = None
) -> dict[str, Path]:
    """Writes the three reports into a folder of ours and returns them by name; raises ``OSError``.

    ``titles`` gives titles of records by ref, for the HTML page.
    """
    found = in_order(findings)
    paths = {name: folder / name for name in (CSV, HTML, TURTLE)}
    with paths[CSV].open("wb") as out:
        out.writelines(csv_rows(found))
    paths[HTML].write_bytes(html_page(found, titles or {}))
    with paths[TURTLE].open("wb") as out:
        write_turtle(found, base, out)
    return paths


def csv_rows(found: Iterable[Finding]) -> Iterator[bytes]:
    """The header and one row a finding, RFC 4180, UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    for finding in found:
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
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
    yield text.getvalue().encode()


def html_page(found: Sequence[Finding], titles: Mapping[str, str]) -> bytes:
    """One page in both languages, by record and by rule; the gravest first. The reader chooses the language.

    The gravest ``_LISTED`` records are told one by one, all of them are counted and stand in the table.
    The title of a record that was set aside is left out: it may be the text that the rule is about.
    """
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


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    source = package_files(__package__).joinpath("templates/validation.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["local"] = lambda iri: re.split(r"[#/]", iri)[-1]
    return environment.from_string(source)
