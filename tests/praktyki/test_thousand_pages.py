"""A thousand pages, fifty of them broken in twenty ways: the rest is published, and each of the fifty has its reason.

One run, as somebody sees it who sits before a terminal of 80 columns and 24 rows.
"""

from __future__ import annotations

import csv
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench import pages
from bench.broken_pages import WAYS, Way, broken
from converters.sources.terc import parse_register
from dumps import verify, versions
from dumps.manifest import Manifest
from tests.praktyki.workplace import EXAMPLES

COUNT, BROKEN = 1000, 50
ROWS, COLUMNS = 24, 80
REGISTER = next(EXAMPLES.glob("TERC_*"))


@dataclass(frozen=True)
class Run:
    """What was broken (by file), what stood on the screen, and what came of it."""

    broken: dict[str, Way]
    code: int
    screen: list[str]
    manifest: Manifest
    report: list[dict[str, str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("thousand")
    known = parse_register(REGISTER.read_bytes(), REGISTER.name)
    pages.write(folder / "pages", COUNT, known)
    spoilt = {}
    for index in range(BROKEN):
        number, way = index * (COUNT // BROKEN) + 7, WAYS[index % len(WAYS)]
        (folder / "pages" / "000" / f"{number:06}.txt").write_bytes(broken(number, way))
        spoilt[f"000/{number:06}.txt"] = way
    code, said = on_a_terminal(folder, "publish", "pages", str(REGISTER))
    current = versions.current(folder / "releases")
    assert current is not None, said
    report = (folder / "state" / "report" / "validation.csv").read_text(encoding="utf-8-sig")
    return Run(spoilt, code, screen(said), verify.verify(current), list(csv.DictReader(report.splitlines())))


def on_a_terminal(folder: Path, *arguments: str) -> tuple[int, str]:
    """Runs the command in a folder with a terminal of our size: exit code and all that was written to it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PRAKTYKI_", "LINES"))}
    environment |= {"TERM": "xterm", "PRAKTYKI_STATE_DIR": "state", "PRAKTYKI_RELEASES_DIR": "releases"}
    environment.pop("COLUMNS", None)
    command = [sys.executable, "-c", "from praktyki.cli import main; main()", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 65536):
                said += chunk
        except OSError:
            # Linux says so where the last writer has closed the other end.
            pass
        os.close(ours)
        return process.wait(), said.decode()


def screen(said: str) -> list[str]:
    """The rows behind the last stage, as a terminal shows them: without colours, long lines broken at its edge."""
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said).replace("\r", "").split("\n")
    last = max(index for index, line in enumerate(lines) if line.startswith("… "))
    return [line[start : start + COLUMNS] for line in lines[last + 1 :] for start in range(0, len(line) or 1, COLUMNS)]


def test_all_but_the_broken_pages_are_published(run: Run) -> None:
    assert run.code == 0
    assert (run.manifest.counts.practices, run.manifest.counts.records) == (COUNT - BROKEN, COUNT - BROKEN)


def test_each_broken_page_has_its_reason_in_the_report(run: Run) -> None:
    assert (len({way.name for way in run.broken.values()}), len(run.broken)) == (20, BROKEN)
    found: dict[str, set[str]] = {}
    for row in run.report:
        if row["severity"] == "Violation":
            found.setdefault(row["file"], set()).add(row["rule"])
    assert found == {file: {way.rule} for file, way in run.broken.items()}


def test_what_the_command_says_at_its_end_fits_a_screen(run: Run) -> None:
    text = "\n".join(run.screen)
    assert len(run.screen) < ROWS, text
    assert "Violation: 50" in text
    assert "950" in text
    assert "validation.html" in text.replace("\n", "")
    rows = [row for row in run.screen if " × " in row]
    counted = sum(int(row.split(" × ")[0]) for row in rows)
    warnings = sum(row["severity"] == "Warning" for row in run.report)
    assert counted == BROKEN + warnings, "every violation and warning is counted, by rule or among the rest"
    empty = sorted(file for file, way in run.broken.items() if way.rule == "page-empty")
    assert rows[0].strip() == f"{len(empty)} × page-empty: {', '.join(empty[:3])}, …", "the most frequent comes first"
