"""The three forms of the report."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import rdflib
from lxml import html
from rdflib.namespace import RDF, RDFS, SH

from model.findings import Finding, Place, Rule, Severity
from model.iris import DEFAULT_BASE, SHAPES_NS
from shapes.report import CSV_HEADER, csv_rows, html_page, write_files
from shapes.report_groups import by_rule, groups, in_order
from shapes.report_turtle import write_turtle

_BROKEN = Rule("unit-ambiguous", Severity.VIOLATION, "Nazwa „{printed}”.", "Name “{printed}”.", "Wskaż.", "Name it.")
_THIN = Rule("PracticeSummary", Severity.WARNING, "Brak streszczenia.", "No abstract.", "Sprawdź.", "Check.")
_NOTE = Rule("PracticePeriodMissing", Severity.INFO, "Brak okresu.", "No period.", "Nic.", "Nothing.")
_PRACTICE = f"{DEFAULT_BASE}id/practice/bdp-2"
_PATH = "http://purl.org/dc/terms/temporal"
_FINDINGS = (
    Finding(_NOTE, Place("b.txt"), record="bdp-2", focus_node=_PRACTICE, path=_PATH),
    Finding(_THIN, Place("b.txt", 10, "Cel"), record="bdp-2", focus_node=_PRACTICE),
    Finding(_BROKEN, Place('a, "b".txt', 4, "Miejscowość"), (("printed", "Łęczyca <b>"),)),
    Finding(_BROKEN, Place("c.txt", 4), (("printed", "Brzeziny"),), record="bdp-3"),
)


def validation_csv(findings: Iterable[Finding]) -> bytes:
    return b"".join(csv_rows(in_order(findings)))


def validation_html(findings: Iterable[Finding], titles: Mapping[str, str]) -> bytes:
    return html_page(in_order(findings), titles)


def validation_ttl(findings: Iterable[Finding], base: str) -> bytes:
    out = io.BytesIO()
    write_turtle(in_order(findings), base, out)
    return out.getvalue()


def _written(findings: Iterable[Finding], folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    return {name: path.read_bytes() for name, path in write_files(findings, DEFAULT_BASE, folder).items()}


def test_the_files_of_a_release(tmp_path: Path) -> None:
    found = _written(_FINDINGS, tmp_path / "report")
    assert sorted(found) == ["validation.csv", "validation.html", "validation.ttl"]
    assert found["validation.csv"] == validation_csv(_FINDINGS)
    assert found["validation.html"] == validation_html(_FINDINGS, {})
    assert found["validation.ttl"] == validation_ttl(_FINDINGS, DEFAULT_BASE)


def test_equal_findings_in_any_order_give_equal_bytes(tmp_path: Path) -> None:
    again = (*reversed(_FINDINGS), _FINDINGS[0])
    assert _written(_FINDINGS, tmp_path / "one") == _written(again, tmp_path / "other")


def test_the_prefixes_and_the_results_of_the_rdf_report_are_in_order() -> None:
    many = [replace(_FINDINGS[0], place=Place(f"{number}.html")) for number in range(700)]
    head, _, body = validation_ttl(many, DEFAULT_BASE).partition(b"\n\n")
    assert head.splitlines() == sorted(head.splitlines())
    assert all(line.startswith(b"@prefix ") for line in head.splitlines())
    nodes = re.findall(rb"^<[^>]*#result-[0-9a-f]{32}>", body, re.MULTILINE)
    assert len(nodes) == 700
    assert nodes == sorted(nodes)


def test_the_rdf_report_is_a_shacl_report_without_blank_nodes_and_values() -> None:
    data = validation_ttl(_FINDINGS, DEFAULT_BASE)
    graph = rdflib.Graph().parse(data=data, format="turtle")
    report = rdflib.URIRef(f"{DEFAULT_BASE}id/dataset/validation")
    assert (report, RDF.type, SH.ValidationReport) in graph
    assert (report, SH.conforms, rdflib.Literal(False)) in graph
    results = list(graph.objects(report, SH.result))
    assert len(results) == len(_FINDINGS)
    assert all(str(result).startswith(f"{report}#result-") for result in results)
    for result in results:
        assert graph.value(result, SH.resultSeverity) in (SH.Violation, SH.Warning, SH.Info)
        assert str(graph.value(result, SH.sourceShape)).startswith(SHAPES_NS)
        languages = [
            text.language for text in graph.objects(result, SH.resultMessage) if isinstance(text, rdflib.Literal)
        ]
        assert sorted(filter(None, languages)) == ["en", "pl"]
    assert not [node for triple in graph for node in triple if isinstance(node, rdflib.BNode)]
    assert not list(graph.triples((None, SH.value, None)))
    assert len(graph) == len(set(pyoxigraph.parse(data, pyoxigraph.RdfFormat.TURTLE)))


def test_a_result_names_its_node_or_else_its_record() -> None:
    graph = rdflib.Graph().parse(data=validation_ttl(_FINDINGS, DEFAULT_BASE), format="turtle")
    nodes = sorted(str(node) for node in graph.objects(None, SH.focusNode))
    assert nodes == [_PRACTICE, _PRACTICE, f"{DEFAULT_BASE}id/record/bdp-3"]
    assert [str(path) for path in graph.objects(None, SH.resultPath)] == [_PATH]


def test_the_rdf_report_says_where_each_result_stands_and_what_to_do() -> None:
    graph = rdflib.Graph().parse(data=validation_ttl(_FINDINGS, DEFAULT_BASE), format="turtle")
    rows = {
        (str(graph.value(result, RDFS.label)), str(text))
        for result in graph.subjects(RDF.type, SH.ValidationResult)
        for text in graph.objects(result, RDFS.comment)
        if isinstance(text, rdflib.Literal) and text.language == "en"
    }
    assert ('a, "b".txt:4 [Miejscowość]', "Name it.") in rows
    assert len(rows) == len(_FINDINGS)


def _measured(data: bytes) -> dict[str, int]:
    graph = rdflib.Graph().parse(data=data, format="turtle")
    dqv = rdflib.Namespace("http://www.w3.org/ns/dqv#")
    return {
        str(graph.value(own, dqv.isMeasurementOf)).partition("#metric-")[2]: int(str(graph.value(own, dqv.value)))
        for own in graph.subjects(RDF.type, dqv.QualityMeasurement)
    }


def test_the_rdf_report_counts_by_severity_and_by_rule() -> None:
    assert _measured(validation_ttl(_FINDINGS, DEFAULT_BASE)) == {
        "severity-Violation": 2,
        "severity-Warning": 1,
        "severity-Info": 1,
        "rule-unit-ambiguous": 2,
        "rule-PracticeSummary": 1,
        "rule-PracticePeriodMissing": 1,
    }
    none = _measured(validation_ttl((), DEFAULT_BASE))
    assert none == {"severity-Violation": 0, "severity-Warning": 0, "severity-Info": 0}


def test_a_rule_found_again_and_again_in_one_file_is_told_once_there() -> None:
    many = [Finding(_THIN, Place("c.csv", line), record="bdp-9") for line in range(1, 13)]
    (group,) = groups((*many, Finding(_NOTE, Place("c.csv", 40), record="bdp-9")), {})
    assert [(found.rule.code, others) for found, others in group.shown(10)] == [
        (_THIN.code, 11),
        (_NOTE.code, 0),
    ]
    page = html.document_fromstring(validation_html(many, {}))
    assert len(page.xpath("//ul[@class='findings']/li")) == 1
    assert "jeszcze w tylu miejscach: 11" in page.text_content()
    assert len(validation_csv(many).splitlines()) == 13


def test_a_page_of_many_records_tells_the_gravest_and_counts_all() -> None:
    many = [Finding(_THIN, Place(f"{number:04}.txt"), record=f"bdp-{number}") for number in range(620)]
    data = validation_html((*many, _FINDINGS[2]), {})
    page = html.document_fromstring(data)
    assert len(page.xpath("//section")) == 500
    assert page.xpath("//section")[0].xpath("./h3")[0].text_content().startswith('a, "b".txt')
    assert "dalszych wpisów i plików z uwagami jest 121" in page.text_content()
    rule = page.xpath("//details")[1]
    assert rule.xpath("./summary/strong")[0].text_content() == "620 ×"
    assert [len(rule.xpath("./ul/li")), len(rule.xpath("./ul/li/a"))] == [51, 50]
    assert "i jeszcze 570" in rule.text_content()
    assert len(validation_csv(many).splitlines()) == 621


def test_no_findings_is_a_report_that_conforms() -> None:
    graph = rdflib.Graph().parse(data=validation_ttl((), DEFAULT_BASE), format="turtle")
    assert list(graph.objects(None, SH.conforms)) == [rdflib.Literal(True)]
    assert not list(graph.objects(None, SH.result))
    assert validation_csv(()).decode() == ",".join(CSV_HEADER) + "\r\n"
    assert "Nie ma żadnych uwag" in validation_html((), {}).decode()


def test_the_table_has_a_row_for_each_finding_the_gravest_first() -> None:
    data = validation_csv(_FINDINGS)
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert [row["severity"] for row in rows] == ["Violation", "Violation", "Warning", "Info"]
    first = rows[0]
    assert tuple(first) == CSV_HEADER
    assert (first["record"], first["file"], first["line"], first["field"]) == ("", 'a, "b".txt', "4", "Miejscowość")
    assert first["message_pl"] == "Nazwa „Łęczyca <b>”."
    assert first["advice_en"] == "Name it."
    assert rows[3]["line"] == ""
    assert (rows[3]["focus_node"], rows[3]["path"]) == (_PRACTICE, _PATH)
    assert data.count(b"\r\n") == len(_FINDINGS) + 1


def _words(element: html.HtmlElement, language: str) -> str:
    """What a reader of one language sees."""
    other = "en" if language == "pl" else "pl"
    for hidden in element.xpath(f".//*[@lang='{other}']"):
        hidden.drop_tree()
    return " ".join(element.text_content().split())


def test_the_page_groups_by_record_and_escapes_what_it_prints() -> None:
    page = html.document_fromstring(validation_html(_FINDINGS, {"bdp-2": "Tytuł <i> praktyki"}))
    headings = [_words(heading, "pl") for heading in page.iter("h3")]
    assert headings == ['a, "b".txt', "bdp-3 – odłożono", "Tytuł <i> praktyki"]
    assert [len(section.xpath("./ul/li")) for section in page.iter("section")] == [1, 1, 2]
    assert not list(page.iter("script", "b", "i"))
    assert [number.text_content() for number in page.xpath("//ul[@class='counts']//strong")] == ["2", "1", "1"]
    assert "Łęczyca <b>" in page.text_content()


def test_each_reader_sees_the_sentence_the_place_and_what_to_do_in_one_language() -> None:
    data = validation_html(_FINDINGS, {})
    polish, english = (
        _words(html.document_fromstring(data).xpath("//section")[0], language) for language in ("pl", "en")
    )
    assert "Naruszenie Nazwa „Łęczyca <b>”. Co zrobić Wskaż." in polish
    assert 'Gdzie a, "b".txt, wiersz 4, pole Miejscowość' in polish
    assert "Violation Name “Łęczyca <b>”. What to do Name it." in english
    assert 'Where a, "b".txt, line 4, field Miejscowość' in english


def test_the_page_lists_each_rule_with_its_count_and_leads_to_its_records() -> None:
    page = html.document_fromstring(validation_html(_FINDINGS, {}))
    rules = page.xpath("//details")
    assert [rule.xpath("./summary/strong")[0].text_content() for rule in rules] == ["2 ×", "1 ×", "1 ×"]
    assert "Nazwa „…”." in rules[0].text_content()
    targets = [link.get("href").removeprefix("#") for rule in rules for link in rule.iter("a")]
    assert len(targets) == len(_FINDINGS)
    assert set(targets) <= {section.get("id") for section in page.iter("section")}


def test_rules_stand_by_gravity_then_by_number() -> None:
    found = by_rule(groups((*_FINDINGS, Finding(_THIN, Place("z.txt"))), {}))
    assert [(one.rule.code, one.count) for one in found] == [
        ("unit-ambiguous", 2),
        ("PracticeSummary", 2),
        ("PracticePeriodMissing", 1),
    ]


def test_the_title_of_a_record_that_was_set_aside_is_not_printed() -> None:
    """The title may be the very text that a privacy rule found."""
    assert "Tytuł z telefonem" not in validation_html(_FINDINGS, {"bdp-3": "Tytuł z telefonem"}).decode()


def test_what_names_only_a_file_stands_with_the_file_s_record() -> None:
    alone = Finding(_NOTE, Place("b.txt", 7))
    found = groups((_FINDINGS[0], alone, Finding(_NOTE, Place("z.txt"))), {})
    assert [(group.record, len(group.findings)) for group in found] == [("bdp-2", 2), (None, 1)]
    other = Finding(_NOTE, Place("b.txt"), record="bdp-4")
    assert [group.record for group in groups((_FINDINGS[0], alone, other), {})] == [None, "bdp-2", "bdp-4"]


def test_a_rule_whose_findings_all_have_their_own_advice_does_not_give_the_general_one() -> None:
    own = ("Wypełnij kolumnę.", "Fill in the column.")
    in_tables = tuple(replace(found, instead=own) for found in _FINDINGS if found.rule == _BROKEN)
    page = validation_html(in_tables, {}).decode()
    assert page.count("Fill in the column.") == 2
    assert _BROKEN.advice_en not in page
    assert _BROKEN.advice_en in validation_html((*in_tables, Finding(_BROKEN, Place("d.txt"))), {}).decode()
