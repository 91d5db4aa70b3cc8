"""What became of a unit, as triples: former codes, former names, successors, how long it was in the register.

Every event is told twice: as data, and as a sentence (``skos:historyNote``) in Polish and English for whoever
reads the page or the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from converters.units.history import UnitEvent
from converters.units.register import KIND_NAMES, Register, Unit, kind_of
from converters.units.triples import pl
from model.iris import Iris
from model.values import UnitCode
from ontology.schemes import load_scheme
from ontology.terms import DCT, GP, PROV, RDF, SKOS, XSD


def history_triples(unit: Unit, register: Register, iris: Iris) -> Iterator[Triple]:
    """What had happened to a present or former unit by the register's date; nothing for most."""
    subject = NamedNode(iris.unit(unit.code))
    events = register.events(unit.code)
    if unit.code in register.former_units:
        yield Triple(subject, RDF.type, GP.FormerUnit)
        for successor in register.successors(unit.code):
            yield Triple(subject, DCT.isReplacedBy, NamedNode(iris.unit(successor.code)))
            yield Triple(NamedNode(iris.unit(successor.code)), DCT.replaces, subject)
    for name in dict.fromkeys(event.name for event in events if event.kind == "changed" and event.name != unit.name):
        yield Triple(subject, SKOS.altLabel, pl(name))
    for terc in dict.fromkeys(event.terc for event in events if event.terc != unit.terc):
        yield Triple(subject, SKOS.notation, Literal(terc, datatype=GP.formerTeryt))
    for event in events:
        for language, text in zip(("pl", "en"), _sentence(event, register), strict=True):
            yield Triple(subject, SKOS.historyNote, Literal(text, language=language))
    for origin in _origins(events, register):
        yield Triple(subject, PROV.wasDerivedFrom, NamedNode(iris.unit(origin)))
    yield from _validity(subject, events)


def _origins(events: tuple[UnitEvent, ...], register: Register) -> tuple[UnitCode, ...]:
    """The units out of which a new one was made and which are still there; those that ended say so themselves."""
    others = dict.fromkeys(code for event in events if event.kind == "began" for code in event.others)
    return tuple(code for code in others if code in register.units)


def _validity(subject: NamedNode, events: tuple[UnitEvent, ...]) -> Iterator[Triple]:
    """The pair of days on both sides of a beginning or end; a day apart they say the day itself."""
    for event in events:
        if event.kind != "changed":
            present, absent = (event.by, event.after) if event.kind == "began" else (event.after, event.by)
            yield Triple(subject, GP.inRegister, _date(present))
            yield Triple(subject, GP.notInRegister, _date(absent))


def _sentence(event: UnitEvent, register: Register) -> tuple[str, str]:
    if event.day is not None:
        when_pl, when_en = f"dnia {event.day}", f"on {event.day}"
    else:
        when_pl = f"między stanami rejestru TERC z {event.after} i {event.by}"
        when_en = f"between the states of the register TERC of {event.after} and {event.by}"
    others = " ".join(f"{other.name} ({other.terc})," for other in _known(event, register)).rstrip(",")
    if event.kind == "ended":
        known = (f"; następca: {others}", f"; successor: {others}") if others else ("", "")
        return f"Jednostkę zniesiono {when_pl}{known[0]}.", f"The unit was abolished {when_en}{known[1]}."
    if event.kind == "began":
        known = (f" z jednostki: {others}", f" out of: {others}") if others else ("", "")
        return f"Jednostkę utworzono {when_pl}{known[0]}.", f"The unit was formed {when_en}{known[1]}."
    kind = kind_of(event.terc)
    was = f"{event.terc} {event.name}"
    return (
        f"Zmiana {when_pl}; wcześniej: {was}, {KIND_NAMES[kind]}.",
        f"Changed {when_en}; before: {was}, {_english()[kind]}.",
    )


def _known(event: UnitEvent, register: Register) -> Iterator[Unit]:
    for code in event.others:
        found = register.units.get(code) or register.former_units.get(code)
        if found is not None:
            yield found


def _english() -> dict[str, str]:
    return {concept.key: concept.pref_label_en for concept in load_scheme("unit-type").concepts}


def _date(day: dt.date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD.date)
