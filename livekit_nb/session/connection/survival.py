"""What to do when a connection is about to end, has ended, or has fallen silent; without I/O.

The time is always passed in (seconds of any monotonic clock), chance comes from a seeded
``Random``. :mod:`livekit_nb.session.connection.lifeline` carries out what is decided here.

The rules, in short:

* A *handle* resumes the session it was given for; the last one that was resumable is kept.
* ``goAway`` starts a timer. The connection is changed at the next pause in the conversation within
  the last minute before the deadline, at the latest shortly before it, whether or not the server
  says anything more. (Some servers announce the end minutes ahead, or right at the beginning.)
* A connection that is lost is replaced after 0.5 s, then 1, 2, 4, 4 … s, each ±20 % by chance, for
  at most two minutes from the loss. It counts as good again once the model has said something
  over the new one, or it has lasted some seconds; so a server that accepts and hangs up is not
  called for ever.
* A handle that is refused, or fails twice at a server that answers, is given up: then a fresh
  session is begun.
* What would be refused again ends the conversation at once: a wrong key, a setting, a model that
  is not there. A message refused in the middle of a conversation is forgiven twice in a row.
* Somebody certainly said something, or the model is in the middle of a reply, and nothing comes
  for 15 s, though no tool runs: the connection is given up for a new one. If that did not help, the
  patience is doubled.
"""

from __future__ import annotations

from random import Random
from typing import Final

from livekit_nb.session.connection.verdict import SILENT, Change, GiveUp, Retry, Verdict, verdict
from livekit_nb.wire.messages import SessionResumptionUpdate

__all__ = ["BACKOFF_S", "JITTER", "RETRY_LIMIT_S", "STALL_S", "Survival"]

BACKOFF_S: Final = (0.5, 4.0)
"""Wait before the first attempt, and before any later one at most."""

JITTER: Final = 0.2
RETRY_LIMIT_S: Final = 120.0
"""How long attempts go on after a good connection was lost."""

STALL_S: Final = 15.0
"""How long somebody who certainly spoke waits for any reaction."""

_STALL_LIMIT_S: Final = 240.0
_SETTLED_S: Final = 5.0  # a connection that lasted this long was a good one
_EARLIEST_S: Final = 60.0  # a goAway is heeded so long before its deadline, not earlier
_LEAD_S: Final = 5.0  # the connection is changed so long before a goAway's deadline
_SHORTEST_NOTICE_S: Final = 10.0  # when a goAway does not say how long is left
_MAX_FORGIVEN: Final = 2
_MAX_HANDLE_FAILURES: Final = 2
_CHECK_S: Final = 0.1
_HELD_CHECK_S: Final = 1.0  # while a tool runs: how far its end may be off
_SOON_S: Final = 0.001


