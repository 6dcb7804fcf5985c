"""One conversation as a state machine: messages in, actions out, no I/O and no clock of its own.

Every method takes the time ``now`` in seconds of any monotonic clock and returns the actions to
carry out, in order. The order of messages to the client is that of the Live API:

* a turn: audio with transcripts → ``generationComplete`` → (assumed playback ends) →
  ``turnComplete`` with the usage;
* an interrupted turn: cancelled tool calls → ``interrupted`` → ``turnComplete``; what was not
  yet heard was not said, and ``generationComplete`` does not follow any more.

The user's speech interrupts while the reply is being prepared, sent or presumably heard; once its
assumed playback is over there is nothing to interrupt.

What the client sends once its setup was accepted is taken in :mod:`livekit_nb.server.talk.asking`,
what the model does about it in :mod:`livekit_nb.server.talk.answering`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from livekit_nb.errors import AudioError
from livekit_nb.server.door.token_desk import EXPIRED, Grant
from livekit_nb.server.eyes.glance import Scene
from livekit_nb.server.hearing.activity import Probability
from livekit_nb.server.hearing.listening import Listener
from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.agreement import Refused, agree
from livekit_nb.server.talk.asking import Asking
from livekit_nb.server.talk.limits import UNLIMITED, Deadlines, Limits
from livekit_nb.server.talk.memory import Checkpoint, Session
from livekit_nb.server.talk.outbox import Outbox
from livekit_nb.wire import messages as m
from livekit_nb.wire.profiles import model_id
from livekit_nb.wire.refusals import INVALID_ARGUMENT

__all__ = ["Conversation"]


class Conversation:
    """The protocol of one connection.

    Parameters
    ----------
    probability : callable
        A fresh voice activity detector; see :func:`livekit_nb.server.hearing.activity.load_vad`.
    recall : callable, optional
        Returns what is kept under a resumption handle at a time, None for an unknown one.
    limits : Limits
        How long the connection and the session may last.
    opened_at : float
        When the connection was opened.
    grant : Grant, optional
        What the client's token allows, when it came with one.
    refusal : callable, optional
        Asked when a setup would be accepted, with whether it resumes a session; returns the close
        code and reason if there is no room for it.

    Attributes
    ----------
    closed : bool
        Whether the conversation has closed itself.
    voiced_at : float or None
        When the user's voice was heard last.
    """

    def __init__(
        self,
        probability: Probability,
        *,
        recall: Callable[[str, float], Checkpoint | None] = lambda handle, now: None,
        limits: Limits = UNLIMITED,
        opened_at: float = 0.0,
        grant: Grant | None = None,
        refusal: Callable[[bool], tuple[int, str] | None] = lambda resumed: None,
    ) -> None:
        self._probability = probability
        self._recall = recall
        self._deadlines = Deadlines(limits, opened_at)
        self._grant = grant
        self._refusal = refusal
        self._session: Session | None = None
        self._taken = -1  # number of the client's last message that was taken as a whole
        self._out = Outbox()
        self._asking: Asking | None = None
        self._scene: tuple[Scene, float] | None = None
        self._silent = False  # the setup is one which the service never answers
        self.closed = False
        self.voiced_at: float | None = None

    # What the surroundings may ask --------------------------------------------------------------

    @property
    def wake_at(self) -> float | None:
        """When :meth:`tick` wants to be called, or None."""
        if self.closed:
            return None
        times = (self._deadlines.wake_at, self._asking.wake_at if self._asking else None)
        return min((time for time in times if time is not None), default=None)

    def scene(self, now: float) -> Scene | None:
        """Return what the camera showed last, with its age."""
        return self._scene[0].aged(now - self._scene[1]) if self._scene else None

    def wants(self, key: int) -> bool:
        """Whether a recognition is still of use; may be asked from any thread."""
        return not self.closed and self._asking is not None and self._asking.listener.wants(key)

    # What happens -------------------------------------------------------------------------------

    def receive(
        self, message: m.ClientMessage, now: float, *, whole: bool = True
    ) -> list[do.Action]:
        """Take a message from the client, or, if not `whole`, a piece of one but the last."""
        self._taken += whole
        if self._asking is not None:
            self._asking.consumption.taken = self._taken
            self._asking.consumption.received = self._taken + (not whole)
        actions = self._step(lambda: self._receive(message, now), now)
        if self._asking is not None and self._asking.listener.voiced:
            self.voiced_at = now
        return actions

    def recognised(self, key: int, text: str, completeness: float, now: float) -> list[do.Action]:
        """Take the words of a :class:`~livekit_nb.server.talk.actions.Recognise`."""
        return self._step(lambda: self._opened.recognised(key, text, completeness, now), now)

    def planned(
        self, reply: int, plan: do.PlanLike, now: float, *, last: bool = True
    ) -> list[do.Action]:
        """Take what the thinker wants to do; more follows unless it is the `last`."""
        return self._step(lambda: self._opened.answering.planned(reply, plan, now, last=last), now)

    def voiced(self, reply: int, pcm: bytes, caption: str, now: float) -> list[do.Action]:
        """Take a clause of speech: s16le 24 kHz, and its words."""
        return self._step(lambda: self._opened.answering.voiced(reply, pcm, caption), now)

    def voiced_all(self, reply: int, now: float) -> list[do.Action]:
        """Take note that a :class:`~livekit_nb.server.talk.actions.Speak` is done."""
        return self._step(lambda: self._opened.answering.voiced_all(reply), now)

    def seen(self, scene: Scene, now: float) -> list[do.Action]:
        """Take what a picture shows."""
        self._scene = scene, now
        return []

    def tick(self, now: float) -> list[do.Action]:
        """Do what is due; call it at :attr:`wake_at`."""
        return self._step(lambda: self._tick(now), now)

    def stop(self, at: float, close: tuple[int, str], now: float) -> list[do.Action]:
        """End at a certain time in these words, and tell the client; at once without a setup."""

        def work() -> None:
            if self._asking is None:
                raise Refused(close)
            self._deadlines.end(at, close)
            self._tick(now)

        return self._step(work, now)

    @property
    def _opened(self) -> Asking:
        assert self._asking is not None, "the setup comes first"
        return self._asking

    def _step(self, work: Callable[[], None], now: float) -> list[do.Action]:
        if self.closed:
            return []
        try:
            if self._asking is not None:
                self._asking.answering.conclude(now)
            work()
            if self._asking is not None:
                speaking = self._asking.listener.speaking
                self._asking.answering.settle(now, user_speaking=speaking)
                handles = self._asking.answering.handles
                if handles.due and not self._asking.answering.occupied:
                    handles.offer(self._asking.consumption.last)
        except Refused as refused:
            if refused.close is None:
                self._silent = True
            else:
                self._close(*refused.close)
        except AudioError as error:
            # A close frame has room for what is wrong, not for the remedy.
            self._close(1007, re.split(r"[:.] ", str(error))[0])
        return self._out.take()

    def _tick(self, now: float) -> None:
        if self._deadlines.over(now):
            if self._deadlines.ends_session and self._session is not None:
                self._out.add(do.Expire(self._session))
            raise Refused(self._deadlines.close)
        left_s = self._deadlines.warning(now)
        if self._asking is None:
            return
        if left_s is not None:
            left = f"{left_s:.3f}".rstrip("0").rstrip(".")
            self._out.send(go_away=m.GoAway(time_left=f"{left}s"))
        self._asking.tick(now)

    def _close(self, code: int, reason: str) -> None:
        self.closed = True
        self._out.add(do.Close(code, reason))

    def _receive(self, message: m.ClientMessage, now: float) -> None:
        if self._silent:
            return
        if message.setup is not None:
            self._setup(message.setup, now)
        elif self._asking is None:
            raise Refused((1007, "The first message must be setup."))
        elif message.realtime_input is not None:
            self._asking.realtime(message.realtime_input, now)
        elif message.client_content is not None:
            self._asking.client_content(message.client_content, now)
        elif message.tool_response is not None:
            self._asking.tool_response(message.tool_response)
        elif message.context_update is not None:
            self._asking.context_update(message.context_update)

    def _setup(self, setup: m.Setup, now: float) -> None:
        if self._asking is not None:
            raise Refused((1007, "setup must be sent only once, as the first message."))
        self._deadlines.setup_came()
        if self._grant is not None:
            setup = self._grant.constrain(setup)
        agreement = agree(setup)
        model = model_id(setup.model)
        kept = self._recall(agreement.handle, now) if agreement.handle else None
        if agreement.handle and kept is None:
            raise Refused((1008, "BidiGenerateContent session not found"))
        if kept is not None and kept.session.model != model:
            raise Refused(INVALID_ARGUMENT)  # anything else may change
        if kept is not None and kept.session.in_use():
            raise Refused((1011, "Internal error encountered."))
        full = self._refusal(kept is not None)
        if full is not None:
            raise Refused(full)
        if self._grant is not None:
            refusal = self._grant.begin() if kept is None else None  # resuming uses nothing up
            if refusal is not None:
                raise Refused(refusal)
            self._deadlines.end(now + self._grant.left_s, EXPIRED)
        self._session = kept.session if kept else Session(model, now)
        compressed = agreement.compression is not None
        self._deadlines.begin(self._session, compressed=compressed)
        listener = Listener(
            self._probability,
            agreement.sensitivity,
            agreement.patience,
            manual=agreement.manual,
        )
        self._asking = Asking(agreement, listener, self._out, self._session, kept)
        self._out.add(do.Begin(agreement, self._session, kept))
        self._out.send(setup_complete=m.SetupComplete())
