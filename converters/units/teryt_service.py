"""The register from the web service of GUS (TERYT ws1, SOAP 1.1), for which GUS gives a login by mail.

Operation ``PobierzKatalogTERC(DataStanu)``: its answer has the name of a zip and the zip in base64. The login goes
as a WS-Security UsernameToken in plain text, so only over TLS. Without a ``wsu:Timestamp``: the answer kept from
January 2026 was given to a request that had none.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree

from converters.asking import Answer, Asker, Manners, Policy
from converters.units.teryt_download import LARGEST, Download, DownloadError, checked
from model.errors import UsageError

ADDRESS = "https://uslugaterytws1.stat.gov.pl/TerytWs1.svc"
_ACTION = "http://tempuri.org/ITerytWs1/PobierzKatalogTERC"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ADDRESSING = "http://www.w3.org/2005/08/addressing"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_SECURITY = f"{_OASIS}wssecurity-secext-1.0.xsd"
_PLAIN_PASSWORD = f"{_OASIS}username-token-profile-1.0#PasswordText"
_SERVICE = "http://tempuri.org/"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LONGEST_FAULT = 200
# SOAP 1.1 sends its faults with status 500: an answer, and no better when asked again.
_POLICY = Policy(LARGEST, DownloadError, "check teryt.service_url", faults=frozenset({500}))


@dataclass(frozen=True)
class Login:
    """The account that GUS gave. It is shown nowhere."""

    user: str = field(repr=False)
    password: str = field(repr=False)


def is_protected(address: str) -> bool:
    """Whether a login may be sent there: over TLS, or without leaving this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in _LOOPBACK


def fetch(address: str, login: Login, agent: str, day: dt.date, manners: Manners | None = None) -> Download:
    """The official TERC file of the state in force on a day.

    Raises ``UsageError`` for an address without TLS, ``DownloadError`` where the service cannot be reached, refuses
    (a wrong login) or answers something else, ``RegisterError`` where the file is not a zip with a CSV.
    """
    if not is_protected(address):
        raise UsageError(f"{address}: the login would be sent unprotected", advice="give an https address")
    body = envelope(address, login, day, uuid.uuid4())
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{_ACTION}"'}
    with Asker(agent, _POLICY, manners, accept="text/xml") as asker:
        answer = asker.post(address, body, headers=headers)
    name, data = _read(answer, login)
    return checked(data, name if name.endswith(".zip") else f"{name}.zip", address)


def envelope(address: str, login: Login, day: dt.date, message: uuid.UUID) -> bytes:
    """The request; ``message`` is its identity."""
    root = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"s": _SOAP, "a": _ADDRESSING, "o": _SECURITY})
    header = etree.SubElement(root, f"{{{_SOAP}}}Header")
    etree.SubElement(header, f"{{{_ADDRESSING}}}Action", {f"{{{_SOAP}}}mustUnderstand": "1"}).text = _ACTION
    etree.SubElement(header, f"{{{_ADDRESSING}}}MessageID").text = message.urn
    etree.SubElement(header, f"{{{_ADDRESSING}}}To", {f"{{{_SOAP}}}mustUnderstand": "1"}).text = address
    security = etree.SubElement(header, f"{{{_SECURITY}}}Security", {f"{{{_SOAP}}}mustUnderstand": "1"})
    token = etree.SubElement(security, f"{{{_SECURITY}}}UsernameToken")
    etree.SubElement(token, f"{{{_SECURITY}}}Username").text = login.user
    etree.SubElement(token, f"{{{_SECURITY}}}Password", {"Type": _PLAIN_PASSWORD}).text = login.password
    body = etree.SubElement(root, f"{{{_SOAP}}}Body")
    call = etree.SubElement(body, f"{{{_SERVICE}}}PobierzKatalogTERC", nsmap={None: _SERVICE})
    etree.SubElement(call, f"{{{_SERVICE}}}DataStanu").text = day.isoformat()
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _read(answer: Answer, login: Login) -> tuple[str, bytes]:
    """Name and bytes of the file in the answer."""
    later = "try again later; without a login the form works: --via form"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(answer.body, parser)
    except etree.XMLSyntaxError as error:
        raise DownloadError(f"{answer.address}: HTTP {answer.status}, no SOAP answer", advice=later) from error
    if root.getroottree().docinfo.doctype or root.tag != f"{{{_SOAP}}}Envelope":
        raise DownloadError(f"{answer.address}: HTTP {answer.status}, no SOAP answer", advice=later)
    fault = root.find(f".//{{{_SOAP}}}Fault")
    if fault is not None:
        words = " ".join((fault.findtext("faultstring") or "no reason given").split())
        words = words.replace(login.password, "…").replace(login.user, "…")[:_LONGEST_FAULT]
        raise DownloadError(
            f"{answer.address}: the service refuses: {words}",
            advice="check PRAKTYKI_TERYT_USER and PRAKTYKI_TERYT_PASSWORD; without a login the form works: --via form",
        )
    name, content = root.findtext(".//{*}nazwa_pliku"), root.findtext(".//{*}plik_zawartosc")
    if not name or not content:
        raise DownloadError(f"{answer.address}: an answer without a file", advice=later)
    try:
        return name.strip(), base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DownloadError(f"{answer.address}: the file in the answer is not base64", advice=later) from error
