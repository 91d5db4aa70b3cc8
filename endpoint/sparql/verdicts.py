"""What a worker's reply, or its death, means for the client who asked."""

from __future__ import annotations

import re

from endpoint.sparql import errors
from endpoint.sparql.frames import Message
from endpoint.sparql.syntax import syntax_error

# No fault of the engine ends in these: an operator, or the kernel when the machine runs out of memory.
_FROM_OUTSIDE = ("SIGKILL", "SIGTERM")
_FUNCTION = re.compile(r"custom (?:aggregate )?function <?([^> ]*)>? is not supported")


def error_of_reply(reply: Message, text: str, answer_limit: int, memory_limit: int) -> errors.SparqlError:
    """The error for a reply that says ``error``; ``text`` is the query."""
    message = str(reply["message"])
    match reply["error"]:
        case "syntax":
            return syntax_error(message, text)
        case "answer":
            return errors.AnswerTooLargeError(
                f"The answer is larger than {answer_limit} bytes; nothing of it was sent.", limit=answer_limit
            )
        case "memory":
            return out_of_memory(memory_limit)
        case "spool":
            return errors.SpoolFullError("There is no room on the disk that takes the answers.")
    called = _FUNCTION.search(message)
    if called:
        return errors.UnsupportedFunctionError(f"The function <{called[1]}> is not supported.", function=called[1])
    return errors.SparqlError("The query could not be evaluated.", reason=message[:300])


def error_of_time(seconds: float, waited: float) -> errors.SparqlError:
    """The error for a query that got no answer in ``seconds``, of which it waited for a worker for ``waited``."""
    if waited > seconds / 2:
        return errors.BusyError("The service is busy.", waited=round(waited, 1), limit=seconds)
    return errors.DeadlineError(
        f"The query was stopped after {seconds:g} s.", limit=seconds, spent=round(seconds - waited, 1)
    )


def error_of_death(stderr: str, how: str, memory_limit: int, *, untouched: bool = False) -> errors.SparqlError:
    """The error for a worker that ended before it replied; ``how`` is a signal or exit status.

    ``untouched``: it ended before it had read the query.
    """
    crash = errors.EngineCrashedError("The engine stopped in the middle of the query.", reason=how)
    crash.blameless = untouched or how in _FROM_OUTSIDE
    if untouched:
        return crash
    if "total order" in stderr:
        return errors.SortCrashError("The engine cannot sort values of these mixed types.")
    if "memory allocation of" in stderr or "bad_alloc" in stderr or "MemoryError" in stderr:
        return out_of_memory(memory_limit)
    if "overflowed its stack" in stderr or how in ("SIGSEGV", "SIGBUS"):
        return errors.StackCrashError("The query is nested too deeply for the engine.")
    return crash


def out_of_memory(memory_limit: int) -> errors.SparqlError:
    """The error for a query that wanted more than its worker may have."""
    return errors.OutOfMemoryError(f"The query needed more than {memory_limit} bytes of memory.", limit=memory_limit)
