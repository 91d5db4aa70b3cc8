"""The settings that the endpoint needs, read at the roof and passed down."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from endpoint.clients import Proxies
from endpoint.remote.contract import Remote
from endpoint.sparql.budget import ClientLimits
from endpoint.sparql.pool import Limits
from model.errors import SettingsError
from model.iris import DEFAULT_BASE, Iris


@dataclass(frozen=True)
class Telemetry:
    """How the service tells of itself. ``log_format`` is one of ``logs.FORMATS``; port 0 means no metrics."""

    log_format: str = "auto"
    log_requests: bool = True
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0


@dataclass(frozen=True)
class EndpointConfig:
    """What ``create_app`` and ``serve`` are told.

    ``public_base_url`` is where this installation answers and the only source of addresses it writes;
    ``base_iri`` names things. ``contact`` is a functional mailbox or a web address, never a person's.
    ``threads`` answer requests in the one web process; queries run in ``query_workers`` processes and pages
    in ``page_workers`` others. Queries, and downloads, may hold a part of the threads only, so that pages never
    wait behind them. ``answer_cache`` is the memory, in bytes, for answers that may be asked for again.
    ``clients`` are the limits of each client; ``proxies`` say who is one. Raises ``SettingsError`` where a value
    cannot be.
    """

    releases: Path
    public_base_url: str = "http://127.0.0.1:8000/"
    base_iri: str = DEFAULT_BASE
    limits: Limits = field(default_factory=Limits)
    answer_cache: int = 64_000_000
    clients: ClientLimits = field(default_factory=ClientLimits)
    proxies: Proxies = field(default_factory=Proxies)
    query_workers: int = 2
    page_workers: int = 1
    threads: int = 64
    contact: str = ""
    operator: str = ""
    poll_seconds: float = 0.5
    remote: Remote | None = None
    telemetry: Telemetry = field(default_factory=Telemetry)
    # Pages that become files: they say that there is no SPARQL there.
    static: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.public_base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or not parts.path.endswith("/"):
            raise SettingsError(
                f"public_base_url is no http(s) address that ends in '/': {self.public_base_url!r}",
                advice="for example https://praktyki.example.org/ or https://example.org/praktyki/",
            )
        if parts.query or parts.fragment or any(character in self.public_base_url for character in "\r\n\"'<> ;,"):
            raise SettingsError(f"public_base_url may hold no query, fragment or blank: {self.public_base_url!r}")
        Iris(self.base_iri)
        if min(self.query_workers, self.page_workers, self.threads) < 1 or self.poll_seconds <= 0:
            raise SettingsError("workers, threads and poll_seconds must be above zero")
        if self.limits.queue < 0 or 2 * self.query_places > self.threads:
            raise SettingsError(
                f"{self.query_places} queries could hold {self.threads} threads: pages would wait behind them",
                advice="web.threads must be at least 2 * (2 * sparql.workers + sparql.queue)",
            )

    @property
    def query_places(self) -> int:
        """How many queries may run and wait at a time; the pool doubles its workers when they are all held."""
        return 2 * self.query_workers + self.limits.queue

    @property
    def download_places(self) -> int:
        """How many downloads may be under way at a time: a slow reader holds a thread as long as he reads."""
        return max(1, self.threads // 4)

    @property
    def answer_places(self) -> int:
        """How many large answers to queries may be sent at a time, for the same reason."""
        return max(1, self.threads // 8)

    @property
    def mount(self) -> str:
        """The path under which the application is mounted, without the last slash; empty at the root."""
        return urlsplit(self.public_base_url).path.rstrip("/")
