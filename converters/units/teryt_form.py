"""The register from the form of eTERYT, for which nobody needs an account.

There is no link to the file: a button of an ASP.NET page sends the page's form back to itself with the button's
name in ``__EVENTTARGET``. All fields go back as they were found, the date of the state among them; cookies stay.
Source: the page "Pliki pełne" of eteryt.stat.gov.pl, as several public programs use it (2025–2026).
"""

from __future__ import annotations

import email.message
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from converters.asking import Answer, Asker, Manners, Policy
from converters.units.teryt_download import LARGEST, Download, DownloadError, checked

ADDRESS = (
    "https://eteryt.stat.gov.pl/eTeryt/rejestr_teryt/udostepnianie_danych/baza_teryt/uzytkownicy_indywidualni/"
    "pobieranie/pliki_pelne.aspx?contrast=default"
)
TARGET = "ctl00$body$BTERCUrzedowyPobierz"
_STATE = "__VIEWSTATE"
_CHANGED = (
    "the page has changed: save the TERC file (wersja urzędowa) in a browser and import it, praktyki units import FILE"
)
_POLICY = Policy(LARGEST, DownloadError, "check teryt.form_url and the page in a browser", follow=True)


def fetch(address: str, agent: str, manners: Manners | None = None) -> Download:
    """The official TERC file as the form gives it out today.

    Raises ``DownloadError`` where the form cannot be reached or is no longer as it was, ``RegisterError`` where
    what comes back is not a zip with a CSV.
    """
    with Asker(agent, _POLICY, manners) as asker:
        page = asker.get(address)
        action, fields = read_form(page.body, page.address)
        answer = asker.post(action, fields, headers={"Referer": page.address})
    return checked(answer.body, _file_name(answer), address)


def read_form(page: bytes, address: str) -> tuple[str, list[tuple[str, str]]]:
    """Where the form goes and what has to be sent to press its button; raises ``DownloadError``."""
    try:
        document = lxml.html.document_fromstring(page, parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DownloadError(f"{address}: not a web page", advice=_CHANGED) from error
    forms = [form for form in document.forms if _STATE in form.fields]
    if len(forms) != 1:
        raise DownloadError(f"{address}: a page without the form of ASP.NET ({_STATE})", advice=_CHANGED)
    if TARGET.encode() not in page and TARGET.replace("$", "_").encode() not in page:
        raise DownloadError(f"{address}: no button {TARGET}", advice=_CHANGED)
    action = urljoin(address, forms[0].get("action") or address)
    if urlsplit(action)[:2] != urlsplit(address)[:2]:
        raise DownloadError(
            f"{address}: its form goes to another site ({urlsplit(action).netloc})", advice="check teryt.form_url"
        )
    own = {"__EVENTTARGET": TARGET, "__EVENTARGUMENT": ""}
    fields = [(name, value) for name, value in forms[0].form_values() if name not in own]
    return action, [*own.items(), *fields]


def _file_name(answer: Answer) -> str:
    message = email.message.Message()
    message["Content-Disposition"] = answer.headers.get("content-disposition", "")
    return message.get_filename() or ""
