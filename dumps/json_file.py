"""Values as a file of the release in JSON, and back: one way to write them, one error for what is none."""

from __future__ import annotations

import json
from typing import TypeVar

import cattrs
from cattrs.errors import BaseValidationError

from model.errors import ReleaseError

_CONVERTER = cattrs.Converter(forbid_extra_keys=True)
_Value = TypeVar("_Value")


def written(value: object) -> bytes:
    """A dataclass as JSON: sorted keys, ended by a line feed; the same bytes for equal values."""
    plain = _CONVERTER.unstructure(value)
    return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read(data: bytes, kind: type[_Value], name: str) -> _Value:
    """The value in a file of this name; raises ``ReleaseError`` where it holds none."""
    try:
        plain = json.loads(data)
        if not isinstance(plain, dict):
            raise ValueError("not an object")
        return _CONVERTER.structure(plain, kind)
    except (ValueError, RecursionError, BaseValidationError) as error:
        raise ReleaseError(f"{name} is not as expected: {error}", advice="publish the release once more") from error
