"""The command line as a program: output, exit codes, errors that say what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from praktyki.pipeline import STAGES
from tests.converters import made_pages as pages
from tests.converters.made_pages import FIELDS, replaced
from tests.praktyki.workplace import EXAMPLE_PRACTICES, EXAMPLES


def praktyki(folder: Path, *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    """Runs the command in a folder: exit code, the JSON lines it printed, what else it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRAKTYKI_")}
    command = [sys.executable, "-c", "from praktyki.cli import main; main()", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    events, other = [], done.stderr
    for line in done.stdout.splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            other += line + "\n"
    return done.returncode, events, other


def test_publish_names_its_stages_and_ends_with_what_came_of_it(tmp_path: Path) -> None:
    code, events, _ = praktyki(tmp_path, "publish", str(EXAMPLES))
    assert code == 0
    assert [event["stage"] for event in events if event["event"] == "stage"] == list(STAGES)
    assert (events[-1]["event"], events[-1]["practices"]) == ("published", EXAMPLE_PRACTICES)
    assert (tmp_path / "releases" / "current" / "practices.ttl").is_file()
    code, events, _ = praktyki(tmp_path, "publish", str(EXAMPLES))
    assert (code, events[-1]["event"]) == (0, "unchanged")


def test_a_finding_says_where_and_what_to_do_in_both_languages(tmp_path: Path) -> None:
    _, events, _ = praktyki(tmp_path, "publish", "--dry-run", str(EXAMPLES))
    (found,) = [event for event in events if event.get("rule") == "unit-ambiguous"]
    assert (found["file"], found["line"], found["field"]) == (
        "pages/09-rogowo-nazwa-niejednoznaczna.txt",
        34,
        "Miejscowość",
    )
    assert "unit-overrides.csv" in str(found["advice_pl"])
    assert "unit-overrides.csv" in str(found["advice_en"])
    assert not (tmp_path / "state").exists()


def test_validate_refuses_what_publish_would_set_aside(tmp_path: Path) -> None:
    assert praktyki(tmp_path, "validate", str(EXAMPLES))[0] == 1
    good = tmp_path / "good"
    good.mkdir()
    shutil.copy(next(EXAMPLES.glob("TERC_*")), good)
    (good / "a.txt").write_text(pages.bdp(), encoding="utf-8")
    assert praktyki(tmp_path, "validate", str(good))[0] == 0


def test_nothing_published_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text("Aktualności", encoding="utf-8")
    code, events, _ = praktyki(tmp_path, "publish", "news.txt")
    assert (code, events[-1]["code"]) == (1, "gate")
    assert "validation.html" in str(events[-1]["advice"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("publish",),
        ("publish", "nowhere"),
        ("units", "import", "nowhere"),
        ("fly",),
        ("releases", "verify", "2020-01-01"),
    ],
)
def test_wrong_use_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert praktyki(tmp_path, *arguments)[0] == 2


def test_an_unknown_setting_ends_with_2_and_names_it(tmp_path: Path) -> None:
    (tmp_path / "praktyki.toml").write_text("deadlin = 3\n", encoding="utf-8")
    code, events, _ = praktyki(tmp_path, "config")
    assert (code, events[-1]["code"]) == (2, "settings")
    assert "deadlin" in str(events[-1]["message"])


def test_a_damaged_state_ends_with_4_and_names_the_line(tmp_path: Path) -> None:
    praktyki(tmp_path, "publish", str(EXAMPLES))
    (tmp_path / "state" / "identity.tsv").write_text("nonsense\n", encoding="utf-8")
    code, events, _ = praktyki(tmp_path, "publish", str(EXAMPLES))
    assert (code, events[-1]["code"]) == (4, "state")
    assert "identity.tsv:1" in str(events[-1]["message"])


def test_units_are_imported_and_tried(tmp_path: Path, shared_dir: Path) -> None:
    code, events, _ = praktyki(tmp_path, "units", "import", str(shared_dir / "teryt" / "terc.csv"))
    assert (code, events[-1]["event"]) == (0, "units-imported")
    code, events, _ = praktyki(
        tmp_path, "units", "resolve", "Gdynia", "--kind", "gmina miejska", "--voivodeship", "pomorskie"
    )
    assert code == 0
    assert "2262011" in str(events[-1]["unit"])
    code, events, _ = praktyki(tmp_path, "units", "resolve", "Rogowo", "--kind", "gmina wiejska")
    assert code == 1
    assert "0412032" in str(events[-1]["advice"])


def test_a_refused_register_says_why(tmp_path: Path) -> None:
    (tmp_path / "page.zip").write_text("<html>error</html>", encoding="utf-8")
    code, events, _ = praktyki(tmp_path, "units", "import", "page.zip")
    assert (code, events[-1]["code"]) == (1, "register")
    assert "page.zip" in str(events[-1]["message"])


def test_releases_are_listed_and_verified(tmp_path: Path) -> None:
    _, events, _ = praktyki(tmp_path, "publish", str(EXAMPLES))
    version = str(events[-1]["version"])
    assert version in praktyki(tmp_path, "releases", "list")[2]
    assert praktyki(tmp_path, "releases", "verify")[0] == 0
    damaged = tmp_path / "releases" / version / "practices.ttl"
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b" ")
    code, events, _ = praktyki(tmp_path, "releases", "verify")
    assert (code, events[-1]["code"]) == (4, "release-broken")
    assert "practices.ttl" in str(events[-1]["message"])


