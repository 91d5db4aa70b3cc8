"""One query over HTTP into a spool file, within a deadline and a cap, or an error that says why not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import BinaryIO

import requests
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError

from endpoint.remote.contract import ForeignAnswerError, PartialAnswerError, Remote, RemoteUnavailableError
from endpoint.remote.partial import cut_short, row_cap
from endpoint.sparql.engine import EngineQuery
from endpoint.sparql.errors import AnswerTooLargeError, ClientGoneError, DeadlineError, SparqlError
from endpoint.sparql.process import has_hung_up

JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"
# Virtuoso calls N-Triples by its older names.
_ACCEPTED = {JSON: JSON, N_TRIPLES: f"{N_TRIPLES}, text/plain;q=0.5"}
_NAMES = {JSON: (JSON, "application/json"), N_TRIPLES: (N_TRIPLES, "text/plain", "text/ntriples")}
_CHUNK = 64 * 1024
_CONNECT_SECONDS = 5.0


def fetch(
    session: requests.Session,
    remote: Remote,
    query: EngineQuery,
    form: str,
    spool: BinaryIO,
    deadline: float,
    cap: int,
    client: int | None = None,
) -> int | None:
    """Asks and spools the answer in ``form`` (JSON or N-Triples); returns the server's cap on rows, if it named one.

    ``deadline`` is of ``time.monotonic``, ``cap`` in bytes. Raises a ``SparqlError``.
    """
    data = [("query", query.text)]
    data += [("default-graph-uri", graph) for graph in query.default_graphs]
    data += [("named-graph-uri", graph) for graph in query.named_graphs]
    began = time.monotonic()
    try:
        # Redirects are not followed: an answer of another address is none of this server's.
        answer = session.post(
            remote.query,
            data=data,
            headers={"Accept": _ACCEPTED[form], "Accept-Encoding": "gzip"},
            timeout=(_CONNECT_SECONDS, max(0.05, deadline - began)),
            stream=True,
            allow_redirects=False,
        )
        with answer:
            _demand_answer(answer, form)
            for part in _parts(answer, deadline, client):
                if spool.tell() + len(part) > cap:
                    raise AnswerTooLargeError(
                        f"The answer is larger than {cap} bytes; nothing of it was sent.", limit=cap
                    )
                spool.write(part)
            return row_cap(answer.headers)
    except (requests.exceptions.ReadTimeout, ReadTimeoutError) as error:
        raise _too_late(deadline, began) from error
    except (ProtocolError, DecodeError) as error:
        raise ForeignAnswerError("The server's answer broke off.") from error
    except requests.exceptions.RequestException as error:
        if time.monotonic() >= deadline:
            raise _too_late(deadline, began) from error
        raise RemoteUnavailableError("The SPARQL server behind this service cannot be reached.") from error


def _demand_answer(answer: requests.Response, form: str) -> None:
    """Refuses what is no answer, by status, headers and media type."""
    why = cut_short(answer.status_code, answer.headers)
    if why:
        raise PartialAnswerError("The server gave a part of the answer only.", reason=why)
    if answer.status_code in (429, 502, 503, 504):
        raise RemoteUnavailableError("The SPARQL server behind this service is busy.", reason=str(answer.status_code))
    if answer.status_code != 200:
        raise SparqlError("The query could not be evaluated.", reason=f"HTTP {answer.status_code}")
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _NAMES[form]:
        raise ForeignAnswerError("The server answered in another format.", reason=kind[:80])


def _parts(answer: requests.Response, deadline: float, client: int | None) -> Iterator[bytes]:
    began = time.monotonic()
    # The socket's own time-out is for one reading: a server that drips would go on for ever. So each piece is looked at
    # as it comes; ``iter_content`` would wait until the drops fill a whole one.
    while part := answer.raw.read1(_CHUNK, decode_content=True):
        if time.monotonic() >= deadline:
            raise _too_late(deadline, began)
        if has_hung_up(client):
            raise ClientGoneError("The client hung up.")
        yield part


def _too_late(deadline: float, began: float) -> DeadlineError:
    limit = round(deadline - began, 1)
    return DeadlineError(
        f"The query was stopped after {limit:g} s.", limit=limit, spent=round(time.monotonic() - began, 1)
    )
