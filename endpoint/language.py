"""Which of the two languages a page speaks, its messages, and numbers as its readers write them.

All words that a reader sees stand in ``messages/{pl,en}.toml``; a test compares their keys.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources

from werkzeug.datastructures import LanguageAccept

LANGUAGES = ("pl", "en")
DEFAULT = "pl"
_NARROW = "\u00a0"  # a figure must not be broken over two lines


@dataclass(frozen=True)
class Messages:
    """One language's catalogue; ``__call__`` fills ``{parameters}`` into a message."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **params: object) -> str:
        """The message; raises ``KeyError`` for a key that no catalogue has (a test proves there is none)."""
        text = self.texts[key]
        for name, value in params.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def count(self, key: str, number: int) -> str:
        """The message in the grammatical number: ``{key}.one``, ``.few`` (Polish 2–4 …) or ``.many``."""
        return self(f"{key}.{plural_form(number, self.language)}", n=integer(number, self.language))

    def number(self, value: int) -> str:
        """A whole number as the readers of this language write it."""
        return integer(value, self.language)


@cache
def messages(language: str) -> Messages:
    """The catalogue of ``pl`` or ``en``, read once; nested tables become dotted keys."""
    text = resources.files("endpoint").joinpath("messages", f"{language}.toml").read_text(encoding="utf-8")
    return Messages(language, dict(_flatten("", tomllib.loads(text))))


def _flatten(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            flat.extend(_flatten(f"{prefix}{key}.", value))
        else:
            flat.append((f"{prefix}{key}", str(value)))
    return flat


def choose(asked: str | None, accepted: LanguageAccept, default: str = DEFAULT) -> str:
    """The address's ``lang`` wins, then what the browser prefers, then Polish (or another default)."""
    if asked in LANGUAGES:
        return asked
    # Not best_match: for "pl-PL, en;q=0.5" it takes English, because "pl" is not named as such.
    named = (tag.partition("-")[0].lower() for tag, quality in accepted if quality > 0)
    return next((tag for tag in named if tag in LANGUAGES), default)


def plural_form(number: int, language: str) -> str:
    """The CLDR plural category of a whole number: ``one``, ``few`` (Polish only) or ``many``."""
    if number == 1:
        return "one"
    if language == "pl" and number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return "few"
    return "many"


def integer(number: int, language: str) -> str:
    """``246 306`` in Polish, ``246,306`` in English."""
    return f"{number:,}".replace(",", _NARROW if language == "pl" else ",")


def seconds(value: float, language: str) -> str:
    """A time to the millisecond: ``0,012 s`` in Polish, ``0.012 s`` in English."""
    text = f"{value:.3f}"
    return f"{text.replace('.', ',') if language == 'pl' else text}{_NARROW}s"


def whole_number(value: str | None, language: str) -> str:
    """A count of the data as its readers write it; nothing where it is no count."""
    return integer(int(value), language) if value and value.isdigit() else ""


def percent(share: str | None, catalogue: Messages) -> str:
    """A share of one as whole percents: ``0.98`` is ``98 %`` in Polish and ``98%`` in English."""
    try:
        whole = (Decimal(share or "") * 100).to_integral_value()
    except InvalidOperation:
        return ""
    return catalogue("number.percent", n=int(whole))


def money(amount: Decimal, currency: str, language: str) -> str:
    """``15 707 281,20 zł`` in Polish, ``PLN 15,707,281.20`` in English."""
    text = f"{amount:,.2f}"
    if language != "pl":
        return f"{currency}{_NARROW}{text}"
    text = text.replace(",", _NARROW).replace(".", ",")
    return f"{text}{_NARROW}{'zł' if currency == 'PLN' else currency}"


def date(text: str, catalogue: Messages) -> str:
    """A date as exact as it is known (2008, 2008-05, 2008-05-27) in words; other text as it is."""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) not in (1, 2, 3):
        return text
    if len(parts) == 1:
        return text
    if len(parts) == 2:
        return f"{catalogue(f'months.nominative.m{int(parts[1])}')} {parts[0]}"
    return f"{int(parts[2])} {catalogue(f'months.genitive.m{int(parts[1])}')} {parts[0]}"


def moment(when: dt.datetime, catalogue: Messages) -> str:
    """A moment to the minute, in UTC."""
    utc = when.astimezone(dt.UTC)
    return f"{date(utc.date().isoformat(), catalogue)}, {utc:%H:%M} UTC"
