"""What the query form shows before anything is asked: the text, the examples, the programs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from endpoint.negotiation import CONSTRUCTED, RESULTS, Offer
from endpoint.pages.examples import Example, examples
from endpoint.pages.references import Scope
from endpoint.pages.site import Site
from endpoint.query.snippets import Snippet, form_of, snippets

EDITOR = "editor.js"
_FIRST_EXAMPLE = "voivodeship"
# gunicorn reads addresses of 8,190 bytes; with a longer one there is no link, and a form posts the query.
LONGEST_ADDRESS = 8_000


@dataclass(frozen=True)
class Download:
    """The whole answer in one format; ``href`` is None where the query is too long for an address."""

    name: str
    media_type: str
    href: str | None


@dataclass(frozen=True)
class QueryForm:
    """``deadline`` in seconds; ``has_editor`` where the editor was built; ``completions`` is what it completes with."""

    endpoint: str
    deadline: str
    text: str
    examples: tuple[Example, ...]
    chosen: str
    programs: tuple[Snippet, ...]
    has_editor: bool
    completions: str


def query_form(site: Site, text: str) -> QueryForm:
    """The form of the query page, also as ``/sparql`` shows it to browsers; empty text means an example."""
    found = examples(site.queries, site.config.base_iri)
    chosen = request.args.get("example", "")
    shown = text or _text(found, chosen) or _text(found, _FIRST_EXAMPLE)
    scope = site.scope()
    return QueryForm(
        endpoint=site.address("sparql"),
        deadline=f"{site.config.limits.deadline:g}",
        text=shown,
        examples=found,
        chosen=chosen if not text else "",
        programs=snippets(site.address("sparql"), shown),
        has_editor=site.has_static(EDITOR),
        completions=f"{site.address('query/terms.json')}?{urlencode({'lang': scope.language})}",
    )


def downloads(site: Site, text: str) -> tuple[Download, ...]:
    """The formats of the answer to a query, each at its own address."""
    offers = CONSTRUCTED if form_of(text) in ("CONSTRUCT", "DESCRIBE") else RESULTS
    return tuple(_download(site, text, offer) for offer in offers)


def permalink(scope: Scope, text: str, first: int = 0) -> str:
    """The address of the answer on this page, from the row ``first`` (from 0) on."""
    further = {"from": str(first)} if first else {}
    return scope.here("query", query=text, run="1", **further)


def _download(site: Site, text: str, offer: Offer) -> Download:
    href = f"{site.address('sparql')}?{urlencode({'query': text, 'format': offer.suffix})}"
    return Download(offer.suffix, offer.media_type, href if len(href) <= LONGEST_ADDRESS else None)


def _text(found: tuple[Example, ...], name: str) -> str:
    return next((example.text for example in found if example.name == name), "")
