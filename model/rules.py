"""The catalogue of what converters and gates look for, read from ``rules.toml``.

The shapes carry their own messages (``shapes/*.ttl``); everything else that a report can say stands there.
"""

from __future__ import annotations

import copyreg
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

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


def _by_code(rule: Rule) -> Any:
    """How a rule goes to another process: by its code, so that it is one object there too."""
    return (_rule, (rule.code,)) if RULES.get(rule.code) is rule else rule.__reduce_ex__(2)


def _rule(code: str) -> Rule:
    return RULES[code]


copyreg.pickle(Rule, _by_code)


def finding(code: str, place: Place, *, record: str | None = None, **params: str) -> Finding:
    """A finding of the rule with this code (``KeyError`` for a code that the catalogue does not have)."""
    return Finding(RULES[code], place, _shared(tuple(sorted(params.items()))), record)


# Many findings say the same of many files: they share the words.
@lru_cache(maxsize=4096)
def _shared(params: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return params
