"""Headers, separators, encodings, rows: CSV and JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.tables import columns
from converters.tables.columns import COLUMNS
from converters.tables.sheet import MAX_CELL, MAX_ROWS
from model.iris import fold
from model.records import SectionKind
from model.values import PartialDate, Period
from tests.converters.tables.made import HEADER, PLACE, codes, csv_of, findings, parsed, records

ROW = ("Bank narzędzi", *PLACE)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
def test_every_column_is_known_by_its_names_whatever_case_diacritics_and_blanks(column: columns.Column) -> None:
    for name in (column.pl, column.en, *column.names):
        for written in (name, name.upper(), fold(name), f"  {name}: ", f"{name} *", name.replace(" ", "\n")):
            assert columns.find(written) is column, written


def test_no_name_belongs_to_two_columns() -> None:
    names = [columns.normal(name) for column in COLUMNS for name in {column.pl, column.en, *column.names}]
    per_column = [{columns.normal(name) for name in (column.pl, column.en, *column.names)} for column in COLUMNS]
    assert sum(map(len, per_column)) == len(set(names))


def test_no_column_of_ours_looks_like_a_person() -> None:
    ours = {column.key for column in COLUMNS if columns.is_personal(column.pl) or columns.is_personal(column.en)}
    assert ours == {"phone", "email"}, "the office's own switchboard and mailbox, by their full names only"


@pytest.mark.parametrize(
    "name",
    ["Osoba kontaktowa", "Telefon kontaktowy", "Telefon", "E-mail", "Imię i nazwisko", "Koordynator projektu", "PESEL",
     "Kontakt", "contact person", "Autor opisu", "Kierownik projektu", "osoba_do_kontaktu"],
)  # fmt: skip
def test_a_column_of_a_person_is_discarded_with_a_finding(name: str) -> None:
    table = parsed(csv_of((*HEADER, name), (*ROW, "Zyta Przykładowska")))
    (found,) = findings(table)
    assert (found.rule.code, found.place.cell) == ("table-column-person", "E1")
    assert "Przykładowsk" not in repr(records(table))


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_and_marks(separator: str, mark: str) -> None:
    table = parsed(mark + csv_of(HEADER, ROW, separator=separator))
    assert [record.title for record in records(table)] == ["Bank narzędzi"]
    assert codes(table) == []


def test_excel_s_own_line_names_the_separator_and_keeps_row_numbers() -> None:
    table = parsed("sep=,\n" + csv_of(HEADER, ROW, separator=","))
    assert [row.file for row in table.rows] == ["urzad.csv#3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1250", "iso-8859-2"])
def test_encodings_of_polish_offices_give_the_same_records(encoding: str) -> None:
    text = csv_of((*HEADER, "Skrót"), ("Śródmiejska gąska", *PLACE, "Zażółć gęślą jaźń, ŻÓŁĆ i Ślązacy."))
    (record,) = records(parsed(text.encode(encoding)))
    (right,) = records(parsed(text))
    assert (record.title, record.sections) == (right.title, right.sections)


@given(st.text(alphabet="ąćęłńóśźżĄĆĘŁŃÓŚŹŻabcdyz ,.-\n", max_size=60), st.sampled_from(["windows-1250", "iso-8859-2"]))
def test_a_table_in_an_old_encoding_is_read_right_or_refused(words: str, encoding: str) -> None:
    text = csv_of((*HEADER, "Skrót"), (*ROW, f'"Opis: {words}"'))
    table = parsed(text.encode(encoding))
    right = records(parsed(text))
    refused = not records(table) and all(code.startswith("page-") for code in codes(table))
    assert records(table) == right or refused


@pytest.mark.parametrize("data", [b"Tytu\xb3;Gmina\nx\xff\xfe\x81;y\n", "TytuĹ‚;Gmina\nPszczoĹ‚y;Puck\n".encode()])
def test_damaged_letters_are_refused(data: bytes) -> None:
    (code,) = codes(parsed(data))
    assert code.startswith("page-")


def test_the_header_may_stand_below_a_title() -> None:
    table = parsed(csv_of(("Wykaz praktyk",), (), ("stan na 2024",), HEADER, ROW))
    assert [row.file for row in table.rows] == ["urzad.csv#5"]
    assert codes(table) == []


def test_cells_over_several_lines_keep_their_lines_and_rows_their_numbers() -> None:
    table = parsed(csv_of((*HEADER, "Skrót"), (*ROW, '"Jeden.\n\n Dwa; ""trzy"""'), (), ("Drugi", *PLACE, "x")))
    first, second = records(table)
    assert [(part.kind, part.text) for part in first.sections] == [(SectionKind.ABSTRACT, 'Jeden.\nDwa; "trzy"')]
    assert second.snapshot.file == "urzad.csv#4"


