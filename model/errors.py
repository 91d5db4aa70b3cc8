"""One tree of errors. Each class has a stable code; one renderer and one command-line printer show them all.

An error ends what was asked for. Something wrong with one record among many is not an error but a
``model.findings.Finding``: the record is set aside and the run goes on.
"""

from __future__ import annotations


class PraktykiError(Exception):
    """Anything this software refuses to do, said so that the reader knows what to do next.

    ``code`` is stable and documented in ``docs/reference.md``; ``advice`` says how to mend it;
    ``exit_code`` is what the command line ends with (DESIGN: 1 gate, 2 wrong use, 4 input/output).
    """

    code = "error"
    exit_code = 4

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class UsageError(PraktykiError):
    """The caller asked for something that cannot be: a wrong option, path or setting."""

    code = "usage"
    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or has a value that it cannot have."""

    code = "settings"


class ValueFormatError(PraktykiError):
    """A text does not have the form of the value that it should be (date, money, period, TERYT code)."""

    code = "value-format"
    exit_code = 1


class InputError(PraktykiError):
    """A file cannot be read or is not what it should be."""

    code = "input"


class RegisterError(InputError):
    """A TERYT register file is refused: wrong kind, partial, mixed or broken."""

    code = "register"
    exit_code = 1


class LinksError(InputError):
    """A table of codes of other registers is refused: unknown unit, wrong form or contradiction."""

    code = "unit-links"
    exit_code = 1


class EnrichError(InputError):
    """An endpoint that was asked about units does not answer, or answers something else."""

    code = "enrich"


class StateError(PraktykiError):
    """A file under ``state/`` contradicts itself; it names the line to mend."""

    code = "state"


class GateError(PraktykiError):
    """Nothing passed the gates, so nothing is published."""

    code = "gate"
    exit_code = 1


class ReleaseError(PraktykiError):
    """A release could not be built, verified, switched or read."""

    code = "release"


class LockedError(ReleaseError):
    """Another publisher is at work."""

    code = "release-locked"


class VerificationError(ReleaseError):
    """A release does not hold what its manifest says."""

    code = "release-broken"
