"""The feed that dane.gov.pl imports: XML of its schema 1.10, and the MD5 that it compares.

Its importer finds data sets only in the default namespace, takes only https addresses and identifiers of at most 36
characters, and knows no CC0. A data set or file that is missing from a later feed is deleted there for good, so
identifiers come from ``dumps.distributions`` and never from what a release happens to hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from lxml import etree
from pyoxigraph import Literal

from dumps import catalogue_parts as parts
from dumps.coverage import Coverage
from dumps.distributions import ALL, DATASETS, Distribution
from dumps.publication import Edition
from dumps.words import LANGUAGES, both, words
from model.errors import ReleaseError

FEED = "dane-gov-pl.xml"
SUM = "dane-gov-pl.md5"
NAMESPACE = "urn:otwarte-dane:harvester:1.10"
_LONGEST_ID, _LONGEST_TITLE, _LONGEST_TEXT, _MOST_REGIONS = 36, 300, 1000, 20
_ELEMENTS = {"pl": "polish", "en": "english"}


def feed(edition: Edition, covered: Coverage) -> bytes:
    """The XML, the same bytes for the same release. Raises ``ReleaseError`` where an identifier is too long."""
    root = etree.Element(f"{{{NAMESPACE}}}datasets", nsmap={None: NAMESPACE})
    for name in DATASETS:
        _dataset(root, edition, covered, name)
    etree.indent(root, " ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def md5(data: bytes) -> bytes:
    """The sum as dane.gov.pl reads it: 32 hexadecimal digits. It finds a changed feed by it; no security."""
    return (hashlib.md5(data, usedforsecurity=False).hexdigest() + "\n").encode()


def _dataset(root: etree._Element, edition: Edition, covered: Coverage, name: str) -> None:
    this = _add(root, "dataset", status="published")
    _add(this, "extIdent", _identifier(name))
    _texts(_add(this, "title"), parts.title(covered, name), _LONGEST_TITLE)
    notes = both("rights", "label") if name in ("praktyki", "practices") else ()
    _texts(_add(this, "description"), _joined(parts.description(covered, name), notes), _LONGEST_TEXT)
    _add(this, "url", edition.landing_page(name))
    _add(this, "updateFrequency", "notApplicable")
    categories = _add(this, "categories")
    for theme in words()["datasets"][name]["themes"]:
        _add(categories, "category", theme)
    conditions = _add(this, "conditions")
    _add(conditions, "source", "true")
    # Both or neither, says the importer.
    _add(conditions, "dbOrCopyrighted", both("rights", "label")[0].value)
    _add(conditions, "dbOrCopyrightedLicenseChosen", "CC BY 4.0")
    resources = _add(this, "resources")
    for distribution in ALL[name]:
        _resource(resources, edition, covered, distribution)
    tags = _add(this, "tags")
    for language in LANGUAGES:
        for keyword in words()["datasets"][name][f"keywords_{language}"]:
            _add(tags, "tag", keyword, lang=language)
    _add(this, "lastUpdateDate", f"{edition.day.isoformat()}T00:00:00Z")


def _resource(resources: etree._Element, edition: Edition, covered: Coverage, distribution: Distribution) -> None:
    this = _add(resources, "resource", status="published")
    _add(this, "extIdent", _identifier(f"{distribution.dataset}-{distribution.format.name}"))
    _add(this, "url", edition.file(distribution.file))
    labels = dict(zip(LANGUAGES, words()["formats"][distribution.format.name], strict=True))
    titles = tuple(
        Literal(f"{title.value}: {labels[title.language or 'pl']}", language=title.language)
        for title in parts.title(covered, distribution.dataset)
    )
    _texts(_add(this, "title"), titles, _LONGEST_TITLE)
    _texts(_add(this, "description"), parts.description(covered, distribution.dataset), _LONGEST_TEXT)
    _add(this, "availability", "remote")
    _add(this, "dataDate", edition.day.isoformat())
    regions = [region.rpartition("/")[2] for region in covered.regions][:_MOST_REGIONS]
    if regions and distribution.dataset in ("praktyki", "practices"):
        codes = _add(this, "regions")
        for code in regions:
            _add(codes, "terytIdent", code)


def _identifier(text: str) -> str:
    if len(text) > _LONGEST_ID:
        raise ReleaseError(f"{text!r} is longer than the {_LONGEST_ID} characters that dane.gov.pl takes")
    return text


def _joined(texts: Iterable[Literal], notes: Iterable[Literal]) -> tuple[Literal, ...]:
    more = {note.language: f" {note.value}" for note in notes}
    return tuple(Literal(text.value + more.get(text.language, ""), language=text.language) for text in texts)


def _texts(parent: etree._Element, texts: Iterable[Literal], longest: int) -> None:
    for text in sorted(texts, key=lambda text: LANGUAGES.index(text.language or "pl")):
        value = text.value if len(text.value) <= longest else f"{text.value[: longest - 2].rstrip()} …"
        _add(parent, _ELEMENTS[text.language or "pl"], value)


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    element.text = text
    return element
