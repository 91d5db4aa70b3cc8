"""The catalogue of what converters and gates look for, read from ``rules.toml``.

The shapes carry their own messages (``shapes/*.ttl``); everything else that a report can say stands there.
"""

from __future__ import annotations

import tomllib
from importlib import resources

from model.findings import Finding, Place, Rule, Severity


def _load() -> dict[str, Rule]:
    table = tomllib.loads(resources.files("model").joinpath("rules.toml").read_text(encoding="utf-8"))
    return {
        code: Rule(
            code,
            Severity(words["severity"]),
            words["pl"],
            words["en"],
            words["advice_pl"],
            words["advice_en"],
        )
        for code, words in table.items()
    }


RULES: dict[str, Rule] = _load()


def finding(code: str, place: Place, *, record: str | None = None, **params: str) -> Finding:
    """A finding of the rule with this code (``KeyError`` for a code that the catalogue does not have)."""
    return Finding(RULES[code], place, tuple(sorted(params.items())), record)
