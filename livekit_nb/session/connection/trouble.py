"""What went wrong with a connection, as one code and reason by which it can be judged."""

from __future__ import annotations

from livekit_nb.errors import ConnectError, SessionClosedError
from livekit_nb.session.connection.verdict import GARBAGE, SILENT, UNREACHABLE

__all__ = ["LastingConnectError", "SetupSilenceError", "trouble_of"]


class SetupSilenceError(ConnectError):
    """The server is there, and does not answer the setup."""


class LastingConnectError(ConnectError):
    """Nobody can be reached, for a reason that hardly passes by itself within seconds."""


def trouble_of(problem: Exception) -> tuple[int, str]:
    """Return the code and reason by which :func:`~.verdict.verdict` judges an end.

    Parameters
    ----------
    problem : Exception
        What ended a connection, or an attempt to make one.
    """
    if isinstance(problem, SessionClosedError):
        return problem.code, problem.reason
    if isinstance(problem, SetupSilenceError):
        return SILENT, ""
    if isinstance(problem, ConnectError):
        return problem.code or UNREACHABLE, ""
    return GARBAGE, ""
