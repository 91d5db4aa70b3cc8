"""What a dry run shows of tables: each row with its title, unit, period, budget and what would become of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from converters.convert import ParsedPage
from converters.units.register import Register
from model.findings import Finding, Severity
from model.records import Record
from model.values import Money, Period
from praktyki.plan import PreviewRow


def preview(
    pages: Iterable[ParsedPage],
    records: Iterable[Record],
    refused: frozenset[str],
    register: Register | None,
    findings: Sequence[Finding],
) -> tuple[PreviewRow, ...]:
    """The rows of all tables in the order of the input. ``refused`` are refs that a shape set aside."""
    by_file = {record.parsed.snapshot.file: record for record in records}
    violations: dict[str, str] = {}
    for found in findings:
        if found.severity is Severity.VIOLATION:
            violations.setdefault(found.place.file, found.rule.code)
    return tuple(
        _row(page, by_file.get(page.file), refused, register, violations.get(page.file)) for page in pages if page.cells
    )


def _row(
    page: ParsedPage, record: Record | None, refused: frozenset[str], register: Register | None, violation: str | None
) -> PreviewRow:
    parsed = page.record
    if parsed is None:
        return PreviewRow(page.file, "–", "–", "–", "–", violation or "–")
    accepted = record is not None and record.ref not in refused
    units = register.units if register else {}
    names = [units[match.code].label for match in record.units if match.code in units] if record else []
    return PreviewRow(
        page.file,
        parsed.title,
        ", ".join(names) or "–",
        _period(parsed.period),
        _sum(parsed.budget),
        "accepted" if accepted else violation or "not used",
    )


def _period(period: Period | None) -> str:
    if period is None:
        return "–"
    if period.end == period.start:
        return str(period.start)
    return f"{period.start} – {period.end or ''}".strip()


def _sum(money: Money | None) -> str:
    return f"{money.amount:,.2f} {money.currency}".replace(",", " ").replace(".", ",") if money else "–"
