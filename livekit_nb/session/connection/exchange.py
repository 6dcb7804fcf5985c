"""Follows questions and answers: what is answered need not be said again, what is not must be.

The server says little about what it has taken in, so it is concluded from what it does. A reply
answers what was said before it began; what was being said just then, it does not. It is over with
``turnComplete``, or with ``interrupted``, which something must have caused: when nobody spoke and
nothing was typed since it began, it is one of the phantoms the service has been seen to send before
it falls silent, and the question is as good as unanswered, unless the reply was complete by then.
So is one whose turn ends without a word, unless the service says why, as it does of what it
refuses, or only tools were called whose results are not to be spoken of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from livekit_nb.session.connection.survival import Survival
from livekit_nb.session.connection.uplink import Uplink
from livekit_nb.wire.durations import seconds_of
from livekit_nb.wire.messages import ServerContent, ServerMessage, SessionResumptionUpdate

__all__ = ["Exchange", "says"]

_MOST_INSISTED: Final = 2
_NOTHING: Final = ServerContent()
_NO_REASON: Final = (None, "", "TURN_COMPLETE_REASON_UNSPECIFIED")


class Exchange:
    """Tells the uplink what is answered, and survival what is due.

    Parameters
    ----------
    uplink : Uplink
    survival : Survival
    busy : callable
        Whether a tool runs at the moment.
    insists : int
        How often a question that is met with silence is put again: less often to a model that
        chooses what to answer.
    trusts_silence : bool
        Whether silence is an answer to what was spoken, once the server has shown that it heard.

    Attributes
    ----------
    under_way : bool
        Whether the model is replying.
    untold : int
        How many replies the session that can be resumed does not know of: the connection ended
        before there was a handle that includes them, and they are not asked for again.
    given_up : int
        How many questions were put again and are let be, since nothing came of that either.
    """

    def __init__(
        self,
        uplink: Uplink,
        survival: Survival,
        busy: Callable[[], bool],
        *,
        insists: int = _MOST_INSISTED,
        trusts_silence: bool = False,
    ) -> None:
        self.under_way = False
        self.untold = 0
        self.given_up = 0
        self._uplink = uplink
        self._survival = survival
        self._busy = busy
        self._insists = insists
        self._trusts_silence = trusts_silence
        self._begun: int | None = None  # where the uplink stood when the reply began
        self._heard_to = 0  # up to where it can have been about what was said
        self._last_begun: int | None = None  # where the newest reply began, even if it is over
        self._cut_at: int | None = None  # the same of one that the end of a connection cut off
        self._question: int | None = None  # where it stood after the last certain question
        self._answered_to = 0
        self._owing = False  # a tool was called, and its result not spoken of yet
        self._aloud = False  # there was a result that is to be spoken of
        self._activity = False  # the server heard speech since the reply began
        self._tells_activity = False  # it says when it hears any
        self._phantom = False
        self._insisted = 0
        self._silences = 0  # as often it was met with silence though the server had heard it
        self._heard_at = 0  # where the uplink stood when the server last showed what it heard
        self._spoken = False  # the question was, not typed
        self._alive = False  # the server has said something over this connection
        self._opening = 0  # index of the last message of the history that was told

    @property
    def settled(self) -> bool:
        """Whether nothing is asked that is not answered, as far as can be told."""
        return not self.under_way and self._question is None

    def asked(self, position: int, now_s: float, *, spoken: bool = False) -> None:
        """Note that something was certainly said, or typed, that wants an answer.

        Parameters
        ----------
        position : int
            Where the uplink stands behind it. What is said is known for certain a while later, and
            a quick server has answered by then.
        now_s : float
        spoken : bool
        """
        if position <= self._answered_to:
            return
        self._question = position
        self._spoken = spoken
        self._insisted = self._silences = 0
        self._survival.expect(now_s)

    def is_phantom(self, message: ServerMessage) -> bool:
        """Whether a message ends a reply that nobody has interrupted, and that was not complete.

        That is "interrupted", and the end of the turn after it. To be asked before it is taken in.
        """
        content = message.server_content
        if content is None:
            return False
        if not content.interrupted:
            return bool(content.turn_complete) and self._phantom
        if message.voice_activity is not None and self._begins(message.voice_activity.type):
            return False
        return self._last_begun is not None and not self._caused(self._last_begun)

    def message(self, message: ServerMessage, now_s: float) -> None:
        """Take in a message of the server."""
        if message.go_away is not None:
            self._survival.go_away(now_s, seconds_of(message.go_away.time_left))
        if message.session_resumption_update is not None:
            self._resumable(message.session_resumption_update)
        activity, content = message.voice_activity, message.server_content
        calls, cancelled = message.tool_call, message.tool_call_cancellation
        if activity is not None:
            self._tells_activity = True
            self._activity |= self._begins(activity.type)
        if (activity, calls, cancelled) != (None, None, None) or content not in (None, _NOTHING):
            self._survival.heard(now_s)
            self._alive = True
        if content is not None and says(content):
            self._begin(now_s)
            self._owing &= self._busy()
        if calls is not None:
            self._begin(now_s)
            self._aloud &= self._owing
            self._owing = True
        if cancelled is not None:
            self._owing = False
        if content is not None:
            self._content(content)

    def responded(self, *, aloud: bool) -> None:
        """Note that a tool's result was sent, and whether it is to be spoken of."""
        self._aloud |= aloud

    def insist(self) -> bool:
        """Note that there was no answer; whether another connection is to be tried for it.

        If even that has brought none the question is let be, since the model may not want to
        answer. The connection is, too, unless nothing at all has come over it. An answer that was
        begun and broke off is no such silence, nor is a connection over which nothing comes.
        """
        heard = self._question is not None and self._question <= self._heard_at
        if self._trusts_silence and self._spoken and heard:
            self.let_be()
            return False
        self._insisted += 1
        self._silences += heard and not (self.under_way or self._phantom)
        if self._insisted <= _MOST_INSISTED and self._silences <= self._insists:
            return True
        self.given_up += self._question is not None
        self.let_be()
        return not self._alive

    def lost(self) -> None:
        """Note that the connection ended: a reply that was under way will not be ended.

        What somebody says while a reply is spoken interrupts it, and who speaks after one has heard
        it: then what it answered is not said again before what was said since.
        """
        if self._begun is not None and self._uplink.spoke_up(self._begun):
            self._answered(cut=True)
        self._cut_at = None if self._owing else self._begun
        self.under_way = self._owing = self._phantom = self._activity = False
        self._begun = None

    @property
    def asks_again(self) -> bool:
        """Whether a question whose answer was cut off is about to be put again."""
        return self._cut_at is not None

    def moved_on(self) -> int:
        """Forget a question whose answer was cut off, if the user said something else meanwhile.

        To be asked between two connections, as often as there is time to speak.

        Returns
        -------
        int
            How many frames need not be sent again for that.
        """
        cut_at = self._cut_at
        if cut_at is None or not self._uplink.spoke_up(cut_at):
            return 0
        self._cut_at = None
        self.untold += 1  # as far as it was heard
        if self._question is not None and self._question <= cut_at:
            self._question = None
        self._answered_to = max(self._answered_to, cut_at)
        return self._uplink.skip(cut_at)

    def opened(self, opening: int) -> None:
        """Note a new connection, which began with so many messages besides the setup."""
        self._opening = opening
        self._alive = False
        self._cut_at = None

    def began_afresh(self) -> None:
        """Note that the session is another, and was told all that was said."""
        self.untold = 0

    def _resumable(self, update: SessionResumptionUpdate) -> None:
        index = update.last_consumed_client_message_index
        if index is not None and index < self._opening:
            return  # of a session that does not know yet what was said before
        if self._phantom:
            return  # it would hold a question as answered whose answer nobody has heard
        self._survival.update(update)
        if update.resumable and update.new_handle:
            self.untold = 0
        # What led to a tool that runs, or whose result is not spoken of, is not done with.
        if update.resumable and update.new_handle and index is not None and not self._owing:
            self._uplink.acknowledge_index(index)

    def _begin(self, now_s: float) -> None:
        self.under_way = True
        self._phantom = False
        self._survival.expect(now_s)
        if self._begun is None:
            self._begun = self._last_begun = self._uplink.position
            self._heard_to = self._uplink.answerable()
            self._activity = False

    @staticmethod
    def _begins(activity: str | None) -> bool:
        return (activity or "").endswith("START")

    def _caused(self, begun: int) -> bool:
        """Whether somebody has interrupted the reply that began there.

        A server that says when it hears speech says so before it says "interrupted"; of one that
        does not, sound may have been on its way as the reply began.
        """
        heard = not self._tells_activity
        return self._activity or self._uplink.active_since(begun, heard=heard)

    def _content(self, content: ServerContent) -> None:
        complete = content.turn_complete or content.interaction_status == "IDLE"
        if content.interrupted:
            self.under_way = False
            if self._begun is not None:
                self._phantom = not self._caused(self._begun)
                if not self._phantom:
                    self._answered(cut=True)
        elif complete and content.interaction_status != "IN_PROGRESS":
            self.under_way = False
            if self._phantom:
                self._begun = None  # the end of the turn that the phantom cut
            elif self._begun is not None:
                self._owing &= self._aloud or self._busy()
                self._answered()
            elif content.turn_complete_reason == "NEED_MORE_INPUT" or content.waiting_for_input:
                self._question = None
            elif content.turn_complete_reason not in _NO_REASON:
                self.let_be()  # it would be refused again
            elif self._question is not None and self._insisted >= self._insists:
                self.let_be()
        elif content.generation_complete and self._begun is not None and not self._phantom:
            # It has said all; the end of the turn may wait until that was presumably heard.
            self._answered()
        if content.turn_complete or content.input_transcription is not None:
            self._heard_at = self._uplink.position
        if self._question is None and (self._begun is None or not self.under_way):
            self._survival.settled()

    def _answered(self, *, cut: bool = False) -> None:
        """Forget the question, unless a tool's result is still to be spoken of.

        What the reply was `cut` by is a question of its own, even if it was begun before the reply
        was heard.
        """
        if self._owing or self._begun is None:
            return
        if self._question is not None and self._question <= self._begun:
            self._question = None
        heard_to = self._uplink.answerable(cut=True) if cut else self._begun
        self._answered_to = min(self._heard_to, heard_to)
        self._uplink.acknowledge(self._answered_to)
        self._begun = None
        self.untold += 1

    def asked_with(self, positions: list[int]) -> bool:
        """Whether the question that waits is one of the messages at these positions."""
        return self._question is not None and self._question - 1 in positions

    def let_be(self) -> None:
        """Expect no answer any more."""
        if self._question is not None:
            self._uplink.acknowledge(self._question)
            self._question = None
        self._survival.settled()


def says(content: ServerContent) -> bool:
    """Whether the model speaks, writes or captions itself in this message."""
    said = content.output_transcription is not None and bool(content.output_transcription.text)
    parts = content.model_turn.parts if content.model_turn is not None else []
    return said or any(
        not part.thought and bool(part.text or (part.inline_data and part.inline_data.data))
        for part in parts
    )
