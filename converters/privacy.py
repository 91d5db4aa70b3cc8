"""The first gate: no natural person leaves the converters (docs/privacy.md).

The allow-list is the model itself: ``ParsedRecord`` has no field for a person. What is left to decide here is
whether a mailbox, a phone and a name are the body's own; running text is cleaned by ``converters.redaction``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

import phonenumbers

from converters.given_names import is_given_name
from converters.redaction import clean_text, has_contact_data
from model.findings import Finding, Place
from model.records import BodyStatement, ParsedRecord, Section, SectionKind
from model.rules import finding

# Local parts that name an office or a function; "sekretariat.mops" goes by its first word.
_FUNCTIONAL = frozenset(
    (  # noqa: SIM905 - a list of thirty quoted words is harder to read
        "sekretariat kancelaria urzad biuro um ug umig ugim starostwo powiat gmina miasto mops mopr gops ops"
        " pcpr rops cus mgops dps info kontakt poczta bok bip mbp sp szkola przedszkole rada promocja"
    ).split()
)
# The sections' names in reports, as the pages print them.
_SECTION_NAMES = {
    SectionKind.ABSTRACT: "Skrót",
    SectionKind.OBJECTIVE: "Główny cel",
    SectionKind.PROBLEM: "Problem",
    SectionKind.SOLUTION: "Sposób rozwiązania",
    SectionKind.ACTIVITY: "Kluczowe działania",
    SectionKind.BENEFIT: "Korzyści / rezultaty",
}
_LOCAL_PART = re.compile(r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$")


def is_functional_mailbox(address: str) -> bool:
    """Whether an address is a body's mailbox: its local part names an office, not a person.

    >>> is_functional_mailbox("sekretariat@example.org"), is_functional_mailbox("j.nowak@example.org")
    (True, False)
    """
    local, at, host = address.strip().lower().partition("@")
    if not at or "." not in host or not _LOCAL_PART.match(local):
        return False
    words = re.split(r"[._-]", local)
    return words[0] in _FUNCTIONAL and not any(is_given_name(word) for word in words)


def body_phone(text: str) -> str | None:
    """A Polish phone number in international writing (``+48 58 782 01 20``); None where it is none."""
    try:
        number = phonenumbers.parse(text, "PL")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or number.country_code != 48:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def gate(record: ParsedRecord, persons: frozenset[str]) -> tuple[ParsedRecord | None, tuple[Finding, ...]]:
    """The record as it may leave the converters; None where it cannot be published without a person."""
    findings: list[Finding] = []

    def text_of(label: str, text: str | None, line: int | None) -> str | None:
        if text is None:
            return None
        cleaned = clean_text(text, persons)
        if cleaned.removed:
            place = Place(record.snapshot.file, line, label)
            findings.append(finding("personal-data-removed", place, label=label, count=str(cleaned.removed)))
        return cleaned.text or None

    title = text_of("Tytuł", record.title, record.lines.get("title"))
    if title is None:
        findings.append(finding("title-missing", Place(record.snapshot.file, record.lines.get("title"))))
        return None, tuple(findings)
    sections = []
    for section in record.sections:
        text = text_of(_SECTION_NAMES[section.kind], section.text, section.line)
        if text:
            sections.append(Section(section.kind, text, section.line))
    bodies = [_body(body, record.snapshot.file, persons, findings) for body in record.bodies]
    if None in bodies:
        return None, tuple(findings)
    cleaned = replace(
        record,
        title=title,
        sections=tuple(sections),
        bodies=tuple(body for body in bodies if body is not None),
        funding=text_of("Źródło finansowania", record.funding, record.lines.get("Źródło finansowania")),
        snapshot=replace(record.snapshot, url=_public_address(record.snapshot.url)),
    )
    return cleaned, tuple(findings)


def public_findings(findings: Iterable[Finding], persons: frozenset[str]) -> tuple[Finding, ...]:
    """Findings whose parameters were cleaned too: a page's words may get into a report."""
    return tuple(
        replace(
            found,
            params=tuple((name, clean_text(value, persons).text or "…") for name, value in found.params),
        )
        for found in findings
    )


def _body(body: BodyStatement, file: str, persons: frozenset[str], findings: list[Finding]) -> BodyStatement | None:
    place = Place(file, body.line, "Jednostka wdrażająca")
    if clean_text(body.name, persons).removed:
        findings.append(finding("body-is-a-person", place))
        return None
    emails = tuple(email.lower() for email in body.emails if is_functional_mailbox(email))
    findings += [finding("mailbox-withheld", Place(file, body.line, "Adres e-mail"))] * (len(body.emails) - len(emails))
    phones = []
    for text in body.phones:
        phone = body_phone(text)
        if phone is None:
            findings.append(finding("phone-withheld", Place(file, body.line, "Telefon")))
        else:
            phones.append(phone)
    street = body.street if body.street and not has_contact_data(body.street) else None
    return replace(
        body, emails=emails, phones=tuple(phones), street=street, website=_public_address(_http(body.website))
    )


def _http(website: str | None) -> str | None:
    """A web page as an address: pages print ``www.host`` without a scheme."""
    if not website:
        return None
    website = website.strip()
    return website if re.match(r"^https?://", website, re.IGNORECASE) else f"http://{website}"


def _public_address(url: str | None) -> str | None:
    """An http(s) address that is safe to print in RDF and that carries no e-mail address; else None."""
    if not url or re.search(r"[\s<>\"{}|\\^`\x00-\x20@]", url):
        return None
    parts = urlsplit(url)
    if parts.scheme.lower() not in ("http", "https") or not re.match(
        r"^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$", parts.hostname or ""
    ):
        return None
    path = parts.path or "/"
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{path}" + (f"?{parts.query}" if parts.query else "")
