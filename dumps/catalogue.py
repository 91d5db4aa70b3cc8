"""The catalogue of a release in DCAT-AP 3.0.1 (https://semiceu.github.io/DCAT-AP/releases/3.0.1/).

It says the sizes and checksums of files, so it is made after them. Nothing in it depends on the clock: its dates are
those of versions. Names of data sets and distributions hold no version; what changes is what they point to.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from dumps import catalogue_parts as parts
from dumps.coverage import Coverage
from dumps.distributions import ALL, DATASETS, Distribution
from dumps.literals import Value
from dumps.publication import Edition, day_of
from dumps.quality import Quality, quality_triples
from dumps.version_notes import version_notes
from dumps.words import LANGUAGES, both, words
from model.iris import CONTENT_GRAPHS, DATASET, FACTS_LICENCE, NS, SHAPES_NS
from ontology.terms import ADMS, DCAT, DCATAP, DCT, FOAF, RDF, RDFS, SPDX, VOID, XSD

# Data whose texts are other people's: their rights stand beside the licence of the facts.
_WITH_TEXTS = (DATASET, "practices")


def catalogue(edition: Edition, covered: Coverage, quality: Quality | None = None) -> tuple[Triple, ...]:
    """All triples of the catalogue, each once. IRIs throughout."""
    found = [
        *_catalog(edition),
        *_series(edition),
        *parts.service(edition),
        *parts.feed(edition),
        *_background(edition, covered),
    ]
    for name in DATASETS:
        found += _dataset(edition, covered, name)
        for distribution in ALL[name]:
            found += _distribution(edition, distribution, parts.title(covered, name))
    if quality is not None:
        found += quality_triples(quality, edition.base)
    return tuple(dict.fromkeys(found))


def _catalog(edition: Edition) -> Iterator[Triple]:
    this = NamedNode(f"{edition.base}catalog")
    publication = edition.publication
    yield Triple(this, RDF.type, DCAT.Catalog)
    polish, english = both("catalogue", "title")
    yield Triple(this, DCT.title, Literal(publication.title_pl or polish.value, language="pl"))
    yield Triple(this, DCT.title, Literal(publication.title_en or english.value, language="en"))
    yield from parts.texts(this, DCT.description, both("catalogue", "description"))
    yield from parts.common(edition, this)
    yield Triple(this, DCT.license, parts.LICENCE)
    yield Triple(this, DCT.language, parts.POLISH)
    yield Triple(this, DCT.language, parts.ENGLISH)
    yield Triple(this, DCT.spatial, parts.POLAND)
    yield Triple(this, DCAT.themeTaxonomy, parts.THEMES)
    homepage = NamedNode(f"{edition.address}about")
    yield Triple(this, FOAF.homepage, homepage)
    yield Triple(homepage, RDF.type, FOAF.Document)
    yield Triple(this, DCT.conformsTo, parts.DCAT_AP)
    yield Triple(this, DCAT.service, parts.sparql(edition))
    yield Triple(this, DCAT.service, parts.feed_iri(edition))
    yield Triple(this, DCAT.resource, parts.series(edition))
    for name in DATASETS:
        yield Triple(this, DCAT.dataset, NamedNode(edition.iris.dataset(name)))


def _series(edition: Edition) -> Iterator[Triple]:
    this = parts.series(edition)
    yield Triple(this, RDF.type, DCAT.DatasetSeries)
    yield from parts.texts(this, DCT.title, both("series", "title"))
    yield from parts.texts(this, DCT.description, both("series", "description"))
    yield from parts.common(edition, this)
    yield from parts.contact_of(edition, this)
    yield Triple(this, DCT.accrualPeriodicity, parts.IRREGULAR)
    yield Triple(this, DCT.spatial, parts.POLAND)


def _dataset(edition: Edition, covered: Coverage, name: str) -> Iterator[Triple]:
    this = NamedNode(edition.iris.dataset(name))
    yield Triple(this, RDF.type, DCAT.Dataset)
    yield Triple(this, RDF.type, VOID.Dataset)
    yield Triple(this, DCT.identifier, Literal(this.value))
    yield from parts.texts(this, DCT.title, parts.title(covered, name))
    yield from parts.texts(this, DCT.description, parts.description(covered, name))
    yield from parts.common(edition, this, covered.said(name, DCT.issued))
    yield from parts.contact_of(edition, this)
    yield from parts.keywords_and_themes(this, name)
    yield Triple(this, DCAT.inSeries, parts.series(edition))
    yield from _version(edition, this, parts.title(covered, name))
    yield Triple(this, DCT.language, parts.POLISH)
    yield Triple(this, DCT.accessRights, parts.PUBLIC)
    yield Triple(this, DCT.accrualPeriodicity, parts.IRREGULAR)
    yield Triple(this, DCAT.landingPage, NamedNode(edition.landing_page(name)))
    yield Triple(NamedNode(edition.landing_page(name)), RDF.type, FOAF.Document)
    # The licence of the facts by the address that people know; portals read the distributions' EU code.
    yield Triple(this, DCT.license, NamedNode(FACTS_LICENCE))
    yield Triple(NamedNode(FACTS_LICENCE), RDF.type, DCT.LicenseDocument)
    yield Triple(NamedNode(FACTS_LICENCE), DCT.type, parts.ATTRIBUTION)
    yield from _extent(edition, covered, this, name)
    for standard in (NS.rstrip("#"), SHAPES_NS.rstrip("#")):
        yield Triple(this, DCT.conformsTo, NamedNode(standard))
    if "validation.html" in edition.files:
        report = NamedNode(edition.file("validation.html"))
        yield Triple(this, FOAF.page, report)
        yield Triple(report, RDF.type, FOAF.Document)
    for distribution in ALL[name]:
        yield Triple(this, DCAT.distribution, NamedNode(distribution.iri(edition.iris)))
    if name == DATASET:
        for graph in CONTENT_GRAPHS:
            yield Triple(this, DCT.hasPart, NamedNode(edition.iris.dataset(graph)))
    else:
        yield Triple(this, DCT.isPartOf, NamedNode(edition.iris.dataset(DATASET)))


def _version(edition: Edition, this: NamedNode, titles: tuple[Literal, ...]) -> Iterator[Triple]:
    """The version in force, the one before, a note, and how to cite it."""
    yield Triple(this, DCAT.version, Literal(edition.version))
    if edition.previous:
        yield Triple(this, DCAT.previousVersion, NamedNode(edition.version_iri(edition.previous)))
    yield from parts.texts(this, ADMS.versionNotes, version_notes(edition))
    for title in titles:
        said = both(
            "version",
            "citation",
            publisher=edition.publication.publisher,
            title=title.value,
            version=edition.version,
            iri=this.value,
            address=edition.version_iri(edition.version),
        )
        yield from (Triple(this, DCT.bibliographicCitation, text) for text in said if text.language == title.language)


def _extent(edition: Edition, covered: Coverage, this: NamedNode, name: str) -> Iterator[Triple]:
    """Where and when: the country, the voivodeships of practices, the time that practices cover or the state's day."""
    yield Triple(this, DCT.spatial, parts.POLAND)
    if name in _WITH_TEXTS:
        yield from (Triple(this, DCT.spatial, NamedNode(region)) for region in covered.regions)
    day = Value(edition.day.isoformat(), datatype=XSD.date.value)
    state = next((Value(text.value, datatype=text.datatype.value) for text in covered.said(name, DCT.issued)), day)
    start, end = (covered.start or day, covered.end or day) if name in _WITH_TEXTS else (state, state)
    period = NamedNode(edition.iris.part(this.value, "period"))
    yield Triple(this, DCT.temporal, period)
    yield Triple(period, RDF.type, DCT.PeriodOfTime)
    yield Triple(period, DCAT.startDate, Literal(start.text, datatype=NamedNode(start.datatype)))
    yield Triple(period, DCAT.endDate, Literal(end.text, datatype=NamedNode(end.datatype)))


