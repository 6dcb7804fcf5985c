"""The model's side of a conversation: what was asked, the reply to it, and the tools it calls.

Like :mod:`livekit_nb.server.talk.conversation`, of which it is a part, it does no I/O and has no
clock.
"""

from __future__ import annotations

from collections import deque

from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.agreement import Agreement
from livekit_nb.server.talk.handles import Handles
from livekit_nb.server.talk.memory import Session
from livekit_nb.server.talk.outbox import Outbox
from livekit_nb.server.talk.playback import seconds_of
from livekit_nb.server.talk.reply import Reply
from livekit_nb.server.talk.tool_calls import ToolCalls
from livekit_nb.server.talk.usage import TokenCount
from livekit_nb.wire import messages as m

__all__ = ["Answering"]

#: Somebody who goes on speaking so soon after a reply began was not done, and is not reacting to
#: it; of an unfinished sentence ("Set a timer for") that is believed for longer.
FOLD_HEARD_S = 0.3
FOLD_UNFINISHED_S = 0.8
FOLD_CALLED_S = 1.0  #: likewise after a tool was called: then nothing is heard for a while

MAX_ASKED = 32  #: questions that wait for their turn; beyond that the oldest is given up
MAX_CARRIED = 65_536  #: characters that wait for the rest of their turn; the last ones are kept


