"""The way through the house, from pages to a switched release."""

from __future__ import annotations

import datetime as dt
import gzip
import os
import shutil
import urllib.parse
from dataclasses import replace
from pathlib import Path

import pytest

from dumps import verify, versions
from dumps.lock import publisher_lock
from model.errors import GateError, LockedError, StateError, UsageError
from model.iris import Iris
from praktyki import pipeline
from tests.converters import made_pages as pages
from tests.converters.made_pages import CONTACT, FIELDS, replaced, without
from tests.praktyki.workplace import EXAMPLE_PRACTICES, EXAMPLES, Workplace, all_bytes, codes

# The catalogue's figures change with every release.
FACTS = """SELECT ?s ?p ?o WHERE {
  GRAPH ?g { ?s ?p ?o }
  FILTER(!CONTAINS(STR(?s), '/id/snapshot/') && !REGEX(STR(?g), '/graph/(dataset|provenance)$'))
}"""
NEWS = "Strona główna\nAktualności\nZapraszamy na spotkanie w czwartek.\n"


def test_the_examples_are_published_and_two_pages_set_aside(work: Workplace) -> None:
    outcome = work.publish(EXAMPLES)
    assert outcome.status == "published"
    assert outcome.counts.practices == EXAMPLE_PRACTICES
    assert outcome.set_aside == ("pages/09-rogowo-nazwa-niejednoznaczna.txt", "pages/10-aktualnosci.html")
    assert {"unit-ambiguous", "page-not-recognised", "register-sample", "indicator-unknown"} <= set(codes(outcome))
    assert tuple(dict.fromkeys(work.stages)) == pipeline.STAGES
    assert verify.verify(work.current()).counts == outcome.counts


def test_the_examples_cover_every_kind_of_unit(work: Workplace) -> None:
    work.publish(EXAMPLES)
    kinds = {row[0] for row in work.select("SELECT DISTINCT ?k WHERE { ?p a gp:Practice ; gp:unit/dct:type ?k }")}
    names = {str(kind).rsplit("/", 1)[-1] for kind in kinds}
    assert {"gmina-miejska", "gmina-wiejska", "gmina-miejsko-wiejska", "powiat"} <= names
    query = "SELECT ?p (COUNT(?u) AS ?n) WHERE { ?p a gp:Practice ; gp:unit ?u } GROUP BY ?p HAVING(COUNT(?u) > 1)"
    union = work.select(query)
    assert sorted(row[1] or "" for row in union) == ["2", "3"]


def test_a_second_run_on_the_same_input_makes_no_release(work: Workplace) -> None:
    first = work.publish(EXAMPLES)
    work.now += dt.timedelta(days=3)
    second = work.publish(EXAMPLES)
    assert (second.status, second.version) == ("unchanged", first.version)
    assert len(versions.list_releases(work.releases)) == 1


def test_equal_input_and_state_give_equal_bytes(tmp_path: Path) -> None:
    found = []
    for name in ("a", "b"):
        place = Workplace(tmp_path / name)
        place.folder.mkdir()
        place.publish(EXAMPLES)
        current = place.current()
        files = {path.name: path.read_bytes() for path in current.iterdir() if path.is_file()}
        del files["manifest.json"], files["SHA256SUMS"]
        state = [(place.state / name).read_bytes() for name in ("identity.tsv", "accepted.jsonl")]
        found.append((files, state))
    assert found[0] == found[1]


def test_a_page_of_noise_is_refused_by_name_and_the_rest_published(work: Workplace) -> None:
    work.write("praktyka.txt", pages.bdp())
    work.write("aktualnosci.txt", NEWS)
    outcome = work.publish()
    assert outcome.counts.practices == 1
    (found,) = [found for found in outcome.findings if found.rule.code == "page-not-recognised"]
    assert found.place.file == "aktualnosci.txt"
    assert outcome.set_aside == ("aktualnosci.txt",)