def _distribution(edition: Edition, distribution: Distribution, titles: tuple[Literal, ...]) -> Iterator[Triple]:
    this = NamedNode(distribution.iri(edition.iris))
    entry, form = edition.files[distribution.file], distribution.format
    address = NamedNode(edition.file(distribution.file))
    yield Triple(this, RDF.type, DCAT.Distribution)
    labels = dict(zip(LANGUAGES, words()["formats"][form.name], strict=True))
    for title in titles:
        label = labels[title.language or "pl"]
        yield Triple(this, DCT.title, Literal(f"{title.value}: {label}", language=title.language))
        yield Triple(this, DCT.description, Literal(f"{distribution.file}: {label}.", language=title.language))
    yield Triple(this, DCT.identifier, Literal(this.value))
    yield Triple(this, DCAT.accessURL, address)
    yield Triple(this, DCAT.downloadURL, address)
    yield Triple(this, DCT.format, NamedNode(form.file_type))
    yield Triple(this, DCAT.mediaType, NamedNode(form.media_type))
    if form.compress:
        yield Triple(this, DCAT.compressFormat, NamedNode(form.compress))
    yield Triple(this, DCAT.byteSize, Literal(str(entry.bytes), datatype=XSD.nonNegativeInteger))
    checksum = NamedNode(edition.iris.part(this.value, "checksum"))
    yield Triple(this, SPDX.checksum, checksum)
    yield Triple(checksum, RDF.type, SPDX.Checksum)
    yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    yield Triple(SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm)
    yield Triple(checksum, SPDX.checksumValue, Literal(entry.sha256, datatype=XSD.hexBinary))
    yield Triple(this, DCT.license, parts.LICENCE)
    if distribution.dataset in _WITH_TEXTS:
        yield Triple(this, DCT.rights, parts.rights(edition))
    yield Triple(this, DCATAP.availability, parts.STABLE)
    if distribution == ALL[distribution.dataset][0]:
        # Harvesters that know data sets and files only find the SPARQL service here.
        yield Triple(this, DCAT.accessService, parts.sparql(edition))
    yield Triple(this, DCT.language, parts.POLISH)
    yield Triple(this, DCT.issued, Literal(edition.day.isoformat(), datatype=XSD.date))
    yield Triple(this, DCT.modified, Literal(edition.day.isoformat(), datatype=XSD.date))
    yield Triple(this, DCT.conformsTo, NamedNode(NS.rstrip("#")))


