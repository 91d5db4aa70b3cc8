"""``praktyki init source``: what it writes passes the linters, the types and its own test at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from converters.convert import SOURCE_NAMES
from model.errors import UsageError
from praktyki import new_source
from praktyki.cli import cli
from tests.praktyki.workplace import ROOT

_ROOMS = ("converters", "model", "ontology", "tests", "examples")
_WRITTEN = (
    "converters/sources/dom_otwarty.toml",
    "converters/sources/dom_otwarty.py",
    "tests/converters/test_source_dom_otwarty.py",
    "examples/pages/dom-otwarty-przyklad.txt",
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a source needs of this project."""
    for room in _ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def init(checkout: Path, name: str) -> Result:
    return CliRunner().invoke(cli, ["init", "source", name, "--into", str(checkout)])


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # -P and PYTHONPATH: the copy is what is imported, not the project that is installed.
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-P", *arguments]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def test_what_is_written_passes_linters_types_and_its_test_at_once(checkout: Path) -> None:
    assert init(checkout, "dom-otwarty").exit_code == 0
    written = [str(checkout / path) for path in _WRITTEN]
    assert all(Path(path).is_file() for path in written)
    python = [path for path in written if path.endswith(".py")]
    for module, *arguments in (
        ("ruff", "check", *python),
        ("ruff", "format", "--check", *python),
        ("mypy", "--strict", "--config-file", "", "--ignore-missing-imports", *python),
        ("pytest", "-q", "-p", "no:cacheprovider", _WRITTEN[2]),
    ):
        done = run(checkout, "-m", module, *arguments)
        assert done.returncode == 0, (module, done.stdout, done.stderr)
    # Registered by being there: in the list of sources, and by it in the settings.
    asked = "from converters.convert import SOURCE_NAMES; import sys; sys.stdout.write(' '.join(SOURCE_NAMES))"
    done = run(checkout, "-c", asked)
    assert set(done.stdout.split()) == {*SOURCE_NAMES, "dom-otwarty"}


def test_nothing_is_ever_overwritten(checkout: Path) -> None:
    (checkout / _WRITTEN[2]).write_text("ours\n")
    result = init(checkout, "dom-otwarty")
    assert isinstance(result.exception, UsageError)
    assert _WRITTEN[2] in result.exception.message
    assert (checkout / _WRITTEN[2]).read_text() == "ours\n"
    assert not (checkout / _WRITTEN[0]).exists()


def test_it_only_writes_into_a_checkout(tmp_path: Path) -> None:
    result = init(tmp_path, "dom-otwarty")
    assert isinstance(result.exception, UsageError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["Dom", "2dom", "dom_otwarty", "../dom", "dom--x", "class", "d" * 31, "bdp", "table"])
def test_names_that_cannot_be_a_source_s_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        new_source.files(name)
