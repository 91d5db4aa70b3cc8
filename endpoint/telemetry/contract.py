"""One finished request as log and metrics see it."""

from __future__ import annotations

from dataclasses import dataclass

# Routes are few; paths are as many as there are things, and would make as many time series.
UNKNOWN_ROUTE = "none"


@dataclass(frozen=True)
class Exchange:
    """A request and its answer. ``route`` is the pattern of the address, never the address itself.

    ``sent`` are bytes of the body, ``seconds`` the time until the last of them was handed on. ``code`` is the stable
    code of an error, empty for an answer. ``whole`` is false where the client hung up before the end.
    """

    request_id: str
    method: str
    route: str
    status: int
    sent: int
    seconds: float
    client: str = ""
    release: str = ""
    code: str = ""
    query: str = ""
    whole: bool = True

    @property
    def is_query(self) -> bool:
        """Whether somebody asked the SPARQL endpoint for something."""
        return bool(self.query)

    @property
    def outcome(self) -> str:
        """``answered``, or the code of the error."""
        return self.code or "answered"


@dataclass(frozen=True)
class Figure:
    """A value that is read when somebody asks for it."""

    name: str
    said: str
    value: float
