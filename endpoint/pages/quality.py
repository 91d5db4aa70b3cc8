"""``/quality``: what the release's report says in numbers, and how the numbers changed over the kept releases.

Everything is read from manifests: it was counted when the release was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response

from dumps.manifest import Manifest
from dumps.quality import MEASURES, QUALITY, Quality, RuleCount, share
from endpoint.current import Release
from endpoint.language import integer, percent
from endpoint.pages.references import Scope
from endpoint.pages.releases import kept_manifests
from endpoint.pages.site import Site

_SEVERITIES = ("Violation", "Warning", "Info")
_REPORTS = ("validation.html", "validation.csv", "validation.ttl", QUALITY)
# Older releases are in the files; a page holds what a reader can take in.
_SHOWN_RELEASES = 12


@dataclass(frozen=True)
class RuleLine:
    code: str
    severity: str
    text: str
    findings: str


@dataclass(frozen=True)
class Measure:
    """A share of the practices in words, and as a figure for a meter."""

    name: str
    definition: str
    percent: str
    count: str
    value: float


@dataclass(frozen=True)
class HistoryLine:
    version: str
    practices: str
    shares: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True)
class QualityPage:
    practices: str
    measures: tuple[Measure, ...]
    severities: tuple[tuple[str, str], ...]
    rules: tuple[RuleLine, ...]
    history: tuple[HistoryLine, ...]
    reports: tuple[tuple[str, str], ...]


def blueprint(site: Site) -> Blueprint:
    routes = Blueprint("quality", __name__)

    @routes.get("/quality")
    def quality() -> Response:
        scope = site.scope()
        with site.releases.lease() as release:
            kept = kept_manifests(site)
            return site.conditional(
                release,
                f"quality {scope.language} {' '.join(manifest.version for manifest in kept)}",
                lambda: site.page(
                    "quality.html", scope, release, "quality", page=_page(site, release, kept, scope), measures=MEASURES
                ),
            )

    return routes


def _page(site: Site, release: Release, kept: Sequence[Manifest], scope: Scope) -> QualityPage | None:
    """None where the release was made before qualities were counted."""
    found = release.manifest.quality
    if found is None:
        return None
    files = [name for name in _REPORTS if name in release.manifest.files]
    return QualityPage(
        practices=integer(found.practices, scope.language),
        measures=tuple(_measure(name, found, scope) for name in MEASURES),
        severities=tuple((name, integer(found.severities.get(name, 0), scope.language)) for name in _SEVERITIES),
        rules=_rules(found, scope),
        history=tuple(
            _history(manifest.version, manifest.quality, scope) for manifest in kept if manifest.quality is not None
        )[:_SHOWN_RELEASES],
        reports=tuple((name, site.address(f"dumps/{release.version}/{name}")) for name in files),
    )


def _measure(name: str, found: Quality, scope: Scope) -> Measure:
    count = found.measures.get(name, 0)
    value = share(count, found.practices)
    polish, english = MEASURES[name]
    return Measure(
        name=name,
        definition=polish if scope.language == "pl" else english,
        percent=_percent(count, found, scope),
        count=scope.messages(
            "quality.of", n=integer(count, scope.language), total=integer(found.practices, scope.language)
        ),
        value=float(value),
    )


def _percent(count: int, found: Quality, scope: Scope) -> str:
    # Rounded down to whole percents: 100 % is said only of all.
    whole = share(count, found.practices).quantize(share(1, 100), rounding="ROUND_FLOOR")
    return percent(str(whole), scope.messages)


def _rules(found: Quality, scope: Scope) -> tuple[RuleLine, ...]:
    def gravity(item: tuple[str, RuleCount]) -> tuple[int, int, str]:
        code, rule = item
        return _SEVERITIES.index(rule.severity), -rule.findings, code

    return tuple(
        RuleLine(
            code,
            rule.severity,
            rule.pl if scope.language == "pl" else rule.en,
            integer(rule.findings, scope.language),
        )
        for code, rule in sorted(found.rules.items(), key=gravity)
    )


def _history(version: str, found: Quality, scope: Scope) -> HistoryLine:
    return HistoryLine(
        version,
        integer(found.practices, scope.language),
        tuple(_percent(found.measures.get(name, 0), found, scope) for name in MEASURES),
        tuple(integer(found.severities.get(name, 0), scope.language) for name in _SEVERITIES),
    )
