"""An empty Flask view behind our own server: what the server itself costs. ``python -m bench.endpoint.empty PORT``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from flask import Flask, Response

from endpoint.config import EndpointConfig
from endpoint.server import Server

# As long as the answer to a small look-up.
_BODY = b"x" * 1000


class _Empty(Server):
    def load(self) -> Flask:
        app = Flask("empty")

        @app.get("/sparql")
        def sparql() -> Response:
            return Response(_BODY, content_type="application/sparql-results+json")

        return app


def main(port: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = EndpointConfig(Path(folder), public_base_url=f"http://127.0.0.1:{port}/")
        _Empty(config, "127.0.0.1", port).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
