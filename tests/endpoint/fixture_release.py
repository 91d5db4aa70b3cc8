"""A small release with synthetic practices, in the triples of docs/data-model.md, built by the dumps code."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Triple
from werkzeug.test import TestResponse

from dumps.build import ReleaseInput, publish
from dumps.content import Content
from dumps.lock import publisher_lock
from dumps.manifest import Counts, RegisterState, SourceState
from dumps.quality import quality_of
from dumps.shapes_file import SHAPES, shapes_turtle
from dumps.usage import USAGE, to_json
from dumps.usage_counting import usage
from endpoint.app import close_app, create_app, releases_of
from endpoint.config import EndpointConfig
from model.findings import Finding
from model.iris import DEFAULT_BASE, Iris
from model.values import UnitCode
from ontology.schemes import concepts, vocabulary
from ontology.terms import CV, DCAT, DCT, FOAF, GP, LOCN, ORG, PROV, RDF, RDFS, SCHEMA, SKOS, XSD
from shapes.rules import shapes_graph_triples

MOMENT = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)
RIGHTS_PL = "Źródło nie podaje licencji. Z każdej części przytoczono najwyżej 300 znaków; całość jest u źródła."
RIGHTS_EN = "The source states no licence. At most 300 characters of each section are quoted."
POLISH = NamedNode("http://publications.europa.eu/resource/authority/language/POL")


class Things:
    """Triples as they are collected; each method adds one thing of the data model."""

    def __init__(self, base: str = DEFAULT_BASE) -> None:
        self.iris = Iris(base)
        self.practices: list[Triple] = []
        self.units: list[Triple] = []
        self.organisations: list[Triple] = []

    def unit(self, digits: str, identifier: str, name: str, kind: str) -> None:
        code = UnitCode(digits)
        about = NamedNode(self.iris.unit(code))
        values: list[tuple[NamedNode, NamedNode | Literal]] = [
            (RDF.type, CV.AdminUnit),
            (RDF.type, DCT.Location),
            (RDFS.label, _pl(name)),
            (SKOS.prefLabel, _pl(name)),
            (DCT.identifier, Literal(identifier)),
            (SKOS.notation, Literal(identifier, datatype=GP.teryt)),
            (CV.level, NamedNode(self.iris.concept("level", code.level))),
            (DCT.type, NamedNode(self.iris.concept("unit-type", kind))),
            (CV.code, NamedNode(self.iris.concept("unit-type", kind))),
        ]
        if code.parent:
            values.append((DCT.isPartOf, NamedNode(self.iris.unit(code.parent))))
        self.units += _about(about, values)

    def body(self, ref: str, name: str, unit: str, *, short: str = "", homepage: str = "") -> None:
        about = NamedNode(self.iris.organisation(ref))
        address, contact = (NamedNode(self.iris.part(about.value, part)) for part in ("address", "contact"))
        self.organisations += _about(
            about,
            [
                (RDF.type, CV.PublicOrganisation),
                (RDF.type, ORG.Organization),
                (RDF.type, PROV.Agent),
                (SKOS.prefLabel, _pl(name)),
                (RDFS.label, _pl(name)),
                (DCT.spatial, NamedNode(self.iris.unit(UnitCode(unit)))),
                (LOCN.address, address),
                (CV.contactPoint, contact),
                *([(SKOS.altLabel, _pl(short))] if short else []),
                *([(FOAF.homepage, NamedNode(homepage))] if homepage else []),
            ],
        )
        self.organisations += _about(
            address,
            [
                (RDF.type, LOCN.Address),
                (LOCN.thoroughfare, _pl("ul. Przykładowa")),
                (LOCN.locatorDesignator, Literal("7")),
                (LOCN.postCode, Literal("00-950")),
                (LOCN.postName, _pl("Przykładowo")),
                (LOCN.fullAddress, _pl("ul. Przykładowa 7, 00-950 Przykładowo")),
            ],
        )
        self.organisations += _about(
            contact,
            [
                (RDF.type, CV.ContactPoint),
                (CV.email, Literal(f"sekretariat@{ref}.example.org")),
                (CV.telephone, Literal("+48 58 000 00 00")),
            ],
        )

    def practice(
        self,
        ref: str,
        title: str,
        units: tuple[str, ...],
        bodies: tuple[str, ...] = (),
        subjects: tuple[str, ...] = (),
        *,
        sections: dict[str, str] | None = None,
        issued: str = "",
        source: str = "",
        population: int | None = None,
    ) -> NamedNode:
        about = NamedNode(self.iris.practice(ref))
        places = [NamedNode(self.iris.unit(UnitCode(unit))) for unit in units]
        agents = [NamedNode(self.iris.organisation(body)) for body in bodies]
        values: list[tuple[NamedNode, NamedNode | Literal]] = [
            (RDF.type, GP.Practice),
            (RDF.type, PROV.Activity),
            (DCT.title, _pl(title)),
            (RDFS.label, _pl(title)),
            (DCT.identifier, Literal(ref)),
        ]
        for place in places:
            values += [(GP.unit, place), (DCT.spatial, place)]
        for agent in agents:
            values += [(GP.implementedBy, agent), (PROV.wasAssociatedWith, agent)]
        for subject in subjects:
            scheme, key = subject.split("/")
            values.append((DCT.subject, NamedNode(self.iris.concept(scheme, key))))
        for name, text in (sections or {}).items():
            values.append((DCT.abstract if name == "abstract" else GP[name], _pl(text)))
        self.practices += _about(about, values)
        self._record(ref, title, about, issued, source, population)
        for place in places:
            self._link(about, place, ref)
        return about

    def _record(
        self, ref: str, title: str, practice: NamedNode, issued: str, source: str, population: int | None
    ) -> None:
        record = NamedNode(self.iris.record(ref))
        sha256 = hashlib.sha256(ref.encode()).hexdigest()
        snapshot = NamedNode(self.iris.snapshot(sha256))
        self.practices += _about(
            record,
            [
                (RDF.type, GP.PracticeRecord),
                (RDF.type, FOAF.Document),
                (FOAF.primaryTopic, practice),
                (DCT.title, _pl(title)),
                (DCT.identifier, Literal(ref)),
                (DCT.language, POLISH),
                (PROV.wasDerivedFrom, snapshot),
                (DCT.rights, _pl(RIGHTS_PL)),
                (DCT.rights, Literal(RIGHTS_EN, language="en")),
                *([(DCT.issued, Literal(issued, datatype=XSD.date))] if issued else []),
                *([(DCT.source, NamedNode(source))] if source else []),
                *([(GP.reportedPopulation, _count(population))] if population is not None else []),
            ],
        )
        self.practices += _about(
            snapshot,
            [
                (RDF.type, PROV.Entity),
                (RDF.type, FOAF.Document),
                (DCT.identifier, Literal(sha256)),
                (DCT.date, Literal("2026-01-31", datatype=XSD.date)),
                (DCT.isReferencedBy, record),
                *([(PROV.wasQuotedFrom, NamedNode(source))] if source else []),
            ],
        )

    def _link(self, practice: NamedNode, unit: NamedNode, ref: str) -> None:
        link = NamedNode(self.iris.link(practice.value, GP.unit.value, unit.value))
        self.practices += _about(
            link,
            [
                (RDF.type, GP.Link),
                (RDF.type, RDF.Statement),
                (RDF.subject, practice),
                (RDF.predicate, GP.unit),
                (RDF.object, unit),
                (GP.matchMethod, NamedNode(self.iris.concept("match-method", "name-voivodeship-type"))),
                (GP.matchScore, Literal("0.98", datatype=XSD.decimal)),
                (GP.printedAs, _pl("gmina miejska, pomorskie")),
                (PROV.wasDerivedFrom, NamedNode(self.iris.record(ref))),
            ],
        )

    def money(self, practice: NamedNode, budget: str, grant: str) -> None:
        names = ("budget", "grant", "grant-amount")
        total, given, amount = (NamedNode(self.iris.part(practice.value, name)) for name in names)
        self.practices += [
            Triple(practice, GP.totalBudget, total),
            Triple(practice, SCHEMA.funding, given),
            *_about(total, _sum(budget)),
            *_about(amount, _sum(grant)),
            *_about(
                given,
                [
                    (RDF.type, SCHEMA.MonetaryGrant),
                    (SCHEMA.amount, amount),
                    (SCHEMA.description, _pl("Program współfinansowany ze środków europejskich")),
                ],
            ),
        ]

    def period(self, practice: NamedNode, start: str, end: str) -> None:
        part = NamedNode(self.iris.part(practice.value, "period"))
        self.practices += [
            Triple(practice, DCT.temporal, part),
            *_about(
                part,
                [
                    (RDF.type, DCT.PeriodOfTime),
                    (DCAT.startDate, Literal(start, datatype=XSD.gYearMonth)),
                    (DCAT.endDate, Literal(end, datatype=XSD.gYearMonth)),
                ],
            ),
        ]

    def counted(self, practice: NamedNode, participants: int) -> None:
        self.practices.append(Triple(practice, GP.participantCount, _count(participants)))


def _pl(text: str) -> Literal:
    return Literal(text, language="pl")


def _count(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


def _sum(amount: str) -> list[tuple[NamedNode, NamedNode | Literal]]:
    return [
        (RDF.type, SCHEMA.MonetaryAmount),
        (SCHEMA.value, Literal(amount, datatype=XSD.decimal)),
        (SCHEMA.currency, Literal("PLN")),
    ]


def _about(subject: NamedNode, values: list[tuple[NamedNode, NamedNode | Literal]]) -> list[Triple]:
    return [Triple(subject, predicate, value) for predicate, value in values]


def sample(base: str = DEFAULT_BASE) -> Things:
    """Six practices around Gdynia and Puck; bodies and texts are made up."""
    things = Things(base)
    things.unit("22", "22", "pomorskie", "wojewodztwo")
    things.unit("2262", "2262", "Gdynia", "miasto-na-prawach-powiatu")
    things.unit("226201", "2262011", "Gdynia", "gmina-miejska")
    things.unit("2211", "2211", "pucki", "powiat")
    things.unit("221103", "2211031", "Puck", "gmina-miejska")
    things.unit("221107", "2211072", "Puck", "gmina-wiejska")
    things.unit("32", "32", "zachodniopomorskie", "wojewodztwo")
    things.unit("3262", "3262", "Szczecin", "miasto-na-prawach-powiatu")
    things.unit("326201", "3262011", "Szczecin", "gmina-miejska")
    things.body(
        "osrodek-przykladowy-226201",
        "Przykładowy Ośrodek Wsparcia",
        "226201",
        short="POW Gdynia",
        homepage="http://osrodek.example.org/",
    )
    things.body("dom-kultury-221103", "Zmyślony Dom Kultury", "221103")
    care = "bdp/uslugi-spoleczne.pomoc-spoleczna"
    culture = "bdp/uslugi-spoleczne.kultura"
    big = things.practice(
        "bdp-25",
        "Blisko domu: asystent dla rodzin w trudnej chwili",
        ("226201",),
        ("osrodek-przykladowy-226201",),
        (care,),
        sections={
            "abstract": "Rodzina dostaje jedną osobę, która zna jej sprawy i chodzi z nią po urzędach.\n"
            "Po roku większość rodzin radzi sobie sama, a ośrodek wie, czego im brakowało.",
            "problem": "Rodziny trafiały do wielu okienek i w każdym zaczynały od początku. Pracownicy socjalni "
            "mieli po kilkadziesiąt spraw i widzieli rodzinę raz na kwartał.",
            "solution": "Ośrodek powołał asystentów, którzy prowadzą najwyżej dziesięć rodzin. Plan powstaje przy "
            "stole w domu, a nie w biurze, i co trzy miesiące rodzina sama ocenia, co się udało.",
            "benefit": "Mniej dzieci w pieczy zastępczej, mniej zaległości czynszowych, krótsze sprawy.",
        },
        issued="2013-06-27",
        source="https://praktyki.example.org/index.php?p1=1&p2=2&art=25",
        population=246306,
    )
    things.money(big, "15707281.20", "13952247.93")
    things.period(big, "2008-05", "2013-12")
    things.counted(big, 1326)
    things.practice(
        "bdp-31",
        "Scena na molo: próby otwarte dla wszystkich",
        ("221103",),
        ("dom-kultury-221103",),
        (culture,),
        sections={"abstract": "Raz w tygodniu zespoły ćwiczą na molo, a każdy może dołączyć."},
        issued="2015-04-02",
    )
    things.practice(
        "bdp-40",
        "Wspólny autobus dwóch gmin",
        ("221103", "221107"),
        ("dom-kultury-221103",),
        (),
        sections={"objective": "Dojazd do pracy i szkoły bez samochodu."},
        issued="2019-11-05",
    )
    things.practice("bdp-41", "Łąki zamiast trawników", ("326201",), (), (), issued="2021-03-15")
    things.practice(
        "zielone-podworka", "Zielone podwórka", ("226201",), ("osrodek-przykladowy-226201",), (care, culture)
    )
    things.practice("bdp-7", "Ćwiczenia w parku", ("221107",), (), (culture,), issued="2008-01-07")
    return things


def build_release(
    releases: Path,
    version: str = "2026-01-31",
    things: Things | None = None,
    base: str = DEFAULT_BASE,
    findings: Sequence[Finding] | None = (),
    *,
    described: bool = True,
) -> Path:
    """Publish a sample into a folder of releases, as ``praktyki publish`` does; no findings: as releases of 0.1.

    ``described=False`` leaves out the shapes and the counts of terms, as releases of before did.
    """
    things = things or sample(base)
    schemes = concepts(base)
    count = sum(triple.object == GP.Practice for triple in things.practices)
    graphs = {
        "practices": tuple(things.practices),
        "units": tuple(things.units),
        "organisations": tuple(things.organisations),
        "concepts": schemes,
        "vocabulary": vocabulary(),
    }
    content = Content.of(graphs, base)
    further = {
        SHAPES: shapes_turtle(shapes_graph_triples(base)),
        USAGE: to_json(usage(content.graphs, ("PracticePeriod", "PracticePeriod", "page-empty"))),
    }
    release = ReleaseInput(
        content=content,
        counts=Counts(
            practices=count,
            records=sum(triple.object == GP.PracticeRecord for triple in things.practices),
            units=sum(triple.object == CV.AdminUnit for triple in things.units),
            organisations=sum(triple.object == CV.PublicOrganisation for triple in things.organisations),
            concepts=sum(triple.object == SKOS.Concept for triple in schemes),
        ),
        sources={"example": SourceState(records=count, fields={})},
        register=RegisterState(date=dt.date(2026, 1, 1), complete=False),
        validation={"validation.html": b"<!doctype html><title>report</title>"} | (further if described else {}),
        quality=quality_of(content.graphs["practices"], findings) if findings is not None else None,
    )
    releases.mkdir(parents=True, exist_ok=True)
    with publisher_lock(releases, MOMENT):
        return publish(release, releases, version, lambda: MOMENT)


class ReadingClient(FlaskClient):
    """Reads every answer to its end, as real clients do, so that files are closed."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **options})


@contextmanager
def running_app(config: EndpointConfig) -> Iterator[Flask]:
    """The application with its release open; its workers end with the block."""
    app = create_app(config)
    app.test_client_class = ReadingClient
    try:
        releases_of(app).refresh()
        yield app
    finally:
        close_app(app)


@contextmanager
def sample_app(directory: Path, things: Things | None = None) -> Iterator[Flask]:
    """The application on a release of the sample, at an address that no request's Host has."""
    build_release(directory, things=things)
    with running_app(sample_config(directory)) as app:
        yield app


def sample_config(directory: Path, public: str = "https://praktyki.example.org/") -> EndpointConfig:
    """Small pools; ``public`` is deliberately not where the tests connect."""
    return EndpointConfig(
        directory, public_base_url=public, query_workers=1, page_workers=1, contact="poprawki@example.org"
    )
