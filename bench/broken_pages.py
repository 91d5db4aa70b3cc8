"""Pages of the old base, each broken in one of twenty ways: what a corpus has among its thousand good pages.

Each way says which rule has to set the page aside on the register of the examples. Equal arguments give equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.pages import Town, fields, page

_ELSEWHERE = Town("Puck", "gmina miejska", "pucki", "pomorskie")
_HEADING = "Metryka praktyki"
_LARGE = 5 * 1024 * 1024


@dataclass(frozen=True)
class Way:
    """One way of breaking a page. ``rule`` is the code of the finding that sets it aside."""

    name: str
    rule: str
    broken: Callable[[int], bytes]


def broken(number: int, way: Way) -> bytes:
    """Page ``number``, broken in this way: no two numbers give the same page, unless nothing is left of it."""
    return way.broken(number)


def _text(number: int, town: Town = _ELSEWHERE) -> str:
    return page(number, town)


def _with(number: int, town: Town = _ELSEWHERE, **values: str) -> bytes:
    """The page with other values of the Metryka; an empty one takes the line out."""
    text = _text(number, town)
    printed = fields(number, town)
    for label, value in values.items():
        name = label.replace("_", " ")
        line = f"{name}:\u00a0\u00a0{printed[name]}\n"
        if line not in text:
            raise ValueError(f"page {number} has no line of {name}")
        text = text.replace(line, f"{name}:\u00a0\u00a0{value}\n" if value else "", 1)
    return text.encode()


def _html(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html>\n<html><head><meta charset='utf-8'>{head}</head>\n<body>{body}</body></html>\n".encode()


def _deep(number: int) -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in _text(number).splitlines())
    return _html("<div>" * 600 + lines + "</div>" * 600)


def _missing_page(number: int) -> bytes:
    return _html(f"<h1>404</h1><p>Nie znaleziono strony /index.php?art={number}.</p>", "<title>404</title>")


def _application(number: int) -> bytes:
    return _html(f"<div id='app'></div><script>start({number}, {_text(number)[:400]!r})</script>")


def _in_the_text(number: int) -> bytes:
    text = _text(number)
    return text[: text.index(_HEADING) - 200].encode()


def _behind_the_heading(number: int) -> bytes:
    text = _text(number)
    return text[: text.index("Typ jednostki")].encode()


def _without_title(number: int) -> bytes:
    text = _text(number)
    return text[text.index(_HEADING) :].encode()


def _long_title(number: int) -> bytes:
    lines = _text(number).split("\n")
    place = next(index for index, line in enumerate(lines) if "– edycja" in line)
    lines[place] = f"{lines[place]} oraz " + ", ".join([lines[place].lower()] * 8)
    return "\n".join(lines).encode()


def _news(number: int) -> bytes:
    return f"Strona główna\nAktualności\nSpotkanie numer {number} odbędzie się w czwartek.\n".encode()


def _large(number: int) -> bytes:
    text = _text(number).encode()
    return text + b"\n" * (_LARGE + 1 - len(text))


def _image(number: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + number.to_bytes(4, "big") * 200


def _lost_sectors(number: int) -> bytes:
    text = _text(number).encode()
    return text[:512] + bytes(512) + text[1024:]


# Two gminas of this name and type lie in one voivodeship.
_ROGOWO = Town("Rogowo", "gmina wiejska", "rypiński", "kujawsko-pomorskie")
WAYS = (
    Way("empty", "page-empty", lambda _: b""),
    Way("blank", "page-empty", lambda number: b" \r\n\t" * (number % 50 + 1)),
    Way("application", "page-empty", _application),
    Way("image", "page-encoding", _image),
    Way("lost sectors", "page-binary", _lost_sectors),
    Way("too large", "page-too-large", _large),
    Way("too deep", "page-too-deep", _deep),
    # UTF-8 that was read as windows-1250 and saved again; letters that an encoding without them has lost.
    Way("mojibake", "page-mojibake", lambda number: _text(number).encode().decode("cp1250", "replace").encode()),
    Way("letters lost", "page-mojibake", lambda number: _text(number).encode("ascii", "replace")),
    Way("news", "page-not-recognised", _news),
    Way("page of an error", "page-not-recognised", _missing_page),
    Way("cut in the text", "entry-page-incomplete", _in_the_text),
    Way("cut in the Metryka", "unit-not-stated", _behind_the_heading),
    Way("no place", "unit-not-stated", lambda number: _with(number, Miejscowość="", Kod_pocztowy_i_Poczta="")),
    Way("no title", "title-missing", _without_title),
    Way("title too long", "PracticeTitleLength", _long_title),
    Way("unknown place", "unit-unknown", lambda number: _with(number, Miejscowość="Nigdzie Dolne")),
    Way("ambiguous place", "unit-ambiguous", lambda number: _with(number, _ROGOWO, Powiat="")),
    Way("other powiat", "unit-contradiction", lambda number: _with(number, Powiat="słupski")),
    Way("person as body", "body-is-a-person", lambda number: _with(number, Jednostka_wdrażająca="Bożydar Zmyślony")),
)
