"""Which ends of a connection are worth another attempt, and what may be decided about one.

Sources: the closes of :mod:`livekit_nb.wire.closing`, and what issues of the official SDKs and of
other clients report to have helped against each.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

__all__ = [
    "GARBAGE",
    "SILENT",
    "UNREACHABLE",
    "Change",
    "GiveUp",
    "Retry",
    "Verdict",
    "verdict",
]

UNREACHABLE: Final = 0
"""In place of a close code: nobody could be reached."""

SILENT: Final = 1
"""In place of a close code: the server is there and says nothing."""

GARBAGE: Final = 2
"""In place of a close code: the server sent what is no message."""


class Verdict(Enum):
    """What the end of a connection means for the next attempt."""

    RETRY = auto()
    FRESH = auto()  # the handle is no good, the rest may be
    FORGIVE = auto()  # something that was sent or received was wrong: it may not happen again
    FINAL = auto()


@dataclass(frozen=True)
class Retry:
    """Open another connection.

    Attributes
    ----------
    attempt : int
        From 1, since the last good connection.
    delay_s : float
        Seconds to wait before.
    handle : str or None
        What to resume with; ``None`` begins a fresh session.
    cautious : bool
        The server choked on something: messages it did not answer are better not sent again.
    """

    attempt: int
    delay_s: float
    handle: str | None
    cautious: bool = False


@dataclass(frozen=True)
class Change:
    """Leave a connection that is still open.

    Attributes
    ----------
    code : int
        Of :mod:`livekit_nb.session.connection.verdict`, or a close code.
    reason : str
    silent_s : float
        How long nothing had come over it by then, as far as that is why.
    """

    code: int
    reason: str
    silent_s: float = 0.0

    @property
    def stalled(self) -> bool:
        """Whether it is left because nothing comes over it."""
        return self.code == SILENT


@dataclass(frozen=True)
class GiveUp:
    """End the conversation.

    Attributes
    ----------
    tried_s : float
        How long a new connection was sought.
    """

    tried_s: float


# Words of reasons (lower case) that no second attempt changes.
_FINAL_WORDS: Final = (
    "api key",
    "leaked",
    "unregistered callers",
    "permission denied",
    "unauthenticated",
    "token",
    "quota",
    "billing",
    "not found for api version",
    "requested entity was not found",
    "publisher model",
    "voice api_name",
    "non-audio request",
    "response modalities",
)
_REFUSALS: Final = (1002, 1003, 1007, 1008, 1009, 1010)
# Too many sessions at once, or the old one not yet gone: that passes.
_PASSING_STATUSES: Final = (408, 409, 425, 429)


def verdict(code: int, reason: str, *, talking: bool, resuming: bool) -> Verdict:
    """Judge the end of a connection.

    Parameters
    ----------
    code : int
        WebSocket close code, HTTP status of a refused upgrade, or a constant of this module.
    reason : str
        What the other side said.
    talking : bool
        Whether the setup had been accepted.
    resuming : bool
        Whether there is a handle.
    """
    if code in (UNREACHABLE, SILENT):
        return Verdict.RETRY
    if code == GARBAGE:
        return Verdict.FORGIVE
    if 100 <= code <= 599:
        passing = code in _PASSING_STATUSES or code >= 500
        return Verdict.RETRY if passing else Verdict.FINAL
    lowered = reason.lower()
    if "session not found" in lowered and resuming:
        return Verdict.FRESH
    if any(words in lowered for words in _FINAL_WORDS):
        return Verdict.FINAL
    if code in _REFUSALS:
        if talking:
            return Verdict.FORGIVE
        return Verdict.FRESH if resuming else Verdict.FINAL
    return Verdict.RETRY
