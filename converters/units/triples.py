"""The TERYT register into triples: every voivodeship, powiat and gmina of it."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from converters.units.register import Register, Unit
from model.iris import Iris
from ontology.terms import CV, DCAT, DCT, FOAF, GP, PROV, RDF, RDFS, SKOS, XSD

_DESCRIPTION = {
    "pl": "Województwa, powiaty i gminy rejestru TERC Głównego Urzędu Statystycznego, w stanie z podanego dnia.",
    "en": "Voivodeships, powiats and gminas of the register TERC of Statistics Poland, as of the date given.",
}
_PUBLISHER = {"pl": "Dobre praktyki samorządów", "en": "Good practices of local governments"}


def pl(text: str) -> Literal:
    return Literal(text, language="pl")


def unit_triples(unit: Unit, iris: Iris) -> Iterator[Triple]:
    """One unit. The type digit that changes over time is in the identifier and the notation, not in the IRI."""
    subject = NamedNode(iris.unit(unit.code))
    kind = NamedNode(iris.concept("unit-type", unit.kind))
    yield Triple(subject, RDF.type, CV.AdminUnit)
    yield Triple(subject, RDF.type, DCT.Location)
    yield Triple(subject, RDFS.label, pl(unit.name))
    yield Triple(subject, SKOS.prefLabel, pl(unit.name))
    yield Triple(subject, DCT.identifier, Literal(unit.terc))
    yield Triple(subject, SKOS.notation, Literal(unit.terc, datatype=GP.teryt))
    yield Triple(subject, CV.level, NamedNode(iris.concept("level", unit.code.level)))
    yield Triple(subject, DCT.type, kind)
    yield Triple(subject, CV.code, kind)
    if unit.parent:
        yield Triple(subject, DCT.isPartOf, NamedNode(iris.unit(unit.parent)))


def register_triples(register: Register, iris: Iris) -> Iterator[Triple]:
    """What the units come from: the register's date and the file it was read from."""
    subject = NamedNode(iris.dataset("units"))
    snapshot = NamedNode(iris.snapshot(register.sha256))
    names = (
        ("Jednostki podziału terytorialnego (GUS, rejestr TERC)", "Territorial units (GUS, register TERC)")
        if register.complete
        else ("Jednostki podziału terytorialnego (przykład)", "Territorial units (a sample)")
    )
    yield Triple(subject, RDF.type, DCAT.Dataset)
    yield Triple(subject, DCT.title, Literal(names[0], language="pl"))
    yield Triple(subject, DCT.title, Literal(names[1], language="en"))
    for language, text in _DESCRIPTION.items():
        yield Triple(subject, DCT.description, Literal(text, language=language))
    # CPSV-AP 3.2 asks every data set for a described publisher; the project's own IRI is the base.
    publisher = NamedNode(iris.base)
    yield Triple(subject, DCT.publisher, publisher)
    yield Triple(publisher, RDF.type, FOAF.Agent)
    yield Triple(publisher, DCT.identifier, Literal("dobre-praktyki"))
    for language, text in _PUBLISHER.items():
        yield Triple(publisher, FOAF.name, Literal(text, language=language))
        yield Triple(publisher, DCT.title, Literal(text, language=language))
    yield Triple(subject, DCT.issued, Literal(register.date.isoformat(), datatype=XSD.date))
    yield Triple(subject, PROV.wasDerivedFrom, snapshot)
    yield Triple(snapshot, RDF.type, PROV.Entity)
    yield Triple(snapshot, RDF.type, FOAF.Document)
    yield Triple(snapshot, DCT.identifier, Literal(register.sha256))
    yield Triple(snapshot, DCT.isReferencedBy, subject)
    if register.retrieved:
        # GUS asks whoever passes the register on to name it, the day of its state and the day of the download.
        yield Triple(snapshot, DCT.date, Literal(register.retrieved.isoformat(), datatype=XSD.date))