def test_when_nothing_passes_nothing_is_published_and_the_report_says_why(work: Workplace) -> None:
    work.write("aktualnosci.txt", NEWS)
    with pytest.raises(GateError, match="nothing"):
        work.publish()
    assert versions.current(work.releases) is None
    assert "page-not-recognised" in (work.state / "report" / "validation.csv").read_text()


def test_a_removed_label_costs_one_field_and_the_report_says_so(work: Workplace) -> None:
    work.write("praktyka.txt", pages.bdp())
    work.publish()
    before = work.select(FACTS)
    work.write("praktyka.txt", pages.bdp(fields=(*without(FIELDS, "Liczba mieszkańców"), CONTACT)))
    outcome = work.publish()
    after = work.select(FACTS)
    gone = {row[1].rsplit("#")[-1] for row in set(before) - set(after) if row[1]}
    assert gone == {"reportedPopulation", "wasDerivedFrom"}
    missing = [dict(found.params)["label"] for found in outcome.findings if found.rule.code == "label-missing"]
    assert missing == ["Data aktualizacji", "Liczba mieszkańców"]


def test_a_known_practice_that_is_missing_stays_with_a_warning(work: Workplace) -> None:
    first, second = work.write("a.txt", pages.bdp()), work.write("b.txt", pages.bdp(title="Drugi stół"))
    work.publish()
    first.unlink()
    outcome = work.publish()
    assert outcome.status == "unchanged"
    assert outcome.counts.practices == 2
    assert "record-kept" in codes(outcome)
    assert second.exists()


def test_a_page_that_becomes_unreadable_stays_as_last_accepted(work: Workplace) -> None:
    work.write("a.txt", pages.bdp())
    work.write("b.txt", pages.bdp(title="Drugi stół"))
    work.publish()
    work.write("a.txt", pages.bdp(fields=replaced((*FIELDS, CONTACT), Miejscowość="Nigdzie")))
    outcome = work.publish()
    assert outcome.counts.practices == 2
    assert outcome.set_aside == ("a.txt",)


def test_a_page_that_gains_an_address_stays_the_same_practice(work: Workplace) -> None:
    work.write("a.txt", pages.bdp())
    work.publish()
    (before,) = work.select("SELECT ?p WHERE { ?p a gp:Practice }")
    work.write("pages.csv", "file,url\na.txt,https://dobrepraktyki.pl/index.php?p1=1&p2=2&art=77\n")
    work.publish()
    assert work.select("SELECT ?p WHERE { ?p a gp:Practice }") == [before]
    assert "bdp:77" in (work.state / "identity.tsv").read_text()


def test_an_operator_s_answer_ends_the_doubt(work: Workplace) -> None:
    work.write("a.txt", pages.bdp(fields=replaced(FIELDS, Miejscowość="Nigdzie")))
    work.write("b.txt", pages.bdp(title="Drugi stół"))
    first = work.publish()
    (doubt,) = [found for found in first.findings if found.rule.code == "unit-unknown"]
    key = dict(doubt.params)["key"]
    (work.state / "unit-overrides.csv").write_text(f"key,unit,note\n{key},2262011,sprawdzone\n")
    outcome = work.publish()
    assert outcome.set_aside == ()
    methods = work.select("SELECT ?m WHERE { ?l a gp:Link ; gp:matchMethod ?m }")
    assert any(str(row[0]).endswith("/override") for row in methods)


def test_the_same_page_twice_is_one_record(work: Workplace) -> None:
    work.write("a.txt", pages.bdp())
    work.write("b.txt", pages.bdp())
    outcome = work.publish()
    assert outcome.counts.records == 1
    assert "record-duplicate" in codes(outcome)


