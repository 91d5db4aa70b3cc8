"""Whether the remote server holds the release that we say it answers from: graph by graph, by SPARQLWrapper."""

from __future__ import annotations

import urllib.error

from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from dumps.manifest import Manifest
from endpoint.remote.contract import Remote, RemoteUnavailableError
from model.errors import VerificationError
from model.iris import CONTENT_GRAPHS

_SECONDS = 60


def demand_release(remote: Remote, manifest: Manifest) -> tuple[str, ...]:
    """The IRIs of the content graphs, when the server has as many triples in each as the manifest says.

    Raises ``VerificationError`` where it has not, ``RemoteUnavailableError`` where it does not answer.
    """
    graphs = tuple(manifest.graphs[name].iri for name in CONTENT_GRAPHS if name in manifest.graphs)
    for name in CONTENT_GRAPHS:
        entry = manifest.graphs.get(name)
        if entry is None:
            continue
        found = _count(remote, entry.iri)
        if found != entry.triples:
            raise VerificationError(
                f"the server behind remote.query holds {found} triples of {entry.iri}, release {manifest.version} has "
                f"{entry.triples}",
                advice="praktyki push loads the current release into it; it is taken up within a minute",
            )
    return graphs


def _count(remote: Remote, graph: str) -> int:
    wrapper = SPARQLWrapper(remote.query)
    wrapper.setMethod(POST)
    wrapper.setReturnFormat(JSON)
    wrapper.setTimeout(_SECONDS)
    if remote.user:
        wrapper.setCredentials(remote.user, remote.password)
    wrapper.setQuery(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    try:
        found = wrapper.queryAndConvert()
        return int(found["results"]["bindings"][0]["n"]["value"])  # type: ignore[call-overload, index]
    except (TimeoutError, SPARQLWrapperException, urllib.error.URLError, OSError, ValueError, LookupError) as error:
        raise RemoteUnavailableError(
            "The SPARQL server behind this service cannot be reached.", reason=type(error).__name__
        ) from error
