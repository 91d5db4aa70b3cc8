"""Project pages of the Laboratorium Innowacji Społecznych in Gdynia: label and value on one line.

No original page was at hand: what is known of the layout and what is inferred stands in ``lis.toml``.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from converters.contract import PageInfo, Parsed, Source
from converters.pages import labelled
from converters.pages.labelled_values import Reading
from converters.pages.layout import load_layout
from converters.pages.page import Page
from converters.smup.names import Schemes
from converters.sources.mops import TOWN, UNIT
from model.records import UnitStatement

LAYOUT = load_layout("lis")
_HOST = "lis.gdynia.pl"


def fit(page: Page) -> int:
    """How many of the labels a page has."""
    return labelled.fit(page, LAYOUT)


def recognise(page: Page) -> bool:
    """By as many of the labels as the layout demands."""
    return fit(page) > 0


def parse(page: Page, info: PageInfo, _schemes: Schemes | None = None) -> Parsed:
    """One page is one record. The unit is the source's own, as the site is one town's."""
    reading = Reading(page, info, LAYOUT)
    return reading.parsed(unit=_unit(info.url, reading))


SOURCE = Source(LAYOUT.name, LAYOUT.looked_for, recognise, parse, labels=LAYOUT.usual, fit=fit)


def _unit(url: str | None, reading: Reading) -> UnitStatement | None:
    """The town, where the address or the body says that this is its page; else what the page states."""
    ours = url is not None and urlsplit(url).hostname == _HOST
    if ours or TOWN.search(reading.text("body") or ""):
        return UnitStatement(source_code=UNIT, line=reading.line("body"))
    return None
