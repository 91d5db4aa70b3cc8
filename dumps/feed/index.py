"""``releases/feed/index.json``: which files make the feed. It is replaced by one rename, so that a feed is whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dumps.feed.members import Stream
from dumps.manifest import is_file_name
from model.errors import ReleaseError

FOLDER = "feed"
INDEX = "index.json"
PAGE_SIZE = 250


@dataclass(frozen=True)
class Page:
    """A page: its number from 1, how many members, the first and last moment in UTC, the file and its SHA-256."""

    number: int
    members: int
    first: str
    last: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Index:
    """The feed as it is. ``release`` and ``content`` (hash) are what it has caught up with.

    ``view`` counts from 1 and goes up when the feed was purged. ``state`` is the file of the things that there are,
    with their fingerprints, ``steps`` how often the feed grew.
    """

    base: str
    view: int
    page_size: int
    release: str
    content: str
    state: str
    steps: int
    pages: tuple[Page, ...]

    @property
    def stream(self) -> Stream:
        return Stream(self.base, self.view)

    @property
    def files(self) -> frozenset[str]:
        """The files that the feed is made of."""
        return frozenset({INDEX, self.state, *(page.file for page in self.pages)})

    def is_full(self, page: Page) -> bool:
        """Whether a page never changes again."""
        return page.members >= self.page_size


def to_json(index: Index) -> bytes:
    return (json.dumps(asdict(index), indent=0, sort_keys=True) + "\n").encode()


def read_index(releases_dir: Path) -> Index | None:
    """The feed beside the releases; None where there is none yet. Raises ``ReleaseError``."""
    path = releases_dir / FOLDER / INDEX
    try:
        plain = json.loads(path.read_bytes())
        pages = tuple(Page(**_typed(page, Page)) for page in plain.pop("pages"))
        index = Index(pages=pages, **_typed(plain, Index))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise ReleaseError(
            f"{path} is not as expected: {error}",
            advice=f"restore {path.parent} from a copy; if there is none, remove it: it is made anew from the releases",
        ) from error
    return index


def _typed(plain: Mapping[str, Any], wanted: type[Page | Index]) -> dict[str, Any]:
    """The values, where each has the type that it should have and files are names in the folder."""
    for name, value in plain.items():
        kind = wanted.__annotations__[name]
        if type(value).__name__ != kind:
            raise ValueError(f"{name} is {value!r}")
        if name in ("file", "state") and not is_file_name(value):
            raise ValueError(f"{value!r} is no name of a file")
    return dict(plain)
