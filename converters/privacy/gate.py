"""The first gate: no natural person leaves the converters (docs/privacy.md).

The allow-list is the model itself: ``ParsedRecord`` has no field for a person. What is left to decide here is
whether a mailbox, a phone and a name are the body's own; running text is cleaned by ``converters.privacy.redaction``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers

from converters.pages.attachments import gate as attachments_gate
from converters.privacy.addresses import addresses_a_person
from converters.privacy.given_names import is_given_name
from converters.privacy.persons import looks_known, may_be_known, names_a_person
from converters.privacy.quoting import quotable
from converters.privacy.redaction import clean_text, has_contact_data
from converters.provenance.published import published
from model.findings import Finding, Place
from model.iris import fold
from model.records import BodyStatement, ParsedRecord, SectionKind, UnitStatement
from model.rules import finding

# Local parts that name an office or a function; "sekretariat.mops" goes by its first word.
_FUNCTIONAL = frozenset(
    (  # noqa: SIM905 - a list of thirty quoted words is harder to read
        "sekretariat kancelaria urzad biuro um ug umig ugim starostwo powiat gmina miasto mops mopr gops ops"
        " pcpr rops cus mgops dps info kontakt poczta bok bip mbp sp szkola przedszkole rada promocja"
        " biblioteka boi bom ckis cwop dyrekcja edukacja ewidencja fundusze gbp geodezja gok gosir inwestycje iod"
        " komunikacja konsultacje kultura mail mdk mgbp mgok mok mosir muzeum ngo odpady office ogolny osir"
        " oswiata pbp pcm podatki projekty przetargi pup rewitalizacja rodo rozwoj rpo sport srodowisko swietlica usc"
        " ugm umww urzedu wolontariat wss wup wydzial zamowienia zdm zdp zdrowie zgk zgm zlobek zo zsp zwik zuk"
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
# What may follow in a local part beside those ("urzad.gminy").
_FOLLOWING = frozenset(
    (  # noqa: SIM905
        "gminy miasta powiatu szkoly gminny miejski pracy kultury"
        " publiczne spoleczna europejskie komunalne rady promocji podstawowa gminna miejska"
    ).split()
)
_FOLDED_WORD = re.compile(r"\w+")
_NUMBERED = re.compile(r"(?<=[a-z])\d{1,3}$")
_PART = re.compile(r"[._-]")
_WORDS = re.compile(r"[^\W\d_]+")
_STREET = re.compile(r"(?:ul|al|pl|os|aleja|plac|rondo)\b", re.IGNORECASE)
_HTTP = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$")
_NO_ADDRESS = re.compile(r"[\s<>\"{}|\\^`\x00-\x20@]")
_LOCAL_PART = re.compile(r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$")
_PHONE_WORDS = re.compile(r"^(?:tel|telefon|telefony|fax|faks|wew|w|nr|centrala|sekretariat|i|lub|oraz|do|ext)$", re.I)
_POLAND = 48  # country code
# A number with nothing beside it, that is read in one way only: what begins with the country code may be shorter.
_NINE_DIGITS = re.compile(r"(?!48)[1-9][0-9]{8}\Z")
# What parts a place from what is written beside it.
_BESIDE_PLACE = re.compile(r"[(,;/]|\s(?:tel|u|c/o)\b")
# More than Poland has: a telephone number in the wrong field.
_INHABITANTS = 40_000_000
# Findings' parameters that quote a page; the others are the program's own words.
_QUOTED = frozenset({"alias", "key", "name", "printed"})


def is_functional_mailbox(address: str, persons: frozenset[str] = frozenset()) -> bool:
    """Whether an address is a body's mailbox: every word of its local part names an office, none a person.

    >>> is_functional_mailbox("sekretariat@example.org"), is_functional_mailbox("biuro.nowak@example.org")
    (True, False)
    """
    local, at, host = address.strip().lower().partition("@")
    if not at or "." not in host or not _LOCAL_PART.match(local):
        return False
    # "sp12", "sekretariat2": the number of a school or of a second mailbox.
    first, *others = (_NUMBERED.sub("", word) for word in _PART.split(local))
    if first not in _FUNCTIONAL or any(word not in _FUNCTIONAL | _FOLLOWING for word in others if not word.isdigit()):
        return False
    return not addresses_a_person(host, persons)


# The gate asks for a number to publish it, and again to tell where it stands.
@lru_cache(maxsize=1024)
def body_phone(text: str) -> str | None:
    """A Polish phone number in international writing (``+48 58 782 01 20``); None where it is none.

    None too where other words stand beside it: a name, or "kom." for somebody's mobile.
    """
    if _NINE_DIGITS.match(text):
        # All that the library would find out.
        number = phonenumbers.PhoneNumber(country_code=_POLAND, national_number=int(text))
    else:
        if not all(_PHONE_WORDS.match(word) for word in _WORDS.findall(text)):
            return None
        try:
            number = phonenumbers.parse(text, "PL")
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(number) or number.country_code != _POLAND:
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

    persons = _without_places(persons, record)
    title = text_of("Tytuł", record.title, record.lines.get("title"))
    if title is None:
        findings.append(finding("title-missing", Place(record.snapshot.file, record.lines.get("title"))))
        return None, tuple(findings)
    place = Place(record.snapshot.file, None, "url")
    sections = []
    for section in record.sections:
        text = text_of(_SECTION_NAMES[section.kind], section.text, section.line)
        if text:
            sections.append(section if text == section.text else replace(section, text=text))
    bodies = [_body(body, record.snapshot.file, persons, findings) for body in record.bodies]
    if None in bodies:
        return None, tuple(findings)
    population = record.reported_population
    if population is not None and population > _INHABITANTS:
        line = record.lines.get("Liczba mieszkańców")
        expected = finding(
            "value-not-understood", Place(record.snapshot.file, line), label="Liczba mieszkańców", expected="24.100"
        )
        findings.append(expected)
        population = None
    attachments, said = attachments_gate(
        record.attachments,
        persons,
        place,
        lambda url: None if addresses_a_person(url, persons) else _public_address(url),
    )
    findings += said
    funding = text_of("Źródło finansowania", record.funding, record.lines.get("Źródło finansowania"))
    unit = _unit(record.unit, persons)
    url = _address(record.snapshot.url, persons, place, findings)
    cleaned = replace(
        record,
        title=title,
        attachments=attachments,
        reported_population=population,
        sections=tuple(sections),
        bodies=tuple(body for body in bodies if body is not None),
        funding=funding,
        unit=unit,
        snapshot=record.snapshot if url == record.snapshot.url else replace(record.snapshot, url=url),
    )
    return published(record, cleaned, persons, body_phone), tuple(findings)


def public_findings(findings: Iterable[Finding], persons: frozenset[str]) -> tuple[Finding, ...]:
    """Findings that quote of a page only what cannot be a name; line and field say where the rest stands."""
    return tuple(_public(found, persons) for found in findings)


def _public(found: Finding, persons: frozenset[str]) -> Finding:
    params = tuple(
        [
            (name, quotable(value, persons) if name in _QUOTED else clean_text(value, persons).text or "…")
            for name, value in found.params
        ]
    )
    return found if params == found.params else replace(found, params=params)


def _without_places(persons: frozenset[str], record: ParsedRecord) -> frozenset[str]:
    """The persons without lines of the contact block that only name the record's place."""
    places = {word for name in record.unit.names for word in _folded_words(_BESIDE_PLACE.split(name)[0])}
    return frozenset(
        person
        for person in persons
        if not _folded_words(person) <= places or any(is_given_name(word) for word in _folded_words(person))
    )


