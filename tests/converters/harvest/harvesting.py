"""Runs harvests of a local site with a clock that does not tick."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from converters.harvest import campaign
from converters.harvest.address_list import AddressList
from converters.harvest.connect import networks
from converters.harvest.contract import Limits, Outcome, Progress, Territory
from converters.harvest.journal import Known, read
from converters.harvest.sites import parse_site
from tests.converters.harvest.local_site import LocalSite, TestClock, definition

AGENT = "praktyki-lod/0.1 (+https://data.example.org/; dane@example.org)"
LOCAL = networks("127.0.0.1/32")


@dataclass
class Harvests:
    """A store, a clock and what was told."""

    root: Path
    clock: TestClock = field(default_factory=TestClock)
    told: list[Progress] = field(default_factory=list)
    end_at: int | None = None
    manner: campaign.Manner = field(init=False)

    def __post_init__(self) -> None:
        # Patient: a busy machine that stands still for a second is not what these tests are about.
        limits = Limits(body=200_000)
        self.manner = campaign.Manner(self.root, "praktyki-lod/0.1", AGENT, limits=limits, allowed=LOCAL)

    def run(self, territory: Territory, limit: int | None = None, **changes: object) -> campaign.Done:
        manner = replace(self.manner, **changes)  # type: ignore[arg-type]
        return campaign.harvest(territory, manner, self.clock.clocks(), self._tell, limit)

    def killed_after(self, addresses: int, *urls: str) -> None:
        """A run that ends in the middle, as a kill ends it: nothing is tidied up."""
        self.end_at = len(self.told) + addresses
        with pytest.raises(KeyboardInterrupt):
            self.list(*urls)
        self.end_at = None

    def _tell(self, step: Progress) -> None:
        self.told.append(step)
        if len(self.told) == self.end_at:
            raise KeyboardInterrupt

    def site(self, site: LocalSite, **changes: object) -> campaign.Done:
        """A run over the local site in the layout of the old base."""
        return self.run(parse_site(definition(site), "test"), **changes)  # type: ignore[arg-type]

    def list(self, *urls: str, **changes: object) -> campaign.Done:
        return self.run(AddressList("list-test", urls), **changes)  # type: ignore[arg-type]

    def known(self, name: str = "list-test") -> Known:
        return read(self.root / name / "journal.jsonl")

    def outcomes(self, name: str = "list-test") -> dict[str, tuple[Outcome, str]]:
        """Outcome and reason of each address, the address without scheme and host."""
        return {
            address.split("/", 3)[3]: (entry.outcome, entry.reason)
            for address, entry in self.known(name).entries.items()
        }