def test_two_sources_of_one_practice_are_two_records(work: Workplace) -> None:
    work.write("a.txt", pages.bdp())
    work.write("b.txt", pages.mops())
    work.write("pages.csv", "file,title\nb.txt,Rozmowa przy stole\n")
    work.state.mkdir()
    answer = "file:a.txt,file:b.txt,yes,ten sam projekt"
    (work.state / "same.csv").write_text(f"first,second,same,note\n{answer}\n", encoding="utf-8")
    outcome = work.publish()
    assert (outcome.counts.practices, outcome.counts.records) == (1, 2)
    assert len(work.select("SELECT ?r WHERE { ?r foaf:primaryTopic ?p . ?p a gp:Practice }")) == 2


def test_pages_that_wait_for_another_page_freeze_no_source(work: Workplace) -> None:
    rows = ["file,url"]
    for number in range(24):
        address = f"https://dobrepraktyki.pl/index.php?p1=1&p2=2&art={number + 1}"
        name = f"{number:02}.txt"
        work.write(name, pages.bdp(title=f"Praktyka numer {number}") if number < 8 else pages.full())
        rows.append(f"{name},{address}{'' if number < 8 else '&s=2'}")
    work.write("pages.csv", "\n".join(rows) + "\n")
    outcome = work.publish()
    assert (outcome.counts.practices, len(outcome.set_aside), outcome.frozen) == (8, 16, ())
    assert codes(outcome).count("entry-page-missing") == 16


def test_one_bad_record_among_many_stops_nothing(work: Workplace) -> None:
    for number in range(40):
        fields = FIELDS if number % 10 else replaced(FIELDS, Miejscowość="Nigdzie")
        work.write(f"{number:02}.txt", pages.bdp(title=f"Praktyka numer {number}", fields=fields))
    outcome = work.publish()
    assert outcome.counts.practices == 36
    assert len(outcome.set_aside) == 4
    assert outcome.frozen == ()


def test_a_source_that_lost_too_much_is_frozen_at_its_last_good_state(work: Workplace) -> None:
    for number in range(24):
        work.write(f"{number:02}.txt", pages.bdp(title=f"Praktyka numer {number}"))
    work.publish()
    for number in range(24):
        work.write(f"{number:02}.txt", pages.bdp(title=f"Praktyka numer {number}", fields=without(FIELDS, "Ulica")))
    for number in range(12):
        work.write(f"{number:02}.txt", NEWS)
    work.write("mops.txt", pages.mops())
    work.write("pages.csv", "file,title\nmops.txt,Klub sąsiedzki\n")
    outcome = work.publish()
    assert outcome.frozen == ("bdp",)
    assert outcome.status == "published"
    assert outcome.counts.practices == 25
    assert work.select("SELECT (COUNT(?a) AS ?n) WHERE { ?a locn:thoroughfare ?t }") == [("1",)]


def test_a_dry_run_writes_nothing(work: Workplace) -> None:
    outcome = work.publish(EXAMPLES, dry_run=True)
    assert outcome.status == "dry-run"
    assert outcome.counts.practices == EXAMPLE_PRACTICES
    assert versions.current(work.releases) is None
    assert not (work.state / "identity.tsv").exists()


def test_the_second_publisher_is_told_who_holds_the_lock(work: Workplace) -> None:
    work.releases.mkdir()
    with publisher_lock(work.releases, work.now), pytest.raises(LockedError, match=str(os.getpid())):
        work.publish(EXAMPLES)


@pytest.mark.parametrize("name", ["accepted.jsonl", "identity.tsv"])
def test_lost_state_stops_the_run_before_practices_vanish(work: Workplace, name: str) -> None:
    work.publish(EXAMPLES)
    (work.state / name).write_text("")
    with pytest.raises(StateError, match=name):
        work.publish(EXAMPLES)


def test_another_base_is_refused_once_something_was_published(work: Workplace) -> None:
    work.publish(EXAMPLES)
    plan = replace(work.plan(), iris=Iris("https://other.example.org/"))
    with pytest.raises(UsageError, match="base_iri"):
        pipeline.publish((EXAMPLES,), plan)


def test_nothing_to_read_is_wrong_use(work: Workplace) -> None:
    (work.folder / "empty").mkdir()
    with pytest.raises(UsageError, match="no page"):
        work.publish(work.folder / "empty")


