"""The table of settings: it makes the defaults, ``praktyki config``, the environment names and the docs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from converters.convert import SOURCE_NAMES
from converters.units import teryt_form, teryt_service
from dumps.push.addresses import KINDS
from model.iris import DEFAULT_BASE

PREFIX = "PRAKTYKI_"
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
    Setting(
        "engine",
        "embedded",
        "What answers public queries: embedded (workers of ours) or remote (remote.query).",
    ),
    Setting("remote.query", "", "Address of the SPARQL server that answers public queries with engine = remote."),
    Setting("remote.places", 8, "Queries that the remote server gets at a time; others wait."),
    Setting("remote.user", "", "Login to the remote server; environment only.", secret=True),
    Setting("remote.password", "", "Password of that login; environment only.", secret=True),
    Setting("sparql.deadline", 10.0, "Seconds after which a query is stopped whose client names no timeout=."),
    Setting("sparql.max_timeout", 30.0, "Longest time, in seconds, that a client gets with timeout=; at most 30."),
    Setting(
        "sparql.client_seconds",
        60.0,
        "Seconds of workers' time that one client may use in a minute (429); 0: no limit.",
    ),
    Setting("sparql.client_queries", 5, "Queries that one client may have under way at a time (429); 0: no limit."),
    Setting("sparql.workers", 2, "Worker processes for public queries."),
    Setting("sparql.queue", 12, "Queries that may wait for a worker; one more is refused at once (503)."),
    Setting("sparql.page_workers", 1, "Worker processes for our own pages; they never wait behind public queries."),
    Setting("sparql.cache", 64, "Memory for answers that were given before, in MB; 0: none is kept."),
    Setting("sparql.memory", 1536, "Memory cap of one worker, in MiB."),
    Setting("sparql.answer", 256, "Largest answer, in MB."),
    Setting("sparql.query", 64, "Longest query, in kB."),
    Setting(
        "web.threads",
        64,
        "Threads of the web process; at least 2 * (2 * sparql.workers + sparql.queue): pages never wait for queries.",
    ),
    Setting(
        "web.trusted_proxies",
        "",
        "Networks of our own proxies (CIDR, comma-separated) that are believed when they say who the client is.",
    ),
    Setting("web.proxy_header", "X-Forwarded-For", "Header in which these say so: X-Forwarded-For or Forwarded."),
    Setting(
        "log.format", "auto", "Form of the server's log: auto (words on a terminal, JSON elsewhere), json or text."
    ),
    Setting(
        "log.requests", "on", "Whether every request is a line of the log: on or off. No query text, no whole address."
    ),
    Setting("metrics.host", "127.0.0.1", "Address on which the metrics are served (Prometheus); never a public one."),
    Setting("metrics.port", 0, "Port of the metrics, for example 9464; 0: none."),
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
