"""A CKAN portal's harvester on a catalogue: ``python harvested.py FILE FORMAT LANGUAGE`` prints the packages as JSON.

Runs in the environment of requirements/ckan.txt, with CKAN's and ckanext-dcat's own code, and imports nothing of the
project. No database is asked: the profiles make packages out of triples before CKAN stores them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ckan.lib.munge import munge_title_to_name  # type: ignore[import-not-found]
from ckan.logic.validators import tag_length_validator, tag_name_validator  # type: ignore[import-not-found]
from ckanext.dcat.processors import RDFParser  # type: ignore[import-not-found]
from ckantoolkit import config  # type: ignore[import-not-found]


def main(file: Path, form: str, language: str) -> None:
    config["ckan.locale_default"] = language
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(file.read_text(encoding="utf-8"), form)
    packages = list(parser.datasets())
    for package in packages:
        package["name"] = munge_title_to_name(package["title"])
        for tag in package["tags"]:
            # What CKAN itself asks before it takes a package in; they raise.
            tag_name_validator(tag_length_validator(tag["name"], {}), {})
    sys.stdout.write(json.dumps(packages, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
