"""A query as programs send it: commands and scripts that a reader can paste. Pure; the text survives unchanged.

``docs/clients.md`` explains the same programs, and its tests run them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from endpoint.sparql.errors import QuerySyntaxError
from endpoint.sparql.prologue import prologue
from endpoint.sparql.tokens import tokenize

_GRAPH_FORMS = ("CONSTRUCT", "DESCRIBE")


@dataclass(frozen=True)
class Snippet:
    """``name`` is the key of its title in the catalogues."""

    name: str
    code: str


def form_of(text: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE; empty where the text has none of them yet."""
    try:
        tokens = list(tokenize(text))
    except QuerySyntaxError:
        return ""
    place = prologue(tokens).end
    return tokens[place].upper if place < len(tokens) else ""


def snippets(endpoint: str, text: str) -> tuple[Snippet, ...]:
    """The programs that fit the form of the query: tables for SELECT, a graph for CONSTRUCT and DESCRIBE."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if form_of(text) in _GRAPH_FORMS:
        makers: dict[str, Callable[[str, str], str]] = {"curl": _curl_graph, "python": _python_graph}
    else:
        makers = {"curl": _curl, "python": _python}
        if form_of(text) != "ASK":
            makers |= {"pandas": _pandas, "r": _r}
    return tuple(Snippet(name, make(endpoint, text)) for name, make in makers.items())


def _curl(endpoint: str, text: str) -> str:
    return _here_document(endpoint, text, "text/csv")


def _curl_graph(endpoint: str, text: str) -> str:
    return _here_document(endpoint, text, "text/turtle")


def _here_document(endpoint: str, text: str, accept: str) -> str:
    lines, mark = text.split("\n"), "SPARQL"
    while mark in lines:
        mark += "_"
    return f"curl -H 'Accept: {accept}' --data-urlencode query@- '{endpoint}' <<'{mark}'\n{text}\n{mark}\n"


def _python(endpoint: str, text: str) -> str:
    return f"""\
from SPARQLWrapper import JSON, SPARQLWrapper

client = SPARQLWrapper({json.dumps(endpoint)})
client.setMethod("POST")
client.setReturnFormat(JSON)
client.setQuery({_python_text(text)})
answer = client.queryAndConvert()
print(answer)
"""


def _python_graph(endpoint: str, text: str) -> str:
    return f"""\
from SPARQLWrapper import TURTLE, SPARQLWrapper
from rdflib import Graph

client = SPARQLWrapper({json.dumps(endpoint)})
client.setMethod("POST")
client.setReturnFormat(TURTLE)
client.setQuery({_python_text(text)})
graph = Graph().parse(data=client.queryAndConvert(), format="turtle")
print(len(graph))
"""


def _pandas(endpoint: str, text: str) -> str:
    return f"""\
from urllib.parse import urlencode

import pandas

query = {_python_text(text)}
address = {json.dumps(endpoint)} + "?" + urlencode({{"query": query, "format": "csv"}})
table = pandas.read_csv(address)
print(table)
"""


def _r(endpoint: str, text: str) -> str:
    dashes = "-"
    while f'){dashes}"' in text:
        dashes += "-"
    return f"""\
library(SPARQL)

query <- r"{dashes}({text}){dashes}"
answer <- SPARQL(url = {json.dumps(endpoint)}, query = query)
print(answer$results)
"""


def _python_text(text: str) -> str:
    """A literal that a person can edit where the text allows it: three quotes, else the escaped form."""
    plain = all(character.isprintable() or character == "\n" for character in text)
    if not plain or '"""' in text or "\\" in text:
        return repr(text)
    return f'"""\\\n{text}\n"""'
