"""morph-kgc in an environment of its own: its pins are older than ours, so that it can never share one with us."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources
from pathlib import Path

MORPH = "morph-kgc==2.10.0"
MAPPING = "mapping.rml.ttl"
OUT = "out.nt"
_CONFIGURATION = """[CONFIGURATION]
output_file={out}
output_format=N-TRIPLES
number_of_processes={workers}
logging_level=WARNING
[records]
mappings={mapping}
"""


def make_environment(folder: Path) -> Path:
    """An environment with morph-kgc from the package index that pip is set up for; its folder."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", MORPH]
    subprocess.run(pip, check=True)
    return folder


def configure(folder: Path, workers: int) -> None:
    """Mapping and configuration beside the tables of a folder."""
    mapping = resources.files("bench.morph").joinpath(MAPPING).read_bytes()
    (folder / MAPPING).write_bytes(mapping)
    text = _CONFIGURATION.format(out=OUT, workers=workers, mapping=MAPPING)
    (folder / "config.ini").write_text(text, encoding="utf-8")


def command(environment: Path) -> list[str]:
    """What to run in the folder of the tables."""
    # Resolved, because it runs in another folder; not through links, which would lead out of the environment.
    return [str(environment.absolute() / "bin" / "python"), "-m", "morph_kgc", "config.ini"]
