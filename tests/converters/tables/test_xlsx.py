"""Workbooks: typed cells, formulas, merged cells, hidden sheets, hostile archives."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from converters.tables import xlsx_table
from tests.converters.tables.made import HEADER, PLACE, codes, findings, parsed, records, saved, xlsx_of

ROW = ("Bank narzędzi", *PLACE)


def test_dates_numbers_and_texts_are_read_by_their_types() -> None:
    header = (*HEADER, "Początek", "Koniec", "Budżet", "Liczba uczestników", "Data wpisu")
    row = (*ROW, dt.datetime(2020, 5, 1), dt.date(2021, 12, 31), 1234.5, "1 326", dt.datetime(2022, 1, 2))  # noqa: DTZ001
    table = parsed(xlsx_of(header, row), "t.xlsx")
    (record,) = records(table)
    assert record.period is not None
    assert (str(record.period.start), str(record.period.end)) == ("2020-05-01", "2021-12-31")
    assert record.budget is not None
    assert (str(record.budget.amount), record.participants, str(record.issued)) == ("1234.50", 1326, "2022-01-02")
    assert codes(table) == []
    assert table.rows[0].file == "t.xlsx#Praktyki!2"


def test_a_year_as_a_number_is_a_year_and_a_day_number_is_nothing() -> None:
    table = parsed(xlsx_of((*HEADER, "Okres realizacji"), (*ROW, 2015), ("Drugi", *PLACE, 44561)), "t.xlsx")
    first, second = records(table)
    assert first.period is not None
    assert (str(first.period.start), second.period) == ("2015", None)
    assert [(found.rule.code, found.place.cell) for found in findings(table)] == [("value-not-understood", "E3")]


@pytest.mark.parametrize(
    ("number_format", "code"),
    [('#,##0.00\\ "zł"', None), ("#,##0.00\\ [$zł-415]", None), ("#,##0.00 [$€-407]", "table-cell-currency"),
     ('"$"#,##0', "table-cell-currency"), ("0%", "value-not-understood")],
)  # fmt: skip
def test_the_number_format_tells_the_currency(number_format: str, code: str | None) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["E2"].number_format = number_format

    table = parsed(xlsx_of((*HEADER, "Budżet"), (*ROW, 500), change=change), "t.xlsx")
    assert codes(table) == ([code] if code else [])
    assert (records(table)[0].budget is None) is (code is not None)


def test_a_formula_without_a_stored_value_is_refused_and_one_with_it_is_read() -> None:
    data = xlsx_of((*HEADER, "Budżet", "Skrót"), (*ROW, "=1+1", '="a"&"b"'))
    table = parsed(data, "t.xlsx")
    assert [(found.rule.code, found.place.cell) for found in findings(table)] == [
        ("table-cell-formula", "F2"),
        ("table-cell-formula", "E2"),
    ]
    stored = rewritten(data, "xl/worksheets/sheet1.xml", b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    (record,) = records(parsed(stored, "t.xlsx"))
    assert record.budget is not None
    assert record.budget.amount == 2


def test_a_title_that_is_a_formula_without_value_sets_the_row_aside() -> None:
    table = parsed(xlsx_of(HEADER, ('="Bank"', *PLACE), ROW), "t.xlsx")
    assert codes(table) == ["table-cell-formula", "table-cell-required"]
    assert len(records(table)) == 1


def test_merged_cells_give_their_text_to_every_row_but_their_number_to_none() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.merge_cells("C2:C3")
        sheet.merge_cells("E2:E3")

    rows = ((*HEADER, "Budżet"), (*ROW, 900), ("Drugi", PLACE[0], None, PLACE[2], None))
    table = parsed(xlsx_of(*rows, change=change), "t.xlsx")
    assert [(record.unit.names, record.budget) for record in records(table)] == [(("Gdynia",), None)] * 2
    assert [(found.rule.code, found.place.cell) for found in findings(table)] == [
        ("table-cell-merged", "E2"),
        ("table-cell-merged", "E3"),
    ]


def test_a_heading_merged_across_columns_is_no_value() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(1)
        sheet["A1"] = "Wykaz dobrych praktyk"
        sheet.merge_cells("A1:D1")

    table = parsed(xlsx_of(HEADER, ROW, change=change), "t.xlsx")
    assert [row.file for row in table.rows] == ["t.xlsx#Praktyki!3"]
    assert codes(table) == []


def test_sheets_each_have_a_header_hidden_ones_are_passed_over() -> None:
    book = Workbook()
    for name, state in (("Rok 2023", "visible"), ("Rok 2024", "visible"), ("Stare", "hidden"), ("Uwagi", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in (HEADER, (f"Praktyka {name}", *PLACE)) if name != "Uwagi" else (("notatka",),):
            sheet.append(row)
    del book["Sheet"]
    table = parsed(saved(book), "t.xlsx")
    assert [row.file for row in table.rows] == ["t.xlsx#Rok 2023!2", "t.xlsx#Rok 2024!2"]
    assert codes(table) == ["table-sheet-hidden", "table-sheet-skipped"]


def test_a_sheet_called_after_a_person_is_called_by_its_number() -> None:
    table = parsed(xlsx_of(HEADER, ROW, name="Zyta Przykładowska"), "t.xlsx")
    assert [row.file for row in table.rows] == ["t.xlsx#arkusz-1!2"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_table, "MAX_UNPACKED", 1_000_000)
    data = with_member(xlsx_of(HEADER, ROW), "xl/media/image1.png", b"\0" * 2_000_000)
    assert len(data) < 50_000
    assert codes(parsed(data, "t.xlsx")) == ["table-too-large"]


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_entities_are_never_expanded(member: str) -> None:
    data = xlsx_of(HEADER, ROW)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read(member)
    body = xml.partition(b"?>")[2] if xml.startswith(b"<?xml") else xml
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + body.replace(b"Bank", b"&b;")
    table = parsed(with_member(data, member, bomb), "t.xlsx")
    assert codes(table) == ["table-unreadable"]


def test_macros_passwords_and_damage_are_refused_in_words() -> None:
    data = xlsx_of(HEADER, ROW)
    assert codes(parsed(with_member(data, "xl/vbaProject.bin", b"x"), "t.xlsx")) == ["table-kind"]
    assert codes(parsed(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "t.xlsx")) == ["table-kind"]
    assert codes(parsed(b"<html>", "t.xlsx")) == ["table-unreadable"]
    for cut in range(0, len(data), 97):
        assert set(codes(parsed(data[:cut], "t.xlsx"))) <= {"table-unreadable", "table-kind"}


def test_rows_far_below_and_columns_far_right_cost_nothing() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A1000000"] = "Daleko"
        sheet["XFD2"] = "x"

    table = parsed(xlsx_of(HEADER, ROW, change=change), "t.xlsx")
    assert [record.title for record in records(table)] == ["Bank narzędzi", "Daleko"]


def rewritten(data: bytes, member: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(member)
    changed = text.replace(old, new).replace(old.replace(b"<v></v>", b"<v />"), new)
    assert changed != text, text[-600:]
    return with_member(data, member, changed)


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return out.getvalue()


def test_letters_that_were_damaged_before_they_came_into_the_workbook_are_not_used() -> None:
    damaged = "Miasto zaprasza sąsiadów".encode().decode("cp1250")
    rows = (("Klub przy rynku", *PLACE, damaged), (damaged, *PLACE, "Dobrze."))
    table = parsed(xlsx_of((*HEADER, "Skrót"), *rows), "t.xlsx")
    (record,) = records(table)
    assert (record.title, record.sections) == ("Klub przy rynku", ())
    assert codes(table) == ["table-cell-damaged", "table-cell-damaged", "table-cell-required"]
