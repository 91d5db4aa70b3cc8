"""The settings: one table that makes the defaults, ``praktyki config``, the environment names and the docs.

Read once at the roof and passed down as small frozen values; no other module reads the environment. An unknown
key is an error, because a misspelt limit that is silently ignored is worse than none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from converters import teryt_form, teryt_service
from converters.convert import SOURCE_NAMES
from converters.given_names import is_given_name
from converters.harvest.connect import networks
from converters.rights import TextRights
from dumps.publication import PUBLISHER_TYPES, Publication
from dumps.push.addresses import KINDS
from model.errors import SettingsError, ValueFormatError
from model.iris import DEFAULT_BASE, Iris

FILE = "praktyki.toml"
PREFIX = "PRAKTYKI_"
# Says where the file is, so it cannot stand in it.
FILE_VARIABLE = PREFIX + "CONFIG"

Value = str | int | float


@dataclass(frozen=True)
class Setting:
    """One setting: dotted key as in the file, default (its type is the setting's type), help.

    A secret is taken from the environment only and shown nowhere.
    """

    key: str
    default: Value
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + re.sub(r"[.-]", "_", self.key).upper()


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "base_iri",
        DEFAULT_BASE,
        "IRI under which things are named; ends in '/'. Change it only before the first release.",
    ),
    Setting("public_base_url", "", "Address under which this installation answers; empty: http://HOST:PORT of serve."),
    Setting("state_dir", "state", "Folder of the identity register, the accepted records and the TERYT register."),
    Setting("releases_dir", "releases", "Folder of the releases."),
    Setting(
        "harvest_dir", "harvest", "Private folder (mode 0700) of the fetched pages; never in git or in a web root."
    ),
    Setting("publisher", "praktyki-lod", "Name of the publisher, printed on the pages and in the catalogue."),
    Setting(
        "contact",
        "",
        "Functional mailbox or web address where mistakes are reported; on the pages and as the catalogue's contact.",
    ),
    Setting("catalogue.publisher_iri", "", "IRI of the publisher in the catalogue; empty: base_iri."),
    Setting(
        "catalogue.publisher_type",
        "",
        "Kind of the publisher (ADMS publisher type), for example LocalAuthority or NonProfitOrganisation.",
    ),
    Setting("catalogue.title_pl", "", "Polish title of the catalogue; empty: one that says what it holds."),
    Setting("catalogue.title_en", "", "English title of the catalogue; empty: one that says what it holds."),
    Setting("teryt.form_url", teryt_form.ADDRESS, "Page of eTERYT with the form that gives the register out."),
    Setting("teryt.service_url", teryt_service.ADDRESS, "Address of the TERYT web service (ws1, SOAP)."),
    Setting("teryt.user", "", "Login to the TERYT web service, as GUS gave it; environment only.", secret=True),
    Setting("teryt.password", "", "Password of that login; environment only.", secret=True),
    Setting(
        "harvest.pause", 2.0, "Seconds between two requests to a host; robots.txt may ask for more, never for less."
    ),
    Setting("harvest.keep_days", 30, "Days after which captures go that are not the last good one of their address."),
    Setting("harvest.connect_timeout", 10.0, "Seconds to reach a host."),
    Setting("harvest.read_timeout", 30.0, "Seconds that a host may be silent."),
    Setting("harvest.total_timeout", 120.0, "Seconds for a whole answer."),
    Setting("harvest.page_size", 5, "Largest page, in MB, as sent and unpacked."),
    Setting(
        "harvest.networks",
        "",
        "Private networks that may be asked (CIDR, comma-separated); all others are refused at connect time.",
    ),
    Setting(
        "gate.workers",
        0,
        "Processes that parse many pages and validate many records at a time; 0: one for each processor.",
    ),
    Setting("sparql.deadline", 10.0, "Seconds after which a query is stopped."),
    Setting("sparql.workers", 2, "Worker processes for public queries."),
    Setting("sparql.queue", 12, "Queries that may wait for a worker; one more is refused at once (503)."),
    Setting("sparql.page_workers", 1, "Worker processes for our own pages; they never wait behind public queries."),
    Setting("sparql.memory", 1536, "Memory cap of one worker, in MiB."),
    Setting("sparql.answer", 256, "Largest answer, in MB."),
    Setting("sparql.query", 64, "Longest query, in kB."),
    Setting(
        "web.threads",
        64,
        "Threads of the web process; at least 2 * (2 * sparql.workers + sparql.queue): pages never wait for queries.",
    ),
    Setting("push.to", "", "Address of the server that praktyki push fills: for queries, or with push.kind its root."),
    Setting("push.kind", "", "Kind of that server, which gives the other addresses: " + ", ".join(KINDS) + "."),
    Setting("push.update", "", "Address of its updates, where push.kind does not give it."),
    Setting("push.store", "", "Address of its graph store (SPARQL 1.1 Graph Store HTTP Protocol), likewise."),
    Setting("push.user", "", "Login to that server; environment only.", secret=True),
    Setting("push.password", "", "Password of that login; environment only.", secret=True),
    Setting("push.timeout", 600.0, "Seconds that the server may be silent; switching a large graph takes minutes."),
    Setting("push.chunk", 20_000, "Triples sent in one request."),
    *(
        setting
        for source in SOURCE_NAMES
        for setting in (
            Setting(
                f"sources.{source}.texts",
                "excerpt",
                "What is published of the source's texts: full, excerpt or none. full needs a licence.",
            ),
            Setting(f"sources.{source}.licence", "", "IRI of the licence that the source states for its texts."),
        )
    ),
)
_BY_KEY = {setting.key: setting for setting in SETTINGS}
_BY_VARIABLE = {setting.variable: setting for setting in SETTINGS}


@dataclass(frozen=True)
class InForce:
    """A setting's value and where it came from: default, the file's name or the variable's name."""

    setting: Setting
    value: Value = field(repr=False)
    origin: str

    @property
    def shown(self) -> str:
        """The value for people; of a secret only whether it is set."""
        return ("(set)" if self.value else "") if self.setting.secret else str(self.value)


@dataclass(frozen=True)
class Settings:
    """All settings in force."""

    values: Mapping[str, InForce]

    def text(self, key: str) -> str:
        return str(self.values[key].value)

    def number(self, key: str) -> int:
        return int(self.values[key].value)

    def seconds(self, key: str) -> float:
        return float(self.values[key].value)

    def path(self, key: str) -> Path:
        return Path(self.text(key))

    def publication(self) -> Publication:
        """Who publishes and where, as the catalogue says it."""
        address = self.text("public_base_url")
        return Publication(
            address=f"{address.rstrip('/')}/" if address else "",
            publisher=self.text("publisher"),
            publisher_iri=self.text("catalogue.publisher_iri"),
            publisher_type=self.text("catalogue.publisher_type"),
            contact=self.text("contact"),
            title_pl=self.text("catalogue.title_pl"),
            title_en=self.text("catalogue.title_en"),
        )

    def text_rights(self) -> dict[str, TextRights]:
        """The text rights of every source."""
        return {
            source: TextRights(self.text(f"sources.{source}.texts"), self.text(f"sources.{source}.licence") or None)
            for source in SOURCE_NAMES
        }


def load(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Defaults, then the file, then the environment. Raises ``SettingsError`` that names key and place."""
    found = {setting.key: InForce(setting, setting.default, "default") for setting in SETTINGS}
    if file is not None:
        for key, value in _flat(_read(file)):
            setting = _BY_KEY.get(key)
            if setting is None:
                raise SettingsError(f"{file}: unknown setting {key!r}", advice="praktyki config lists all settings")
            if setting.secret:
                raise SettingsError(f"{file}: {key} is a secret", advice=f"set {setting.variable} in the environment")
            found[key] = InForce(setting, _typed(setting, value, str(file)), str(file))
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable == FILE_VARIABLE:
            continue
        setting = _BY_VARIABLE.get(variable)
        if setting is None:
            raise SettingsError(f"unknown setting {variable} in the environment", advice="praktyki config lists all")
        found[setting.key] = InForce(setting, _typed(setting, text, variable), variable)
    settings = Settings(found)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    try:
        Iris(settings.text("base_iri"))
    except ValueFormatError as error:
        raise SettingsError(f"{settings.values['base_iri'].origin}: {error.message}") from error
    url = settings.text("public_base_url")
    if url and not re.match(r"^https?://[^\s/?#]+(?:/[^\s?#]*)?$", url):
        raise SettingsError(f"public_base_url is not an http(s) address: {url!r}", advice="https://data.example.org")
    for key in ("teryt.form_url", "teryt.service_url"):
        if not re.match(r"^https?://[^\s/?#@]+/", settings.text(key)):
            raise SettingsError(f"{key} is not an http(s) address ({settings.values[key].origin})")
    if bool(settings.text("teryt.user")) != bool(settings.text("teryt.password")):
        raise SettingsError("teryt.user and teryt.password belong together", advice="set both in the environment")
    if bool(settings.text("push.user")) != bool(settings.text("push.password")):
        raise SettingsError("push.user and push.password belong together", advice="set both in the environment")
    if (kind := settings.text("push.kind")) and kind not in KINDS:
        raise SettingsError(f"push.kind is not known: {kind!r}", advice=f"one of {', '.join(KINDS)}, or empty")
    if not 0 < settings.seconds("push.timeout") <= 86_400:
        raise SettingsError("push.timeout must be over 0 and at most 86400 seconds")
    for key in (
        "push.chunk",
        "sparql.workers",
        "sparql.page_workers",
        "sparql.memory",
        "sparql.answer",
        "sparql.query",
        "web.threads",
    ):
        if settings.number(key) < 1:
            raise SettingsError(f"{key} must be at least 1 ({settings.values[key].origin})")
    state, releases = settings.text("state_dir"), settings.text("releases_dir")
    if not state or not releases or Path(state).absolute() == Path(releases).absolute():
        raise SettingsError("state_dir and releases_dir must be two folders", advice="for example state and releases")
    if settings.number("gate.workers") < 0:
        raise SettingsError(f"gate.workers must be at least 0 ({settings.values['gate.workers'].origin})")
    if settings.number("sparql.queue") < 0:
        raise SettingsError(f"sparql.queue must not be negative ({settings.values['sparql.queue'].origin})")
    needed = 2 * (2 * settings.number("sparql.workers") + settings.number("sparql.queue"))
    if settings.number("web.threads") < needed:
        raise SettingsError(
            f"web.threads must be at least {needed} here ({settings.values['web.threads'].origin})",
            advice="2 * (2 * sparql.workers + sparql.queue): half of the threads stay free for pages",
        )
    if not 0 < settings.seconds("sparql.deadline") <= 30:
        raise SettingsError("sparql.deadline must be over 0 and at most 30 seconds")
    _check_harvest(settings)
    settings.text_rights()
    _check_catalogue(settings)


def _check_catalogue(settings: Settings) -> None:
    """A wrong IRI or mailbox would stand in every portal that harvests the catalogue."""
    iri, kind, contact = (
        settings.text(key) for key in ("catalogue.publisher_iri", "catalogue.publisher_type", "contact")
    )
    if iri and not re.match(r"^https?://[^\s<>\"{}|\\\\^`]+$", iri):
        raise SettingsError(f"catalogue.publisher_iri is no http(s) IRI: {iri!r}")
    if kind and kind not in PUBLISHER_TYPES:
        raise SettingsError(
            f"catalogue.publisher_type = {kind!r}", advice=f"use one of {', '.join(PUBLISHER_TYPES)}, or leave it empty"
        )
    if contact and not re.match(r"^(?:https?://[^\s<>\"{}|\\\\^`]+|[^\s@<>\"]+@[^\s@<>\"]+)$", contact):
        raise SettingsError(f"contact is no mailbox and no web address: {contact!r}")
    local = contact.partition("@")[0] if "@" in contact else ""
    if re.match(r"^[a-z]\.[a-z]+$", local) or any(is_given_name(word) for word in re.split(r"[._-]", local) if word):
        raise SettingsError(
            f"contact must not be a person's mailbox ({settings.values['contact'].origin})",
            advice="portals copy it for years: kontakt@…, biuro@… or a web address",
        )


def _check_harvest(settings: Settings) -> None:
    networks(settings.text("harvest.networks"))
    for key in ("pause", "connect_timeout", "read_timeout", "total_timeout"):
        found = settings.values[f"harvest.{key}"]
        if not 0 < float(found.value) <= 3600:
            raise SettingsError(f"harvest.{key} must be over 0 and at most 3600 seconds ({found.origin})")
    for key in ("keep_days", "page_size"):
        if settings.number(f"harvest.{key}") < 1:
            raise SettingsError(f"harvest.{key} must be at least 1 ({settings.values[f'harvest.{key}'].origin})")
    # Raw pages hold personal data: they must not get into what is published or put under version control.
    own = settings.path("harvest_dir").absolute()
    for key in ("state_dir", "releases_dir"):
        if own == (other := settings.path(key).absolute()) or other in own.parents:
            raise SettingsError(f"harvest_dir must not lie in {key}", advice="give it a folder of its own")


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not TOML: {error}", advice="mend the line that the message names") from error


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _typed(setting: Setting, value: object, origin: str) -> Value:
    wanted = type(setting.default)
    if isinstance(value, wanted) and not isinstance(value, bool):
        return value
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and wanted is not str:
        try:
            return wanted(value)
        except ValueError:
            pass
    raise SettingsError(
        f"{origin}: {setting.key} = {value!r} is not {'text' if wanted is str else 'a number'}", advice=setting.help
    )
