"""Every query and update of a push. Pure.

Lines of the release are N-Triples, which are valid in ``INSERT DATA`` as they stand. IRIs come from the release and
were checked when it was built: none can end the angle brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dumps.push.contract import Action, Entry, Step

_IS_VERSION_OF = "http://purl.org/dc/terms/isVersionOf"
_VERSION = "http://www.w3.org/2002/07/owl#versionInfo"
_SHA256 = "http://purl.org/dc/terms/identifier"
_TRIPLES = "http://rdfs.org/ns/void#triples"
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def count(graph: str) -> str:
    return f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"


def rows(graph: str, subjects: Sequence[str]) -> str:
    """All triples of some subjects (in angle brackets)."""
    return f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ VALUES ?s {{ {' '.join(subjects)} }} ?s ?p ?o }} }}"


def everything(graph: str) -> str:
    return f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"


def insert(graph: str, lines: Iterable[bytes]) -> bytes:
    return b"INSERT DATA { GRAPH <%b> {\n%b\n} }" % (graph.encode(), b"\n".join(lines))


def drop(graphs: Iterable[str]) -> bytes:
    return " ;\n".join(f"DROP SILENT GRAPH <{graph}>" for graph in graphs).encode()


def replace(graph: str, lines: Iterable[bytes]) -> bytes:
    """The whole of a small graph in one request."""
    held = list(lines)
    return drop([graph]) + (b" ;\n" + insert(graph, held) if held else b"")


def switch(steps: Iterable[Step], register: str, lines: Iterable[bytes]) -> bytes:
    """All staging graphs take their places and the register says so, in one request.

    ``COPY``, not ``MOVE``: a second ``MOVE`` would empty the target (servers take a graph that is not there for an
    empty one), a second ``COPY`` changes nothing.
    """
    parts = [
        f"DROP SILENT GRAPH <{step.graph.iri}>"
        if step.action is Action.EMPTY
        else f"COPY GRAPH <{step.staging}> TO GRAPH <{step.graph.iri}>"
        for step in steps
    ]
    return " ;\n".join(parts).encode() + b" ;\n" + replace(register, lines)


def register_lines(entries: Iterable[Entry]) -> list[bytes]:
    """The register as N-Triples lines."""
    found = []
    for entry in entries:
        values = [f'<{_VERSION}> "{entry.version}"', f'<{_SHA256}> "{entry.sha256}"']
        if entry.triples is not None:
            values.append(f'<{_TRIPLES}> "{entry.triples}"^^<{_INTEGER}>')
        if entry.target is not None:
            values.append(f"<{_IS_VERSION_OF}> <{entry.target}>")
        found += [f"<{entry.graph}> {value} .".encode() for value in values]
    return sorted(found)


def register_entries(triples: Iterable[tuple[str, str, str]]) -> tuple[Entry, ...]:
    """The register from its triples (plain values). What is not whole is no entry, and so is loaded anew."""
    about: dict[str, dict[str, str]] = {}
    for subject, predicate, value in triples:
        about.setdefault(subject, {})[predicate] = value
    found = []
    for graph, values in sorted(about.items()):
        number = values.get(_TRIPLES, "")
        if {_VERSION, _SHA256} <= values.keys():
            held = int(number) if number.isdecimal() else None
            found.append(Entry(graph, values[_VERSION], values[_SHA256], held, values.get(_IS_VERSION_OF)))
    return tuple(found)
