"""A worker: one process, one store opened read-only, one query at a time.

Started by ``endpoint.sparql.process`` as ``python -m endpoint.sparql.worker SOCKET PARENT``, never imported by
the web process. A fault of the engine ends this process and nothing else; that is what it is for, so nothing
here tries to survive an engine error that is not an ordinary exception.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import time
from typing import BinaryIO, cast

from pyoxigraph import (
    NamedNode,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store,
    Variable,
    serialize,
)

from endpoint.sparql import isolation
from endpoint.sparql.frames import Message, receive, receive_with_descriptor, send
from endpoint.sparql.sink import Sink


def main() -> None:
    """Serve the inherited socket until the parent closes it."""
    isolation.die_with_parent(int(sys.argv[2]))
    # A parent that is gone needs no answer.
    with socket.socket(fileno=int(sys.argv[1])) as channel, contextlib.suppress(ConnectionError):
        _work(channel)


def _work(channel: socket.socket) -> None:
    first = receive(channel)
    if first is None:
        return
    setup = first.message
    network = isolation.cut_network()
    isolated = network != "none" and not isolation.reaches(setup["listener"])
    try:
        store = Store.read_only(setup["store"])
        isolation.limit_resources(setup["memory"], setup["answer"])
    except (OSError, ValueError) as error:
        send(channel, {"error": "start", "message": str(error)})
        return
    send(channel, {"isolated": isolated, "network": network})
    serve(channel, store, setup["prefixes"])


def serve(channel: socket.socket, store: Store, prefixes: dict[str, str]) -> None:
    """Answer one request after the other.

    A request brings a spool file where this process has none, and a large answer takes it away: the file is the
    parent's then, and must not be held open here, or its room on the disk is held too.
    """
    spool: int | None = None
    while True:
        request = receive_with_descriptor(channel)
        spool = spool if request is None or request.descriptor is None else request.descriptor
        if request is None or spool is None:
            return
        started = time.monotonic()
        reply, content = _answer(store, request.message, spool, prefixes)
        reply["seconds"] = time.monotonic() - started
        if content is None:
            os.close(spool)
            spool = None
        send(channel, reply, content or b"")
        if reply.get("error") == "memory":
            return  # the heap is in pieces: a fresh process is the better next one


def _answer(store: Store, request: Message, spool: int, prefixes: dict[str, str]) -> tuple[Message, bytes | None]:
    """Run the query. The reply holds the answer's length or what went wrong, and whether the spool file was left
    untouched (``inline``); a small answer stands beside it."""
    try:
        with Sink(spool) as sink:
            _run(store, request, sink, prefixes)
        content = sink.content
        return {"length": sink.length, "inline": content is not None}, content
    except SyntaxError as error:
        return _failed("syntax", error)
    except MemoryError:
        return _failed("memory", "MemoryError")
    except OSError as error:
        return _failed(_kind_of(error), error)
    except (RuntimeError, ValueError) as error:
        return _failed("evaluation", error)


def _failed(kind: str, why: object) -> tuple[Message, None]:
    """Part of an answer may be in the file already, so it is not used again."""
    return {"error": kind, "message": str(why), "inline": False}, None


def _kind_of(error: OSError) -> str:
    # An error raised inside the engine's writer comes back as OSError, sometimes without its number.
    if error.errno == errno.EFBIG or "File too large" in str(error):
        return "answer"
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return "spool"
    return "evaluation"


def _run(store: Store, request: Message, sink: Sink, prefixes: dict[str, str]) -> None:
    results = store.query(request["text"], **_dataset(request))
    media_type: str = request["media_type"]
    spool = cast(BinaryIO, sink)
    if isinstance(results, QueryTriples):
        form = RdfFormat.from_media_type(media_type)
        if form is None:
            raise ValueError(f"triples cannot be written as {media_type}")
        # Not results.serialize: that one writes Turtle without prefixes.
        serialize(results, spool, format=form, prefixes=prefixes)
        return
    table = QueryResultsFormat.from_media_type(media_type)
    if table is None:
        raise ValueError(f"solutions cannot be written as {media_type}")
    results.serialize(spool, format=table)


def _dataset(request: Message) -> Message:
    """Protocol parameters win over FROM (SPARQL 1.1 Protocol, 2.1.4); without either: the union of all."""
    default, named = request["default_graphs"], request["named_graphs"]
    options: Message = {
        "base_iri": request["base_iri"] or None,
        "substitutions": {Variable(name): NamedNode(iri) for name, iri in request["substitutions"]} or None,
    }
    if default or named:
        options["default_graph"] = [NamedNode(iri) for iri in default]
        options["named_graphs"] = [NamedNode(iri) for iri in named]
    elif not request["own_dataset"]:
        options["use_default_graph_as_union"] = True
    return options


if __name__ == "__main__":
    main()