def _folded_words(text: str) -> set[str]:
    return set(_FOLDED_WORD.findall(fold(text).lower()))


def _unit(unit: UnitStatement, persons: frozenset[str]) -> UnitStatement:
    """The words that tell the unit, without what stands beside them of a person."""
    names = tuple(name for said in unit.names if (name := _place_name(said, persons)))
    said = (unit.kind, unit.powiat, unit.voivodeship, unit.post_office)
    kind, powiat, voivodeship, post_office = left = tuple(_place_name(text, persons) for text in said)
    if names == unit.names and left == said:
        return unit
    return replace(unit, names=names, kind=kind, powiat=powiat, voivodeship=voivodeship, post_office=post_office)


def _place_name(text: str | None, persons: frozenset[str]) -> str | None:
    if not text or not _is_private(text, persons):
        return text
    head = _BESIDE_PLACE.split(text)[0].strip()
    return head if head and not _is_private(head, persons) else None


def _is_private(text: str, persons: frozenset[str]) -> bool:
    """Whether a short field holds contact data or names somebody."""
    if _tells_of_a_stranger(text):
        return True
    return may_be_known(text, persons) and (names_a_person(text, persons) or looks_known(text, persons))


# Places, types of units and bodies stand on page after page, beside other persons each time.
@lru_cache(maxsize=4096)
def _tells_of_a_stranger(text: str) -> bool:
    """Whether a short field holds contact data, or what looks like a name on whatever page."""
    return has_contact_data(text) or names_a_person(text)