def test_a_sample_register_that_was_given_once_is_kept(work: Workplace) -> None:
    work.publish(EXAMPLES)
    assert work.publish(EXAMPLES / "pages").status == "unchanged"


def test_file_names_of_any_kind_break_nothing(work: Workplace) -> None:
    for number, name in enumerate((b"a\xff\xfe.txt", "b\u2028c.txt".encode(), b"d\ne.txt", "ż ó.txt".encode())):
        text = pages.bdp(title=f"Praktyka numer {number}")
        Path(os.fsdecode(bytes(work.pages) + b"/" + name)).write_text(text, encoding="utf-8")
    assert work.publish().counts.practices == 4
    assert work.publish().status == "unchanged"


def test_a_file_called_after_the_contact_person_is_not_named_so(work: Workplace) -> None:
    work.write("zoltkiewiczowski-umowa.txt", pages.bdp())
    work.publish()
    assert b"zoltkiewiczowski" not in all_bytes([work.releases, work.state]).lower()


def test_a_full_register_in_the_input_is_imported(work: Workplace, shared_dir: Path) -> None:
    shutil.copy(shared_dir / "teryt" / "TERC_Urzedowy_2026-01-08.zip", work.pages)
    work.write("a.txt", pages.bdp())
    outcome = work.publish()
    assert outcome.counts.units == 16 + 380 + 2479  # former units are published, not counted
    units = (work.releases / "current" / "units.ttl").read_text(encoding="utf-8")
    assert units.count("gp:FormerUnit") == 3
    assert "register-sample" not in codes(outcome)


def test_without_a_register_the_run_says_so(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.write("a.txt", pages.bdp())
    with pytest.raises(GateError):
        place.publish()
    assert "register-missing" in (place.state / "report" / "validation.csv").read_text()


def test_nothing_of_a_contact_person_is_in_any_byte_that_is_written(work: Workplace) -> None:
    person = ("Żelisława Brzęczyszczykowska", "zastępczyni", "tel. 58 000 00 66", "e@mail: z.brzecz@example.org")
    for number, fields in enumerate(
        (
            (*FIELDS, ("Osoby kontaktowe", person)),
            (("Osoby kontaktowe", person), *FIELDS),
            (*replaced(FIELDS, **{"Adres_e@mail": "z.brzecz@example.org"}), ("Osoby kontaktowe", person)),
            (*FIELDS, ("Osoby kontaktowe", person), ("Nieznane pole", "Żelisława Brzęczyszczykowska")),
        )
    ):
        text = "Miasto zaprasza. Żelisława Brzęczyszczykowska odpowiada pod numerem 58 000 00 66, z.brzecz@example.org."
        work.write(f"{number}.txt", pages.bdp(title=f"Praktyka {number}", paragraphs=(text,), fields=fields))
    work.publish()
    written = all_bytes([work.releases, work.state])
    for secret in ("Brzęczyszcz", "brzecz", "Żelisław", "zelislaw", "000 00 66", "0000066", "58 000 00 66"):
        for form in (secret, secret.encode("unicode_escape").decode(), urllib.parse.quote(secret)):
            assert form.encode() not in written, form
    assert b"praktyka-0" in written


def test_the_validation_report_is_in_the_release_in_three_forms(work: Workplace) -> None:
    work.publish(EXAMPLES)
    for name in ("validation.ttl", "validation.csv", "validation.html"):
        assert (work.current() / name).stat().st_size > 0
    assert "Rogowo" in (work.current() / "validation.html").read_text()


def test_all_quads_are_sorted_and_name_their_graph(work: Workplace) -> None:
    work.publish(EXAMPLES)
    lines = gzip.decompress((work.current() / "all.nq.gz").read_bytes()).splitlines()
    assert lines == sorted(set(lines))
    assert all(b"/graph/" in line for line in lines)
    assert not any(b"_:" in line.split(b'"')[0] for line in lines)
