"""Web addresses in one form, so that equal ones are equal. Pure (RFC 3986, section 6.2)."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

LONGEST = 2000  # characters
_PORTS = {"http": 80, "https": 443}
_PATH = "/%:@!$&'()*+,;=-._~"
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_LONE = re.compile(r"%(?![0-9a-fA-F]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def normal(url: str, base: str | None = None) -> str | None:
    """The absolute http(s) address without fragment; None for anything else.

    Scheme and host in lower case and ASCII, no default port, no dot segments, one spelling of escapes. An address
    with a user name or password is refused: it would be written into logs and archives.
    """
    try:
        joined = urljoin(base, url.strip()) if base else url.strip()
        parts = urlsplit(joined)
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
            return None
        host = parts.hostname if ":" in parts.hostname else parts.hostname.encode("idna").decode("ascii")
        port = parts.port
    except (UnicodeError, ValueError):
        return None
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if not netloc or not re.fullmatch(r"[a-z0-9._:\[\]-]+", netloc):
        return None
    if port is not None and port != _PORTS[parts.scheme]:
        netloc = f"{netloc}:{port}"
    path = _without_dots(_spelt(parts.path, _PATH))
    query = _spelt(parts.query, _PATH + "?")
    found = urlunsplit((parts.scheme, netloc, path, query, ""))
    return found if len(found) <= LONGEST else None


def origin(url: str) -> str:
    """Scheme, host and port: what a robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def host(url: str) -> str:
    """Host and port: what is asked one request at a time."""
    return urlsplit(url).netloc


def _without_dots(path: str) -> str:
    """The path without "." and ".." (RFC 3986, section 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _spelt(text: str, safe: str) -> str:
    """One spelling: escapes of unreserved characters undone, the others in capitals, what must be escaped escaped."""

    def spelt(match: re.Match[str]) -> str:
        value = int(match[1], 16)
        return chr(value) if value in _UNRESERVED else f"%{value:02X}"

    text = _LONE.sub("%25", text)
    return _ESCAPE.sub(spelt, quote(text, safe=safe, errors="replace"))
