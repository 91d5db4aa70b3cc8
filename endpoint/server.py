"""gunicorn in front of the application: one web process with threads, because queries run in processes of their own.

One process means one pool, one budget and one view of the current release. Threads suffice: a request only
waits for a worker, reads a file or writes a page. What belongs to a proxy stands in docs/deployment.md.
"""

from __future__ import annotations

import ipaddress
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from dumps.manifest import STORE
from dumps.switch import current
from endpoint import pauses
from endpoint.app import close_app, create_app
from endpoint.config import EndpointConfig
from endpoint.sparql.pool import Pool
from endpoint.telemetry.figures import figures
from endpoint.telemetry.logs import ServerLog, configure, log_exchange
from endpoint.telemetry.metrics import Metrics
from endpoint.telemetry.notes import exchange_of
from endpoint.worker import CONNECTIONS, Worker
from model.errors import UsageError

_LOG = logging.getLogger(__name__)
GRACEFUL_SECONDS = 30
_LONGEST_REQUEST_LINE = 8190  # gunicorn's highest; longer queries are sent by POST


class NotIsolatedError(UsageError):
    """Workers could reach the network, so that nobody but this machine may ask them."""

    code = "not-isolated"


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured here and nowhere else."""

    def __init__(self, config: EndpointConfig, host: str, port: int) -> None:
        self._config = config
        self._bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._app: Flask | None = None
        self._metrics = Metrics()
        self._end_metrics: Callable[[], None] | None = None
        super().__init__()

    @property
    def public_base_url(self) -> str:
        """Where this installation answers."""
        return self._config.public_base_url

    @property
    def max_body(self) -> int:
        """The longest body of a request, in bytes."""
        return self._config.limits.body

    def load_config(self) -> None:
        for name, value in self.options().items():
            self.cfg.set(name, value)

    def options(self) -> dict[str, Any]:
        """gunicorn's settings by name."""
        return {
            "bind": self._bind,
            "workers": 1,
            "worker_class": Worker,
            "threads": self._config.threads,
            "worker_connections": CONNECTIONS,
            # Addresses come from the settings: no header of a proxy, real or pretended, changes one.
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "timeout": 60,
            "graceful_timeout": GRACEFUL_SECONDS,
            "keepalive": 5,
            "limit_request_line": _LONGEST_REQUEST_LINE,
            "limit_request_fields": 64,
            # It would let anyone with this account reconfigure the server, and writes into the home folder.
            "control_socket_disable": True,
            "proc_name": "praktyki",
            "worker_exit": self._worker_exit,
            "post_request": self._post_request,
            "logger_class": ServerLog,
        }

    def load(self) -> Flask:
        """Called in the web process, after the fork: threads and worker processes belong to it."""
        pauses.take_turns()
        app = self._app = create_app(self._config, pauses.settle)
        told = self._config.telemetry
        if told.metrics_port:
            self._metrics.watch(lambda: figures(app))
            self._end_metrics = self._metrics.serve(told.metrics_host, told.metrics_port)
        return app

    def _post_request(self, _worker: object, _request: object, environ: dict[str, Any], response: Any) -> None:
        """Called when an answer is out, or its reader gone."""
        whole = sys.exception() is None
        # Files are handed to the kernel, which does not count into ``sent``.
        sent = response.response_length if whole and not response.sent else response.sent
        exchange = exchange_of(environ, response.status_code, sent or 0, time.perf_counter(), whole=whole)
        if exchange is not None:
            self._metrics.take(exchange)
            log_exchange(exchange)

    def _worker_exit(self, _server: object, _worker: object) -> None:
        if self._end_metrics is not None:
            self._end_metrics()
        if self._app is not None:
            close_app(self._app)


def serve(config: EndpointConfig, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until SIGTERM or SIGINT. Raises ``NotIsolatedError`` before it listens."""
    configure(config.telemetry.log_format, requests=config.telemetry.log_requests)
    demand_isolation(config, host)
    Server(config, host, port).run()


def demand_isolation(config: EndpointConfig, host: str) -> None:
    """Refuse to listen to others where a query could reach the network from here.

    Raises ``NotIsolatedError``; without a release there is no worker to test, and nothing to ask either.
    """
    if is_loopback(host):
        return
    release = current(config.releases)
    if release is None:
        raise NotIsolatedError(
            f"no release to test the workers on, so {host} cannot be served",
            advice="publish a release first, or serve on 127.0.0.1",
        )
    pool = Pool(release / STORE, config.limits, 1)
    try:
        isolated = pool.isolated
    finally:
        pool.close()
    if not isolated:
        raise NotIsolatedError(
            f"query workers can reach the network from here, so {host} is not served",
            advice="allow user namespaces or seccomp for the workers, or serve on 127.0.0.1 behind a proxy",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can connect to an address; a name other than localhost counts as public."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
