"""One conversation as a state machine: messages in, actions out, no I/O and no clock of its own.

Every method takes the time ``now`` in seconds of any monotonic clock and returns the actions to
carry out, in order. The order of messages to the client is that of the Live API:

* a turn: audio with transcripts → ``generationComplete`` → (assumed playback ends) →
  ``turnComplete`` with the usage;
* an interrupted turn: cancelled tool calls → ``interrupted`` → ``turnComplete``; what was not
  yet heard was not said, and ``generationComplete`` does not follow any more.

The user's speech interrupts while the reply is being prepared, sent or presumably heard; once its
assumed playback is over there is nothing to interrupt.
"""

from __future__ import annotations

import re
import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from livekit_nb.errors import AudioError
from livekit_nb.server import actions as do
from livekit_nb.server.agreement import Agreement, Refused, agree
from livekit_nb.server.hearing import Probability
from livekit_nb.server.listening import Began, Ended, Event, Listener
from livekit_nb.server.playback import seconds_of
from livekit_nb.server.reply import Reply
from livekit_nb.server.seeing import Scene
from livekit_nb.server.usage import TokenCount
from livekit_nb.wire import messages as m
from livekit_nb.wire.profiles import INVALID_ARGUMENT

__all__ = ["Conversation"]

#: Somebody who goes on speaking so soon after a reply began was not done, and is not reacting to
#: it; of an unfinished sentence ("Set a timer for") that is believed for longer.
FOLD_HEARD_S = 0.3
FOLD_UNFINISHED_S = 0.8


class _Violation(Exception):  # noqa: N818 - ends this conversation only
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class _Call:
    """A tool call that was sent and not yet answered."""

    name: str
    args: dict[str, Any]
    blocking: bool
    batch: _Batch


@dataclass
class _Batch:
    """Calls made together; their results are spoken together."""

    reply: int
    waiting: set[str] = field(default_factory=set)
    answers: list[do.Answer] = field(default_factory=list)
    silent: bool = True
    urgent: bool = False


