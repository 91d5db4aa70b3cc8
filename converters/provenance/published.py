"""Positions of what is published: what the privacy gate changed or withheld has none.

The names of ``ParsedRecord.stands``: ``title``, ``category``, ``issued``, ``modified``, ``population``, ``period``,
``participants``, ``budget``, ``grant``, ``funding``; ``unit/names``, ``unit/kind``, ``unit/powiat``,
``unit/voivodeship``, ``unit/postcode`` (with the post office), ``unit/code``; ``areas/KEY``, ``services/KEY``,
``indicators/KEY``. Of a body: ``name``, ``street``, ``postcode`` (with the post office), ``website``, ``phones``,
``emails``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from converters.privacy.redaction import kept_parts
from converters.provenance.traced import Traced
from model.positions import Position, first
from model.records import BodyStatement, ParsedRecord, Section

_POSTCODE = len("00-000")  # stands before the post office
Stands = dict[str, tuple[Position, ...]]


def published(
    before: ParsedRecord, after: ParsedRecord, persons: frozenset[str], phone: Callable[[str], str | None]
) -> ParsedRecord:
    """``after`` with the positions of what it says; ``before`` is the record that entered the privacy gate.

    ``phone`` is how the gate writes a phone number, None for one that it withholds.
    """
    stands = dict(before.stands)
    for name, was, now in (("title", before.title, after.title), ("funding", before.funding, after.funding)):
        stands[name] = _text(was or "", now, stands.get(name, ()), persons)
    if after.reported_population is None:
        stands.pop("population", None)
    for name in ("names", "kind", "powiat", "voivodeship", "postcode"):
        was, now = getattr(before.unit, name), getattr(after.unit, name)
        stands[f"unit/{name}"] = _place(was, now, stands.get(f"unit/{name}", ()))
    if before.unit.post_office != after.unit.post_office:
        stands["unit/postcode"] = first(stands["unit/postcode"], _POSTCODE)
    sections = {section.kind: section for section in before.sections}
    bodies = {body.name: body for body in before.bodies}
    left = {name: found for name, found in stands.items() if found}
    texts = tuple(_section(sections[section.kind], section, persons) for section in after.sections)
    named = tuple(_body(bodies[body.name], body, phone) for body in after.bodies)
    if (left, texts, named) == (after.stands, after.sections, after.bodies):
        return after
    return replace(after, stands=left, sections=texts, bodies=named)


def _section(before: Section, after: Section, persons: frozenset[str]) -> Section:
    stands = _text(before.text, after.text, before.stands, persons)
    return after if stands == after.stands else replace(after, stands=stands)


def _text(was: str, now: str | None, stands: tuple[Position, ...], persons: frozenset[str]) -> tuple[Position, ...]:
    if not now or was == now:
        return stands if now else ()
    if any(one.fragment for one in stands):
        # A cell is named, not its characters.
        return stands
    whole = Traced(was, stands)
    parts = kept_parts(was, persons)
    found: list[Position] = []
    for start, end, at in parts:
        # Whatever the gate may learn to do: a position is right only where the text is the same.
        if now[at : at + end - start] == was[start:end]:
            blanks = len(was[start:end]) - len(was[start:end].lstrip())
            found += (one.moved(at + blanks) for one in whole.part(start, end).stands)
    return tuple(found)


def _place(was: object, now: object, stands: tuple[Position, ...]) -> tuple[Position, ...]:
    """A place name stands where it stood, without what the gate cut off behind it."""
    if was == now:
        return stands
    if isinstance(was, tuple) and isinstance(now, tuple) and len(was) == len(now) == 1:
        was, now = was[0], now[0]
    if isinstance(was, str) and isinstance(now, str) and was.startswith(now):
        return Traced(was, stands).part(0, len(now)).stands
    return ()


def _body(before: BodyStatement, after: BodyStatement, phone: Callable[[str], str | None]) -> BodyStatement:
    stands: Stands = {name: found for name, found in before.stands.items() if name in ("name", "postcode")}
    if before.post_office != after.post_office:
        stands["postcode"] = first(stands.get("postcode", ()), _POSTCODE)
    for name in ("street", "website"):
        if getattr(after, name) is not None:
            stands[name] = before.stands.get(name, ())
    stands["phones"] = tuple(_each(before.phones, before.stands.get("phones", ()), after.phones, phone))
    stands["emails"] = tuple(_each(before.emails, before.stands.get("emails", ()), after.emails, str.lower))
    left = {name: found for name, found in stands.items() if found}
    return after if left == after.stands else replace(after, stands=left)


def _each(
    said: Iterable[str], stands: tuple[Position, ...], left: tuple[str, ...], written: Callable[[str], str | None]
) -> Iterable[Position]:
    """The positions of the values that are left; none at all where they cannot be told apart."""
    found = {written(value): one for value, one in zip(said, stands, strict=False)}
    if all(value in found for value in left):
        yield from (found[value] for value in left)
