"""What Apache and nginx are told: negotiation, redirects, what is gone, media types. Pure."""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, StrictUndefined

from praktyki.static_site.contract import Rules

# In the order in which a client that names several gets them.
_FORMATS = (
    ("ttl", "text/turtle"),
    ("jsonld", "application/ld\\+json"),
    ("rdf", "application/rdf\\+xml"),
    ("nt", "application/n-triples"),
    ("nq", "application/n-quads"),
    ("trig", "application/trig"),
)
_TYPES = (
    ("ttl", "text/turtle"),
    ("jsonld", "application/ld+json"),
    ("rdf", "application/rdf+xml"),
    ("nt", "application/n-triples"),
    ("nq", "application/n-quads"),
    ("trig", "application/trig"),
    ("linkset", "application/linkset+json"),
    ("html", "text/html"),
    ("css", "text/css"),
    ("svg", "image/svg+xml"),
    ("csv", "text/csv"),
    ("txt", "text/plain"),
    ("md5", "text/plain"),
    ("xml", "application/xml"),
    ("atom", "application/atom+xml"),
    ("json", "application/json"),
    ("patch", "text/plain"),
    ("gz", "application/gzip"),
)
HTACCESS, NGINX_HTTP, NGINX_SERVER = ".htaccess", "nginx-http.conf", "nginx-server.conf"
_TEMPLATES = {HTACCESS: "htaccess.jinja", NGINX_HTTP: "nginx-http.jinja", NGINX_SERVER: "nginx-server.jinja"}


def configurations(rules: Rules) -> dict[str, bytes]:
    """The files for the web server by name."""
    environment = Environment(
        loader=PackageLoader("praktyki.static_site"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no markup: paths are references and pass the filter
    )
    environment.filters["regex"] = re.escape
    values = {
        "rules": rules,
        "root": f"%{{DOCUMENT_ROOT}}{rules.mount}",
        "formats": _FORMATS,
        "types": [(suffix, _with_charset(kind)) for suffix, kind in _TYPES],
        "bare_types": _TYPES,
        "views": range(1, rules.view),
        "statuses": sorted({moved.status for moved in rules.moved}),
    }
    return {name: environment.get_template(template).render(values).encode() for name, template in _TEMPLATES.items()}


def _with_charset(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