_SHAPE = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix gp: <https://w3id.org/dobre-praktyki/ns#> .
<https://example.org/S> a sh:NodeShape ; sh:targetClass gp:Practice ; sh:property <https://example.org/P> .
<https://example.org/P> sh:path {path} ; sh:minCount 1 .
"""


def test_a_release_is_checked_against_the_shapes_of_others(tmp_path: Path) -> None:
    praktyki(tmp_path, "publish", str(EXAMPLES))
    (tmp_path / "met.ttl").write_text(_SHAPE.format(path="<http://purl.org/dc/terms/title>"))
    (tmp_path / "unmet.ttl").write_text(_SHAPE.format(path="<https://example.org/colour>"))
    (tmp_path / "none.ttl").write_text("this is no Turtle")
    code, events, _ = praktyki(tmp_path, "releases", "conform", "met.ttl")
    assert (code, events[-1]["event"]) == (0, "conforms")
    code, events, out = praktyki(tmp_path, "releases", "conform", "met.ttl", "unmet.ttl")
    assert code == 1
    assert "unmet.ttl" in out
    assert "https://example.org/colour" in out
    code, events, _ = praktyki(tmp_path, "releases", "conform", "none.ttl")
    assert code == 4
    assert "none.ttl" in str(events[-1]["message"])


def test_a_frozen_source_ends_with_3(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(next(EXAMPLES.glob("TERC_*")), folder)
    for number in range(22):
        (folder / f"{number}.txt").write_text(pages.bdp(title=f"Praktyka numer {number}"), encoding="utf-8")
    assert praktyki(tmp_path, "publish", "in")[0] == 0
    wrong = replaced(FIELDS, Miejscowość="Nigdzie")
    for number in range(10):
        (folder / f"{number}.txt").write_text(
            pages.bdp(title=f"Praktyka numer {number}", fields=wrong), encoding="utf-8"
        )
    code, events, _ = praktyki(tmp_path, "publish", "in")
    assert (code, events[-1]["frozen"]) == (3, ["bdp"])
    assert events[-1]["practices"] == 22
    # A real change is taken at the operator's word, and then is what the next run is compared with.
    code, events, _ = praktyki(tmp_path, "publish", "in", "--accept-loss", "bdp")
    assert (code, events[-1]["frozen"]) == (0, [])
    assert any(event.get("rule") == "source-accepted" for event in events)
    assert praktyki(tmp_path, "publish", "in", "--accept-loss", "pdb")[0] == 2
