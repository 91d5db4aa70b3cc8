"""What the pages refuse; each has a stable code and an HTTP status for the renderer of problems."""

from __future__ import annotations

from model.errors import PraktykiError


class PageError(PraktykiError):
    """An answer of the pages that is no page. ``headers`` go with it, ``fields`` fill its message."""

    status = 404

    def __init__(
        self,
        message: str,
        *,
        advice: str = "",
        headers: dict[str, str] | None = None,
        **fields: str | tuple[str, ...],
    ) -> None:
        super().__init__(message, advice=advice)
        self.headers: dict[str, str] = headers or {}
        self.fields: dict[str, str | tuple[str, ...]] = fields


class NotFoundError(PageError):
    """There is nothing at this address in the release that is served."""

    code = "not-found"


class VersionGoneError(PageError):
    """The release was pruned or erased; ``successor`` is the one to take instead."""

    code = "version-gone"
    status = 410


class WithdrawnError(PageError):
    """The thing was withdrawn, and the client takes none of the formats of its tombstone."""

    code = "withdrawn"
    status = 410


class NotAcceptableError(PageError):
    """The client takes none of the formats that there are."""

    code = "not-acceptable"
    status = 406


class PreconditionError(PageError):
    """The file is not the one that the client named in a condition."""

    code = "precondition-failed"
    status = 412


class RangeError(PageError):
    """The file has no bytes in the range that the client asked for."""

    code = "range-not-satisfiable"
    status = 416


class DownloadsBusyError(PageError):
    """As many downloads as there is room for are under way."""

    code = "downloads-busy"
    status = 503


class NotReadyError(PageError):
    """The service does not answer yet, or not any more."""

    code = "not-ready"
    status = 503


class FeedPurgedError(PageError):
    """The page belonged to an event stream that was begun anew, because something had to go from it."""

    code = "feed-purged"
    status = 410
