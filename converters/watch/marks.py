"""The marks of all sources as they are kept: ``state/sources.json``, sorted, made for git."""

from __future__ import annotations

import json
from collections.abc import Mapping

import cattrs
from cattrs.errors import BaseValidationError

from converters.watch.losses import Mark
from model.errors import StateError

STATE = "sources.json"
_CONVERTER = cattrs.Converter(forbid_extra_keys=True)


def dump(marks: Mapping[str, Mark]) -> str:
    """The file's text; equal marks give equal bytes."""
    plain = {name: _CONVERTER.unstructure(mark) for name, mark in marks.items()}
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def load(text: str, file: str = f"state/{STATE}") -> dict[str, Mark]:
    """The marks by the name of their source; none where there is no file yet. Raises ``StateError``."""
    if not text:
        return {}
    try:
        plain = json.loads(text)
        if not isinstance(plain, dict):
            raise ValueError("not an object")
        return {str(name): _CONVERTER.structure(mark, Mark) for name, mark in plain.items()}
    except (ValueError, TypeError, RecursionError, BaseValidationError) as error:
        raise StateError(
            f"{file}: cannot be read ({type(error).__name__})",
            advice="restore it from git, or remove it: then this run is compared with the last release",
        ) from error
