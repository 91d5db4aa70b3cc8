"""``praktyki concepts update smup`` from the API to the next release."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from converters.asking import Manners
from converters.smup.api import SmupError
from dumps.lock import publisher_lock
from model.errors import GateError, LockedError
from praktyki import concepts_smup
from praktyki.cli import cli
from tests.converters.smup_double import SERVICES, Double, fault, smup_double
from tests.praktyki.workplace import EXAMPLES, Workplace

FAST = Manners(pause=0.0, backoff=0.0, sleep=lambda _: None)
STATE = "concepts/smup.json"


@pytest.fixture
def double() -> Iterator[Double]:
    with smup_double() as found:
        yield found


def update(work: Workplace, double: Double, *, dry_run: bool = False, force: bool = False) -> concepts_smup.Done:
    plan = dataclasses.replace(work.plan(), dry_run=dry_run)
    return concepts_smup.run(plan, double.endpoint, "poprawki@example.org", force=force, manners=FAST)


def test_an_update_is_taken_up_by_the_next_release_and_breaks_no_iri(work: Workplace, double: Double) -> None:
    work.publish(EXAMPLES)
    before = {row[0] for row in work.select("SELECT ?c WHERE { ?c a skos:Concept }")}
    done = update(work, double)
    assert (done.before, done.date) == ("2026-11-22", "2026-01-31")
    assert done.counts == {"areas": 10, "services": 3, "indicators": 5}
    outcome = work.publish(EXAMPLES)
    assert outcome.status == "published"
    after = {row[0] for row in work.select("SELECT ?c WHERE { ?c a skos:Concept }")}
    assert before < after
    named = work.select('SELECT ?n WHERE { ?c skos:prefLabel "wychowanie przedszkolne"@pl ; skos:notation ?n }')
    assert named == [("id-up:21",)]
    assert not [found for found in outcome.findings if found.place.file == "ontology/concepts" and
                found.severity.value == "Violation"]  # fmt: skip


def test_a_dry_run_shows_the_changes_and_writes_nothing(work: Workplace, double: Double) -> None:
    done = update(work, double, dry_run=True)
    assert {change.what for change in done.changes} >= {"new", "matched", "renamed"}
    assert not work.state.exists()


def test_a_shrunken_answer_is_refused_unless_forced(work: Workplace, double: Double) -> None:
    update(work, double)
    kept = (work.state / STATE).read_bytes()
    double.services = {11: SERVICES[11]}
    with pytest.raises(GateError, match="3 are in force"):
        update(work, double)
    assert (work.state / STATE).read_bytes() == kept
    assert {change.what for change in update(work, double, force=True).changes} == {"withdrawn"}


def test_a_failed_update_leaves_what_is_in_force_and_says_its_date(work: Workplace, double: Double) -> None:
    double.faults = [fault(200, b"<html>")]
    with pytest.raises(SmupError) as refused:
        update(work, double)
    assert "the scheme of 2026-11-22 stays in force" in refused.value.advice
    assert not work.state.exists()


def test_a_publisher_at_work_is_not_disturbed(work: Workplace, double: Double) -> None:
    work.releases.mkdir()
    with publisher_lock(work.releases, work.now), pytest.raises(LockedError):
        update(work, double)


def test_the_command_tells_changes_and_counts(work: Workplace, double: Double) -> None:
    environment = {"PRAKTYKI_STATE_DIR": str(work.state), "PRAKTYKI_RELEASES_DIR": str(work.releases)}
    double.services, double.indicators = {}, {}
    arguments = ["concepts", "update", "smup", "--endpoint", double.endpoint, "--dry-run", "--force"]
    result = CliRunner().invoke(cli, arguments, env=environment)
    assert result.exit_code == 0, result.output
    *rows, last = result.output.strip().splitlines()
    assert "matched\tsmup\tedukacja\tEdukacja\t" in rows
    assert json.loads(last)["areas"] == 10
