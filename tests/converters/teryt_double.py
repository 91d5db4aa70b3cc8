"""A local double of GUS: the form of eTERYT with its cookie and hidden fields, and the SOAP service with its login.

Built after the real ones: names of fields and buttons, the shape of the answer, faults with status 500.
"""

from __future__ import annotations

import base64
import html
import io
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from tests.converters.test_terc import table, whole_register

USER, PASSWORD = "przyklad", "tajne<&>haslo"  # letters that XML has to escape
# Characters that only survive if entities are read and the form is encoded again.
VIEWSTATE = '/wEPDwUKLTk5&"+ą=='
TARGET = "ctl00$body$BTERCUrzedowyPobierz"
FORM = "/eTeryt/pobieranie/pliki_pelne.aspx?contrast=default"
SERVICE = "/TerytWs1.svc"
Fault = Callable[[], tuple[int, dict[str, str], bytes]]


def official_zip(rows: list[list[str]] | None = None, **others: bytes) -> bytes:
    """A zip as GUS packs it: the CSV with BOM, CRLF and an empty last line; ``others`` by their ending."""
    csv = b"\xef\xbb\xbf" + table(rows or whole_register(), end="\r\n") + b"\r\n"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending, content in {"csv": csv, **others}.items():
            archive.writestr(f"TERC_Urzedowy_2026-01-08.{ending}", content)
    return stream.getvalue()


def page(state: str = VIEWSTATE, target: str = TARGET, action: str = "./pliki_pelne.aspx?contrast=default") -> str:
    return f"""<!DOCTYPE html><html lang="pl"><head><meta charset="utf-8"><title>Pliki pełne</title></head><body>
<form method="get" action="/szukaj"><input type="text" name="q"></form>
<form method="post" action="{action}" id="aspnetForm">
<input type="hidden" name="__EVENTTARGET" value=""><input type="hidden" name="__EVENTARGUMENT" value="stare">
<input type="hidden" name="__VIEWSTATE" value="{html.escape(state)}">
<input type="hidden" name="__VIEWSTATEGENERATOR" value="CA0B0334">
<input type="hidden" name="__EVENTVALIDATION" value="/wEdAAY=">
<input type="text" name="ctl00$body$TBData" value="22 listopada 2026">
<input type="submit" name="{target}" value="Pobierz"><input type="submit" name="ctl00$body$Inny" value="Pobierz">
</form></body></html>"""


@dataclass
class Double:
    """``data`` is the zip that it gives out; ``faults`` come first, one a request, or not where they are None."""

    data: bytes
    name: str = "TERC_Urzedowy_2026-01-08"
    page: str = field(default_factory=page)
    soap: bytes = b""  # a whole answer in place of the one made here
    faults: list[Fault | None] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    posted: dict[str, list[str]] = field(default_factory=dict)
    envelope: bytes = b""
    drip: float = 0.0
    address: str = ""

    @property
    def form_url(self) -> str:
        return self.address + FORM

    @property
    def service_url(self) -> str:
        return self.address + SERVICE

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            return fault()
        if urlsplit(path).path == SERVICE:
            return self._service(headers, body)
        html_page = 200, {"Content-Type": "text/html; charset=utf-8"}, self.page.encode()
        if method == "GET":
            return html_page[0], {**html_page[1], "Set-Cookie": "ASP.NET_SessionId=abc; path=/; HttpOnly"}, html_page[2]
        self.posted = parse_qs(body.decode(), keep_blank_values=True)
        as_sent = (self.posted.get("__VIEWSTATE"), self.posted.get("__EVENTTARGET"))
        if "ASP.NET_SessionId=abc" not in headers.get("cookie", "") or as_sent != ([VIEWSTATE], [TARGET]):
            return html_page
        disposition = f"attachment; filename={self.name}.zip"
        return 200, {"Content-Type": "application/octet-stream", "Content-Disposition": disposition}, self.data

    def _service(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        self.envelope = body
        root = etree.fromstring(body)
        given = root.findtext(".//{*}Username"), root.findtext(".//{*}Password")
        action = "http://tempuri.org/ITerytWs1/PobierzKatalogTERC"
        if (headers.get("soapaction"), root.findtext(".//{*}Action")) != (f'"{action}"', action):
            return 500, {"Content-Type": "text/xml"}, soap_fault("The message cannot be processed at the receiver")
        if given != (USER, PASSWORD):
            return 500, {"Content-Type": "text/xml"}, soap_fault(f"Niepoprawny login {given[0]} lub hasło {given[1]}")
        return 200, {"Content-Type": "text/xml; charset=utf-8"}, self.soap or soap_answer(self.name, self.data)


def soap_answer(name: str, data: bytes) -> bytes:
    return f"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>
<PobierzKatalogTERCResponse xmlns="http://tempuri.org/"><PobierzKatalogTERCResult
 xmlns:b="http://schemas.datacontract.org/2004/07/TerytUslugaWs1"><b:nazwa_pliku>{name}</b:nazwa_pliku>
<b:opis>Katalog</b:opis><b:plik_zawartosc>{base64.b64encode(data).decode()}</b:plik_zawartosc>
</PobierzKatalogTERCResult></PobierzKatalogTERCResponse></s:Body></s:Envelope>""".encode()


def soap_fault(words: str) -> bytes:
    return f"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>
<faultcode>s:Client</faultcode><faultstring xml:lang="pl-PL">{html.escape(words)}</faultstring></s:Fault></s:Body>
</s:Envelope>""".encode()


def status(code: int, body: bytes = b"", **headers: str) -> Fault:
    return lambda: (code, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@contextmanager
def gus_double(data: bytes = b"") -> Iterator[Double]:
    """The double on a free port of 127.0.0.1; it ends with the block."""
    double = Double(data or official_zip())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            double.asked.append((method, self.path))
            double.agents.append(self.headers.get("User-Agent", ""))
            headers = {name.lower(): value for name, value in self.headers.items()}
            code, sent, content = double.answer(method, self.path, headers, body)
            self.send_response(code)
            for name, value in {"Content-Length": str(len(content)), **sent}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                size = 1000 if double.drip else len(content) + 1
                for start in range(0, len(content), size):
                    self.wfile.write(content[start : start + size])
                    time.sleep(double.drip)
            except (BrokenPipeError, ConnectionResetError):
                pass  # who asked has heard enough

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        double.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield double
        finally:
            server.shutdown()
            thread.join()
