"""What settings may not be, one by one and beside each other: found at the start, not in the middle of a run."""

from __future__ import annotations

import re
from pathlib import Path

from converters.harvest.connect import networks
from converters.privacy.given_names import is_given_name
from converters.units.teryt_service import is_protected
from dumps.publication import PUBLISHER_TYPES
from dumps.push.addresses import KINDS
from endpoint.clients import Proxies
from endpoint.telemetry.logs import FORMATS
from model.errors import SettingsError, ValueFormatError
from model.iris import Iris
from praktyki.settings_values import Settings


def check(settings: Settings) -> None:
    """Raises ``SettingsError`` that names the setting and where it was set."""
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
    if settings.text("teryt.user") and not is_protected(settings.text("teryt.service_url")):
        raise SettingsError(
            f"teryt.service_url ({settings.values['teryt.service_url'].origin}): the login would be sent unprotected",
            advice="give an https address; http is for this machine only (127.0.0.1, ::1, localhost)",
        )
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
    _check_queries(settings)
    _check_engine(settings)
    _check_telemetry(settings)
    _check_harvest(settings)
    settings.text_rights()
    _check_catalogue(settings)


def _check_queries(settings: Settings) -> None:
    """Limits that would bound nothing, or that contradict each other."""
    for key in ("sparql.queue", "sparql.client_queries", "sparql.client_seconds"):
        if not 0 <= float(settings.values[key].value) < 1_000_000:
            raise SettingsError(f"{key} must not be negative or endless ({settings.values[key].origin})")
    needed = 2 * (2 * settings.number("sparql.workers") + settings.number("sparql.queue"))
    if settings.number("web.threads") < needed:
        raise SettingsError(
            f"web.threads must be at least {needed} here ({settings.values['web.threads'].origin})",
            advice="2 * (2 * sparql.workers + sparql.queue): half of the threads stay free for pages",
        )
    if not 0 < settings.seconds("sparql.deadline") <= 30:
        raise SettingsError("sparql.deadline must be over 0 and at most 30 seconds")
    if not settings.seconds("sparql.deadline") <= settings.seconds("sparql.max_timeout") <= 30:
        raise SettingsError(
            f"sparql.max_timeout must be 30 seconds at most ({settings.values['sparql.max_timeout'].origin})",
            advice="and not below sparql.deadline, which holds where a client asks for nothing",
        )
    if settings.number("sparql.cache") < 0:
        raise SettingsError("sparql.cache must not be negative")
    Proxies.of(settings.text("web.trusted_proxies"), settings.text("web.proxy_header"))


def _check_engine(settings: Settings) -> None:
    engine, address = settings.text("engine"), settings.text("remote.query")
    if engine not in ("embedded", "remote"):
        raise SettingsError(f"engine = {engine!r} ({settings.values['engine'].origin})", advice="embedded or remote")
    if engine == "remote" and not re.match(r"^https?://[^\s/?#@]+/[^\s?#]*$", address):
        raise SettingsError(f"remote.query is no http(s) address: {address!r}", advice="http://127.0.0.1:8890/sparql")
    if bool(settings.text("remote.user")) != bool(settings.text("remote.password")):
        raise SettingsError("remote.user and remote.password belong together", advice="set both in the environment")
    if settings.number("remote.places") < 1:
        raise SettingsError(f"remote.places must be at least 1 ({settings.values['remote.places'].origin})")


def _check_telemetry(settings: Settings) -> None:
    for key, known in (("log.format", FORMATS), ("log.requests", ("on", "off"))):
        if settings.text(key) not in known:
            raise SettingsError(
                f"{key} = {settings.text(key)!r} ({settings.values[key].origin})", advice=f"use {' or '.join(known)}"
            )
    if not 0 <= settings.number("metrics.port") <= 65535:
        raise SettingsError(f"metrics.port is no port ({settings.values['metrics.port'].origin})", advice="0: none")


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
