"""What is known of the remote server, and what can go wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from endpoint.sparql.errors import SparqlError


@dataclass(frozen=True)
class Remote:
    """Where queries are sent, how many at a time, and the login, which is shown nowhere."""

    query: str
    places: int = 8
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


class RemoteUnavailableError(SparqlError):
    """The server cannot be reached, or says that it cannot answer now."""

    code = "sparql-remote"
    status = 503
    retry_after = 30


class PartialAnswerError(SparqlError):
    """The server cut its answer (a cap on rows, a time limit of its own): nothing of it is passed on."""

    code = "sparql-partial"
    status = 502


class ForeignAnswerError(SparqlError):
    """The server answered with something that is no whole SPARQL result."""

    code = "sparql-remote-answer"
    status = 502
