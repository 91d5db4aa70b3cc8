"""Tables and linked data on the whole way: what is published, under which names, and what never is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from converters.rights import TextRights
from converters.tables.template import csv_template, xlsx_template
from model.findings import Finding
from praktyki.cli import cli
from praktyki.console import Talk
from praktyki.plan import Outcome, PreviewRow
from tests.converters.tables.made import HEADER, PLACE, csv_of, xlsx_of
from tests.praktyki.workplace import Workplace, all_bytes, codes

CC_BY = "https://creativecommons.org/licenses/by/4.0/"
ROW = ("Bank narzędzi", *PLACE)
REFS = "SELECT ?p WHERE { ?p a gp:Practice }"


def about(outcome: Outcome, file: str) -> list[Finding]:
    return [found for found in outcome.findings if found.place.file.startswith(file)]


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_s_example_row_is_published_without_a_finding(work: Workplace, form: str, language: str) -> None:
    make = csv_template if form == "csv" else xlsx_template
    (work.pages / f"szablon.{form}").write_bytes(make(language))
    work.rights["table"] = TextRights("full", CC_BY)
    outcome = work.publish()
    assert (outcome.status, outcome.counts.practices, outcome.set_aside) == ("published", 1, ())
    assert [str(found.place) for found in about(outcome, "szablon")] == []
    facts = "dct:title ?t ; gp:unit/dct:identifier ?u ; dct:temporal/dcat:startDate ?s ; gp:totalBudget/schema:value ?v"
    assert work.select(f"SELECT ?t ?u ?s ?v WHERE {{ ?p a gp:Practice ; {facts} }}") == [
        ("Sąsiedzki bank narzędzi", "2262011", "2024-05", "12500")
    ]


def test_a_bad_row_is_named_by_its_cell_and_the_rest_is_published(work: Workplace) -> None:
    (work.pages / "urzad.xlsx").write_bytes(
        xlsx_of(
            HEADER,
            ROW,
            ("Drugi bank narzędzi", PLACE[0], "Nigdzie", PLACE[2]),
            (None, *PLACE),
            ("Trzeci bank narzędzi", *PLACE),
        )
    )
    outcome = work.publish()
    assert outcome.counts.practices == 2
    assert outcome.set_aside == ("urzad.xlsx#Praktyki!3", "urzad.xlsx#Praktyki!4")
    (found,) = [found for found in outcome.findings if found.rule.code == "unit-unknown"]
    report = (work.state / "report" / "validation.csv").read_text(encoding="utf-8")
    assert "urzad.xlsx#Praktyki!4,4,A4,Tytuł" in report
    assert "urzad.xlsx#Praktyki!3,3,C3,Nazwa jednostki" in report
    assert "komórka" in (work.state / "report" / "validation.html").read_text(encoding="utf-8")
    assert found.place.file == "urzad.xlsx#Praktyki!3"


def test_nobody_of_a_table_is_in_any_byte_that_leaves(work: Workplace) -> None:
    persons = ("Osoba kontaktowa", "Telefon", "E-mail", "Imię", "Nazwisko")
    header = (*HEADER, *persons, "Skrót", "E-mail instytucji", "Realizator")
    row = (*ROW, "Zyta Przykładowska, tel. 600 100 200", "600 100 300", "z.przykladowska@example.org", "Wit",
           "Zmyślony", "Opis. Pomysł dała Zyta Przykładowska. Pytania: Wit Zmyślony, 600-100-400.",
           "w.zmyslony@example.org", "Dom Sąsiedzki")  # fmt: skip
    work.write("zyta-przykladowska.csv", csv_of(header, tuple(f'"{cell}"' for cell in row)))
    outcome = work.publish()
    assert outcome.counts.practices == 1
    leaves = all_bytes([work.releases, work.state]).decode(errors="replace").lower()
    for trace in ("przykladowsk", "przykładowsk", "zmyslon", "zmyślon", "600 100", "600-100", "600100"):
        assert trace not in leaves, trace
    assert "table-column-person" in codes(outcome)


def test_a_practice_keeps_its_name_by_its_number_when_its_title_changes(work: Workplace) -> None:
    header = (*HEADER, "Numer własny")
    work.write("a.csv", csv_of(header, (*ROW, "7/24")))
    work.publish()
    before = work.select(REFS)
    work.write("a.csv", csv_of(header, ("Miejski bank narzędzi", *PLACE, "7/24")))
    outcome = work.publish()
    assert (outcome.status, work.select(REFS)) == ("published", before)
    assert outcome.counts.practices == 1


def test_two_offices_and_two_numbers_are_different_practices(work: Workplace) -> None:
    header = (*HEADER, "Numer własny", "Adres strony praktyki")
    gdansk = ("miasto na prawach powiatu", "Gdańsk", "pomorskie")
    page = "https://www.example.org/praktyki"
    rows = ((*ROW, "1", page), ("Inny bank narzędzi", *gdansk, "1", page), (*ROW, "2", page))
    work.write("a.csv", csv_of(header, *rows))
    outcome = work.publish()
    assert outcome.counts.practices == 3
    assert outcome.set_aside == ()


def test_rows_that_move_and_files_that_are_saved_anew_make_no_release(work: Workplace) -> None:
    path = work.pages / "a.xlsx"
    path.write_bytes(xlsx_of(HEADER, ROW, ("Drugi bank narzędzi", *PLACE)))
    first = work.publish()
    path.write_bytes(xlsx_of(("Wykaz",), (), HEADER, ("Drugi bank narzędzi", *PLACE), ROW))
    second = work.publish()
    assert (second.status, second.version) == ("unchanged", first.version)


def test_a_code_beside_words_must_agree_with_them(work: Workplace) -> None:
    header = (*HEADER, "Kod TERYT")
    rogowo = ("gmina wiejska", "Rogowo", "kujawsko-pomorskie")
    agreeing = (("Jeden stół i ławka", *rogowo, "0412032"), ("Dwa stoły i ławka", *PLACE, "2262011"))
    rows = (*agreeing, ("Trzy stoły i ławka", *PLACE, "2261011"), ("Cztery stoły i ławka", "", "", "", "2261011"))
    work.write("a.csv", csv_of(header, *rows))
    outcome = work.publish()
    found = work.select("SELECT ?t ?c WHERE { ?p a gp:Practice ; dct:title ?t ; gp:unit/dct:identifier ?c }")
    assert found == [
        ("Cztery stoły i ławka", "2261011"),
        ("Dwa stoły i ławka", "2262011"),
        ("Jeden stół i ławka", "0412032"),
    ]
    (doubt,) = [found for found in outcome.findings if found.rule.code == "unit-contradiction"]
    assert doubt.place.file == "a.csv#4"


def test_a_dry_run_shows_every_row_and_what_would_become_of_it(work: Workplace) -> None:
    rows = ((*ROW, "1234,50 zł", "2020"), ("", *PLACE, "", ""), ("X", "", "", "", "", ""))
    work.write("a.csv", csv_of((*HEADER, "Budżet", "Okres"), *rows))
    outcome = work.publish(dry_run=True)
    shown = [(row.row, row.title, row.unit, row.period, row.budget, row.outcome) for row in outcome.preview]
    assert shown == [
        ("a.csv#2", "Bank narzędzi", "2262011 Gdynia (gmina miejska)", "2020", "1 234,50 PLN", "accepted"),
        ("a.csv#3", "–", "–", "–", "–", "table-cell-required"),
        ("a.csv#4", "X", "–", "–", "–", "unit-not-stated"),
    ]
    assert not work.releases.joinpath("current").exists()


def test_the_preview_is_a_table_on_a_terminal_and_json_lines_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    row = PreviewRow("a.csv#2", "Stół [bold]", "Gdynia", "2020", "–", "accepted")
    Talk(terminal=True).preview([row])
    shown = capsys.readouterr().out
    assert "[bold]" in shown, "a title's brackets are no markup"
    assert "przyjęty" in shown
    Talk(terminal=False).preview([row])
    assert json.loads(capsys.readouterr().out) == {"event": "row", **vars(row)}


def test_descriptions_and_open_workbooks_in_a_folder_are_no_input(work: Workplace) -> None:
    work.write("a.csv", csv_of(HEADER, ROW))
    work.write("a.csv-metadata.json", "{}")
    work.write("~$a.xlsx", "x")
    outcome = work.publish()
    assert (outcome.set_aside, outcome.ignored) == ((), 2)


def test_turtle_and_json_ld_pass_the_same_gates(work: Workplace) -> None:
    base = "https://w3id.org/dobre-praktyki/"
    work.write("dane.jsonld", json.dumps({
        "@context": f"{base}context.jsonld",
        "@graph": [
            {"id": "https://data.example.org/p/1", "type": "Practice", "title": {"pl": "Stół sąsiedzki"},
             "unit": [f"{base}id/unit/226201"],
             "abstract": {"pl": "Opis. Pytania: Zyta Przykładowska, 600 100 200. " + "Zdanie. " * 80}},
            {"id": "https://data.example.org/p/2", "type": "Practice", "title": {"pl": "Bez jednostki"}},
        ],
    }))  # fmt: skip
    outcome = work.publish()
    assert outcome.counts.practices == 1
    assert outcome.set_aside == ("dane.jsonld#2",)
    assert {"unit-not-stated", "text-withheld", "personal-data-removed"} <= set(codes(outcome))
    query = "SELECT ?s ?src WHERE { ?p dct:abstract ?s . ?r foaf:primaryTopic ?p ; dct:source ?src }"
    ((text, source),) = work.select(query)
    assert source == "https://data.example.org/p/1"
    assert text is not None
    assert len(text) <= 300
    assert "Przykładowsk" not in text


def test_init_table_writes_once_and_never_overwrites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(cli, ["init", "table", "praktyki.csv", "--lang", "en"])
    assert run.exit_code == 0, run.output
    assert (tmp_path / "praktyki.csv").read_text("utf-8-sig").startswith("Title;Own number;")
    assert json.loads((tmp_path / "praktyki.csv-metadata.json").read_text())["url"] == "praktyki.csv"
    (tmp_path / "praktyki.csv").write_text("moje")
    again = CliRunner().invoke(cli, ["init", "table", "praktyki.csv"])
    assert again.exit_code != 0
    assert "exists" in str(again.exception)
    assert (tmp_path / "praktyki.csv").read_text() == "moje"
    assert CliRunner().invoke(cli, ["init", "table", "praktyki.ods"]).exit_code != 0
    assert not (tmp_path / "praktyki.ods").exists()
