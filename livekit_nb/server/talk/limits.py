"""How long a connection and a session may last, as at the service.

A connection lasts about ten minutes; a session without context window compression fifteen minutes,
or two from the first picture of a camera on. A ``goAway`` comes before either end. How the
service closes at the end of a *session* is documented nowhere: here it is closed like a connection
whose time is over, and its handles are then unknown. Nor is it documented how long a client may
take to send its setup; here it is a minute, since it has nothing to wait for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what a session knows takes long to load
    from livekit_nb.server.talk.memory import Session

__all__ = ["DEADLINE_EXPIRED", "NO_SETUP", "UNLIMITED", "Deadlines", "Limits"]

DEADLINE_EXPIRED = (1011, "Deadline expired before operation could complete.")
NO_SETUP = (1008, "The setup message did not come in time.")
WARNING_S = 50.0  #: before the end, or a tenth of the whole time if that is less


@dataclass(frozen=True)
class Limits:
    """Time limits in seconds; ``math.inf`` for none.

    Attributes
    ----------
    connection_s : float
        From the WebSocket's opening.
    session_s : float
        From the first setup, over all connections, unless the context is compressed.
    video_session_s : float
        The same from the first camera picture.
    setup_s : float
        From the WebSocket's opening to the setup.
    """

    connection_s: float = 600.0
    session_s: float = 900.0
    video_session_s: float = 120.0
    setup_s: float = 60.0


UNLIMITED = Limits(math.inf, math.inf, math.inf, math.inf)


class Deadlines:
    """When one connection has to end.

    Parameters
    ----------
    limits : Limits
    opened_at : float
        When the connection was opened, seconds.
    """

    def __init__(self, limits: Limits, opened_at: float) -> None:
        self._limits = limits
        self._opened_at = opened_at
        self._session: Session | None = None
        self._setup_by = opened_at + limits.setup_s
        self._warned_of: float | None = None
        self._other = (math.inf, DEADLINE_EXPIRED)

    def setup_came(self) -> None:
        """Stop waiting for the setup."""
        self._setup_by = math.inf

    def begin(self, session: Session, *, compressed: bool) -> None:
        """Heed a session's time too, unless it has no end because its context is compressed."""
        self._session = None if compressed else session

    def end(self, at: float, close: tuple[int, str]) -> None:
        """End at a certain time, too, with this close; of several such times the first counts."""
        self._other = min(self._other, (at, close))

    def _end(self) -> tuple[float, float, bool, tuple[int, str]]:
        """Return when it ends, how long before that is told, whether with the session, and how."""
        ends = [(self._opened_at + self._limits.connection_s, self._limits.connection_s, False)]
        if self._session is not None:
            since = self._session.began_at
            ends.append((since + self._limits.session_s, self._limits.session_s, True))
            if self._session.video_since is not None:
                limit_s = self._limits.video_session_s
                ends.append((self._session.video_since + limit_s, limit_s, True))
        at, limit_s, of_session = min(ends)
        if self._setup_by < at:
            return self._setup_by, 0.0, False, NO_SETUP  # there is nobody to warn yet
        if self._other[0] < at:
            return self._other[0], WARNING_S, False, self._other[1]
        return at, min(WARNING_S, limit_s / 10), of_session, DEADLINE_EXPIRED

    @property
    def wake_at(self) -> float | None:
        """When there is something to be told or done, or None."""
        at, before_s, *_ = self._end()
        if math.isinf(at):
            return None
        return at if self._warned_of == at else at - before_s

    def warning(self, now: float) -> float | None:
        """Return the seconds that are left, once, when it is time to tell."""
        at, before_s, *_ = self._end()
        if self._warned_of == at or now < at - before_s:
            return None
        self._warned_of = at
        return max(at - now, 0.0)

    def over(self, now: float) -> bool:
        """Whether the time is over."""
        return now >= self._end()[0]

    @property
    def ends_session(self) -> bool:
        """Whether the end that is near is the session's."""
        return self._end()[2]

    @property
    def close(self) -> tuple[int, str]:
        """Close code and reason of the end that is near."""
        return self._end()[3]
