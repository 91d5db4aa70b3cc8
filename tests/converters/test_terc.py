"""The register file of GUS: what is read, and what is refused with the reason."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from converters.sources.terc import MAX_BYTES, parse_register, recognise
from converters.units.register import Register
from model.errors import RegisterError
from model.values import UnitCode

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SAMPLE = (EXAMPLES / "TERC_Przyklad_2026-01-01.xml").read_bytes()
HEAD = "WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA"
DAY = "2026-01-01"


def whole_register() -> list[list[str]]:
    """Rows that pass for a whole register: invented names, real voivodeship codes, plausible counts."""
    rows = []
    for woj in range(2, 33, 2):
        rows.append([f"{woj:02}", "", "", "", f"WOJEWÓDZTWO {woj}", "województwo", DAY])
        for powiat in range(1, 25):
            rows.append([f"{woj:02}", f"{powiat:02}", "", "", f"powiacki {woj} {powiat}", "powiat", DAY])
            for gmina, rodz in enumerate("1222233", start=1):
                name = f"Gmina {woj} {powiat} {gmina}"
                for kind in (rodz, "4", "5") if rodz == "3" else (rodz,):
                    rows.append([f"{woj:02}", f"{powiat:02}", f"{gmina:02}", kind, name, "rodzaj", DAY])
    return rows


def table(rows: list[list[str]], *, head: str = HEAD, delimiter: str = ";", end: str = "\n") -> bytes:
    lines = [head.replace(";", delimiter), *(delimiter.join(row) for row in rows)]
    return end.join([*lines, ""]).encode()


def catalog(rows: list[list[str]], *, kind: str = "ALL", old: bool = False) -> bytes:
    columns = HEAD.split(";")

    def cell(name: str, value: str) -> str:
        return f'<col name="{name}">{value}</col>' if old else f"<{name}>{value}</{name}>"

    body = "\n".join(
        "<row>" + "".join(cell(*pair) for pair in zip(columns, row, strict=True)) + "</row>" for row in rows
    )
    return f'<teryt>\n<catalog name="TERC" type="{kind}" date="{DAY}">\n{body}\n</catalog></teryt>'.encode()


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", ".", 1), data)
    return stream.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(RegisterError) as caught:
        parse_register(data, "plik")
    assert caught.value.advice
    assert caught.value.message.startswith("plik")
    return caught.value.message


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    return whole_register()


@pytest.fixture(scope="module")
def expected(rows: list[list[str]]) -> Register:
    return parse_register(table(rows), "plik")


def test_a_whole_register_is_complete_and_dated(expected: Register) -> None:
    assert expected.complete
    assert expected.date.isoformat() == DAY
    assert len(expected.of_level("gmina")) == 16 * 24 * 7
    assert expected.units[UnitCode("020106")].terc == "0201063"
    assert {part.rodz for part in expected.parts} == {"4", "5"}


@pytest.mark.parametrize(
    "layout",
    [
        "bom and crlf",
        "tabs",
        "quoted commas",
        "lower-case heading",
        "NAZDOD",
        "xml",
        "old xml",
        "zip of csv",
        "zip of both",
        "other order",
    ],
)
def test_every_layout_gives_the_same_units(layout: str, rows: list[list[str]], expected: Register) -> None:
    quoted = [[f'"{cell}"' for cell in row] for row in rows]
    data = {
        "bom and crlf": lambda: b"\xef\xbb\xbf" + table(rows, end="\r\n") + b"\r\n",
        "tabs": lambda: table(rows, delimiter="\t"),
        "quoted commas": lambda: table(quoted, delimiter=","),
        "lower-case heading": lambda: table(rows, head=HEAD.lower()),
        "NAZDOD": lambda: table(rows, head="WOJ;POW;GMI;RODZ;NAZWA;NAZDOD;STAN_NA"),
        "xml": lambda: catalog(rows),
        "old xml": lambda: catalog(rows, old=True),
        "zip of csv": lambda: zipped(TERC_csv=table(rows)),
        "zip of both": lambda: zipped(TERC_xml=catalog(rows), TERC_csv=table(rows)),
        "other order": lambda: table(rows[::-1]),
    }[layout]()
    assert recognise(data)
    found = parse_register(data, "plik")
    assert found.units == expected.units
    assert found.parts == expected.parts


def test_the_file_of_gus_reads_alike_as_zip_csv_and_xml(shared_dir: Path) -> None:
    data = (shared_dir / "teryt" / "TERC_Urzedowy_2026-01-08.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [archive.read(name) for name in archive.namelist()]
    registers = [parse_register(each, "TERC") for each in (data, *members)]
    assert all(recognise(each) for each in (data, *members))
    assert registers[0].units == registers[1].units == registers[2].units
    assert [len(registers[0].of_level(level)) for level in ("voivodeship", "powiat", "gmina")] == [16, 380, 2479]
    assert len(registers[0].parts) == 2 * 724 + 18 + 19


def test_the_sample_is_taken_only_because_it_declares_itself_one() -> None:
    sample = parse_register(SAMPLE, "przyklad.xml")
    assert not sample.complete
    assert sample.units[UnitCode("226201")].name == "Gdynia"
    message = refusal(SAMPLE.replace(b'type="SAMPLE"', b'type="ALL"'))
    assert "partial" in message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 not a zip",
        b"<!DOCTYPE html><html><body>WOJ;POW;GMI;RODZ</body></html>",
        b"Strona g\xc5\x82\xc3\xb3wna\nTyp jednostki: gmina miejska\n",
        b'<teryt><catalog name="SIMC" date="2026-01-01"></catalog></teryt>',
        zipped(SIMC_csv=b"WOJ;POW;GMI;RODZ_GMI;RM;MZ\n"),
    ],
)
def test_other_content_is_not_recognised(data: bytes) -> None:
    assert not recognise(data)


def test_the_address_version_is_refused_by_name(rows: list[list[str]]) -> None:
    assert "adresowy" in refusal(table([row for row in rows if row[3] != "3"]))


def test_divided_cities_without_their_gmina_are_the_address_version(rows: list[list[str]]) -> None:
    city = [["14", "65", "", "", "Warszawa", "miasto", DAY], ["14", "65", "02", "8", "Bemowo", "dzielnica", DAY]]
    message = refusal(table(rows + city))
    assert "adresowy" in message
    assert f"plik:{len(rows) + 3} [RODZ]" in message


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [
        (lambda row: row[0] == "14", "15 × województwo"),
        (lambda row: row[1] in ("07", "08") and bool(row[1]), "352 × powiat"),
        (lambda row: row[2] in ("02", "03"), "× gmina"),
        (lambda row: row[3] == "1", "× gmina"),
        (lambda row: row[3] == "5", "mixed gminas"),
        (lambda row: row[:2] == ["14", "07"] and bool(row[2]), "powiat 1407 has no gmina"),
    ],
)
def test_a_partial_file_is_refused(left_out: object, reason: str, rows: list[list[str]]) -> None:
    assert callable(left_out)
    assert reason in refusal(table([row for row in rows if not left_out(row)]))


@pytest.mark.parametrize(
    ("line", "field", "cell", "reason"),
    [
        (5, "STAN_NA", "2025-01-01", "mixed"),
        (5, "WOJ", "2", "leading zero"),
        (5, "WOJ", "03", "not a TERC code"),
        (5, "RODZ", "", "neither"),
        (5, "RODZ", "7", "no such type"),
        (5, "NAZWA", "", "no name"),
        (5, "GMI", "01", "already"),
        (5, "POW", "99", "parent 0299 is missing"),
    ],
)
def test_a_wrong_row_is_named_by_line_and_field(
    line: int, field: str, cell: str, reason: str, rows: list[list[str]]
) -> None:
    wrong = [list(row) for row in rows]
    wrong[line - 2][HEAD.split(";").index(field)] = cell
    message = refusal(table(wrong))
    assert reason in message
    assert re.search(rf"plik:{line} \[\w+\]", message)


def test_a_date_that_is_none_is_refused(rows: list[list[str]]) -> None:
    assert "[STAN_NA]" in refusal(table([[*row[:6], "01.01.2026"] for row in rows]))


def test_a_catalogue_of_another_date_than_its_rows_is_refused() -> None:
    assert "the catalogue is of 2025-01-01" in refusal(SAMPLE.replace(b'date="2026-01-01"', b'date="2025-01-01"'))


def test_a_missing_column_and_a_short_line_are_named(rows: list[list[str]]) -> None:
    assert "plik:1 [STAN_NA]" in refusal(table([row[:6] for row in rows], head=HEAD.removesuffix(";STAN_NA")))
    assert "plik:3: 4 fields" in refusal(table([rows[0], rows[1][:4], *rows[2:]]))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 cut off", "broken zip"),
        (zipped(README_txt=b"nothing here"), "without a TERC file"),
        (zipped(a_csv=HEAD.encode(), b_csv=HEAD.encode()), "several TERC files"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>\r\n<html><head></head></html>", "web page (HTML)"),
        (b"Nazwa;Kod\r\nGdynia;2262011\r\n", "no TERC heading"),
        (table([]), "no rows"),
        (HEAD.encode() + b"\n32;;;;ZACHODNIOPOMORSKIE;wojew\xf3dztwo;2026-01-01\n", "plik:2: not UTF-8"),
        (b"<teryt><catalog name='TERC'><row></catalog></teryt>", "broken XML"),
        (b"<teryt><catalog name='TERC'><row><WOJ>22</WOJ></row></catalog></teryt>", "plik:1 [POW]"),
        (b'<?xml version="1.0" encoding="utf-16"?><teryt/>', "not in UTF-8"),
        (b"<teryt/>", 'without one <catalog name="TERC">'),
    ],
)
def test_what_is_no_register_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert reason in refusal(data)


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE teryt [<!ENTITY a "aaaa">]>',
        '<!DOCTYPE teryt SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!doctype teryt [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_xml_with_a_document_type_is_refused_before_parsing(prologue: str) -> None:
    assert "DOCTYPE" in refusal(f'<?xml version="1.0"?>{prologue}<teryt>&a;</teryt>'.encode())


def test_a_zip_that_grows_without_end_is_refused() -> None:
    bomb = zipped(TERC_csv=HEAD.encode() + b"\n" + b" " * (MAX_BYTES + 1))
    assert len(bomb) < MAX_BYTES / 500
    assert "grows beyond 64 MB" in refusal(bomb)


def test_a_cut_zip_is_refused_wherever_it_is_cut(rows: list[list[str]]) -> None:
    whole = zipped(TERC_csv=table(rows))
    for length in (30, len(whole) // 2, len(whole) - 1):
        assert "broken zip" in refusal(whole[:length])


def test_a_zip_with_a_flipped_byte_is_refused(rows: list[list[str]]) -> None:
    whole = bytearray(zipped(TERC_csv=table(rows)))
    whole[len(whole) // 2] ^= 0xFF
    assert "broken zip" in refusal(bytes(whole))


def test_a_city_is_told_by_its_number_not_by_its_description() -> None:
    sample = parse_register(SAMPLE, "przyklad.xml")
    assert sample.units[UnitCode("1465")].kind == "miasto-na-prawach-powiatu"
    assert sample.units[UnitCode("146501")].kind == "gmina-miejska"
    assert sample.units[UnitCode("2211")].kind == "powiat"
    districts = {part.name: part.gmina for part in sample.parts if part.rodz == "8"}
    assert districts == {"Bemowo": UnitCode("146501"), "Śródmieście": UnitCode("146501")}


def test_names_are_composed_and_voivodeships_in_lower_case() -> None:
    decomposed = SAMPLE.replace("Gdańsk".encode(), "Gdan\u0301sk".encode())
    found = parse_register(decomposed, "przyklad.xml")
    assert found.units[UnitCode("226101")].name == "Gdańsk"
    assert found.units[UnitCode("28")].name == "warmińsko-mazurskie"


def test_the_sample_is_true_and_closed_under_names(shared_dir: Path) -> None:
    """Each sample row is a row of the register, and no namesake of its voivodeship is left out."""
    sample = parse_register(SAMPLE, "przyklad.xml")
    full = parse_register((shared_dir / "teryt" / "terc.csv").read_bytes(), "terc.csv")
    assert sample.date == full.date
    assert {code: full.units[code] for code in sample.units} == sample.units
    assert set(sample.parts) <= set(full.parts)
    for unit in sample.of_level("gmina"):
        for same in (*full.gminas_named(unit.name), *full.gminas_plainly_named(unit.name)):
            assert same.voivodeship != unit.voivodeship or same.code in sample.units