class Survival:
    """Decides for one conversation.

    Parameters
    ----------
    random : Random
        Gives the jitter.
    resumes : bool
        Whether the conversation may go on over another connection at all.
    retry_limit_s, stall_s : float
        See :data:`RETRY_LIMIT_S` and :data:`STALL_S`.

    Attributes
    ----------
    handle : str or None
        The last handle with which the session could be resumed.
    """

    def __init__(
        self,
        random: Random,
        *,
        resumes: bool = True,
        retry_limit_s: float = RETRY_LIMIT_S,
        stall_s: float = STALL_S,
    ) -> None:
        self.handle: str | None = None
        self._random = random
        self._resumes = resumes
        self._retry_limit_s = retry_limit_s
        self._stall_s = stall_s
        self._opened_s: float | None = None  # when the present connection was agreed on
        self._lost_s: float | None = None  # since when there has been no good connection
        self._attempt = 0
        self._forgiven = 0
        self._handle_failures = 0
        self._deadline_s: float | None = None
        self._latest_s: float | None = None
        self._waiting_s: float | None = None
        self._held = False  # a tool runs, or the agent is heard
        self._patience = 1.0

    # What happens on a connection ------------------------------------------------------------

    def opened(self, now_s: float) -> None:
        """Note that the server has accepted the setup."""
        self._opened_s = now_s
        self._deadline_s = self._latest_s = None
        self._handle_failures = 0
        if self._waiting_s is not None:
            self._waiting_s = now_s  # the question is sent again

    def update(self, update: SessionResumptionUpdate) -> None:
        """Take in a handle; one that is empty or not resumable (yet) does not replace the last."""
        if update.resumable and update.new_handle:
            self.handle = update.new_handle

    def go_away(self, now_s: float, time_left_s: float | None) -> None:
        """Note that the connection will end; of several announcements the earliest end counts."""
        left_s = _SHORTEST_NOTICE_S if time_left_s is None else max(0.0, time_left_s)
        deadline_s = now_s + left_s
        if self._deadline_s is None or deadline_s < self._deadline_s:
            self._deadline_s = deadline_s
            self._latest_s = deadline_s - min(_LEAD_S, left_s / 2)

    def expect(self, now_s: float) -> None:
        """Note that the server is to say something: it was asked, or is amid a reply."""
        if self._waiting_s is None:
            self._waiting_s = now_s

    def heard(self, now_s: float) -> None:
        """Note that the server said, called or recognised something."""
        if self._waiting_s is not None:
            self._waiting_s = now_s
        self._patience = 1.0
        self._good()

    def settled(self) -> None:
        """Note that nothing is expected any more."""
        self._waiting_s = None

    # What is to be done --------------------------------------------------------------------------

    def next_check_s(self, now_s: float) -> float | None:
        """How long to wait before :meth:`due` is asked again; ``None``: until something happens.

        While a deadline nears, a pause is looked for every tenth of a second.
        """
        if not self._resumes:
            return None
        waits_s = []
        if self._latest_s is not None:
            waits_s.append(min(max(_SOON_S, self._latest_s - now_s), _CHECK_S))
        if self._stalled_at_s is not None:
            waits_s.append(max(_CHECK_S, self._stalled_at_s - now_s))
            if self._held:
                waits_s.append(_HELD_CHECK_S)
        return min(waits_s, default=None)

    def due(self, now_s: float, *, paused: bool, busy: bool) -> Change | None:
        """Whether the connection should be changed now.

        Parameters
        ----------
        now_s : float
        paused : bool
            Whether nobody speaks and nothing is under way.
        busy : bool
            Whether a tool runs, for which a model may wait in silence, or it is still heard: the
            time for a reaction begins after that.

        Returns
        -------
        Change or None
        """
        if not self._resumes:
            return None
        if self._latest_s is not None and (
            now_s >= self._latest_s or (paused and self.handle and now_s >= self._earliest_s)
        ):
            return Change(1001, "goAway")
        self._held = busy
        if busy and self._waiting_s is not None:
            self._waiting_s = now_s
        stalled_at_s = self._stalled_at_s
        if stalled_at_s is not None and now_s >= stalled_at_s:
            self._patience *= 2
            assert self._waiting_s is not None
            return Change(SILENT, "no reaction", now_s - self._waiting_s)
        return None

    @property
    def _stalled_at_s(self) -> float | None:
        if self._waiting_s is None:
            return None
        return self._waiting_s + min(self._stall_s * self._patience, _STALL_LIMIT_S)

    @property
    def _earliest_s(self) -> float:
        """When a pause is a good moment to change a connection that will end."""
        assert self._deadline_s is not None
        opened_s = self._deadline_s if self._opened_s is None else self._opened_s
        return max(self._deadline_s - _EARLIEST_S, opened_s + _SETTLED_S)

    def changing(self, now_s: float) -> Retry | GiveUp:
        """Return how to replace a connection that was given up on purpose: at once, if it was good.

        Parameters and result as of :meth:`ended`.
        """
        self._leave(now_s)
        return self._again(now_s, at_once=self._lost_s == now_s)

    def ended(self, now_s: float, code: int, reason: str) -> Retry | GiveUp:
        """Decide what follows the end of a connection, or of an attempt to make one.

        Parameters
        ----------
        now_s : float
        code : int
            WebSocket close code, HTTP status, or one of ``verdict``.
        reason : str
            What the other side said.
        """
        talking = self._opened_s is not None
        self._leave(now_s)
        assert self._lost_s is not None
        tried_s = now_s - self._lost_s
        judged = verdict(code, reason, talking=talking, resuming=self.handle is not None)
        if judged is Verdict.FORGIVE:
            self._forgiven += 1
        reached = code == SILENT or code >= 1000
        if not talking and reached and self.handle is not None:
            self._handle_failures += 1
        if judged is Verdict.FRESH or self._handle_failures >= _MAX_HANDLE_FAILURES:
            self.handle = None
            self._handle_failures = 0
        if not self._resumes or judged is Verdict.FINAL or self._forgiven > _MAX_FORGIVEN:
            return GiveUp(tried_s)
        return self._again(now_s, cautious=judged is Verdict.FORGIVE)

    def _again(
        self, now_s: float, *, at_once: bool = False, cautious: bool = False
    ) -> Retry | GiveUp:
        """Return the next attempt, unless the time for them is over."""
        assert self._lost_s is not None
        tried_s = now_s - self._lost_s
        least_s, most_s = BACKOFF_S
        # The exponent is bounded, so that thousands of attempts are no trouble.
        wait_s = 0.0 if at_once else min(most_s, least_s * 2 ** min(self._attempt, 16))
        delay_s = wait_s * self._random.uniform(1 - JITTER, 1 + JITTER)
        if tried_s + delay_s > self._retry_limit_s:
            return GiveUp(tried_s)
        self._attempt += 1
        return Retry(self._attempt, delay_s, self.handle, cautious)

    def _leave(self, now_s: float) -> None:
        if self._opened_s is not None and now_s - self._opened_s >= _SETTLED_S:
            self._good()
        self._opened_s = None
        self._deadline_s = self._latest_s = None
        if self._lost_s is None:
            self._lost_s = now_s

    def _good(self) -> None:
        """Forget the attempts that led here."""
        self._lost_s = None
        self._attempt = 0
        self._forgiven = 0
