"""``/changes`` and ``/changes.atom``: what each release changed, the newest first, for people and for feed readers."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, render_template, request

from dumps.changes_json import CHANGES_JSON, first_things
from dumps.changes_page import CHANGES_HTML
from dumps.difference import Change
from dumps.gone import Gone, read_gone
from dumps.manifest import Manifest, zulu
from dumps.patch import PATCH
from dumps.version_notes import TOLD, changes_told
from dumps.versions import current, order
from endpoint import headers
from endpoint.language import date, moment
from endpoint.pages.change_words import figures, told
from endpoint.pages.errors import NotFoundError
from endpoint.pages.graph import Text
from endpoint.pages.references import Reference, Scope
from endpoint.pages.releases import kept_manifests
from endpoint.pages.site import Site
from model.errors import ReleaseError

_LOG = logging.getLogger(__name__)
ATOM_TYPE = "application/atom+xml"
PAGE_SIZE = 20
# A feed reader keeps what it has seen; it needs no more than what came since its last visit.
_ENTRIES = 50
# Practices that are named for each of new, changed and removed; the page of the release names more.
_NAMED = 5
_OTHERS = tuple(kind for kind in TOLD if kind != "practice")
# XML 1.0, production Char: what no XML document may hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Named:
    """Some of the practices of one change; ``rest`` says how many more there are."""

    heading: str
    practices: tuple[Reference, ...]
    rest: str


@dataclass(frozen=True)
class Line:
    """A release in the list; ``files`` are its forms of the difference, by the key of their name."""

    version: str
    href: str
    is_current: bool
    when: str
    told: str
    others: str
    against: str
    named: tuple[Named, ...]
    files: tuple[tuple[str, str], ...]
    updated: str
    iri: str


@dataclass(frozen=True)
class GoneLine:
    version: str
    told: str


def blueprint(site: Site) -> Blueprint:
    routes = Blueprint("changes", __name__)

    @routes.get("/changes")
    def changes() -> Response:
        scope, number = site.scope(), _page_number(request.args.get("page", "1"))
        history = _history(site)
        pages = max(1, -(-len(history) // PAGE_SIZE))
        if number > pages:
            raise NotFoundError("There is no such page of changes.", advice=site.address("changes"))
        shown = history[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        with site.maybe_lease() as release:
            response = site.conditional(
                release,
                f"changes {scope.language} {_state(site, history)}",
                lambda: site.page(
                    "changes.html",
                    scope,
                    release,
                    "changes",
                    canonical=site.address("changes") + (f"?page={number}" if number > 1 else ""),
                    lines=_lines(site, shown, scope),
                    atom=_atom_address(site, scope),
                    newer=_other(scope, number - 1, pages),
                    older=_other(scope, number + 1, pages),
                ),
            )
        response.headers["Link"] = ", ".join(_links(site, scope, number, pages))
        return response

    @routes.get("/changes.atom")
    def atom() -> Response:
        scope, history = site.scope(), _history(site)
        with site.releases.lease() as release:
            return site.conditional(
                release,
                f"atom {scope.language} {_state(site, history)}",
                lambda: _atom(site, [entry for entry in history if isinstance(entry, Manifest)][:_ENTRIES], scope),
            )

    return routes


def _page_number(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise NotFoundError("There is no such page of changes.")
    return int(text)


def _history(site: Site) -> list[Manifest | tuple[str, Gone]]:
    """The releases that are kept and those that are gone, the newest first."""
    found: dict[str, Manifest | tuple[str, Gone]] = {
        version: (version, gone) for version, gone in read_gone(site.config.releases).items() if order(version)
    }
    found |= {manifest.version: manifest for manifest in kept_manifests(site)}
    return [found[version] for version in sorted(found, key=_age, reverse=True)]


def _age(version: str) -> tuple[object, ...]:
    return order(version) or ()


def _state(site: Site, history: Iterable[Manifest | tuple[str, Gone]]) -> str:
    """All that the pages depend on besides the release that is served."""
    names = (entry.version if isinstance(entry, Manifest) else f"-{entry[0]}" for entry in history)
    return f"{_current(site)} {' '.join(names)}"


def _current(site: Site) -> str:
    try:
        path = current(site.config.releases)
    except ReleaseError:
        return ""
    return path.name if path else ""


def _lines(site: Site, shown: Iterable[Manifest | tuple[str, Gone]], scope: Scope) -> list[Line | GoneLine]:
    newest, t = _current(site), scope.messages
    return [
        _line(site, entry, newest, scope)
        if isinstance(entry, Manifest)
        else GoneLine(entry[0], t(f"changes.{entry[1].reason}", day=date(entry[1].date.isoformat(), t)))
        for entry in shown
    ]


def _line(site: Site, manifest: Manifest, newest: str, scope: Scope) -> Line:
    t, changes, folder = scope.messages, manifest.changes, f"dumps/{manifest.version}/"
    others = ""
    if changes and any(kind in changes.things for kind in _OTHERS):
        pl, en = changes_told(changes, _OTHERS)
        others = t("changes.others", told=(pl if scope.language == "pl" else en).value)
    files = (("page", CHANGES_HTML), ("patch", PATCH), ("json", CHANGES_JSON))
    return Line(
        version=manifest.version,
        href=scope.here(folder),
        is_current=manifest.version == newest,
        when=moment(manifest.created, t),
        told=told(manifest, scope.messages),
        others=others,
        against=t("changes.against", version=manifest.previous) if changes and manifest.previous else "",
        named=_named(site, manifest, scope) if CHANGES_JSON in manifest.files else (),
        files=tuple((key, site.address(folder + name)) for key, name in files if name in manifest.files),
        updated=zulu(manifest.created),
        iri=f"{site.config.base_iri}{folder}",
    )


def _named(site: Site, manifest: Manifest, scope: Scope) -> tuple[Named, ...]:
    t, counts, found = scope.messages, figures(manifest), []
    headings = {Change.CREATED: "new", Change.CHANGED: "edited", Change.REMOVED: "gone"}
    for change, listed in _first_practices(site.config.releases / manifest.version / CHANGES_JSON).items():
        if listed:
            rest = max(0, counts[change.value] - len(listed))
            found.append(
                Named(
                    t(f"changes.{headings[change]}"),
                    # What was removed has no page to lead to.
                    tuple(
                        Reference(Text(title, "pl"), None if change is Change.REMOVED else scope.href(iri))
                        for iri, title in listed
                    ),
                    t("changes.more", n=t.number(rest)) if rest else "",
                )
            )
    return tuple(found)


@lru_cache(maxsize=512)
def _first_practices(file: Path) -> Mapping[Change, tuple[tuple[str, str], ...]]:
    """Read once: a release never changes. Without them where the file cannot be read (a release that just went)."""
    try:
        found = first_things(file, "practice", _NAMED)
    except (OSError, ValueError, KeyError) as error:
        _LOG.warning("%s cannot be read: %s", file, error)
        return {}
    return {change: tuple((iri, title or iri) for iri, title in listed) for change, listed in found.items()}


def _atom(site: Site, manifests: list[Manifest], scope: Scope) -> Response:
    lines = [_line(site, manifest, "", scope) for manifest in manifests]
    text = render_template(
        "changes.atom.xml",
        t=scope.messages,
        lines=lines,
        # One feed for each language: what they are named by must differ, and must never change.
        iri=f"{site.config.base_iri}changes#{scope.language}",
        address=_atom_address(site, scope),
        page=site.address("changes"),
        author=site.config.operator or scope.messages("site.name"),
        home=site.address(""),
        updated=max(line.updated for line in lines),
    )
    response = Response(_NO_XML.sub("\ufffd", text), content_type=f"{ATOM_TYPE}; charset=utf-8")
    response.headers["Content-Language"] = scope.language
    return response


def _atom_address(site: Site, scope: Scope) -> str:
    return f"{site.address('changes.atom')}?lang={scope.language}"


def _other(scope: Scope, number: int, pages: int) -> str | None:
    if not 1 <= number <= pages:
        return None
    return scope.here("changes", page=str(number)) if number > 1 else scope.here("changes")


def _links(site: Site, scope: Scope, number: int, pages: int) -> list[str]:
    links = [headers.link(_atom_address(site, scope), "alternate", type=ATOM_TYPE)]
    for relation, other in (("prev", _other(scope, number - 1, pages)), ("next", _other(scope, number + 1, pages))):
        if other:
            links.append(headers.link(other, relation))
    return links
