"""One address at a time: asked of the application itself, laid down as files."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from endpoint.language import LANGUAGES
from praktyki.static_site.contract import ExportError, Visit
from praktyki.static_site.links import header_addresses, page_addresses
from praktyki.static_site.names import GONE, data_file, own_path, page_file

_MOVED = (301, 302, 303, 307, 308)
_OK, _NOT_FOUND, _NOT_ACCEPTABLE, _GONE = 200, 404, 406, 410
_PART = ".part"
# Nothing is at this address, so asking for it gives the page; its links to the other language lead to the file.
ERROR_PAGE = "404"


class Renderer:
    """Asks the application and writes below a folder; may be used by several threads.

    A file appears whole or not at all, so that an export that was killed can be gone on with.
    """

    def __init__(self, app: Flask, public: str, folder: Path) -> None:
        self._app = app
        self._public = public
        self._folder = folder

    def visit(self, path: str) -> Visit:
        """Ask for an address and write what it answers. Raises ``ExportError`` for an answer that is no answer."""
        reply = self._ask(path, LANGUAGES[0])
        status = reply.status_code
        named = header_addresses(reply.headers.getlist("Link"))
        if status in _MOVED:
            return Visit(path, status, reply.headers["Location"])
        if status in (_NOT_FOUND, _NOT_ACCEPTABLE):
            # What has no page names its other formats.
            return Visit(path, status, links=self._own(named) if status == _NOT_ACCEPTABLE else ())
        if status not in (_OK, _GONE):
            raise ExportError(f"{path or '/'} answers {status}", advice="praktyki releases verify; then export again")
        start = "" if status == _OK else f"{GONE}/"
        if reply.mimetype != "text/html":
            name = self._write(start + data_file(path), reply.data)
            return Visit(path, status, links=self._own(named), files=(name,))
        files = []
        for language in LANGUAGES:
            page = reply if language == LANGUAGES[0] else self._ask(path, language)
            files.append(self._write(start + page_file(path, language), page.data))
            named += page_addresses(page.text)
        return Visit(path, status, links=self._own(named), files=tuple(files))

    def error_pages(self) -> tuple[str, ...]:
        """The page that a web server shows for what is not there, in both languages."""
        asked = ((language, self._ask(ERROR_PAGE, language)) for language in LANGUAGES)
        return tuple(self._write(page_file(ERROR_PAGE, language), reply.data) for language, reply in asked)

    def _ask(self, path: str, language: str) -> TestResponse:
        # Links of a page keep the language in which it was asked for: a server that cannot negotiate needs that.
        client = self._app.test_client()
        return client.get(f"/{path}", query_string={"lang": language}, headers={"Accept": "text/html"}, buffered=True)

    def _own(self, addresses: list[str]) -> tuple[str, ...]:
        found = (own_path(address, self._public) for address in addresses)
        return tuple(sorted({path for path in found if path is not None}))

    def _write(self, name: str, content: bytes) -> str:
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name[:200]}{_PART}")
        part.write_bytes(content)
        os.replace(part, file)  # noqa: PTH105 - as everywhere a switch is one rename
        return name
