"""FAIR Signposting (https://signposting.org/FAIR/): typed links by which machines find their way from a page.

Level 1 are ``Link`` headers; level 2 is the same as a document, a link set of RFC 9264.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from endpoint import headers
from endpoint.pages.dataset import download_address
from endpoint.pages.documents import RDF_FORMATS
from endpoint.pages.graph import Graph
from endpoint.pages.references import ThingName, safe_href
from endpoint.pages.site import Site
from model.iris import DATASET, FACTS_LICENCE
from ontology.terms import DCAT, DCT

LINKSET_TYPE = "application/linkset+json"


@dataclass(frozen=True)
class Signpost:
    """A typed link; ``media_type`` of its target where it is known."""

    relation: str
    target: str
    media_type: str = ""

    def header(self) -> str:
        return headers.link(self.target, self.relation, **({"type": self.media_type} if self.media_type else {}))


def signposts(site: Site, name: ThingName, graph: Graph | None) -> tuple[Signpost, ...]:
    """The links of the page about a thing. ``graph`` is its document where more than its name is told (datasets)."""
    iri, path = site.iris.thing(name.kind, name.ref), f"{name.kind}/{name.ref}"
    links = [
        Signpost("cite-as", iri),
        Signpost("type", "https://schema.org/AboutPage"),
        *([Signpost("type", "https://schema.org/Dataset")] if name.kind == "dataset" else []),
        Signpost("license", FACTS_LICENCE),
        *(Signpost("describedby", form.href, form.media_type) for form in site.alternates(f"doc/{path}", RDF_FORMATS)),
        Signpost("linkset", site.address(f"linkset/{path}"), LINKSET_TYPE),
    ]
    if path == f"dataset/{DATASET}":
        # By which a consumer stays in step with the whole; link relations of TREE are IRIs.
        links.append(Signpost("https://w3id.org/tree#view", site.address("feed"), "application/trig"))
    if graph is not None:
        links += [Signpost("author", agent) for agent in graph.iris(iri, DCT.publisher)]
        links += items(graph, iri, site.config.public_base_url)
    return tuple(link for link in links if safe_href(link.target))


def items(graph: Graph, iri: str, public: str) -> list[Signpost]:
    """The files of a dataset."""
    found = []
    for node in sorted(graph.iris(iri, DCAT.distribution)):
        address = graph.iri(node, DCAT.downloadURL)
        if address:
            target = download_address(address, public)
            found.append(
                Signpost("item", target, (graph.iri(node, DCAT.mediaType) or "").partition("/media-types/")[2])
            )
    return found


def linkset(anchor: str, links: Iterable[Signpost]) -> bytes:
    """RFC 9264: the page's links, and from each file the way back to the page."""
    context: dict[str, object] = {"anchor": anchor}
    back = []
    for link in links:
        target = {"href": link.target, **({"type": link.media_type} if link.media_type else {})}
        listed = context.setdefault(link.relation, [])
        if isinstance(listed, list):
            listed.append(target)
        if link.relation == "item":
            back.append({"anchor": link.target, "collection": [{"href": anchor, "type": "text/html"}]})
    return (json.dumps({"linkset": [context, *back]}, ensure_ascii=False, indent=1) + "\n").encode()