def test_an_unknown_column_is_named_and_a_near_miss_gets_a_suggestion() -> None:
    table = parsed(csv_of((*HEADER, "Uwagi", "Budżte"), (*ROW, "x", "5 zł")))
    unknown, similar = findings(table)
    assert (unknown.rule.code, unknown.place.cell) == ("table-column-unknown", "E1")
    assert "„Uwagi”" in unknown.message("pl")
    assert (similar.rule.code, similar.place.cell) == ("table-column-similar", "F1")
    assert "Budżet / Budget" in similar.message("en")
    assert records(table)[0].budget is None, "a suggestion is offered, never used"


def test_a_column_in_thousands_is_not_the_column_in_zloty() -> None:
    assert columns.find("Budżet (zł)") is columns.BY_KEY["budget"]
    assert columns.find("Budżet (tys. zł)") is None
    assert columns.find("Budżet w EUR") is None


def test_a_column_that_counts_rows_is_no_number_of_the_practice() -> None:
    for name in ("Lp.", "L.p.", "Nr", "Numer"):
        table = parsed(csv_of((name, *HEADER), ("1", *ROW)))
        assert records(table)[0].number is None
        assert codes(table) == []


def test_a_repeated_column_and_a_repeated_header_are_passed_over() -> None:
    table = parsed(csv_of((*HEADER, "Tytuł"), (*ROW, "inny"), (*HEADER, "Tytuł"), ("Drugi", *PLACE, "")))
    assert [record.title for record in records(table)] == ["Bank narzędzi", "Drugi"]
    assert codes(table) == ["table-column-repeated"]


def test_a_key_that_stands_twice_in_an_object_is_told_and_the_first_value_used() -> None:
    fields = dict(zip(HEADER[1:], PLACE, strict=True))
    inner = json.dumps(fields)[1:]
    data = f'[{{"Tytuł": "Pierwszy", {inner}, {{"Tytuł": "Bank narzędzi", "Tytuł": "Inny", {inner}]'
    for text in (data, f'{{"praktyki": {data}}}', data[1:-1].replace("}, {", "}\n{")):
        table = parsed(text, "a.json")
        assert [record.title for record in records(table)] == ["Pierwszy", "Bank narzędzi"]
        (found,) = findings(table)
        assert (found.rule.code, str(found.place)) == ("table-column-repeated", "a.json /2/Tytuł [Tytuł]")


def test_an_array_that_stands_twice_under_one_key_is_refused_not_lost() -> None:
    one = json.dumps([dict(zip(HEADER, ROW, strict=True))])
    assert codes(parsed(f'{{"praktyki": {one}, "praktyki": {one}}}', "a.json")) == ["table-json-form"]


def test_the_names_under_a_person_s_key_that_stands_twice_are_all_known() -> None:
    inner = json.dumps(dict(zip(HEADER, ROW, strict=True)))[1:-1]
    data = f'[{{{inner}, "Koordynator": "Zyta Przykładowska", "Koordynator": "Gaja Wymyślona"}}]'
    assert parsed(data, "a.json").persons >= {"Zyta Przykładowska", "Gaja Wymyślona"}


@pytest.mark.parametrize(
    ("number", "count"),
    [("120", 120), ("120.0", 120), ("1.2e2", 120), ("120.5", None), ("1E999999", None), ("-120.0", None)],
)
def test_a_json_number_with_a_point_is_a_count_where_it_is_whole(number: str, count: int | None) -> None:
    inner = json.dumps(dict(zip(HEADER, ROW, strict=True)))[1:-1]
    table = parsed(f'[{{{inner}, "Uczestnicy": {number}, "Budżet": 1500.50}}]', "a.json")
    (record,) = records(table)
    assert record.participants == count
    assert record.budget is not None
    assert str(record.budget.amount) == "1500.50"
    assert codes(table) == ([] if count else ["value-not-understood"])


