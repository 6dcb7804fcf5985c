"""Sessions that outlive their connections: what is kept under a resumption handle, and how long.

A handle stands for the session as it was when the handle was given: what came after is not part of
it, so a client that resumes and says the rest again is not remembered to have said it twice. A
client's calls that were open then belong to the old connection and are gone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from livekit_nb.server.talk.bearing import Bearings
from livekit_nb.server.talk.mind import Mind
from livekit_nb.server.talk.usage import TokenCount

__all__ = ["Checkpoint", "Memories", "Session"]

AGE_S = 2 * 3600.0  #: a session can be resumed so long after its last connection, as documented
HANDLES = 512  #: kept in all; beyond, the oldest are forgotten
HANDLES_A_SESSION = 8  #: kept of one session


@dataclass(eq=False)
class Session:
    """What is true of a session over all its connections; times on the server's clock.

    Attributes
    ----------
    model : str
        Its model's id, the one setting that may not change.
    began_at : float
    video_since : float or None
        When the first picture of a camera came.
    left_at : float or None
        When the last connection ended; None while there is one, or before there was one.
    in_use : callable
        Whether a connection of it is open; that of the newest connection.
    bearings : Bearings
        How the user spoke so far.
    """

    model: str
    began_at: float
    video_since: float | None = None
    left_at: float | None = None
    in_use: Callable[[], bool] = field(default=lambda: False, repr=False)
    bearings: Bearings = field(default_factory=Bearings, repr=False)


@dataclass(eq=False)
class Checkpoint:
    """A session at one moment: what was said by then, and how much that was."""

    session: Session
    mind: Mind
    tokens: TokenCount


class Memories:
    """Checkpoints by resumption handle, bounded in number and age.

    Parameters
    ----------
    limit, limit_a_session : int
        How many handles are kept in all and of one session; the oldest are forgotten.
    """

    def __init__(self, limit: int = HANDLES, limit_a_session: int = HANDLES_A_SESSION) -> None:
        self._limit = limit
        self._limit_a_session = limit_a_session
        self._kept: OrderedDict[str, Checkpoint] = OrderedDict()

    def keep(self, handle: str, checkpoint: Checkpoint, now: float) -> None:
        """Remember `checkpoint` under `handle`."""
        self._forget_old(now)
        self._kept[handle] = checkpoint
        own = [key for key, kept in self._kept.items() if kept.session is checkpoint.session]
        for key in own[: -self._limit_a_session]:
            del self._kept[key]
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    def recall(self, handle: str, now: float) -> Checkpoint | None:
        """Return what is kept under `handle`, None when that is unknown or too old."""
        self._forget_old(now)
        return self._kept.get(handle)

    def forget(self, session: Session) -> None:
        """Forget a session that is over."""
        for key in [key for key, kept in self._kept.items() if kept.session is session]:
            del self._kept[key]

    def __len__(self) -> int:
        return len(self._kept)

    def _forget_old(self, now: float) -> None:
        for key, kept in list(self._kept.items()):
            left_at = kept.session.left_at
            if left_at is not None and now - left_at > AGE_S:
                del self._kept[key]
