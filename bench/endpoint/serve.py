"""``praktyki serve`` with the caps raised that the bench would meet: answer, time, queries that may wait,
what one client may ask for.

``python -m bench.endpoint.serve RELEASES PORT CACHE``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from endpoint.config import EndpointConfig, Telemetry
from endpoint.server import serve
from endpoint.sparql.budget import ClientLimits
from endpoint.sparql.pool import Limits


def main(releases: str, port: int, cache: bool) -> None:
    """Requests are logged as they are in use; the log goes where the bench sends it."""
    limits = Limits(deadline=30.0, answer=1_000_000_000, queue=64)
    config = EndpointConfig(
        Path(releases),
        public_base_url=f"http://127.0.0.1:{port}/",
        limits=limits,
        clients=ClientLimits(0, 0),
        answer_cache=64_000_000 if cache else 0,
        threads=160,
        telemetry=Telemetry(log_format="json"),
    )
    serve(config, "127.0.0.1", port)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "1")
