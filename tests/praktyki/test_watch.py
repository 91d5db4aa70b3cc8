"""The watch for decay over whole runs: what is frozen, what is told, and how a real change is accepted."""

from __future__ import annotations

import csv
import io

import pytest

from converters.watch.losses import Fill, Mark
from model.errors import GateError, UsageError
from model.records import ParsedRecord, Record, Section, SectionKind, Snapshot
from praktyki.plan import Outcome
from praktyki.watch import Seen, SeenPage, check_names, refused_by_shapes, watch
from tests.converters import made_pages as pages
from tests.converters.made_pages import CONTACT, FIELDS, replaced
from tests.praktyki.workplace import Workplace, codes


def record(number: int, source: str = "bdp", file: str = "") -> Record:
    snapshot = Snapshot("0" * 64, file or f"{number}.txt")
    text = (Section(SectionKind.ABSTRACT, "Tekst.", 1),)
    return Record(f"r-{number}", f"p-{number}", ParsedRecord(source, snapshot, f"T {number}", sections=text), (), ())


def seen(records: list[Record], refused: list[str] = [], accepted: list[Record] = []) -> Seen:  # noqa: B006
    listed = [SeenPage(one.parsed.snapshot.file, one.parsed.source, False, ()) for one in records]
    listed += [SeenPage(file, None if file.endswith("?") else "bdp", True, ()) for file in refused]
    return Seen(listed, listed, tuple(records), accepted, frozenset())


def test_pages_that_no_layout_fits_any_more_still_count_for_their_source() -> None:
    before = [record(number, file=f"{number}?") for number in range(30)]
    found = watch(seen([record(99, "mops")], [f"{number}?" for number in range(30)], before), {}, (), None)
    assert found.frozen == ("bdp",)
    assert [one.ref for one in found.records] == ["r-99"]


def test_each_office_s_table_is_watched_on_its_own() -> None:
    marks = {f"table:{name}.xlsx": Mark.of(Fill(25, {"abstract": 25})) for name in "ab"}
    good = [record(number, "table", f"a.xlsx#Praktyki!{number}") for number in range(25)]
    bad = [record(100 + number, "table", f"b.xlsx#Praktyki!{number}") for number in range(10)]
    found = watch(seen(good + bad), marks, (), None)
    assert found.frozen == ("table:b.xlsx",)
    assert found.records == tuple(good)
    assert found.marks["table:b.xlsx"] == marks["table:b.xlsx"]


@pytest.mark.parametrize("name", ["table", "table:b.xlsx"])
def test_an_accepted_loss_is_what_the_next_run_is_compared_with(name: str) -> None:
    marks = {"table:b.xlsx": Mark.of(Fill(25, {"abstract": 25}))}
    few = [record(number, "table", f"b.xlsx#{number}") for number in range(10)]
    found = watch(seen(few), marks, (name,), None)
    assert found.frozen == ()
    assert [one.rule.code for one in found.findings] == ["source-accepted"]
    again = watch(seen(few), found.marks, (), None)
    assert (again.frozen, again.findings) == ((), ())


def test_a_loss_can_only_be_accepted_of_a_source_that_is_there() -> None:
    with pytest.raises(UsageError, match="mops"):
        watch(seen([record(1)]), {}, ("mops",), None)
    with pytest.raises(UsageError, match="no such source: pdb"):
        check_names(["bdp", "pdb"])


def test_what_the_shapes_refuse_counts_too() -> None:
    look = seen([record(number) for number in range(30)])
    first = watch(look, {}, (), None)
    some, many = (frozenset(f"r-{number}" for number in range(count)) for count in (9, 10))
    assert refused_by_shapes(look, first, some, {}).frozen == ()
    late = refused_by_shapes(look, first, many, {})
    assert (late.frozen, late.records, late.marks) == (("bdp",), (), {})
    accepted = watch(look, {}, ("bdp",), None)
    assert refused_by_shapes(look, accepted, many, {}).frozen == ()


