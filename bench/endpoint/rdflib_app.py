"""rdflib-endpoint on an N-Quads file; run by an environment of its own, so it imports nothing of this project."""

from __future__ import annotations

import sys

import uvicorn  # type: ignore[import-not-found, unused-ignore]
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint  # type: ignore[import-not-found, unused-ignore]


def main(file: str, port: int) -> None:
    data = Dataset(default_union=True)
    data.parse(file, format="nquads")
    uvicorn.run(SparqlEndpoint(graph=data), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
