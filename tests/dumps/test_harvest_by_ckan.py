"""What a portal on CKAN makes of the catalogue: ckanext-dcat reads it, and every field is what we meant.

The harvester is not ours; it runs in an environment of its own (``make harvester``).
"""

from __future__ import annotations

import json
import os
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from dumps.distributions import ALL, DATASETS
from dumps.manifest import Manifest
from dumps.verify import read_release
from dumps.words import words
from model.iris import DATASET, DEFAULT_BASE, Iris
from tests.conftest import ROOT
from tests.dumps.catalogued import ADDRESS, PUBLICATION, release

PYTHON = ROOT / ".venv-ckan" / "bin" / "python"
IRIS = Iris(DEFAULT_BASE)
_EU = "http://publications.europa.eu/resource/authority/"
LANGUAGES = ("pl", "en")
FORMS = (("catalog.ttl", "turtle"), ("catalog.rdf", "xml"), ("catalog.jsonld", "json-ld"))
Package = dict[str, Any]


@pytest.fixture(autouse=True)
def _harvester() -> None:
    if not PYTHON.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have the harvester (make harvester)")
        pytest.skip("the harvester is not installed (make harvester)")


@lru_cache
def harvested(file: str = "catalog.ttl", form: str = "turtle", language: str = "pl") -> dict[str, Package]:
    """The packages by the name of their data set; the list that CKAN calls extras as fields among the others."""
    command = [str(PYTHON), str(Path(__file__).with_name("harvested.py")), str(release() / file), form, language]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {}
    for package in json.loads(done.stdout):
        extras = {each["key"]: each["value"] for each in package.pop("extras")}
        assert not extras.keys() & package.keys()
        found[extras["uri"].rpartition("/")[2]] = package | extras
    return found


def manifest() -> Manifest:
    return read_release(release())


def test_every_data_set_is_a_package_and_the_series_is_none() -> None:
    packages = harvested()
    assert packages.keys() == set(DATASETS)
    for name, package in packages.items():
        assert package["uri"] == package["identifier"] == IRIS.dataset(name)
        assert package["url"] == f"{ADDRESS}doc/dataset/{name}"
    assert len({package["name"] for package in packages.values()}) == len(packages)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in DATASETS if name != "units"])
def test_title_and_notes_are_in_the_portals_language(name: str, language: str) -> None:
    package, said = harvested(language=language)[name], words()["datasets"][name]
    assert package["title"] == said[f"title_{language}"]
    # The content describes the whole in fewer words.
    assert package["notes"]
    assert said[f"description_{language}"].startswith(package["notes"])


@pytest.mark.parametrize("name", DATASETS)
def test_who_when_how_often_and_about_what(name: str) -> None:
    package, said, made = harvested()[name], words()["datasets"][name], manifest()
    assert package["version"] == made.version
    assert package["modified"] == made.version
    assert package["issued"] == ("2026-01-01" if name == "units" else made.first)
    assert str(made.counts.practices) in package["version_notes"]
    assert package["frequency"] == f"{_EU}frequency/IRREG"
    assert package["access_rights"] == f"{_EU}access-right/PUBLIC"
    assert json.loads(package["language"]) == [f"{_EU}language/POL"]
    assert {tag["name"] for tag in package["tags"]} == {*said["keywords_pl"], *said["keywords_en"]}
    assert set(json.loads(package["theme"])) == {f"{_EU}data-theme/{code}" for code in said["themes"]}
    assert (package["publisher_uri"], package["publisher_name"]) == (
        PUBLICATION.publisher_iri,
        PUBLICATION.publisher,
    )
    assert package["publisher_type"].endswith(f"/{PUBLICATION.publisher_type}")
    assert (package["contact_name"], package["contact_email"]) == (PUBLICATION.publisher, PUBLICATION.contact)


def test_where_and_when_the_practices_were() -> None:
    packages = harvested()
    country = f"{_EU}country/POL"
    assert {packages[name]["spatial_uri"] for name in ("units", "concepts", "vocabulary")} == {country}
    # CKAN keeps one place of many.
    assert packages[DATASET]["spatial_uri"] == country or packages[DATASET]["spatial_uri"].startswith(IRIS.base)
    start, end = packages["practices"]["temporal_start"], packages["practices"]["temporal_end"]
    assert "2000" < start < end <= manifest().version
    assert packages["units"]["temporal_start"] == packages["units"]["temporal_end"] == "2026-01-01"


@pytest.mark.parametrize("name", DATASETS)
def test_the_licence_is_one_that_the_portal_knows(name: str) -> None:
    for language in LANGUAGES:
        assert harvested(language=language)[name]["license_id"] == "cc-by"


@pytest.mark.parametrize("name", DATASETS)
def test_every_file_is_a_resource_with_address_size_hash_format_and_licence(name: str) -> None:
    found = {resource["uri"]: resource for resource in harvested()[name]["resources"]}
    assert found.keys() == {distribution.iri(IRIS) for distribution in ALL[name]}
    for distribution in ALL[name]:
        resource, entry = found[distribution.iri(IRIS)], manifest().files[distribution.file]
        address = f"{ADDRESS}dumps/{manifest().version}/{distribution.file}"
        assert {resource[key] for key in ("url", "access_url", "download_url")} == {address}
        assert (resource["size"], resource["hash"]) == (entry.bytes, entry.sha256)
        assert resource["hash_algorithm"].endswith("sha256")
        assert resource["format"] == distribution.format.file_type
        assert resource["mimetype"] == distribution.format.media_type
        assert resource.get("compress_format", "") == distribution.format.compress
        assert resource["license"] == f"{_EU}licence/CC_BY_4_0"
        assert ("CC BY 4.0" in resource.get("rights", "")) == (name in (DATASET, "practices"))
        assert distribution.file in resource["description"]
        assert resource["availability"] == f"{_EU}planned-availability/STABLE"


@pytest.mark.parametrize("name", DATASETS)
def test_the_sparql_service_is_found_at_one_file_of_each_data_set(name: str) -> None:
    served = [resource for resource in harvested()[name]["resources"] if "access_services" in resource]
    assert [resource["uri"] for resource in served] == [ALL[name][0].iri(IRIS)]
    (service,) = json.loads(served[0]["access_services"])
    assert service["endpoint_url"] == [f"{ADDRESS}sparql"]
    assert service["uri"] == f"{DEFAULT_BASE}sparql"
    assert IRIS.dataset(name) in service["serves_dataset"]


@pytest.mark.parametrize(("file", "form"), FORMS[1:])
def test_the_other_forms_of_the_catalogue_give_the_same_packages(file: str, form: str) -> None:
    assert _comparable(harvested(file, form)) == _comparable(harvested())


def _comparable(packages: dict[str, Package]) -> dict[str, Package]:
    """Without what the harvester picks or orders by chance: one place of many, one language of a rights statement."""
    return {name: _sorted({**package, "spatial_uri": ""}) for name, package in packages.items()}


def _sorted(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        return _sorted(json.loads(value))
    if isinstance(value, dict):
        return {name: _sorted(each) for name, each in value.items() if name != "rights"}
    if isinstance(value, list):
        return sorted((_sorted(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value
