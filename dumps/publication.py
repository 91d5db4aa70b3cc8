"""Who publishes and where: what the catalogue needs from the settings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from dumps.change_counts import Changes
from dumps.manifest import Counts, FileEntry
from dumps.versions import order
from model.errors import ReleaseError
from model.iris import DEFAULT_BASE, Iris

PUBLISHER_TYPES = (
    "Academia-ScientificOrganisation",
    "Company",
    "IndustryConsortium",
    "LocalAuthority",
    "NationalAuthority",
    "NonGovernmentalOrganisation",
    "NonProfitOrganisation",
    "PrivateIndividual(s)",
    "RegionalAuthority",
    "StandardisationBody",
    "SupraNationalAuthority",
)


@dataclass(frozen=True)
class Publication:
    """``address`` is where the installation answers and ends in "/"; empty: the base of the IRIs, which redirects.

    ``publisher_iri`` and ``publisher_type`` (one of ``PUBLISHER_TYPES``) may be empty. ``contact`` is a functional
    mailbox or a web address; titles that are empty are those of ``words.toml``.
    """

    address: str = ""
    publisher: str = "praktyki-lod"
    publisher_iri: str = ""
    publisher_type: str = ""
    contact: str = ""
    title_pl: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Edition:
    """One release as its catalogue sees it: who and where, which version, and the files that are already written.

    ``changes`` is what differs from ``previous``.
    """

    publication: Publication
    version: str
    first: str
    previous: str | None
    counts: Counts
    files: dict[str, FileEntry]
    base: str = DEFAULT_BASE
    changes: Changes | None = None

    @cached_property
    def iris(self) -> Iris:
        return Iris(self.base)

    @property
    def address(self) -> str:
        """The public address below which files and pages are."""
        return self.publication.address or self.base

    @property
    def publisher(self) -> str:
        """The publisher's IRI; the units' graph describes that of the base."""
        return self.publication.publisher_iri or self.base

    def file(self, name: str) -> str:
        """The address of a file, which never changes its content."""
        return f"{self.address}dumps/{self.version}/{name}"

    def landing_page(self, dataset: str) -> str:
        return f"{self.address}doc/dataset/{dataset}"

    def version_iri(self, version: str) -> str:
        """The IRI of a release: where it lies."""
        return f"{self.base}dumps/{version}/"

    @property
    def day(self) -> dt.date:
        return day_of(self.version)


def day_of(version: str) -> dt.date:
    """The day that a version is named by. Raises ``ReleaseError`` for a text that is no version."""
    found = order(version)
    if found is None:
        raise ReleaseError(f"{version!r} is no version")
    return found[0]
