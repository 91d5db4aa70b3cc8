"""Which entry of which source a web address means: the same page has many addresses.

Facts about the sites, none of them documented by their operators: the old base answers on two hosts with the same
parameters, ``art`` is the number of the practice and ``s`` the tab; the new one writes number and title into the path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlencode, urlsplit

from model.records import PageKind

_OLD_HOSTS = frozenset({"dobrepraktyki.pl", "archiwum.dobrepraktyki.pl"})
_NEW_HOSTS = frozenset({"dobrepraktyki.pl", "nowa.dobrepraktyki.pl"})
# The value of ``s`` for the attachments is not known from any page; so any other is taken for it.
_TABS = {"": PageKind.MAIN, "2": PageKind.FULL}
_ESCAPED = re.compile(r"[^A-Za-z0-9=&_.-]")
_NUMBER = re.compile(r"^\d{1,6}$")
_NEW_PATH = re.compile(r"^/praktyka/(?P<number>\d{1,6}),(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.html$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class EntryAddress:
    """An entry of a source. ``kind`` is set where the address alone tells what the page shows of it.

    ``slug`` is the title without diacritics, where the address holds it.
    """

    source: str
    number: str
    kind: PageKind | None = None
    slug: str | None = None


# A page is asked for its entry by its source, and again to parse and to gather it.
@lru_cache(maxsize=1024)
def entry_address(url: str | None) -> EntryAddress | None:
    """The entry that an address means; None for an address of any other form."""
    parts = _split(url)
    if parts is None:
        return None
    return _old_base(_host(parts), parts) or _new_base(_host(parts), parts)


def main_address(url: str) -> str:
    """The address of the summary page that belongs to an address of the old base: the same without its tab."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "s"]
    return parts._replace(query=urlencode(query), fragment="").geturl()


@lru_cache(maxsize=16_384)
def canonical(url: str) -> str:
    """An address for comparing: without scheme, ``www.``, default port, last slash and fragment, parameters sorted."""
    parts = _split(url)
    if parts is None:
        return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    port = f":{parts.port}" if parts.port not in (None, _DEFAULT_PORTS.get(parts.scheme)) else ""
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return _host(parts) + port + parts.path.rstrip("/") + (f"?{query}" if query else "")


def _old_base(host: str, parts: SplitResult) -> EntryAddress | None:
    if host not in _OLD_HOSTS:
        return None
    query = parse_qs(parts.query) if _ESCAPED.search(parts.query) else _plain_parameters(parts.query)
    numbers = query.get("art", [])
    if len(numbers) != 1 or not _NUMBER.match(numbers[0]):
        return None
    return EntryAddress("bdp", str(int(numbers[0])), _TABS.get(query.get("s", [""])[0]))


def _plain_parameters(query: str) -> dict[str, list[str]]:
    """What ``parse_qs`` gives of a query without escapes, in a fraction of its time."""
    found: dict[str, list[str]] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if value:
            found.setdefault(name, []).append(value)
    return found


def _new_base(host: str, parts: SplitResult) -> EntryAddress | None:
    match = _NEW_PATH.match(parts.path)
    if host not in _NEW_HOSTS or match is None:
        return None
    return EntryAddress("bdp-nowa", str(int(match["number"])), None, match["slug"].lower())


def _split(url: str | None) -> SplitResult | None:
    """The parts of an http(s) address; None for anything else and for an address that is broken."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        known = parts.scheme.lower() in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return parts if known else None


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")
