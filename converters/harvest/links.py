"""Where a page leads to: links of HTML, addresses of a sitemap. Pure."""

from __future__ import annotations

from lxml import etree, html

from converters.harvest.address import normal
from converters.pages.content_coding import CodingError, undone

_LINKS = ".//a/@href | .//area/@href | .//frame/@src | .//iframe/@src"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def links(body: bytes, url: str, charset: str | None = None) -> tuple[str, ...]:
    """The absolute http(s) addresses that an HTML page links, each once, in their order.

    ``charset`` is what HTTP said; it matters only for addresses with letters that are not ASCII.
    """
    try:
        root = html.document_fromstring(body, parser=html.HTMLParser(encoding=_encoding(body, charset)))
    except (etree.ParserError, ValueError):
        return ()
    bases = root.xpath(".//base/@href")
    base = (normal(str(bases[0]), base=url) if bases else None) or url
    found = (normal(str(href), base=base) for href in root.xpath(_LINKS))
    return tuple(dict.fromkeys(address for address in found if address))


def _encoding(body: bytes, charset: str | None) -> str | None:
    """UTF-8 where it is that, else what HTTP said, else None for what the page says itself."""
    for name in ("utf-8", charset):
        try:
            body.decode(name or "ascii")
        except (LookupError, UnicodeError):
            continue
        return name
    return None


def sitemap(body: bytes, cap: int) -> tuple[str, ...]:
    """The addresses of a sitemap or of an index of sitemaps, gzip'ed or not; none where it is no sitemap."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = undone(body, "gzip", cap)
        except CodingError:
            return ()
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return ()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return ()
    found = (normal(element.text or "") for element in root.iter(f"{{{_SITEMAP}}}loc"))
    return tuple(dict.fromkeys(address for address in found if address))
