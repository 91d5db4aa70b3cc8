"""``changes.html``: what differs between two releases, for people, in Polish and English, of bounded length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import jinja2

from dumps.change_counts import KINDS, KindCounts
from dumps.contrast import Contrast, contrast, shortened
from dumps.difference import Change
from dumps.digest import LISTED, Digest, Listed
from dumps.field_changes import FieldChange
from dumps.field_names import Name, field_name
from dumps.literals import Value
from dumps.patch import Header
from dumps.words import words

CHANGES_HTML = "changes.html"
# Values of one field that are told; a practice of fifty units helps nobody when all are listed twice.
_VALUES = 8
# The IRI of a snapshot ends in 64 digits, of which the first tell it apart.
_LONGEST_IRI = 40
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class ValueView:
    """A value as it is shown: a text, or the name of a thing with its address."""

    text: Name
    href: str = ""
    language: str = ""


@dataclass(frozen=True)
class FieldView:
    """A field of a thing: one text beside the other, or the values that went and came."""

    name: Name
    contrast: Contrast | None
    old: tuple[ValueView, ...]
    new: tuple[ValueView, ...]
    more: int


@dataclass(frozen=True)
class ThingView:
    title: Name
    href: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True)
class KindView:
    """All of one kind. ``rest`` is how many of a change are not listed; ``fields`` are counted over all of them."""

    kind: str
    name: Name
    counts: KindCounts
    things: Mapping[str, tuple[ThingView, ...]]
    rest: Mapping[str, int]
    fields: tuple[tuple[Name, int], ...]


def changes_html(
    digest: Digest, names: Names, header: Header, base: str, address: str, *, withheld: bool = False
) -> bytes:
    """The page. ``names`` are those of the IRIs that the digest mentions; ``address`` is where things have pages."""
    view = _Views(names, base, address)
    counts = digest.counts
    page = _template().render(
        old=header.old.rstrip("/").rpartition("/")[2],
        new=header.new.rstrip("/").rpartition("/")[2],
        kinds=[view.kind(digest, kind, counts.of(kind)) for kind in KINDS if kind in counts.things],
        added=counts.added,
        deleted=counts.deleted,
        changes=[change.value for change in Change],
        withheld=withheld,
    )
    return page.encode()


def kind_name(kind: str) -> Name:
    polish, english = words()["kinds"][kind]
    return Name(polish, english)


@dataclass(frozen=True)
class _Views:
    names: Names
    base: str
    address: str

    def kind(self, digest: Digest, kind: str, counts: KindCounts) -> KindView:
        listed = {change: digest.listed.get((kind, change), []) for change in Change}
        fields = [(field_name(path), number) for (of, path), number in digest.fields.items() if of == kind]
        return KindView(
            kind,
            kind_name(kind),
            counts,
            {change.value: tuple(map(self.thing, found)) for change, found in listed.items()},
            {change.value: digest.seen[kind, change] - len(found) for change, found in listed.items()}
            if kind in LISTED
            else {},
            tuple(sorted(fields, key=lambda field: (-field[1], field[0].en, field[0].pl))),
        )

    def thing(self, listed: Listed) -> ThingView:
        return ThingView(_name(listed.iri, listed.titles), self.href(listed.iri), tuple(map(self.field, listed.fields)))

    def field(self, field: FieldChange) -> FieldView:
        old, new = field.old, field.new
        beside = None
        if len(old) == len(new) == 1 and not old[0].is_iri and not new[0].is_iri and old[0].text != new[0].text:
            beside = contrast(old[0].text, new[0].text)
        more = max(0, len(old) - _VALUES) + max(0, len(new) - _VALUES)
        went, came = (tuple(map(self.value, side[:_VALUES])) for side in (old, new))
        return FieldView(field_name(field.path), beside, went, came, more)

    def value(self, value: Value) -> ValueView:
        if not value.is_iri:
            text = shortened(value.text)
            return ValueView(Name(text, text), language=value.language)
        return ValueView(_name(value.text, self.names.get(value.text, {})), self.href(value.text))

    def href(self, iri: str) -> str:
        """A thing's own page where it has one here; other addresses only where they are some of the web."""
        if iri.startswith(self.base):
            return self.address + iri.removeprefix(self.base)
        return iri if iri.startswith(("http://", "https://")) else ""


def _cut(iri: str) -> str:
    """An IRI that has no name: ours without what all of them begin with, and not all of a long one."""
    short = iri.rpartition("/id/")[2]
    return short if len(short) <= _LONGEST_IRI else f"{short[:_LONGEST_IRI]}…"


def _name(iri: str, titles: Mapping[str, str]) -> Name:
    last = next(iter(titles.values()), _cut(iri))
    neutral = titles.get("", last)
    return Name(shortened(titles.get("pl", neutral)), shortened(titles.get("en", titles.get("pl", neutral))))


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    source = files(__package__).joinpath("templates/changes.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)