class Answering:
    """Answers what is asked, one reply after the other.

    Parameters
    ----------
    agreement : Agreement
    session : Session
    tokens : TokenCount
    out : Outbox
    """

    def __init__(
        self, agreement: Agreement, session: Session, tokens: TokenCount, out: Outbox
    ) -> None:
        self.agreement = agreement
        """What holds now; a ``contextUpdate`` replaces it."""
        self.calls = ToolCalls(scheduling=agreement.profile.scheduling)
        self.reply: Reply | None = None
        """The reply that is thought about, sent or presumably heard."""
        self.handles = Handles(wanted=agreement.resumption, session=session, tokens=tokens, out=out)
        """What the client can resume the session with."""
        self._tokens = tokens
        self._out = out
        self._replies = 0
        self._asked: deque[tuple[str, float, do.Speech | None]] = deque(maxlen=MAX_ASKED)
        self._carried = ""  # words of a turn that turned out not to be over
        self._spare = ""  # a question whose calls were cancelled, should nothing else be said
        self._heard_until: float | None = None  # when a reply was last heard
        self._broken: Reply | None = None  # a reply that may be gone on with
        self._declining = False  # something was heard that is not answered, which is to be told

    @property
    def wake_at(self) -> float | None:
        """When :meth:`settle` should be called, or None."""
        return self.reply.wake_at if self.reply is not None else None

    @property
    def carries(self) -> bool:
        """Whether there are words that wait for the rest of their turn."""
        return bool(self._carried or self._spare)

    def speaking(self, now: float) -> bool:
        """Whether a reply is presumably being heard."""
        return self.reply is not None and self.reply.playback.playing(now)

    @property
    def broken(self) -> bool:
        """Whether a reply was broken off that may be gone on with."""
        return self._broken is not None

    @property
    def called(self) -> bool:
        """Whether tools were called for the present reply."""
        return self.reply is not None and self.reply.called_at is not None

    # What is asked --------------------------------------------------------------------------------

    def carry(self, text: str) -> None:
        """Keep words until the user's turn is over."""
        self._carried = f"{self._carried} {text}".strip()[-MAX_CARRIED:]

    def quiet_s(self, now: float) -> float | None:
        """Return for how long no reply has been heard; None before the first, 0 amid one."""
        if self.reply is not None and (self.reply.playback.playing(now) or self.called):
            return 0.0
        return None if self._heard_until is None else max(0.0, now - self._heard_until)

    def ask(
        self, text: str, completeness: float, now: float, speech: do.Speech | None = None
    ) -> None:
        """Answer the user's turn, as soon as nothing else is being answered.

        Parameters
        ----------
        text : str
        completeness : float
            How finished that reads, 0..1.
        now : float
        speech : Speech, optional
            What else matters of it, if it was spoken.
        """
        self.carry(text)
        text, self._carried = self._carried or self._spare, ""
        self._spare = ""
        if self._busy(now):
            self._asked.append((text, completeness, speech))
        else:
            self.begin(text, completeness, speech)

    def begin(self, text: str, completeness: float = 1.0, speech: do.Speech | None = None) -> None:
        """Begin a reply to this."""
        self._spare = ""
        if speech is None or not speech.chosen:
            self._give_up()  # else it is known once it is known who was spoken to
        reply = self._new_reply(text, completeness)
        reply.jobs = 1
        reply.quiet.append(False)
        self._tokens.asked()
        self._out.add(do.Hear(reply.number, text, speech))

    def decline(self) -> None:
        """Tell, when nobody speaks, that what was heard amid a reply is not answered."""
        self._declining = True

    def _new_reply(self, asked: str = "", completeness: float = 1.0) -> Reply:
        self._replies += 1
        self._declining = False  # what comes answers that, too
        self.reply = Reply(self._replies, asked, completeness)
        self.handles.withdraw()
        return self.reply

    def _busy(self, now: float) -> bool:
        reply = self.reply
        return reply is not None and (reply.active(now) or self.calls.blocks(reply.calls))

    def interrupt(self, now: float, *, fold: bool = True, sound: bool = False) -> None:
        """Stop the reply, if there is anything to stop.

        Calls for which the conversation waits are cancelled with it. They are not made again for
        what somebody says later, unless that turns out to be no words at all.

        Parameters
        ----------
        now : float
        fold : bool
            Whether what it answered may turn out to be the beginning of what is said now.
        sound : bool
            Whether all that is known is that something was heard. It may turn out to be nothing
            (:meth:`go_on`), if the reply is one that was just being spoken.
        """
        reply = self.reply
        if reply is None or not self._busy(now):
            return  # at most background calls are open, and those go on
        heard_s, heard = reply.playback.heard_s(now), reply.playback.heard_text(now)
        unheard = heard_s == 0.0 and not reply.touched
        # If the person was not done, what was said before belongs to what comes now.
        limit_s = FOLD_HEARD_S if reply.completeness >= 0.5 else FOLD_UNFINISHED_S
        unheeded = fold and heard_s < limit_s and not reply.acted
        late = reply.called_at is not None and now - reply.called_at >= FOLD_CALLED_S
        folded = unheeded and not late
        if folded:
            self._carried = reply.asked
        elif unheeded:
            self._spare = reply.asked
        cancelled = self.calls.cancel(reply.calls, background=folded)
        self.calls.forget(reply.number)
        self.reply = None
        spoken = heard_s > 0.0 and not (unheeded or reply.calls or reply.quiet or reply.asks)
        self._give_up()
        if sound and spoken:
            reply.rewind(now)
            self._broken = reply
        self._out.add(do.Hush(reply.number, for_good=self._broken is None))
        self._out.add(do.Spoken(heard, interrupted=True))
        if unheard:
            return  # the client knows nothing of it
        self._heard_until = now
        if cancelled:
            self._out.send(tool_call_cancellation=m.ToolCallCancellation(ids=cancelled))
        self._out.content(interrupted=True)
        self._turn_complete()

    def go_on(self) -> bool:
        """Go on with the reply that was broken off, as a turn of its own; returns if there is one.

        What made it break off was nothing that wants an answer.
        """
        if self._broken is None or self.reply is not None or self._asked:
            return False
        self.reply, self._broken = self._broken, None
        self.handles.withdraw()
        return True

    def _give_up(self) -> None:
        if self._broken is not None:
            self._out.add(do.Hush(self._broken.number))
            self._broken = None

    # What comes of it -----------------------------------------------------------------------------

    def planned(self, number: int, plan: do.PlanLike, now: float, *, last: bool = True) -> None:
        """Take what the thinker wants to do for a reply; unless it is the `last`, more follows."""
        reply = self.reply
        if reply is None or reply.number != number:
            return  # interrupted meanwhile
        quiet = bool(reply.quiet) and reply.quiet[0]
        if last:
            reply.jobs -= 1
            reply.quiet.popleft()
        reply.asks, reply.declined = plan.asks, plan.declined
        if not plan.declined:
            self._give_up()
        if self.agreement.thoughts and plan.thought and not quiet:
            self._think_aloud(reply, plan.thought)
        calls = self.calls.make(plan.calls, number, self.agreement.blocking)
        if calls:
            reply.touched = True
            reply.called_at = now if reply.called_at is None else reply.called_at
            reply.calls |= {call.id for call in calls if call.id}
            status = "IN_PROGRESS" if self.agreement.profile.interaction_status else None
            self._out.send(tool_call=m.ToolCall(function_calls=calls), interaction_status=status)
        # A model that waits for its tools says nothing meanwhile.
        if plan.say and not quiet and not self.calls.blocks(reply.calls):
            reply.jobs += 1
            self._out.add(do.Speak(number, plan.say, plan.manner, whole=not last))

    def _think_aloud(self, reply: Reply, thought: str) -> None:
        reply.touched = True
        self._tokens.thought(thought)
        turn = m.Content(role="model", parts=[m.Part(text=thought, thought=True)])
        self._out.content(model_turn=turn)

    def voiced(self, number: int, pcm: bytes, caption: str) -> None:
        """Take a clause of speech for a reply."""
        for reply in (self.reply, self._broken):
            if reply is not None and reply.number == number:
                reply.add(pcm, caption)

    def voiced_all(self, number: int) -> None:
        """Take note that a text is spoken to its end."""
        for reply in (self.reply, self._broken):
            if reply is not None and reply.number == number:
                reply.jobs -= 1

    def results(self, responses: list[m.FunctionResponse]) -> None:
        """Take results of tools."""
        for item in responses:
            taken = self.calls.answer(item)
            if taken is None:
                continue
            batch, answer = taken
            self._tokens.read(str(answer.response))
            if self.reply is not None and self.reply.number == batch.reply:
                self.reply.acted = True

    def conclude(self, now: float) -> None:
        """Complete the turn whose assumed playback is over, however late the timer is."""
        reply = self.reply
        if reply is not None and reply.generated and not reply.playback.playing(now):
            self.reply = None
            if reply.declined:
                self._turn_complete("RESPONSE_REJECTED")
                self.go_on()
                return
            self._heard_until = max(reply.playback.ends_at, self._heard_until or 0.0)
            self._out.add(do.Spoken(reply.playback.heard_text(now)))
            waits = reply.asks and self.agreement.profile.tells_waiting
            self._turn_complete("NEED_MORE_INPUT" if waits else None)

    def settle(self, now: float, *, user_speaking: bool) -> None:
        """Send what is due, complete what is complete, begin what waited."""
        reply = self.reply
        if reply is not None:
            for pcm, caption in reply.due(now):
                self._send_piece(reply, pcm, caption)
            if self._said(reply) and not reply.generated:
                reply.generated = True
                if not reply.declined:
                    self._out.content(generation_complete=True)
            self.conclude(now)
        self._answer_tools(now, user_speaking=user_speaking)
        if self._asked and not self._busy(now):
            self.begin(*self._asked.popleft())
        if self._declining and self.reply is None and not user_speaking:
            self._declining = False
            self._turn_complete("RESPONSE_REJECTED")

    def _said(self, reply: Reply) -> bool:
        """Whether the turn holds no more; with extended thinking, results are turns of their own.

        What was said while tools run is then a turn that is complete, but ``IN_PROGRESS``.
        """
        if reply.finished:
            return True
        filler = self.agreement.profile.interaction_status and reply.playback.sent_s > 0
        return filler and not reply.producing

    def _send_piece(self, reply: Reply, pcm: bytes, caption: str) -> None:
        reply.touched = True
        self._tokens.spoke(seconds_of(pcm))
        blob = m.Blob(data=pcm, mime_type="audio/pcm;rate=24000")
        turn = m.Content(role="model", parts=[m.Part(inline_data=blob)])
        words = m.Transcription(text=caption) if caption else None
        if not self.agreement.output_captions or words is None:
            self._out.content(model_turn=turn)
        elif self.agreement.profile.parts_together:
            self._out.content(model_turn=turn, output_transcription=words)
        else:
            self._out.content(model_turn=turn)
            self._out.content(output_transcription=words)

    def _turn_complete(self, reason: str | None = None) -> None:
        status = None
        if self.agreement.profile.interaction_status:
            # Calls in the background mean that more will be said without anybody asking.
            status = "IN_PROGRESS" if self.calls.open or self.calls.ready else "IDLE"
        usage = self._tokens.turn()
        self._out.content(
            turn_complete=True,
            turn_complete_reason=reason,
            interaction_status=status,
            usage=usage,
        )
        if self.agreement.compression is not None:
            kept = self._tokens.slide(*self.agreement.compression)
            if kept is not None:
                self._out.add(do.Forget(kept))

    def _answer_tools(self, now: float, *, user_speaking: bool) -> None:
        """Let results of tools be spoken as soon as nobody else speaks.

        A result belongs to the turn in which it was asked for; once that turn holds no more, its
        playback is waited for, and the result becomes a turn of its own.
        """
        while self.calls.ready:
            batch = self.calls.ready[0]
            reply = self.reply
            own = reply is not None and reply.number == batch.reply and not reply.generated
            if batch.urgent and not own and not user_speaking and self._busy(now):
                self.interrupt(now, fold=False)
                continue  # what was cancelled may have let other results go
            busy = reply is not None and not own and reply.active(now)
            if busy or user_speaking:
                return
            self.calls.ready.popleft()
            if not own or reply is None:
                reply = self._new_reply()
            reply.calls -= batch.done
            reply.jobs += 1
            reply.quiet.append(batch.silent)
            self._out.add(do.Weigh(reply.number, tuple(batch.answers)))

    @property
    def occupied(self) -> bool:
        """Whether something is being answered or waits for the rest of its turn, or a tool runs.

        A tool counts that runs for what was answered last. One that goes on in the background while
        other things are talked about does not keep the session from being resumed for ever; its
        result is then lost, as any open call's.
        """
        running = self.calls.runs_for(self._replies)
        return self.reply is not None or self.carries or running or bool(self.calls.ready)
