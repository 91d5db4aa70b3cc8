"""A copy of ``state/`` and ``releases/`` is all that an installation is: on an empty machine it goes on as before."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from dumps import verify, versions
from praktyki import pipeline
from tests.endpoint.fixture_release import running_app, sample_config
from tests.praktyki.workplace import EXAMPLES, Workplace

FIRST, SECOND = "12-puck-muzeum-ulicy.txt", "13-dobra-uslugi-na-rowerze.txt"


def give(work: Workplace, name: str) -> None:
    work.write(name, (EXAMPLES / "pages" / name).read_text(encoding="utf-8"))


def pack(work: Workplace, archive: Path, name: str) -> None:
    command = ["tar", "--create", "--file", str(archive / f"{name}.tar"), "--directory", str(work.folder), name]
    subprocess.run(command, check=True)


def back_up(work: Workplace, archive: Path) -> None:
    """As docs/deployment.md says: the releases first, then the state, which is never behind them."""
    pack(work, archive, "releases")
    pack(work, archive, "state")


def restore(archive: Path, place: Path) -> Workplace:
    place.mkdir()
    for name in ("releases.tar", "state.tar"):
        subprocess.run(["tar", "--extract", "--file", str(archive / name), "--directory", str(place)], check=True)
    return Workplace(place)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def test_a_restored_copy_has_every_byte_is_served_and_goes_on(work: Workplace, tmp_path: Path) -> None:
    give(work, FIRST)
    work.publish()
    give(work, SECOND)
    work.publish()
    back_up(work, tmp_path)
    restored = restore(tmp_path, tmp_path / "empty-machine")
    for name in ("state", "releases"):
        assert digests(restored.folder / name) == digests(work.folder / name) != {}
    assert restored.current().name == work.current().name
    assert [verify.verify(path).version for path in versions.list_releases(restored.releases)] == [
        path.name for path in versions.list_releases(work.releases)
    ]
    with running_app(sample_config(restored.releases)) as app:
        client = app.test_client()
        assert client.get("/readyz").status_code == 200
        file = client.get(f"/dumps/{restored.current().name}/all.nq.gz")
        assert file.headers["ETag"].strip('"') == hashlib.sha256(file.data).hexdigest()
    assert restored.publish(work.pages).status == "unchanged"
    page = work.pages / SECOND
    page.write_text(page.read_text(encoding="utf-8").replace("cały weekend", "dwa dni"), encoding="utf-8")
    assert restored.publish(work.pages).version == "2026-01-31-3"
    names = restored.select("SELECT ?p { ?p a gp:Practice }")
    assert names == work.select("SELECT ?p { ?p a gp:Practice }")


@pytest.mark.parametrize("stage", ["check", "state", "store", "verify", "switch", ""])
def test_a_copy_that_is_made_while_a_publisher_works_can_be_restored(
    work: Workplace, tmp_path: Path, stage: str
) -> None:
    """``""``: the publisher ends between the copy of the releases and that of the state."""
    give(work, FIRST)
    work.publish()
    give(work, SECOND)
    if stage:
        plan = work.plan(lambda name: back_up(work, tmp_path) if name == stage else None)
        pipeline.publish((work.pages,), plan)
    else:
        pack(work, tmp_path, "releases")
        work.publish()
        pack(work, tmp_path, "state")
    restored = restore(tmp_path, tmp_path / "empty-machine")
    verify.verify(restored.current())
    outcome = restored.publish(work.pages)
    assert outcome.counts.practices == 2
    assert verify.verify(restored.current()).counts.practices == 2
    assert not [path for path in restored.releases.iterdir() if path.name.startswith(".tmp")]
