"""The words of ``words.toml`` in Polish and English: what a release says about itself."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pyoxigraph import Literal

LANGUAGES = ("pl", "en")


@lru_cache(maxsize=1)
def words() -> MappingProxyType[str, Any]:
    """The whole file, read once. Treat it as read-only."""
    return MappingProxyType(tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8")))


def both(table: str, key: str, **values: object) -> tuple[Literal, Literal]:
    """A sentence in both languages, its ``{places}`` filled: ``both("datasets.units", "title")``."""
    found: Any = words()
    for name in table.split("."):
        found = found[name]
    texts = found[key] if key in found else [found[f"{key}_{language}"] for language in LANGUAGES]
    polish, english = (str(text).format(**values) if values else str(text) for text in texts)
    return Literal(polish, language="pl"), Literal(english, language="en")
