"""``serve``: the current release over HTTP."""

from __future__ import annotations

import click

from endpoint.clients import Proxies
from endpoint.config import EndpointConfig, Telemetry
from endpoint.remote.contract import Remote
from endpoint.server import serve as serve_endpoint
from endpoint.sparql.budget import ClientLimits
from endpoint.sparql.pool import Limits
from praktyki.roof import Roof
from praktyki.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.pass_obj
def serve(roof: Roof, host: str, port: int) -> None:
    """Serve the current release: web pages, RDF documents, dumps and the SPARQL endpoint."""
    values = roof.settings
    url = values.text("public_base_url") or f"http://{host}:{port}"
    config = EndpointConfig(
        releases=values.path("releases_dir").absolute(),
        public_base_url=url.rstrip("/") + "/",
        base_iri=values.text("base_iri"),
        limits=Limits(
            deadline=values.seconds("sparql.deadline"),
            memory=values.number("sparql.memory") * 1024 * 1024,
            answer=values.number("sparql.answer") * 1000 * 1000,
            query=values.number("sparql.query") * 1000,
            queue=values.number("sparql.queue"),
            longest=values.seconds("sparql.max_timeout"),
        ),
        answer_cache=values.number("sparql.cache") * 1000 * 1000,
        clients=ClientLimits(values.seconds("sparql.client_seconds"), values.number("sparql.client_queries")),
        proxies=Proxies.of(values.text("web.trusted_proxies"), values.text("web.proxy_header")),
        query_workers=values.number("sparql.workers"),
        page_workers=values.number("sparql.page_workers"),
        threads=values.number("web.threads"),
        contact=values.text("contact"),
        operator=values.text("publisher"),
        remote=_remote(values),
        telemetry=Telemetry(
            log_format=values.text("log.format"),
            log_requests=values.text("log.requests") != "off",
            metrics_host=values.text("metrics.host"),
            metrics_port=values.number("metrics.port"),
        ),
    )
    roof.talk.done("serve", address=config.public_base_url, releases=config.releases)
    serve_endpoint(config, host, port)


def _remote(values: Settings) -> Remote | None:
    if values.text("engine") != "remote":
        return None
    return Remote(
        values.text("remote.query"),
        values.number("remote.places"),
        values.text("remote.user"),
        values.text("remote.password"),
    )
