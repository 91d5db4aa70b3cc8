"""Documentation is proven against the code."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from model.iris import NS
from ontology.terms import PREFIXES
from praktyki import reference

ROOT = Path(__file__).resolve().parent.parent


def test_the_reference_is_what_the_code_says() -> None:
    assert reference.FILE.read_text(encoding="utf-8") == reference.reference(), "run: python -m praktyki.reference"


def test_the_columns_of_tables_are_what_the_code_says() -> None:
    page = reference.TABLES.read_text(encoding="utf-8")
    assert page == reference.with_columns(page), "run: python -m praktyki.reference"
    assert "| Okres realizacji | Period |" in page


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    documented = set(
        re.findall(r"^\| ([a-z0-9-]+) \|", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.MULTILINE)
    )
    assert documented - {"package", "---"} == set(project["dependencies"])
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    extras = {name for group in project["optional-dependencies"].values() for name in group}
    assert not [name for name in extras if name not in text]


def test_requirements_are_locked_with_hashes_and_without_addresses() -> None:
    for name in ("run.txt", "dev.txt", "clients.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        pinned = [line for line in text.splitlines() if re.match(r"^[a-z0-9]", line)]
        assert pinned
        assert all("==" in line for line in pinned)
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text


def test_npm_s_locks_have_hashes_and_no_addresses() -> None:
    for folder in ("web", "tests/clients"):
        text = (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
        packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
        assert all(entry["integrity"].startswith("sha512-") for entry in packages.values()), folder
        assert "://" not in text
        assert json.loads(text)["lockfileVersion"] == 3


def test_files_that_documents_name_exist() -> None:
    rooms = "docs|model|ontology|converters|shapes|dumps|endpoint|praktyki|bench|requirements|examples"
    named = re.compile(rf"`((?:{rooms})/[\w./-]+\.\w+)`")
    for document in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "examples" / "README.md"):
        missing = [path for path in named.findall(document.read_text(encoding="utf-8")) if not (ROOT / path).exists()]
        assert missing == [], document.name


def test_the_vocabulary_s_prefix_is_the_documented_one() -> None:
    assert PREFIXES["gp"] == NS == "https://w3id.org/dobre-praktyki/ns#"
