"""Sites as data: where to start, which addresses are practices, which only lead to them, and their one form.

The definitions are TOML files (``converters/harvest/sites``; docs/harvest.md explains them); an operator may
give one of their own.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import cattrs
import cattrs.errors

from converters.harvest.address import normal
from converters.harvest.contract import Kind, Placed
from model.errors import UsageError

SITE = "site.toml"  # the copy of an operator's definition in the store
_CONVERTER = cattrs.Converter(forbid_extra_keys=True, detailed_validation=False)


@dataclass(frozen=True)
class PageRule:
    """Addresses of one kind. ``path`` and the values of ``parameters`` are regular expressions for the whole text.

    Parameters stand in the canonical address in the rule's order; those not in ``optional`` are needed, others
    than these are dropped. ``slash`` adds the last slash.
    """

    kind: Kind
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    slash: bool = False


@dataclass(frozen=True)
class Site:
    """A site. The first of ``hosts`` (and ``scheme``) is the canonical one, the others are its aliases.

    ``volatile`` are regular expressions of what changes at every visit and does not count as a change; they are
    matched on the bytes read as Latin-1, because the encoding is not known yet.
    """

    name: str
    title: str
    scheme: str
    hosts: tuple[str, ...]
    start: tuple[str, ...]
    page_limit: int
    pages: tuple[PageRule, ...]
    volatile: tuple[str, ...] = ()

    @property
    def follows(self) -> bool:
        return True

    def owns(self, url: str) -> bool:
        """Whether the address is on one of the site's hosts."""
        return urlsplit(url).netloc.lower() in self.hosts

    def place(self, url: str) -> Placed | None:
        """The canonical form and the kind of an absolute address; None where no rule knows it."""
        address = normal(url)
        if address is None or not self.owns(address):
            return None
        parts = urlsplit(address)
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        for rule in self.pages:
            path = parts.path if not rule.slash or parts.path.endswith("/") else parts.path + "/"
            kept = _parameters(rule, given)
            if kept is not None and re.fullmatch(rule.path, path):
                query = urlencode(kept)
                return Placed(urlunsplit((self.scheme, self.hosts[0], path, query, "")), rule.kind)
        return None

    def fingerprint(self, body: bytes) -> str:
        """SHA-256 of the page without its volatile parts."""
        if self.volatile:
            text = body.decode("latin-1")
            for pattern in self.volatile:
                text = re.sub(pattern, "", text)
            body = text.encode("latin-1")
        return hashlib.sha256(body).hexdigest()


def _parameters(rule: PageRule, given: Mapping[str, str]) -> list[tuple[str, str]] | None:
    kept = []
    for name, pattern in rule.parameters.items():
        if name in given and re.fullmatch(pattern, given[name]):
            kept.append((name, given[name]))
        elif name in given or name not in rule.optional:
            return None
    return kept


def parse_site(text: str, file: str) -> Site:
    """A definition; ``UsageError`` names the file and what is wrong in it."""
    try:
        site = _CONVERTER.structure(tomllib.loads(text), Site)
        for pattern in (*site.volatile, *(value for rule in site.pages for value in _patterns(rule))):
            re.compile(pattern)
    except (cattrs.errors.ForbiddenExtraKeysError, ValueError, TypeError, KeyError, re.error) as error:
        raise UsageError(f"{file}: not a site definition: {error}", advice="docs/harvest.md shows one") from error
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,40}", site.name):
        raise UsageError(f"{file}: name = {site.name!r}", advice="small letters, digits and hyphens")
    if site.scheme not in ("http", "https") or not site.hosts or not site.start or site.page_limit < 1:
        raise UsageError(f"{file}: scheme, hosts, start or page_limit", advice="docs/harvest.md says what they are")
    strangers = [url for url in site.start if site.place(url) is None]
    if strangers:
        raise UsageError(f"{file}: no rule knows the start {strangers[0]}", advice="add a [[pages]] rule for it")
    return site


def _patterns(rule: PageRule) -> tuple[str, ...]:
    return (rule.path, *rule.parameters.values())


@cache
def shipped() -> tuple[Site, ...]:
    """The definitions that come with this software, by name."""
    folder = resources.files("converters.harvest") / "sites"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name[:-5])
    return tuple(parse_site(file.read_text(encoding="utf-8"), file.name) for file in files)


def read_site(path: Path) -> Site:
    """A definition of the operator's own."""
    try:
        return parse_site(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error})") from error
