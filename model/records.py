"""What travels from the converters to the gates: frozen values that hold only what may be published.

There is no field for a natural person anywhere in this module: the allow-list of publishable facts *is* the
set of these fields (docs/privacy.md).
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field

from model.positions import Position, Reading
from model.values import Money, Period, UnitCode


class SectionKind(enum.StrEnum):
    """The kinds of running text; the names are local names of the vocabulary's properties."""

    ABSTRACT = "abstract"
    OBJECTIVE = "objective"
    PROBLEM = "problem"
    SOLUTION = "solution"
    ACTIVITY = "activity"
    BENEFIT = "benefit"


class PageKind(enum.StrEnum):
    """What of a source's entry a page shows. In this order pages give an entry its texts.

    ``main`` has what tells the unit; ``content`` has texts only and can still be an entry of its own; the others
    are parts of an entry that another page begins.
    """

    MAIN = "main"
    CONTENT = "content"
    FULL = "full"
    ATTACHMENTS = "attachments"


@dataclass(frozen=True)
class Section:
    """Running text of one kind, cleaned of white space; paragraphs are parted by one line feed.

    ``stands`` tells where in the page the text stands, piece by piece.
    """

    kind: SectionKind
    text: str
    line: int
    stands: tuple[Position, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """The page as it was read: SHA-256 of its bytes, its address and when it was fetched, where known.

    ``reading`` is how it was read; accepted records of before have none.
    """

    sha256: str
    file: str
    url: str | None = None
    retrieved: dt.date | None = None
    reading: Reading | None = None


@dataclass(frozen=True)
class Attachment:
    """A document that a page hands out: its address, its title and its media type (IANA), where known.

    ``stands`` is where the page names it: the words of the link, or the address that is printed.
    """

    url: str
    title: str | None = None
    media_type: str | None = None
    stands: tuple[Position, ...] = ()


@dataclass(frozen=True)
class EntryPage:
    """What one page gave to an entry that has several; ``sketch`` as in ``ParsedRecord``."""

    kind: PageKind
    snapshot: Snapshot
    sections: tuple[Section, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sketch: str = ""


@dataclass(frozen=True)
class UnitStatement:
    """What a page says about where the practice is: words, not yet a unit of the register.

    ``names`` holds more than one name for a union of gminas. ``source_code`` is set where the source's own
    definition names the unit because its pages never do, or where the source gives a code; ``further_codes`` are
    those of the other units of a joint practice, in their order.
    """

    names: tuple[str, ...] = ()
    kind: str | None = None
    powiat: str | None = None
    voivodeship: str | None = None
    postcode: str | None = None
    post_office: str | None = None
    source_code: UnitCode | None = None
    line: int | None = None
    further_codes: tuple[UnitCode, ...] = ()


@dataclass(frozen=True)
class BodyStatement:
    """What a page says about the implementing body: its own address, switchboard, mailbox, web page.

    ``stands`` has the positions by the name of the field, of phones and mailboxes one for each.
    """

    name: str
    street: str | None = None
    postcode: str | None = None
    post_office: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    website: str | None = None
    line: int | None = None
    stands: dict[str, tuple[Position, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class ParsedRecord:
    """One source's entry about one practice, as parsed: strings of the page, values where they are certain.

    ``number`` is the source's own number of the practice. ``category`` is the breadcrumb, broadest first.
    ``services``, ``indicators``, ``areas`` are keys of concepts (scheme ``smup``, ``smup-indicator``).
    ``lines`` tells on which line of the file each field stands, ``stands`` where exactly (the names of fields
    are those of converters.provenance.published). ``pages`` is filled where more than one page of the source belongs
    to the entry: then sections and attachments are what they give together. ``sketch`` are hashes of the
    text (converters.joining.similarity): texts are compared by it when only excerpts of them are kept.
    ``provisional_title`` tells that the title was read from the address and has lost its diacritics.
    """

    source: str
    snapshot: Snapshot
    title: str
    number: str | None = None
    category: str | None = None
    sections: tuple[Section, ...] = ()
    unit: UnitStatement = field(default_factory=UnitStatement)
    bodies: tuple[BodyStatement, ...] = ()
    issued: dt.date | None = None
    modified: dt.date | None = None
    reported_population: int | None = None
    areas: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    period: Period | None = None
    participants: int | None = None
    budget: Money | None = None
    grant: Money | None = None
    funding: str | None = None
    kind: PageKind = PageKind.MAIN
    attachments: tuple[Attachment, ...] = ()
    pages: tuple[EntryPage, ...] = ()
    sketch: str = ""
    provisional_title: bool = False
    lines: dict[str, int] = field(default_factory=dict, hash=False)
    stands: dict[str, tuple[Position, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """How a unit was found: ``method`` is a key of the scheme ``match-method``, ``score`` is 0 to 1.

    ``printed`` is the page's wording. A part of a unit (a district) has the method ``part-of-unit``.
    """

    code: UnitCode
    method: str
    score: float
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """On what evidence a record was found to be about the practice of another record.

    ``method`` is a key of the scheme ``match-method``, ``score`` is 0 to 1 (docs/joining.md).
    """

    method: str
    score: float


@dataclass(frozen=True, slots=True)
class Record:
    """A parsed record that has its identity: refs of the record, the practice, its bodies and its units.

    This is what the accepted state under ``state/`` keeps and what becomes triples. ``units`` is empty where the
    record states none and another record of the practice does; ``joined`` is set on the records that were joined.
    """

    ref: str
    practice: str
    parsed: ParsedRecord
    units: tuple[UnitMatch, ...]
    organisations: tuple[str, ...]
    licence: str | None = None
    texts: str = "excerpt"
    joined: Join | None = None
