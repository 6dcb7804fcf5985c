"""When the first connection is tried again, before anybody is told that there is none; without I/O.

A conversation that has not begun has nothing to lose, and somebody waits who has just pressed
Start: so what usually passes by itself is tried again, soon and not for long, and everything else
is told at once.

* Tried again: nobody reachable, HTTP 5xx or 429, a connection that breaks or is closed before the
  settings are accepted (but see below), no answer to them, an answer that is no message.
* Told at once: a key, a setting or a model that is refused, a certificate that is not trusted, a
  proxy or an address that cannot be right.
* At most :data:`ATTEMPTS` in all, after 0.5 and 1 s (±20 %), and none begins later than
  :data:`LIMIT_S` after the first.
"""

from __future__ import annotations

from random import Random
from typing import Final

from livekit_nb.errors import ConnectError, LiveError, SessionClosedError
from livekit_nb.session.connection.survival import BACKOFF_S, JITTER
from livekit_nb.session.connection.trouble import LastingConnectError, trouble_of
from livekit_nb.session.connection.verdict import Verdict, verdict

__all__ = ["ATTEMPTS", "LIMIT_S", "Opening"]

ATTEMPTS: Final = 3
"""How often a first connection is tried in all."""

LIMIT_S: Final = 20.0
"""How long after the first attempt the last one may begin."""


class Opening:
    """Decides for one conversation.

    Parameters
    ----------
    random : Random
        Gives the jitter.
    begun_s : float
        When the first attempt was begun, in seconds of any monotonic clock.

    Attributes
    ----------
    attempt : int
        Which one is being made, from 1.
    """

    def __init__(self, random: Random, begun_s: float) -> None:
        self.attempt = 1
        self._random = random
        self._begun_s = begun_s

    def failed(self, now_s: float, problem: LiveError) -> float | None:
        """Return how many seconds to wait before the next attempt; ``None`` if there is none."""
        code, reason = trouble_of(problem)
        if isinstance(problem, LastingConnectError):
            return None
        if verdict(code, reason, talking=False, resuming=False) is Verdict.FINAL:
            return None
        least_s, _ = BACKOFF_S
        jitter = self._random.uniform(1 - JITTER, 1 + JITTER)
        wait_s: float = least_s * 2 ** (self.attempt - 1) * jitter
        if self.attempt >= ATTEMPTS or now_s + wait_s - self._begun_s > LIMIT_S:
            return None
        self.attempt += 1
        return wait_s

    def told(self, now_s: float, problem: LiveError) -> LiveError:
        """Return the last attempt's failure with how often it was tried."""
        if self.attempt == 1 or not isinstance(problem, ConnectError | SessionClosedError):
            return problem
        return ConnectError(
            f"{problem} It was tried {self.attempt} times in {now_s - self._begun_s:.0f} s.",
            problem.code,
        )
