"""The codes of other registers under ``state/``: ``teryt/links.csv``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from converters.replaced_file import replace_file
from converters.units.links import UnitLink, join_links, parse_links, read_links, write_links
from converters.units.register import Register
from model.errors import InputError, StateError


@dataclass(frozen=True)
class LinksResult:
    """What came of reading tables: how many codes are kept now, how many of them are new or changed."""

    links: int
    units: int
    new: int


def links_path(state_dir: Path) -> Path:
    return state_dir / "teryt" / "links.csv"


def load_links(state_dir: Path) -> tuple[UnitLink, ...]:
    """The links that are kept, none where there is no file; raises ``StateError`` naming a wrong line."""
    path = links_path(state_dir)
    if not path.exists():
        return ()
    try:
        return read_links(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"{path}: cannot be read ({error})", advice="restore it from git") from error


def import_links(files: Sequence[Path], register: Register, state_dir: Path) -> LinksResult:
    """Reads tables and keeps their codes, all or none. Raises ``LinksError`` for what does not fit."""
    known = load_links(state_dir)
    new: list[UnitLink] = []
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise InputError(f"{file}: {error.strerror}") from error
        new += parse_links(data, file.name, register)
    joined = join_links(known, new)
    replace_file(links_path(state_dir), write_links(joined).encode())
    before = {(link.code, link.kind, link.value) for link in known}
    added = sum((link.code, link.kind, link.value) not in before for link in joined)
    return LinksResult(len(joined), len({link.code for link in joined}), added)
