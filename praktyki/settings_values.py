"""Settings in force, each with where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from converters.convert import SOURCE_NAMES
from converters.rights import TextRights
from dumps.publication import Publication
from praktyki.settings_table import Setting, Value


@dataclass(frozen=True)
class InForce:
    """A setting's value and where it came from: default, the file's name or the variable's name."""

    setting: Setting
    value: Value = field(repr=False)
    origin: str

    @property
    def shown(self) -> str:
        """The value for people; of a secret only whether it is set."""
        return ("(set)" if self.value else "") if self.setting.secret else str(self.value)


@dataclass(frozen=True)
class Settings:
    """All settings in force."""

    values: Mapping[str, InForce]

    def text(self, key: str) -> str:
        return str(self.values[key].value)

    def number(self, key: str) -> int:
        return int(self.values[key].value)

    def seconds(self, key: str) -> float:
        return float(self.values[key].value)

    def path(self, key: str) -> Path:
        return Path(self.text(key))

    def publication(self) -> Publication:
        """Who publishes and where, as the catalogue says it."""
        address = self.text("public_base_url")
        return Publication(
            address=f"{address.rstrip('/')}/" if address else "",
            publisher=self.text("publisher"),
            publisher_iri=self.text("catalogue.publisher_iri"),
            publisher_type=self.text("catalogue.publisher_type"),
            contact=self.text("contact"),
            title_pl=self.text("catalogue.title_pl"),
            title_en=self.text("catalogue.title_en"),
        )

    def text_rights(self) -> dict[str, TextRights]:
        """The text rights of every source."""
        return {
            source: TextRights(self.text(f"sources.{source}.texts"), self.text(f"sources.{source}.licence") or None)
            for source in SOURCE_NAMES
        }
