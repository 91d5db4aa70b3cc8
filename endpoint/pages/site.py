"""What all pages share: the settings, the releases, and the way from values to an answer with its headers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import metadata, resources
from pathlib import Path
from urllib.parse import quote, urlencode

from flask import Response, render_template, request

from endpoint import headers, language
from endpoint.config import EndpointConfig
from endpoint.current import NoReleaseError, Release, Releases
from endpoint.negotiation import HTML, Offer
from endpoint.pages.lookup import PageQueries
from endpoint.pages.references import Scope
from model.iris import Iris

_SOFTWARE = ("templates", "messages", "static")


@dataclass(frozen=True)
class Alternate:
    """The same content in another format, at its own address."""

    media_type: str
    suffix: str
    href: str


@dataclass(frozen=True)
class Site:
    """The application's parts, made once in ``create_app``."""

    config: EndpointConfig
    releases: Releases
    queries: PageQueries

    @cached_property
    def iris(self) -> Iris:
        return Iris(self.config.base_iri)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the software's pages, so that a tag of an older look is no longer valid."""
        digest = hashlib.sha256(metadata.version("praktyki-lod").encode())
        # Where the releases lie changes no page.
        digest.update(repr(replace(self.config, releases=Path())).encode())
        for folder in _SOFTWARE:
            entries = sorted(resources.files("endpoint").joinpath(folder).iterdir(), key=lambda entry: entry.name)
            for entry in entries:
                digest.update(entry.read_bytes())
        return digest.hexdigest()[:16]

    def address(self, path: str) -> str:
        """The public address of a path of this installation."""
        return f"{self.config.public_base_url}{quote(path, safe='/#.~')}"

    def static(self, name: str) -> str:
        return f"{self.address('static/' + name)}?v={self.fingerprint}"

    def has_static(self, name: str) -> bool:
        """Whether a static file is there: what is built with npm need not be."""
        return resources.files("endpoint").joinpath("static", name).is_file()

    def scope(self) -> Scope:
        """The bases and the language of the request that is being answered."""
        asked = request.args.get("lang")
        chosen = language.choose(asked, request.accept_languages)
        return Scope(
            base=self.config.base_iri,
            public=self.config.public_base_url,
            messages=language.messages(chosen),
            asked=asked if asked in language.LANGUAGES else None,
        )

    @contextmanager
    def maybe_lease(self) -> Iterator[Release | None]:
        """For pages that have something to say without a release."""
        try:
            lease = self.releases.lease()
            release = lease.__enter__()
        except NoReleaseError:
            yield None
            return
        try:
            yield release
        finally:
            lease.__exit__(None, None, None)

    def report(self, iri: str, scope: Scope) -> str | None:
        """Where a reader reports a mistake about a thing; nothing where the operator set no contact."""
        contact = self.config.contact
        if not contact or contact.startswith(("http://", "https://")):
            return contact or None
        subject = scope.messages("cite.mistake_subject", iri=iri)
        return f"mailto:{contact}?{urlencode({'subject': subject}, quote_via=quote)}"

    def alternates(self, path: str, forms: Sequence[Offer]) -> tuple[Alternate, ...]:
        return tuple(Alternate(form.media_type, form.suffix, self.address(f"{path}.{form.suffix}")) for form in forms)

    def surroundings(self) -> dict[str, object]:
        """What the frame of a page needs; templates that others render (errors) get it too."""
        path = request.path.lstrip("/")
        return {"site": self, "release": None, "canonical": None, **self._frame(self.scope(), path)}

    def page(self, template: str, scope: Scope, release: Release | None, path: str, **values: object) -> Response:
        """A rendered page. ``path`` is its address below the public base, without the language."""
        values = {**self._frame(scope, path), "canonical": self.address(path), "release": release, **values}
        response = Response(render_template(template, **values), content_type=HTML.content_type)
        response.headers["Content-Language"] = scope.language
        return response

    def _frame(self, scope: Scope, path: str) -> dict[str, object]:
        arguments = {key: value for key, value in request.args.items() if key != "lang"}
        translations = {code: self._translated(path, arguments, code) for code in language.LANGUAGES}
        other = next(address for code, address in translations.items() if code != scope.language)
        return {
            "scope": scope,
            "t": scope.messages,
            "translations": tuple(translations.items()),
            "other_language": other,
            "report": self.report(self.address(path), scope),
        }

    def _translated(self, path: str, arguments: dict[str, str], code: str) -> str:
        return f"{self.address(path)}?{urlencode({**arguments, 'lang': code})}"

    def conditional(
        self,
        release: Release | None,
        representation: str,
        build: Callable[[], Response],
        vary: Sequence[str] = ("Accept-Language",),
    ) -> Response:
        """The answer with ``ETag``, ``Vary`` and freshness; 304 without building it where the client has it."""
        tag = headers.entity_tag(
            release.version if release else "",
            self.fingerprint,
            request.full_path,
            representation,
        )
        response = Response(status=304) if headers.is_unchanged(request, tag) else build()
        response.set_etag(tag)
        response.headers["Cache-Control"] = headers.FRESH_PAGE
        return headers.vary(response, vary)
