"""The programs of docs/clients.md, run as they stand there against a running server; only the address is put in."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from endpoint.query.snippets import snippets
from tests.endpoint.served import Site, served
from tests.web_parts import CLIENTS, ROOT, demand

PAGE = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
DOCUMENTED = "http://127.0.0.1:8000/"
# The one practice of the served sample that says how many took part.
TITLE, PARTICIPANTS = "Blisko domu: asystent dla rodzin w trudnej chwili", "1326"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("releases")) as running:
        yield running


def programs(heading: str, language: str) -> list[str]:
    """The programs below a heading of the page."""
    section = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section is not None
    return re.findall(rf"^```{language}\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)


def run(command: list[str], program: str, site: Site, folder: Path | None = None) -> str:
    """What the program prints; it must end well."""
    done = subprocess.run(
        command,
        input=program.replace(DOCUMENTED, f"http://127.0.0.1:{site.port}/"),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        cwd=folder or ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONWARNINGS": "ignore"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def demand_command(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must have {name}")
        pytest.skip(f"{name} is not installed (apt-get install {package})")
    return found


def test_the_page_has_the_programs_that_the_query_page_writes() -> None:
    text = programs("curl", "sh")[0].partition("\n")[2].rpartition("SPARQL")[0]
    graph = programs("curl", "sh")[1].partition("\n")[2].rpartition("SPARQL")[0]
    for query in (text, graph):
        for program in snippets(f"{DOCUMENTED}sparql", query):
            assert program.code in PAGE, program.name


def test_curl(site: Site) -> None:
    demand_command("curl", "curl")
    table, graph = programs("curl", "sh")
    assert run(["/bin/sh"], table, site) == f"title,participants\n{TITLE},{PARTICIPANTS}\n"
    assert "gp:unit" in run(["/bin/sh"], graph, site) or "ns#unit" in run(["/bin/sh"], graph, site)


def test_sparqlwrapper(site: Site) -> None:
    table, graph = programs("Python: SPARQLWrapper", "python")
    printed = run([sys.executable, "-"], table, site)
    assert TITLE in printed
    assert PARTICIPANTS in printed
    assert int(run([sys.executable, "-"], graph, site)) == 7


def test_pandas(site: Site) -> None:
    if importlib.util.find_spec("pandas") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have pandas")
        pytest.skip("pandas is not installed (pip install -r requirements/clients.txt)")
    (table,) = programs("Python: pandas", "python")
    printed = run([sys.executable, "-"], table + "assert table.participants.dtype == 'int64'\n", site)
    assert PARTICIPANTS in printed
    assert "Blisko domu" in printed


def test_r(site: Site) -> None:
    rscript = demand_command("Rscript", "r-cran-sparql")
    (table,) = programs("R", "r")
    printed = run([rscript, "--vanilla", "-"], table, site)
    assert TITLE in printed
    assert PARTICIPANTS in printed


def test_comunica(site: Site, tmp_path: Path) -> None:
    node = demand_command("node", "nodejs")
    demand(CLIENTS / "@comunica", "npm ci in tests/clients")
    major = int(subprocess.run([node, "--version"], capture_output=True, check=True).stdout.decode()[1:].split(".")[0])
    if major < 20:
        pytest.skip(f"Comunica needs Node.js 20, this is {major}")
    (program,) = programs("JavaScript: Comunica", "js")
    printed = run([node, "--input-type=module", "-"], program, site, CLIENTS.parent)
    assert printed == f"{TITLE} {PARTICIPANTS}\n"
