"""Values as Polish offices print them: numbers with dots, złoty, periods, postcodes, TERYT codes.

Every parser is a pure function over text. It raises ``ValueFormatError`` where the text is not such a
value; it never guesses.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from model.errors import ValueFormatError

# Genitive and nominative both occur: "maj 2008", "od maja 2008".
_MONTHS = {
    stem: number
    for number, stems in enumerate(
        (
            ("styczeń", "stycznia", "styczniu"),
            ("luty", "lutego", "lutym"),
            ("marzec", "marca", "marcu"),
            ("kwiecień", "kwietnia", "kwietniu"),
            ("maj", "maja", "maju"),
            ("czerwiec", "czerwca", "czerwcu"),
            ("lipiec", "lipca", "lipcu"),
            ("sierpień", "sierpnia", "sierpniu"),
            ("wrzesień", "września", "wrześniu"),
            ("październik", "października", "październiku"),
            ("listopad", "listopada", "listopadzie"),
            ("grudzień", "grudnia", "grudniu"),
        ),
        start=1,
    )
    for stem in stems
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_POINT = re.compile(
    rf"(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})"
    rf"|(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})"
    rf"|(?P<wday>\d{{1,2}})\s+(?P<wmonth>{_MONTH})\s+(?P<wyear>\d{{4}})"
    rf"|(?P<nmonth>{_MONTH})\s+(?P<nyear>\d{{4}})"
    rf"|(?P<only>(?:19|20)\d{{2}})",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:r\.|roku)?\s*(?:–|—|-|do|÷)\s*", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.\s\u00a0\u202f]\d{3})+|\d+")
# zł may carry "tys." or "mln" before it; the multiplied form is a rounded statement but still a sum.
_MONEY = re.compile(
    r"(?P<whole>\d{1,3}(?:[.\s\u00a0\u202f]\d{3})+|\d+)(?:,(?P<cents>\d{1,2}))?"
    r"\s*(?P<factor>tys\.?|tysięcy|tysiące|mln|milion(?:y|ów)?)?\s*(?:zł(?:otych|ote|oty)?\b|PLN\b)",
    re.IGNORECASE,
)
_FACTORS = {"tys": 1_000, "mln": 1_000_000, "mil": 1_000_000}
_POSTCODE = re.compile(r"^(\d{2}-\d{3})(?:\s+(\S.*))?$")
_TERYT = re.compile(r"^(?:0[2468]|1[02468]|2[02468]|3[02])(?:\d{2}(?:\d{2}[1-589]?)?)?$")


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date as exact as it was printed: year, year and month, or a whole date."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        try:
            dt.date(self.year, self.month or 1, self.day or 1)
        except ValueError as error:
            raise ValueFormatError(f"no such date: {self}") from error

    def __str__(self) -> str:
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    @property
    def datatype(self) -> str:
        """Local name of the XML Schema type that has this exactness."""
        if self.day is not None:
            return "date"
        return "gYear" if self.month is None else "gYearMonth"

    def first_day(self) -> dt.date:
        """The first day that this date can mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    def last_day(self) -> dt.date:
        """The last day that this date can mean."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


@dataclass(frozen=True)
class Period:
    """From a start to an end; no end means: still going on, or not said."""

    start: PartialDate
    end: PartialDate | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end.last_day() < self.start.first_day():
            raise ValueFormatError(f"the period ends ({self.end}) before it starts ({self.start})")


@dataclass(frozen=True)
class Money:
    """A sum in a currency (ISO 4217)."""

    amount: Decimal
    currency: str = "PLN"


@dataclass(frozen=True)
class FoundMoney:
    """A sum and where in the text it stands (offsets in characters)."""

    money: Money
    start: int
    end: int


@dataclass(frozen=True, order=True)
class UnitCode:
    """Identity of a territorial unit: 2 (voivodeship), 4 (powiat) or 6 (gmina) digits of its TERC code.

    The seventh digit (type of gmina) changes over time and is therefore an attribute, not identity.
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) not in (2, 4, 6) or not _TERYT.match(self.digits):
            raise ValueFormatError(f"not the code of a voivodeship, powiat or gmina: {self.digits!r}")

    @classmethod
    def parse(cls, text: str) -> UnitCode:
        """From 2, 4, 6 or 7 digits; the type digit of seven is dropped."""
        text = text.strip()
        return cls(text[:6] if len(text) == 7 and _TERYT.match(text) else text)

    @property
    def level(self) -> str:
        """``voivodeship``, ``powiat`` or ``gmina``."""
        return {2: "voivodeship", 4: "powiat", 6: "gmina"}[len(self.digits)]

    @property
    def parent(self) -> UnitCode | None:
        """The unit one level up; none above a voivodeship."""
        return UnitCode(self.digits[:-2]) if len(self.digits) > 2 else None


