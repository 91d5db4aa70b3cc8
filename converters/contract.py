"""The contract of a source of practices: recognise a page by its content, parse it into a record.

A source is a module under ``converters.sources`` with a function for each; ``converters.convert.SOURCES`` is
the list. A source never touches files, the register or the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from converters.pages.page import Page
from converters.smup.names import Schemes
from model.findings import Finding
from model.records import ParsedRecord


@dataclass(frozen=True)
class PageInfo:
    """What came with a page: its address, title, the day it was fetched, and HTTP's Content-Type."""

    url: str | None = None
    title: str | None = None
    retrieved: dt.date | None = None
    content_type: str | None = None


@dataclass(frozen=True)
class Parsed:
    """What came of a page: a record, or none and the findings that say why.

    ``persons`` are the names that stood in a contact block. They exist only so that the privacy gate can take
    them out of the running text; they are never kept, written or quoted.
    """

    record: ParsedRecord | None
    findings: tuple[Finding, ...] = ()
    persons: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Source:
    """One layout of pages.

    ``name`` is the short name used in refs, settings and reports; ``looked_for`` tells the clerk (pl, en)
    by what the layout is recognised. ``parse`` looks SMUP names up in the schemes that it is given (else the shipped).
    ``at`` tells pages by their address and is asked before any ``recognise``: for sites whose pages have nothing of
    their own. ``labels`` are the labels that its pages are known to print: the report may name them in any case.
    ``fit`` tells how many of its labels a page has: of the sources that have one, that one takes it that has most.
    """

    name: str
    looked_for: str
    recognise: Callable[[Page], bool]
    parse: Callable[[Page, PageInfo, Schemes | None], Parsed]
    at: Callable[[str], bool] | None = None
    labels: tuple[str, ...] = ()
    fit: Callable[[Page], int] | None = None