def rename(work: Workplace, count: int, label: str = "Data dodania", start: int = 0) -> None:
    fields = tuple((label if name == "Data wprowadzenia do BDP" else name, value) for name, value in FIELDS)
    for number in range(start, start + count):
        text = pages.bdp(title=f"Praktyka numer {number}", fields=(*fields, CONTACT))
        work.write(f"{number:02}.txt", text)


def said(outcome: Outcome, code: str) -> list[str]:
    return [found.message("pl") for found in outcome.findings if found.rule.code == code]


def test_a_renamed_label_freezes_the_source_and_the_report_names_both(work: Workplace) -> None:
    rename(work, 21, "Data wprowadzenia do BDP")
    work.publish()
    before = (work.state / "sources.json").read_text(encoding="utf-8")
    rename(work, 21)
    work.write("mops.txt", pages.mops())
    work.write("pages.csv", "file,title\nmops.txt,Klub sąsiedzki\n")
    outcome = work.publish()
    assert outcome.frozen == ("bdp",)
    assert outcome.counts.records == 22
    assert work.select("SELECT (COUNT(?d) AS ?n) WHERE { ?r a gp:PracticeRecord ; dct:issued ?d }") == [("21",)]
    (labels,) = said(outcome, "source-labels-changed")
    assert "„Data wprowadzenia do BDP” → „Data dodania”" in labels
    (loss,) = said(outcome, "source-frozen")
    assert "issued: 100% → 0%" in loss
    rows = csv.DictReader(io.StringIO((work.state / "report" / "validation.csv").read_text(encoding="utf-8")))
    assert "source-labels-changed" in {row["rule"] for row in rows}
    # The frozen source keeps its mark; nothing of its contact persons is ever in it.
    after = (work.state / "sources.json").read_text(encoding="utf-8")
    assert before.strip("{} \n") in after
    assert "tkiewiczowski" not in after


def test_below_twenty_records_a_change_is_only_told(work: Workplace) -> None:
    rename(work, 4, "Data wprowadzenia do BDP")
    work.publish()
    rename(work, 4)
    outcome = work.publish()
    assert outcome.frozen == ()
    assert {"source-loss", "source-labels-changed"} <= set(codes(outcome))


def test_a_value_that_cannot_be_right_costs_the_value_and_not_the_record(work: Workplace) -> None:
    wrong = replaced(FIELDS, **{"Data wprowadzenia do BDP": "2105-04-02", "Liczba mieszkańców": "24"})
    work.write("a.txt", pages.bdp(fields=wrong))
    work.write("urzad.csv", "Tytuł;Kod TERYT;Budżet\nStacja naprawcza w bibliotece;2262011;0 zł\n")
    outcome = work.publish()
    assert (outcome.set_aside, outcome.counts.records) == ((), 2)
    assert {"date-impossible", "population-impossible", "amount-impossible"} <= set(codes(outcome))
    query = "{ ?r a gp:PracticeRecord ; dct:issued|gp:reportedPopulation ?o } UNION { ?p gp:totalBudget ?o }"
    assert work.select(f"SELECT ?o WHERE {{ {query} }}") == []
    (cell,) = [found.place.cell for found in outcome.findings if found.rule.code == "amount-impossible"]
    assert cell == "C2"


def test_titles_that_became_paragraphs_freeze_the_source_at_the_shapes(work: Workplace) -> None:
    rename(work, 21, "Data wprowadzenia do BDP")
    work.publish()
    for number in range(10):
        work.write(f"{number:02}.txt", pages.bdp(title=f"Praktyka numer {number} " + "i jeszcze jedno zdanie " * 14))
    outcome = work.publish()
    assert outcome.frozen == ("bdp",)
    assert outcome.counts.records == 21
    assert {"PracticeTitleLength", "source-frozen"} <= set(codes(outcome))
    assert len(outcome.set_aside) == 10


def test_a_source_that_never_gave_anything_good_is_no_release(work: Workplace) -> None:
    for number in range(21):
        work.write(f"{number:02}.txt", pages.bdp(fields=replaced(FIELDS, Miejscowość="Nigdzie")))
    with pytest.raises(GateError, match="nothing"):
        work.publish()