def _background(edition: Edition, covered: Coverage) -> Iterator[Triple]:
    """What the others point at: publisher, mailbox, rights, themes, standards, the versions and the places."""
    yield from parts.publisher(edition)
    yield from parts.mailbox(edition)
    yield from parts.themes()
    yield from parts.standards()
    statement = parts.rights(edition)
    yield Triple(statement, RDF.type, DCT.RightsStatement)
    yield from parts.texts(statement, RDFS.label, both("rights", "label"))
    yield from (Triple(statement, DCT.references, NamedNode(licence)) for licence in covered.licences)
    yield Triple(parts.LICENCE, RDF.type, DCT.LicenseDocument)
    yield Triple(parts.LICENCE, DCT.type, parts.ATTRIBUTION)
    # CKAN knows licences by its own addresses and by these words, not by the EU code.
    yield Triple(parts.LICENCE, DCT.title, Literal("Creative Commons Attribution", language="en"))
    yield Triple(parts.LICENCE, RDFS.seeAlso, NamedNode(FACTS_LICENCE))
    for region in covered.regions:
        yield Triple(NamedNode(region), RDF.type, DCT.Location)
        yield Triple(NamedNode(region), DCT.identifier, Literal(region.rpartition("/")[2]))
    if edition.previous:
        before = NamedNode(edition.version_iri(edition.previous))
        yield Triple(before, DCAT.version, Literal(edition.previous))
        yield Triple(before, DCT.issued, Literal(day_of(edition.previous).isoformat(), datatype=XSD.date))