class Conversation:
    """The protocol of one connection.

    Parameters
    ----------
    probability : callable
        A fresh voice activity detector; see :func:`livekit_nb.server.hearing.load_vad`.
    known_handle : callable, optional
        Whether a resumption handle is known.
    """

    def __init__(
        self,
        probability: Probability,
        *,
        known_handle: Callable[[str], bool] = lambda handle: False,
    ) -> None:
        self._probability = probability
        self._known_handle = known_handle
        self._agreement: Agreement | None = None
        self._listener: Listener | None = None
        self._tokens = TokenCount()
        self._reply: Reply | None = None
        self._replies = 0
        self._calls: dict[str, _Call] = {}
        self._ready: deque[_Batch] = deque()  # answered, waiting for a moment to be spoken
        self._asked: deque[tuple[str, float]] = deque()  # questions waiting (NO_INTERRUPTION)
        self._carried = ""  # words of a turn that turned out not to be over
        self._typed: list[str] = []  # clientContent that waits for turnComplete
        self._seeding = False
        self._scene: tuple[Scene, float] | None = None
        self._silent = False  # the setup is one which the service never answers
        self._out: list[do.Action] = []
        self.closed = False
        """Whether the conversation has closed itself."""

    # What the surroundings may ask --------------------------------------------------------------

    @property
    def wake_at(self) -> float | None:
        """When :meth:`tick` wants to be called, or None."""
        times = [
            source.wake_at
            for source in (self._reply, self._listener)
            if source is not None and source.wake_at is not None
        ]
        return None if self.closed else min(times, default=None)

    def scene(self, now: float) -> Scene | None:
        """Return what the camera showed last, with its age."""
        return self._scene[0].aged(now - self._scene[1]) if self._scene else None

    def wants(self, key: int) -> bool:
        """Whether a recognition is still of use; may be asked from any thread."""
        return not self.closed and self._listener is not None and self._listener.wants(key)

    # What happens -------------------------------------------------------------------------------

    def receive(self, message: m.ClientMessage, now: float) -> list[do.Action]:
        """Take a message from the client."""
        return self._step(self._receive, now, message)

    def recognised(self, key: int, text: str, completeness: float, now: float) -> list[do.Action]:
        """Take the words of a :class:`~livekit_nb.server.actions.Recognise`."""
        assert self._listener is not None
        events = self._listener.recognised(key, text, completeness)
        return self._step(self._heard, now, events)

    def planned(self, reply: int, plan: do.PlanLike, now: float) -> list[do.Action]:
        """Take what the thinker wants to do."""
        return self._step(self._planned, now, reply, plan)

    def voiced(self, reply: int, pcm: bytes, caption: str, now: float) -> list[do.Action]:
        """Take a clause of speech: s16le 24 kHz, and its words."""
        if self._reply is not None and self._reply.number == reply:
            self._reply.add(pcm, caption)
        return self._step(None, now)

    def voiced_all(self, reply: int, now: float) -> list[do.Action]:
        """Take note that a :class:`~livekit_nb.server.actions.Speak` is done."""
        if self._reply is not None and self._reply.number == reply:
            self._reply.jobs -= 1
        return self._step(None, now)

    def seen(self, scene: Scene, now: float) -> list[do.Action]:
        """Take what a picture shows."""
        self._scene = scene, now
        return []

    def tick(self, now: float) -> list[do.Action]:
        """Do what is due; call it at :attr:`wake_at`."""
        events = self._listener.tick(now) if self._listener else []
        return self._step(self._heard, now, events)

    def _step(
        self, function: Callable[..., None] | None, now: float, *arguments: Any
    ) -> list[do.Action]:
        if self.closed:
            return []
        self._out = []
        try:
            if function is not None:
                function(*arguments, now)
            self._settle(now)
        except _Violation as violation:
            self._close(violation.code, violation.reason)
        except Refused as refused:
            if refused.close is None:
                self._silent = True
            else:
                self._close(*refused.close)
        except AudioError as error:
            # A close frame has room for what is wrong, not for the remedy.
            self._close(1007, re.split(r"[:.] ", str(error))[0])
        return self._out

    def _close(self, code: int, reason: str) -> None:
        self.closed = True
        self._out.append(do.Close(code, reason))

    def _send(self, **fields: Any) -> None:
        self._out.append(do.Send(m.ServerMessage(**fields)))

    def _content(self, usage: m.UsageMetadata | None = None, **fields: Any) -> None:
        self._send(server_content=m.ServerContent(**fields), usage_metadata=usage)

    # Messages of the client ----------------------------------------------------------------------

    def _receive(self, message: m.ClientMessage, now: float) -> None:
        if self._silent:
            return
        if message.setup is not None:
            self._setup(message.setup)
        elif self._agreement is None or self._listener is None:
            raise _Violation(1007, "The first message must be setup.")
        elif message.realtime_input is not None:
            self._realtime(message.realtime_input, self._agreement, self._listener, now)
        elif message.client_content is not None:
            self._client_content(message.client_content, self._agreement, now)
        elif message.tool_response is not None:
            self._tool_response(message.tool_response)

    def _setup(self, setup: m.Setup) -> None:
        if self._agreement is not None:
            raise _Violation(1007, "setup must be sent only once, as the first message.")
        agreement = agree(setup)
        if agreement.handle is not None and not self._known_handle(agreement.handle):
            raise _Violation(1008, "BidiGenerateContent session not found")
        self._agreement = agreement
        self._seeding = agreement.seeding
        self._listener = Listener(
            self._probability,
            agreement.sensitivity,
            agreement.patience,
            manual=agreement.manual,
        )
        self._tokens = TokenCount(agreement.frame_tokens)
        self._tokens.read(agreement.instructions)
        for declaration in agreement.declarations:
            self._tokens.read(str(declaration))
        self._out.append(do.Begin(agreement))
        self._send(setup_complete=m.SetupComplete())
        self._resumable()

    def _realtime(
        self, data: m.RealtimeInput, agreement: Agreement, listener: Listener, now: float
    ) -> None:
        manual = agreement.manual
        if (data.activity_start or data.activity_end) and not manual:
            raise _Violation(
                1007,
                "Explicit activity control is not supported when automatic activity detection "
                "is enabled.",
            )
        if data.media_chunks and agreement.profile.parts_together:
            # The 3.1 generation, which brought parts together, took the old field away.
            raise _Violation(1007, "realtimeInput.mediaChunks is deprecated. Use audio or video.")
        audio, video = data.audio, data.video
        for blob in (data.media_chunks or [])[:1]:
            audio, video = (None, blob) if blob.mime_type.startswith("image/") else (blob, None)
        if data.activity_start is not None:
            self._heard(listener.activity_started(), now)
        if audio is not None:
            self._heard(listener.audio(audio.data, audio.mime_type, now), now)
        if video is not None:
            self._see(video)
        if data.audio_stream_end and not manual:
            self._heard(listener.stream_ended(), now)
        if data.activity_end is not None:
            self._heard(listener.activity_ended(), now)
        if data.text:
            self._tokens.read(data.text)
            if agreement.interrupting:
                self._interrupt(now)
            self._ask(data.text, 1.0, now)

    def _see(self, blob: m.Blob) -> None:
        if blob.mime_type and not blob.mime_type.startswith("image/"):
            raise _Violation(1007, f"Unsupported video content type {blob.mime_type[:40]!r}.")
        self._tokens.saw()
        self._out.append(do.Look(blob.data))

    def _client_content(self, content: m.ClientContent, agreement: Agreement, now: float) -> None:
        if not self._seeding and not agreement.profile.content_mid_session:
            raise _Violation(*INVALID_ARGUMENT)
        if not self._seeding:
            self._interrupt(now, fold=False)
        for turn in content.turns:
            self._tokens.read(turn.text)
            for part in turn.parts:
                if part.inline_data is not None and part.inline_data.mime_type.startswith("image/"):
                    self._see(part.inline_data)
            if turn.role == "model":
                self._remember_typed()
                self._out.append(do.Remember("model", turn.text))
            elif turn.text:
                self._typed.append(turn.text)
        if not content.turn_complete:
            return
        if self._seeding:
            self._remember_typed()
            self._seeding = False
            return
        text = " ".join(self._typed)
        self._typed.clear()
        self._begin(text, 1.0)

    def _remember_typed(self) -> None:
        self._out.extend(do.Remember("user", text) for text in self._typed)
        self._typed.clear()

    def _tool_response(self, response: m.ToolResponse) -> None:
        for item in response.function_responses:
            if item.will_continue:
                continue  # the final response counts
            by_name = [key for key, call in self._calls.items() if call.name == item.name]
            key = item.id if item.id else (by_name[0] if by_name else "")
            call = self._calls.pop(key, None)
            if call is None:
                continue  # cancelled meanwhile, or never asked for
            answer = do.Answer(call.name, call.args, item.response or {})
            self._tokens.read(str(answer.response))
            scheduling = (item.scheduling or "").upper()
            batch = call.batch
            if self._reply is not None and self._reply.number == batch.reply:
                self._reply.acted = True
            batch.answers.append(answer)
            batch.waiting.discard(key)
            batch.silent &= scheduling == "SILENT"
            batch.urgent |= scheduling.startswith("INTERRUPT")
            if not batch.waiting:
                self._ready.append(batch)

    # The user speaks ------------------------------------------------------------------------------

    def _heard(self, events: Iterable[Event], now: float) -> None:
        assert self._agreement is not None
        for event in events:
            if isinstance(event, Began):
                self._activity("ACTIVITY_START", event.offset_s)
                if self._agreement.interrupting:
                    self._interrupt(now)
            elif isinstance(event, Ended):
                self._activity("ACTIVITY_END", event.offset_s)
                self._tokens.heard(event.duration_s)
                if event.text and self._agreement.input_captions:
                    caption = m.Transcription(text=event.text, finished=True)
                    self._content(input_transcription=caption)
                if event.continued and self._agreement.interrupting:
                    # More was begun before this could be answered: both belong together.
                    self._carried = f"{self._carried} {event.text}".strip()
                # Noise may have stopped a reply; then what was carried over is answered after all.
                elif event.text or self._carried or self._agreement.manual:
                    self._ask(event.text, event.completeness, now)
            else:
                self._out.append(do.Recognise(event.key, event.samples))

    def _activity(self, kind: str, offset_s: float) -> None:
        assert self._agreement is not None
        if not self._agreement.manual:
            self._send(voice_activity=m.VoiceActivity(type=kind, audio_offset=f"{offset_s:.3f}s"))

    def _ask(self, text: str, completeness: float, now: float) -> None:
        text = f"{self._carried} {text}".strip()
        self._carried = ""
        if self._reply is not None and (self._reply.active(now) or self._blocked(self._reply)):
            self._asked.append((text, completeness))
        else:
            self._begin(text, completeness)

    def _blocked(self, reply: Reply) -> bool:
        return any(self._calls[key].blocking for key in reply.calls if key in self._calls)

    def _interrupt(self, now: float, *, fold: bool = True) -> None:
        """Stop the reply, if there is anything to stop."""
        reply = self._reply
        if reply is None or not (reply.active(now) or self._blocked(reply)):
            return  # at most background calls are open, and those go on
        heard_s = reply.playback.heard_s(now)
        unheard = heard_s == 0.0 and not reply.touched
        # If the person was not done, what was said before belongs to what comes now.
        limit_s = FOLD_HEARD_S if reply.completeness >= 0.5 else FOLD_UNFINISHED_S
        folded = fold and heard_s < limit_s and not reply.acted
        if folded:
            self._carried = reply.asked
        cancelled = sorted(
            key
            for key in reply.calls
            if key in self._calls and (folded or self._calls[key].blocking)
        )
        for key in cancelled:
            del self._calls[key]
        self._ready = deque(batch for batch in self._ready if batch.reply != reply.number)
        self._reply = None
        self._out.append(do.Hush(reply.number))
        self._out.append(do.Spoken(reply.playback.heard_text(now), interrupted=True))
        if unheard:
            return  # the client knows nothing of it
        if cancelled:
            self._send(tool_call_cancellation=m.ToolCallCancellation(ids=cancelled))
        self._content(interrupted=True)
        self._content(turn_complete=True, usage=self._tokens.turn())
        self._resumable()

    # The model answers ----------------------------------------------------------------------------

    def _new_reply(self, asked: str = "", completeness: float = 1.0) -> Reply:
        self._replies += 1
        self._reply = Reply(self._replies, asked, completeness)
        return self._reply

    def _begin(self, text: str, completeness: float) -> None:
        reply = self._new_reply(text, completeness)
        reply.jobs = 1
        self._out.append(do.Hear(reply.number, text))
        if self._agreement is not None and self._agreement.resumption:
            update = m.SessionResumptionUpdate(new_handle="", resumable=False)
            self._send(session_resumption_update=update)

    def _planned(self, number: int, plan: do.PlanLike, now: float) -> None:
        reply = self._reply
        if reply is None or reply.number != number:
            return  # interrupted meanwhile
        assert self._agreement is not None
        reply.jobs -= 1
        batch = _Batch(number)
        calls = []
        for call in plan.calls:
            key = f"function-call-{secrets.randbits(60)}"
            args = dict(call.args)
            blocking = self._agreement.blocking.get(call.name, True)
            self._calls[key] = _Call(call.name, args, blocking, batch)
            batch.waiting.add(key)
            calls.append(m.FunctionCall(id=key, name=call.name, args=args))
        if calls:
            reply.touched = True
            reply.calls |= batch.waiting
            self._send(tool_call=m.ToolCall(function_calls=calls))
        # A model that waits for its tools says nothing meanwhile.
        if plan.say and not reply.silent and not self._blocked(reply):
            reply.jobs += 1
            self._out.append(do.Speak(number, plan.say))

    def _settle(self, now: float) -> None:
        """Send what is due, complete what is complete, begin what waited."""
        reply = self._reply
        if reply is not None:
            for pcm, caption in reply.due(now):
                self._send_piece(reply, pcm, caption)
            if reply.finished and not reply.generated:
                reply.generated = True
                self._content(generation_complete=True)
            if reply.generated and not reply.playback.playing(now):
                self._complete(reply, now)
        self._answer_tools(now)
        waiting = self._reply is None or not (self._reply.active(now) or self._blocked(self._reply))
        if waiting and self._asked:
            self._begin(*self._asked.popleft())

    def _send_piece(self, reply: Reply, pcm: bytes, caption: str) -> None:
        assert self._agreement is not None
        reply.touched = True
        self._tokens.spoke(seconds_of(pcm))
        blob = m.Blob(data=pcm, mime_type="audio/pcm;rate=24000")
        turn = m.Content(role="model", parts=[m.Part(inline_data=blob)])
        words = m.Transcription(text=caption) if caption else None
        if not self._agreement.output_captions or words is None:
            self._content(model_turn=turn)
        elif self._agreement.profile.parts_together:
            self._content(model_turn=turn, output_transcription=words)
        else:
            self._content(model_turn=turn)
            self._content(output_transcription=words)

    def _complete(self, reply: Reply, now: float) -> None:
        self._reply = None
        self._out.append(do.Spoken(reply.playback.heard_text(now)))
        self._content(turn_complete=True, usage=self._tokens.turn())
        self._resumable()

    def _answer_tools(self, now: float) -> None:
        """Let results of tools be spoken as soon as nobody else speaks."""
        assert self._listener is not None or not self._ready
        while self._ready and self._listener is not None:
            batch = self._ready[0]
            reply = self._reply
            own = reply is not None and reply.number == batch.reply
            if batch.urgent and not own and not self._listener.speaking:
                self._interrupt(now, fold=False)
                reply = self._reply
            busy = reply is not None and not own and reply.active(now)
            if busy or self._listener.speaking:
                return
            self._ready.popleft()
            if not own or reply is None:
                reply = self._new_reply()
            reply.calls.clear()
            reply.jobs += 1
            reply.silent = batch.silent
            self._out.append(do.Weigh(reply.number, tuple(batch.answers)))

    def _resumable(self) -> None:
        if self._agreement is None or not self._agreement.resumption:
            return
        handle = secrets.token_urlsafe(24)
        self._out.append(do.Keep(handle))
        update = m.SessionResumptionUpdate(new_handle=handle, resumable=True)
        self._send(session_resumption_update=update)
