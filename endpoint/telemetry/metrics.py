"""Metrics for Prometheus. They have a port of their own, because they are the operator's and not the public's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from endpoint.telemetry.contract import Exchange, Figure
from model.errors import UsageError

# Seconds; the last bounds are those of the deadline's default and its most.
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

Figures = Callable[[], Iterable[Figure]]


class Metrics:
    """The counters of one web process; ``registry`` is what is exposed."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # OpenTelemetry's http.server.request.duration, in the names of Prometheus.
        self._duration = Histogram(
            "http_server_request_duration_seconds",
            "Time of a request until its answer was handed on, in seconds.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._sent = Counter(
            "http_server_response_bytes", "Bytes of bodies that were sent.", ("route",), registry=self.registry
        )
        self._hung_up = Counter(
            "http_server_hung_up", "Answers that a client did not wait for.", ("route",), registry=self.registry
        )
        self._queries = Counter(
            "praktyki_sparql_queries",
            "Queries by what came of them: answered, or the code of the error.",
            ("outcome",),
            registry=self.registry,
        )
        self._query_time = Histogram(
            "praktyki_sparql_duration_seconds",
            "Time of a query until its answer was handed on, in seconds.",
            ("outcome",),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def take(self, exchange: Exchange) -> None:
        """Counts a finished request."""
        self._duration.labels(exchange.method, exchange.route, str(exchange.status)).observe(exchange.seconds)
        self._sent.labels(exchange.route).inc(exchange.sent)
        if not exchange.whole:
            self._hung_up.labels(exchange.route).inc()
        if exchange.is_query:
            self._queries.labels(exchange.outcome).inc()
            self._query_time.labels(exchange.outcome).observe(exchange.seconds)

    def watch(self, figures: Figures) -> None:
        """Figures that are read when somebody asks: name, help, value."""
        self.registry.register(_Read(figures))

    def serve(self, host: str, port: int) -> Callable[[], None]:
        """Exposes the metrics over HTTP; what is returned ends that. Raises ``UsageError`` where the port is taken."""
        try:
            server, thread = start_http_server(port, addr=host, registry=self.registry)
        except OSError as error:
            raise UsageError(
                f"metrics cannot be served on {host}:{port}: {error.strerror}",
                advice="set metrics.port to a free port, or to 0 for none",
            ) from error

        def close() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return close


class _Read(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        for figure in self._figures():
            yield GaugeMetricFamily(figure.name, figure.said, value=figure.value)
