"""The five real pages with the full register. Only facts stand here, no sentence of a page and no person."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from praktyki.plan import Outcome
from tests.praktyki.workplace import Workplace, all_bytes, codes

FILES = {
    0: "000_7b3ad952fef9834e.txt",
    1: "001_784eba2a5f4b2d1d.txt",
    2: "002_d148682de372a7ec.txt",
    3: "003_2c2b91088d8d6981.txt",
    4: "004_a04e47b503f871b8.txt",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, shared_dir: Path) -> tuple[Workplace, Outcome]:
    place = Workplace(tmp_path_factory.mktemp("seeds"))
    shutil.copytree(shared_dir / "seeds", place.pages)
    return place, place.publish(place.pages, shared_dir / "teryt" / "TERC_Urzedowy_2026-01-08.zip")


@pytest.fixture(scope="module")
def work(published: tuple[Workplace, Outcome]) -> Workplace:
    return published[0]


def sha(work: Workplace, number: int) -> str:
    import hashlib

    return hashlib.sha256((work.pages / FILES[number]).read_bytes()).hexdigest()


def of(work: Workplace, number: int, select: str, pattern: str) -> list[tuple[str | None, ...]]:
    """Rows about the practice ?p and the record ?r of a file."""
    snapshot = f"https://w3id.org/dobre-praktyki/id/snapshot/{sha(work, number)}"
    start = f"?r prov:wasDerivedFrom <{snapshot}> ; foaf:primaryTopic ?p ."
    return work.select(f"SELECT {select} WHERE {{ {start} {pattern} }}")


def test_five_practices_and_nothing_set_aside(published: tuple[Workplace, Outcome]) -> None:
    outcome = published[1]
    assert (outcome.status, outcome.counts.practices, outcome.set_aside) == ("published", 5, ())
    assert "register-sample" not in codes(outcome)


@pytest.mark.parametrize(
    ("number", "unit"), [(0, "2262011"), (1, "2261011"), (2, "3262011"), (3, "2262011"), (4, "2262011")]
)
def test_units(work: Workplace, number: int, unit: str) -> None:
    assert of(work, number, "?id", "?p gp:unit ?u ; dct:spatial ?u . ?u dct:identifier ?id") == [(unit,)]


def test_how_a_unit_was_found_is_recorded(work: Workplace) -> None:
    pattern = (
        "?l <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?p ; gp:matchMethod/skos:notation|gp:matchMethod ?m"
    )
    (row,) = of(work, 3, "?m", pattern)
    assert str(row[0]).endswith("/source-definition")


@pytest.mark.parametrize(
    ("number", "issued", "modified"),
    [
        (0, "2022-04-25", None),
        (1, "2013-06-27", None),
        (2, "2008-01-07", "2013-07-09"),
        (3, None, None),
        (4, "2022-04-25", None),
    ],
)
def test_dates_of_entry(work: Workplace, number: int, issued: str | None, modified: str | None) -> None:
    pattern = "OPTIONAL { ?r dct:issued ?i } OPTIONAL { ?r dct:modified ?m }"
    assert of(work, number, "?i ?m", pattern) == [(issued, modified)]


@pytest.mark.parametrize(("number", "population"), [(0, "246306"), (1, "460517"), (2, "409068"), (4, "250242")])
def test_populations_belong_to_the_record(work: Workplace, number: int, population: str) -> None:
    assert of(work, number, "?n", "?r gp:reportedPopulation ?n") == [(population,)]


@pytest.mark.parametrize(
    ("number", "section", "subsection"),
    [
        (0, "SMUP", "Praktyki"),
        (1, "Usługi społeczne", "Pomoc społeczna"),
        (2, "Usługi społeczne", "Pomoc społeczna"),
        (4, "SMUP", "Praktyki"),
    ],
)
def test_categories(work: Workplace, number: int, section: str, subsection: str) -> None:
    pattern = """?p dct:subject ?c . ?c skos:inScheme <https://w3id.org/dobre-praktyki/id/scheme/bdp> ;
        skos:prefLabel ?sub ; skos:broader/skos:prefLabel ?sec . FILTER(LANG(?sub) = 'pl' && LANG(?sec) = 'pl')"""
    assert of(work, number, "?sec ?sub", pattern) == [(section, subsection)]


def test_the_body_of_the_first_page_has_its_own_contacts_only(work: Workplace) -> None:
    pattern = """?p gp:implementedBy ?b . ?b skos:prefLabel ?name ; locn:address/locn:postCode ?code ;
        cv:contactPoint ?k . ?k cv:email ?mail ; cv:telephone ?tel"""
    rows = of(work, 0, "?name ?code ?mail ?tel", pattern)
    assert {row[:2] for row in rows} == {("Miejski Ośrodek Pomocy Społecznej w Gdyni", "81-265")}
    assert {str(row[2]).split("@")[0] for row in rows} == {"sekretariat"}
    assert len({row[3] for row in rows}) == 2


def test_one_body_under_its_full_and_its_short_name(work: Workplace) -> None:
    bodies = [of(work, number, "?b", "?p gp:implementedBy ?b") for number in (0, 3, 4)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert ("MOPS Gdynia",) in of(work, 3, "?a", "?p gp:implementedBy/skos:altLabel ?a")


def test_the_body_of_the_second_page_has_neither_mailbox_nor_phone(work: Workplace) -> None:
    assert of(work, 1, "?name", "?p gp:implementedBy/skos:prefLabel ?name") == [("Miejski Ośrodek Pomocy Rodzinie",)]
    assert of(work, 1, "?k", "?p gp:implementedBy/cv:contactPoint ?k") == []


def test_area_sub_area_and_exactly_three_services(work: Workplace) -> None:
    areas = of(
        work,
        0,
        "?l",
        "?p dct:subject ?c . ?c skos:inScheme <https://w3id.org/dobre-praktyki/id/scheme/smup> ;"
        " skos:narrower ?any ; skos:prefLabel ?l . FILTER(LANG(?l) = 'pl')",
    )
    assert set(areas) == {("Lokalna polityka społeczna",), ("Pomoc społeczna",)}
    services = of(work, 0, "?l", "?p gp:concernsService/skos:prefLabel ?l . FILTER(LANG(?l) = 'pl')")
    assert len(services) == 3
    assert of(work, 4, "?s", "?p gp:concernsService ?s") == []


def test_eight_indicators(work: Workplace) -> None:
    assert len(of(work, 4, "?i", "?p gp:measuredBy ?i")) == 8
    assert of(work, 0, "?i", "?p gp:measuredBy ?i") == []


@pytest.mark.parametrize(
    ("number", "sections"),
    [
        (0, {"abstract", "problem", "solution", "benefit"}),
        (1, {"abstract"}),
        (2, {"abstract"}),
        (3, {"objective", "activity", "benefit"}),
        (4, {"abstract", "problem", "solution", "benefit"}),
    ],
)
def test_sections_are_present_as_excerpts(work: Workplace, number: int, sections: set[str]) -> None:
    rows = of(
        work,
        number,
        "?as ?t",
        "?p ?as ?t . FILTER(LANG(?t) = 'pl' && ?as NOT IN (dct:title, rdfs:label))",
    )
    texts = {re.split("[#/]", str(row[0]))[-1]: str(row[1]) for row in rows}
    assert set(texts) == sections
    assert all(len(text) <= 300 for text in texts.values())


def test_the_project_page_has_period_participants_and_sums(work: Workplace) -> None:
    pattern = """?p dct:temporal ?t ; gp:participantCount ?n ; gp:totalBudget/schema:value ?b ;
        schema:funding/schema:amount/schema:value ?g . ?t dcat:startDate ?from ; dcat:endDate ?to"""
    (row,) = of(work, 3, "?from ?to ?n ?b ?g", pattern)
    assert row[:3] == ("2008-05", "2013-12", "1326")
    assert [Decimal(str(value)) for value in row[3:]] == [Decimal("15707281.20"), Decimal("13952247.93")]


def test_budget_per_participant(work: Workplace) -> None:
    query = """SELECT (ROUND(?b / ?n * 100) / 100 AS ?each)
        WHERE { ?p gp:totalBudget/schema:value ?b ; gp:participantCount ?n }"""
    assert work.select(query) == [("11845.61",)]


def test_address_and_ref_of_the_third_page(work: Workplace) -> None:
    (row,) = of(work, 2, "?p ?url", "?r dct:source ?url")
    assert str(row[0]).endswith("/id/practice/bdp-25")
    assert str(row[1]).endswith("art=25")


def test_practices_of_a_voivodeship_and_by_category_tree(work: Workplace) -> None:
    rows = work.select(
        'SELECT DISTINCT ?p WHERE { ?p a gp:Practice ; gp:unit/dct:isPartOf+/rdfs:label "pomorskie"@pl }'
    )
    assert len(rows) == 4
    tree = """SELECT DISTINCT ?p WHERE {
        ?p a gp:Practice ; dct:subject/skos:broader* ?c . ?c skos:prefLabel "Usługi społeczne"@pl }"""
    assert len(work.select(tree)) == 2


def test_bodies_with_more_than_one_practice(work: Workplace) -> None:
    query = """SELECT ?name (COUNT(DISTINCT ?p) AS ?n)
        WHERE { ?p a gp:Practice ; gp:implementedBy ?b . ?b skos:prefLabel ?name }
        GROUP BY ?name HAVING(COUNT(DISTINCT ?p) > 1)"""
    assert work.select(query) == [("Miejski Ośrodek Pomocy Społecznej w Gdyni", "3")]


def test_no_contact_person_is_in_any_byte(work: Workplace) -> None:
    written = all_bytes([work.releases, work.state]).decode("utf-8", "replace").lower()
    # Whole words: a surname may stand inside the name of a gmina.
    hits = sum(re.search(rf"(?<!\w){re.escape(secret.lower())}(?!\w)", written) is not None for secret in secrets(work))
    assert hits == 0, f"{hits} hits"


def secrets(work: Workplace) -> list[str]:
    """Read from the pages at run time and never printed: names, direct phones and personal mailboxes."""
    found: list[str] = []
    for name in FILES.values():
        text = (work.pages / name).read_text().replace("\u00a0", " ")
        block = re.search(r"Osoby kontaktowe:(.*?)\n\n", text, re.DOTALL)
        if block:
            lines = [line.strip() for line in block[1].splitlines() if line.strip()]
            found += lines[0].split()
            found += [re.sub(r"^(tel\.|e@mail:)\s*", "", line) for line in lines[1:] if re.match(r"tel\.|e@mail", line)]
            found += re.findall(r"\d{9}", " ".join(lines).replace(" ", ""))
    assert len(found) >= 12
    return [secret for secret in found if len(secret) > 3]


def test_a_second_run_says_unchanged(published: tuple[Workplace, Outcome]) -> None:
    place, first = published
    again = place.publish()
    assert (again.status, again.version) == ("unchanged", first.version)


def test_without_its_title_the_project_page_is_set_aside(published: tuple[Workplace, Outcome]) -> None:
    place, _ = published
    table = place.pages / "pages.csv"
    whole = table.read_text()
    try:
        table.write_text("\n".join(line for line in whole.splitlines() if not line.startswith("003")) + "\n")
        outcome = place.publish(dry_run=True)
    finally:
        table.write_text(whole)
    assert outcome.set_aside == (FILES[3],)
    assert "title-missing" in codes(outcome)