def parse_date(text: str) -> dt.date:
    """A whole date, ``YYYY-MM-DD`` or ``DD.MM.YYYY``."""
    match = _POINT.fullmatch(text.strip())
    point = _partial(match) if match else None
    if point is None or point.day is None:
        raise ValueFormatError(f"not a date: {text!r}", advice="write it as YYYY-MM-DD")
    return point.first_day()


def parse_integer(text: str) -> int:
    """A count in Polish writing: the dot and the blank part thousands (``246.306`` is 246306)."""
    text = text.strip()
    if not _THOUSANDS.fullmatch(text):
        raise ValueFormatError(f"not a whole number: {text!r}", advice="write digits, a dot before thousands")
    return int(re.sub(r"\D", "", text))


def find_money(text: str) -> tuple[FoundMoney, ...]:
    """All sums in złoty that a sentence names, in order (``15.707.281,20 zł``, ``5.877 tys. zł``)."""
    found = []
    for match in _MONEY.finditer(text):
        whole = Decimal(re.sub(r"\D", "", match["whole"]))
        amount = whole + (Decimal(match["cents"]) / (10 ** len(match["cents"])) if match["cents"] else 0)
        factor = _FACTORS[match["factor"][:3].lower()] if match["factor"] else None
        value = amount * factor if factor else amount.quantize(Decimal("0.01"))
        found.append(FoundMoney(Money(value.quantize(Decimal("0.01"))), match.start(), match.end()))
    return tuple(found)


def parse_period(text: str) -> Period:
    """A period as offices write it: ``maj 2008 – grudzień 2013``, ``01.03.2019 – 31.12.2021``,
    ``2004-2008``, ``od grudnia 2016 do grudnia 2023``, ``od 2010 r.``, ``2015``.
    """
    text = " ".join(text.split())
    points = list(_POINT.finditer(text))
    if not points or len(points) > 2:
        raise ValueFormatError(f"not a period: {text!r}", advice="write it as: maj 2008 – grudzień 2013")
    start = _partial(points[0])
    if len(points) == 1:
        open_end = re.search(r"\bod\b", text[: points[0].start()], re.IGNORECASE) is not None
        return Period(start, None if open_end else start)
    if not _BETWEEN.fullmatch(text[points[0].end() : points[1].start()]):
        raise ValueFormatError(f"not a period: {text!r}", advice="write it as: maj 2008 – grudzień 2013")
    return Period(start, _partial(points[1]))


def parse_postcode(text: str) -> tuple[str, str | None]:
    """``81-265 Gdynia`` into the postcode and the post office (none where it is not printed)."""
    match = _POSTCODE.match(" ".join(text.split()))
    if match is None:
        raise ValueFormatError(f"not a postcode: {text!r}", advice="write it as NN-NNN and the post office")
    return match[1], match[2]


def _partial(match: re.Match[str]) -> PartialDate:
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
        return PartialDate(year, month, day)
    if match["year"]:
        return PartialDate(int(match["year"]), int(match["month"]), int(match["day"]))
    if match["wyear"]:
        return PartialDate(int(match["wyear"]), _MONTHS[match["wmonth"].lower()], int(match["wday"]))
    if match["nyear"]:
        return PartialDate(int(match["nyear"]), _MONTHS[match["nmonth"].lower()])
    return PartialDate(int(match["only"]))