def test_a_row_without_a_title_is_set_aside_and_the_rest_goes_on() -> None:
    table = parsed(csv_of(HEADER, ("", *PLACE), ROW))
    assert [record.title for record in records(table)] == ["Bank narzędzi"]
    (found,) = findings(table)
    assert (found.rule.code, found.place.cell, found.place.field) == ("table-cell-required", "A2", "Tytuł")


def test_a_bad_optional_cell_costs_the_cell_only() -> None:
    table = parsed(csv_of((*HEADER, "Okres realizacji"), (*ROW, "kiedyś")))
    assert records(table)[0].period is None
    (found,) = findings(table)
    assert str(found.place) == "urzad.csv#2 E2 [Okres realizacji]"


def test_a_separator_inside_a_value_sets_the_row_aside() -> None:
    table = parsed(csv_of(HEADER, ("Bank; narzędzi", *PLACE), ROW))
    assert codes(table) == ["table-row-ragged"]
    assert len(records(table)) == 1


def test_a_quote_that_is_never_closed_costs_the_rows_below_it_only() -> None:
    table = parsed(csv_of(HEADER, ROW, ('"Nigdy', *PLACE), ("Trzeci", *PLACE)))
    assert [record.title for record in records(table)] == ["Bank narzędzi"]
    (found,) = findings(table)
    assert (found.rule.code, found.place.line) == ("table-quote", 3)


def test_a_table_of_something_else_is_refused_in_words() -> None:
    (found,) = findings(parsed("gmina;liczba\nPuck;7\n"))
    assert found.rule.code == "table-no-header"
    assert "init table" in found.advice("en")
    assert codes(parsed(csv_of(HEADER))) == ["table-empty"]
    assert codes(parsed("")) == ["table-no-header"]


def test_too_many_rows_and_too_long_cells_are_said() -> None:
    many = csv_of(HEADER, *[(f"Praktyka {number}", *PLACE) for number in range(MAX_ROWS)])
    table = parsed(many)
    assert codes(table) == ["table-too-large"]
    assert len(table.rows) == MAX_ROWS - 1
    long = parsed(csv_of((*HEADER, "Skrót"), (*ROW, "x" * (MAX_CELL + 1))))
    assert codes(long) == ["table-cell-too-long"]
    assert records(long)[0].sections == ()


@pytest.mark.parametrize("name", ["t.xls", "t.ods", "t.xlsm", "t.xlsb"])
def test_other_kinds_of_files_are_refused_in_words(name: str) -> None:
    (found,) = findings(parsed(b"\xd0\xcf\x11\xe0rest", name))
    assert found.rule.code == "table-kind"
    assert ".xlsx" in found.advice("pl")


def test_values_become_facts() -> None:
    header = (
        *HEADER,
        "Dział",
        "Numer własny",
        "Usługi SMUP",
        "Realizator",
        "Kod pocztowy",
        "Data wpisu",
        "Okres",
        "Link",
    )
    cells = (
        "usługi społeczne : Kultura",
        "A/7",
        "praca socjalna; coś nowego",
        "Dom Kultury; Biblioteka",
        "81-000 Gdynia",
        "12 maja 2021",
        "2019",
        "https://www.example.org/bank",
    )
    table = parsed(csv_of(header, (*ROW, *(f'"{cell}"' for cell in cells))))
    (record,) = records(table)
    assert (record.category, record.number, record.services) == ("uslugi-spoleczne.kultura", "A/7", ("praca-socjalna",))
    assert [(body.name, body.postcode) for body in record.bodies] == [("Dom Kultury", "81-000"), ("Biblioteka", None)]
    assert str(record.issued) == "2021-05-12"
    assert record.period == Period(PartialDate(2019), PartialDate(2019))
    assert record.snapshot.url == "https://www.example.org/bank"
    (found,) = findings(table)
    assert (found.rule.code, found.place.cell) == ("service-unknown", "G2")


