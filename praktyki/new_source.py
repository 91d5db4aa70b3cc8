"""The files of a new source of pages, made from templates (``praktyki init source``)."""

from __future__ import annotations

import keyword
import re
from importlib import resources
from pathlib import PurePosixPath
from string import Template

from converters.convert import SOURCE_NAMES
from model.errors import UsageError

SOURCES = PurePosixPath("converters/sources")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST = 30
# Each template and the place of what it becomes.
_PLACES = {
    "layout.toml.txt": "converters/sources/$module.toml",
    "module.py.txt": "converters/sources/$module.py",
    "test.py.txt": "tests/converters/test_source_$module.py",
    "page.txt": "examples/pages/$name-przyklad.txt",
}


def files(name: str) -> dict[str, bytes]:
    """The bytes of each file by its path in the checkout; ``UsageError`` for a name that cannot be a source's."""
    module = name.replace("-", "_")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or keyword.iskeyword(module):
        raise UsageError(f"not the name of a source: {name!r}", advice="small letters, digits and hyphens, 30 at most")
    if name in SOURCE_NAMES:
        raise UsageError(f"there is a source {name} already", advice="give another name")
    words = {"name": name, "module": module}
    folder = resources.files("praktyki") / "templates" / "source"
    return {
        Template(place).substitute(words): Template((folder / template).read_text(encoding="utf-8"))
        .substitute(words)
        .encode()
        for template, place in _PLACES.items()
    }