def _body(body: BodyStatement, file: str, persons: frozenset[str], findings: list[Finding]) -> BodyStatement | None:
    named = _tells_of_a_stranger(body.name) or (
        may_be_known(body.name, persons) and names_a_person(body.name, persons, surname_alone=False)
    )
    if named:
        findings.append(finding("body-is-a-person", Place(file, body.line, "Jednostka wdrażająca")))
        return None

    def withheld(rule: str, field: str, text: str | None, checked: str | None) -> str | None:
        if not text or not _is_private(checked or text, persons):
            return text
        findings.append(finding(rule, Place(file, body.line, field)))
        return None

    emails = tuple(email.lower() for email in body.emails if is_functional_mailbox(email, persons))
    findings += [finding("mailbox-withheld", Place(file, body.line, "Adres e-mail"))] * (len(body.emails) - len(emails))
    # A name beside one of several numbers leaves open whose the others are.
    personal = any(names_a_person(text, persons) for text in body.phones)
    phones = [None if personal else body_phone(text) for text in body.phones]
    findings += [finding("phone-withheld", Place(file, body.line, "Telefon"))] * phones.count(None)
    return replace(
        body,
        emails=emails,
        phones=tuple(phone for phone in phones if phone),
        street=withheld("street-withheld", "Ulica", body.street, _street_name(body.street)),
        post_office=withheld("street-withheld", "Kod pocztowy i Poczta", body.post_office, None),
        website=_address(_http(body.website), persons, Place(file, body.line, "Witryna internetowa"), findings),
    )


def _street_name(street: str | None) -> str | None:
    """The street after "ul.", which the field leaves out: streets bear names of the dead."""
    return street if not street or _STREET.match(street) else f"ul. {street}"


def _address(url: str | None, persons: frozenset[str], place: Place, findings: list[Finding]) -> str | None:
    """A public address that names nobody; what is withheld is reported."""
    if not url:
        return None
    address = _public_address(url)
    if address is None or addresses_a_person(address, persons):
        findings.append(finding("address-withheld", place))
        return None
    return address


def _http(website: str | None) -> str | None:
    """A web page as an address: pages print ``www.host`` without a scheme."""
    if not website:
        return None
    website = website.strip()
    return website if _HTTP.match(website) else f"http://{website}"


def _public_address(url: str | None) -> str | None:
    """An http(s) address that is safe to print in RDF and that carries no e-mail address; else None."""
    if not url or _NO_ADDRESS.search(url):
        return None
    parts = urlsplit(url)
    if parts.scheme.lower() not in ("http", "https") or not _HOST.match(parts.hostname or ""):
        return None
    path = parts.path or "/"
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{path}" + (f"?{parts.query}" if parts.query else "")
