"""What can go wrong with a public query; each has an HTTP status, a stable code and fields for the messages.

Statuses are part of the contract (docs/reference.md): 400 the query is wrong or refused, 413 the query or its
answer is too large, 503 the query or the service ran out of time (with ``Retry-After``), 507 out of memory.
A crash of the engine is 503 as well, because it is the service that failed; where the same query will crash
again the code says so (``sparql-sort``, ``sparql-stack``).
"""

from __future__ import annotations

from model.errors import PraktykiError


class SparqlError(PraktykiError):
    """A query got no answer. ``fields`` fill the translated messages of ``endpoint.problems``."""

    code = "sparql-failed"
    status = 503
    retry_after: int | None = None

    def __init__(self, message: str, **fields: str | int | float) -> None:
        super().__init__(message)
        self.fields: dict[str, str | int | float] = dict(fields)

    @property
    def headers(self) -> dict[str, str]:
        """Header fields that belong to the error."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class QuerySyntaxError(SparqlError):
    """The text is not SPARQL 1.1; fields ``line``, ``column`` (from 1), ``found`` and ``expected``."""

    code = "sparql-syntax"
    status = 400


class UnknownPrefixError(QuerySyntaxError):
    """A prefix is used that the query does not declare; field ``hint``, the declaration to add, where it is known."""

    code = "sparql-prefix"


class BadIriError(QuerySyntaxError):
    """An IRI is relative where there is no BASE, or is not well-formed."""

    code = "sparql-iri"


class UngroupedVariableError(QuerySyntaxError):
    """A SELECT with aggregates names a variable that GROUP BY does not; field ``found``."""

    code = "sparql-ungrouped"


class QueryRefusedError(SparqlError):
    """The text is SPARQL that this endpoint does not run."""

    code = "sparql-refused"
    status = 400


class ServiceRefusedError(QueryRefusedError):
    """Federated queries (``SERVICE``) are not run: the engine has no network."""

    code = "sparql-service"


class UpdateRefusedError(QueryRefusedError):
    """The endpoint is read-only."""

    code = "sparql-update"


class QueryTooLongError(QueryRefusedError):
    """More bytes than ``Limits.query``: 413, as for a body that is too large as a whole."""

    code = "sparql-too-long"
    status = 413


class QueryTooComplexError(QueryRefusedError):
    """Nested deeper, or made of more parts, than the engine survives."""

    code = "sparql-too-complex"


class AmbiguousQueryError(QueryRefusedError):
    """An IRI in parentheses may as well be a comparison; the two readings end in different places."""

    code = "sparql-ambiguous"


class UnknownGraphError(QueryRefusedError):
    """``FROM`` or a graph parameter names a graph that the release does not hold."""

    code = "sparql-unknown-graph"


class UnsupportedFunctionError(QueryRefusedError):
    """The query calls a function that the engine does not have."""

    code = "sparql-function"


class AnswerTooLargeError(SparqlError):
    """The answer grew over ``limit`` bytes and was thrown away; field ``dump``, the file that holds the data."""

    code = "sparql-answer-too-large"
    status = 413


class DeadlineError(SparqlError):
    """The query ran into its deadline and its process was stopped; fields ``limit``, ``spent`` (seconds), ``dump``."""

    code = "sparql-deadline"
    status = 503
    retry_after = 30


class BusyError(SparqlError):
    """All workers are busy and the queue is full, or the deadline passed while waiting in it."""

    code = "sparql-busy"
    status = 503
    retry_after = 5


class ClientQueriesError(SparqlError):
    """The client has as many queries under way as one client may have; field ``limit``."""

    code = "sparql-client-queries"
    status = 429
    retry_after = 1


class ClientBudgetError(SparqlError):
    """The client has used up its time for now; field ``limit`` (seconds of query time a minute)."""

    code = "sparql-client-budget"
    status = 429

    def __init__(self, message: str, *, retry_after: int, **fields: str | int | float) -> None:
        super().__init__(message, **fields)
        self.retry_after = retry_after


class OutOfMemoryError(SparqlError):
    """The query needed more than ``Limits.memory`` bytes, as it would the next time."""

    code = "sparql-memory"
    status = 507


class SpoolFullError(SparqlError):
    """The disk that takes the answers is full."""

    code = "sparql-spool"
    status = 507
    retry_after = 60


class EngineCrashedError(SparqlError):
    """The engine's process ended before it answered: killed from outside or by a fault of the engine."""

    code = "sparql-crashed"
    status = 503
    retry_after: int | None = 5
    blameless = False  # whether something else than the query ended the process, so that another may answer it


class ClientGoneError(SparqlError):
    """The client hung up before its answer was there; its query was stopped, and nobody reads this."""

    code = "sparql-client-gone"
    status = 499


class SortCrashError(EngineCrashedError):
    """``ORDER BY`` over values of mixed types aborts the engine (oxigraph 0.5: not a total order)."""

    code = "sparql-sort"
    retry_after = None  # it would fail again


class StackCrashError(EngineCrashedError):
    """The query made the engine overflow its stack."""

    code = "sparql-stack"
    retry_after = None


class EngineStartError(SparqlError):
    """No worker could be started: the store cannot be opened, or the process died at once."""

    code = "sparql-start"
    status = 503
    retry_after = 30