def test_what_was_discarded_or_moved_does_not_change_a_row_s_fingerprint() -> None:
    plain = records(parsed(csv_of(HEADER, ROW)))[0].snapshot.sha256
    moved = csv_of(("", "Osoba", *reversed(HEADER)), (), ("", "Zyta P.", *reversed(ROW)))
    assert records(parsed(moved))[0].snapshot.sha256 == plain
    assert records(parsed(csv_of(HEADER, ("Bank narzedzi", *PLACE))))[0].snapshot.sha256 != plain


def json_of(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


OBJECT = dict(zip(HEADER, ROW, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        json_of([OBJECT]),
        json_of({"meta": "x", "praktyki": [OBJECT]}),
        json_of(OBJECT),
        f"{json_of(OBJECT)}\n{json_of(OBJECT)}",
    ],
)
def test_json_is_an_array_an_object_with_one_or_a_line_each(text: str) -> None:
    table = parsed(text, "t.json")
    assert {record.title for record in records(table)} == {"Bank narzędzi"}
    assert codes(table) == []


def test_json_numbers_and_lists_are_typed_and_nested_objects_refused() -> None:
    value = {
        **OBJECT,
        "Budżet": 15707281.2,
        "Liczba uczestników": 12,
        "Usługi SMUP": ["praca socjalna"],
        "Skrót": {"pl": "x"},
    }
    table = parsed(json_of([value]), "t.json")
    (record,) = records(table)
    assert record.budget is not None
    assert (str(record.budget.amount), record.participants) == ("15707281.20", 12)
    assert record.services == ("praca-socjalna",)
    (found,) = findings(table)
    assert (found.rule.code, found.place.cell) == ("table-cell-nested", "/1/Skrót")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "table-unreadable"),
        ("[" * 100_000, "table-unreadable"),
        ('[{"Tytuł": NaN, "Gmina": "x"}]', "table-unreadable"),
        ("[1, 2]", "table-json-form"),
        (json_of({"a": [OBJECT], "b": [OBJECT]}), "table-json-form"),
        (json_of([{"x": 1}]), "table-no-header"),
    ],
)
def test_json_of_another_form_is_refused(text: str, code: str) -> None:
    assert codes(parsed(text, "t.json")) == [code]


@given(st.binary(max_size=300), st.sampled_from(["t.csv", "t.json", "t.xlsx", "t.tsv"]))
def test_no_bytes_make_the_reader_fail(data: bytes, name: str) -> None:
    parsed(data, name)
    parsed(b"PK\x03\x04xl/" + data, name)
    parsed("Tytuł;Gmina\n".encode() + data, name)


@pytest.mark.parametrize(
    "text",
    ["ZaĹĽĂłĹ‚Ä‡ gÄ™Ĺ›lÄ… jaĹşĹ„", "Białogóra\ufffd", "klub\x00 przy rynku", "klub\x1b[31m przy rynku", "klub \ud83d"],
    ids=["utf-8 as cp1250", "replacement", "nul", "escape", "half a character"],
)
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_text_that_was_damaged_before_it_was_escaped_is_not_used(text: str, form: str) -> None:
    sound = {"Tytuł": "Klub przy rynku", "Nazwa jednostki": "Gdynia", "Skrót": text}
    title = {"Tytuł": text, "Nazwa jednostki": "Gdynia"}
    written = [json.dumps(one) for one in (sound, title)]
    table = parsed("\n".join(written) if form == "jsonl" else f"[{','.join(written)}]", f"t.{form}")
    (record,) = records(table)
    assert (record.title, record.sections) == ("Klub przy rynku", ())
    assert codes(table) == ["table-cell-damaged", "table-cell-damaged", "table-cell-required"]


def test_a_key_with_half_a_character_is_an_unknown_column() -> None:
    row = {"Tytuł": "Klub przy rynku", "Nazwa jednostki": "Gdynia", "Uwagi \ud83d": "tak"}
    table = parsed(json.dumps([row]), "t.json")
    assert codes(table) == ["table-column-unknown"]
    assert all(found.message("pl").encode() for found in findings(table))
