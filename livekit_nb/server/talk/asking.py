"""The client's side of a conversation: what it sends, and how its speech becomes turns.

Like :mod:`livekit_nb.server.talk.conversation`, of which it is a part, it does no I/O and has no
clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from livekit_nb.audio.pcm import INPUT_RATE_HZ, rate_of_mime_type
from livekit_nb.server.hearing.backchannel import is_backchannel
from livekit_nb.server.hearing.listening import Began, Ended, Event, Heard, Listener, Unfinished
from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.agreement import Agreement, Refused, amend
from livekit_nb.server.talk.answering import Answering
from livekit_nb.server.talk.consumption import Consumption
from livekit_nb.server.talk.memory import Checkpoint, Session
from livekit_nb.server.talk.outbox import Outbox
from livekit_nb.server.talk.usage import TokenCount
from livekit_nb.wire import messages as m
from livekit_nb.wire.refusals import INVALID_ARGUMENT

__all__ = ["Asking"]

PICTURES = ("image/jpeg", "image/jpg", "image/png")

#: Text that is typed while somebody talks waits for the end of what is said, but when so much more
#: of the stream was heard only as long as a pause lasts. What sounds like talking may be a
#: television; in a pause the end, or the words, may just take their time.
TYPED_WAITS_S = 3.0

#: A voice that is so much softer than the user's usually is does not interrupt: it is somebody else
#: in the background, a television, or the agent's echo. One that outlasts the agent is answered.
SOFT_DB = 10.0

MAX_TYPED = 256  #: texts that wait for ``turnComplete``; beyond that the oldest is given up


class Asking:
    """Takes what the client sends after its setup.

    Parameters
    ----------
    agreement : Agreement
    listener : Listener
    out : Outbox
    session : Session
    resumed : Checkpoint or None
        Where an earlier connection's session is taken up; then there is no history to come.
    """

    def __init__(
        self,
        agreement: Agreement,
        listener: Listener,
        out: Outbox,
        session: Session,
        resumed: Checkpoint | None = None,
    ) -> None:
        self.agreement = agreement
        """What holds now; a ``contextUpdate`` replaces it."""
        self.listener = listener
        """Finds the user's turns in the audio."""
        self.consumption = Consumption(
            manual=agreement.manual, needed_s=agreement.sensitivity.needed_s
        )
        """Which of the client's messages the session includes."""
        self._session = session
        self._tokens = resumed.tokens.copy() if resumed else TokenCount()
        self._tokens.frame_tokens = agreement.frame_tokens
        self._tokens.instruct(agreement.preamble)
        self.answering = Answering(agreement, session, self._tokens, out)
        """The model's side."""
        self._out = out
        self._typed: deque[str] = deque(maxlen=MAX_TYPED)  # clientContent without turnComplete
        self._typed_until_s: float | None = None  # of the stream; see `TYPED_WAITS_S`
        self._quiet_s: float | None = None  # for how long nothing was answered as speech began
        self._usual_db: float | None = None  # how loud the user usually is
        self._soft = False  # what is being heard is too soft to be the user's voice
        self._seeding = agreement.seeding and resumed is None

    @property
    def wake_at(self) -> float | None:
        """When :meth:`tick` should be called, or None."""
        times = (self.answering.wake_at, self.listener.wake_at)
        return min((time for time in times if time is not None), default=None)

    # Sound, pictures and words as they come -------------------------------------------------------

    def realtime(self, data: m.RealtimeInput, now: float) -> None:
        """Take what is said, shown or typed right now."""
        manual = self.agreement.manual
        if (data.activity_start or data.activity_end) and not manual:
            raise Refused(
                (
                    1007,
                    "Explicit activity control is not supported when automatic activity "
                    "detection is enabled.",
                )
            )
        if data.media_chunks and not self.agreement.profile.media_chunks:
            raise Refused((1007, "realtimeInput.mediaChunks is deprecated. Use audio or video."))
        audio, video = data.audio, data.video
        for blob in (data.media_chunks or [])[:1]:
            audio, video = (None, blob) if blob.mime_type.startswith("image/") else (blob, None)
        if audio is None or data.text:
            self.consumption.settle()
        if data.activity_start is not None:
            self._heard(self.listener.activity_started(), now)
        if audio is not None:
            self._audio(audio, now)
        # What a turn does not cover is not part of what the model is given.
        if video is not None and self._session.video_since is None:
            self._session.video_since = now
        if video is not None and (self.agreement.all_video or self.listener.speaking):
            self._see(video, "VIDEO")
        if data.audio_stream_end and not manual:
            self._heard(self.listener.stream_ended(), now)
        if data.activity_end is not None:
            self._heard(self.listener.activity_ended(), now)
        if data.text:
            self._text(data.text, now)

    def _audio(self, blob: m.Blob, now: float) -> None:
        events = self.listener.audio(blob.data, blob.mime_type, now)
        self.consumption.heard(self.listener.position_s)
        self._heard(events, now)
        self._get_louder(now)
        if self.agreement.all_audio:
            rate_hz = rate_of_mime_type(blob.mime_type, INPUT_RATE_HZ)
            self._tokens.heard(len(blob.data) / 2 / rate_hz)
        until_s = self._typed_until_s
        if until_s is not None and self.listener.voiced and self.listener.position_s >= until_s:
            self._typed_until_s = None
            self.answering.ask("", 1.0, now)

    def _text(self, text: str, now: float) -> None:
        self._tokens.read(text)
        if self.agreement.interrupting:
            # Who types has finished a message: what was asked before is not asked anew.
            self.answering.interrupt(now, fold=not self.answering.called)
        if self.listener.speaking:
            self.answering.carry(text)  # typed while talking: both are one turn
            if not self.agreement.manual:
                self._typed_until_s = self.listener.position_s + TYPED_WAITS_S
        else:
            self.answering.ask(text, 1.0, now)

    def _see(self, blob: m.Blob, modality: str) -> None:
        if blob.mime_type and not blob.mime_type.startswith("image/"):
            kind = modality.lower()
            raise Refused((1007, f"Unsupported {kind} content type {blob.mime_type[:40]!r}."))
        self._tokens.saw(modality)
        self._out.add(do.Look(blob.data))

    def _pictures(self, blobs: Iterable[m.Blob | None]) -> None:
        """Look at what can be looked at; the service knows more kinds of files than we do."""
        for blob in blobs:
            if blob is not None and blob.mime_type in PICTURES:
                self._see(blob, "IMAGE")

    # Turns and results as a whole -----------------------------------------------------------------

    def client_content(self, content: m.ClientContent, now: float) -> None:
        """Take turns of the history, or the user's turn."""
        self.consumption.settle()
        self._content(content, now)
        self.consumption.typed(waiting=bool(self._typed))

    def _content(self, content: m.ClientContent, now: float) -> None:
        if not self._seeding and not self.agreement.profile.content_mid_session:
            raise Refused(INVALID_ARGUMENT)
        if not self._seeding:
            self.answering.interrupt(now, fold=False)
        for turn in content.turns:
            self._tokens.read(turn.text)
            self._pictures(part.inline_data for part in turn.parts)
            if turn.role == "model":
                self._remember_typed()
                self._out.add(do.Remember("model", turn.text))
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
        self.answering.begin(text)

    def _remember_typed(self) -> None:
        for text in self._typed:
            self._tokens.asked()
            self._out.add(do.Remember("user", text))
        self._typed.clear()

    def tool_response(self, response: m.ToolResponse) -> None:
        """Take results of tools; pictures among them are looked at."""
        self.consumption.settle()
        for item in response.function_responses:
            self._pictures(part.inline_data for part in item.parts or [])
        self.answering.results(response.function_responses)

    def context_update(self, update: m.ContextUpdate) -> None:
        """Take other instructions or tools; they hold for what is asked from now on."""
        self.consumption.settle()
        self.agreement = self.answering.agreement = amend(self.agreement, update)
        self._tokens.instruct(self.agreement.preamble)
        self._out.add(do.Instruct(self.agreement))

    # The user speaks ------------------------------------------------------------------------------

    def recognised(self, key: int, text: str, completeness: float, now: float) -> None:
        """Take words that were recognised."""
        sign = self.answering.broken and (not text or is_backchannel(text))
        self._heard(self.listener.recognised(key, text, completeness, sign=sign), now)

    def tick(self, now: float) -> None:
        """Conclude what is due."""
        self._heard(self.listener.tick(now), now)

    def _heard(self, events: Iterable[Event], now: float) -> None:
        for event in events:
            if isinstance(event, Began):
                self.consumption.began(event.offset_s)
                self._activity("START", event.offset_s)
                self._quiet_s = self.answering.quiet_s(now)
                self._soft = self._is_soft(now)
                if self.agreement.interrupting and not self._soft:
                    self.answering.interrupt(now, sound=not self.agreement.manual)
            elif isinstance(event, Ended):
                self._activity("END", event.offset_s)
                self._ended(event, now)
                self.consumption.ended(event.offset_s, speaking=self.listener.speaking)
            elif isinstance(event, Heard):
                self._interim(event)
            elif isinstance(event, Unfinished):
                if self.agreement.profile.tells_waiting:
                    self._out.content(waiting_for_input=True)
            else:
                self._out.add(do.Recognise(event.key, event.samples))

    def _interim(self, event: Heard) -> None:
        if not (self.agreement.input_captions and self.agreement.interim):
            return
        caption = m.Transcription(
            text=event.text,
            start_offset=f"{event.offset_s:.3f}s",
            end_offset=f"{event.until_s:.3f}s",
        )
        self._out.content(interim_input_transcription=caption)

    def _is_soft(self, now: float) -> bool:
        """Whether what is heard while the agent speaks is too soft to be the user's voice."""
        if self._usual_db is None or self.agreement.manual or not self.answering.speaking(now):
            return False
        return self.listener.loudness_db < self._usual_db - SOFT_DB

    def _get_louder(self, now: float) -> None:
        """Let a voice that begins softly interrupt as soon as it is loud enough."""
        if self._soft and self.listener.voiced and not self._is_soft(now):
            self._soft = False
            if self.agreement.interrupting:
                self.answering.interrupt(now, sound=True)

    def _ended(self, event: Ended, now: float) -> None:
        soft, self._soft = self._soft, False
        if soft and self._is_soft(now):
            self.answering.decline()  # it was in the background all the time
            return
        if event.text:
            level_db = self.listener.loudness_db
            before_db = level_db if self._usual_db is None else self._usual_db
            self._usual_db = (level_db + before_db) / 2
        speech = self._speech(event)
        self._typed_until_s = None
        if not self.agreement.all_audio:
            self._tokens.heard(event.duration_s)
        if event.text and self.agreement.input_captions:
            caption = m.Transcription(text=event.text, finished=True)
            self._out.content(input_transcription=caption)
        if event.continued and self.agreement.interrupting:
            # More was begun before this could be answered: both belong together.
            self.answering.carry(event.text)
        elif (not event.text or is_backchannel(event.text)) and self.answering.go_on():
            pass  # nobody wanted the floor
        # Noise may have stopped a reply; then what was carried over is answered after all.
        elif event.text or self.answering.carries or self.agreement.manual:
            self.answering.ask(event.text, event.completeness, now, speech)

    def _speech(self, event: Ended) -> do.Speech | None:
        """Return what matters of it besides its words, if anything does.

        Who pushes to talk, or types along, talks to the model.
        """
        chosen = self.agreement.chooses and not self.agreement.manual
        chosen = chosen and self._typed_until_s is None
        if not (event.text and (chosen or self.agreement.affective)):
            return None
        samples = event.samples if self.agreement.affective else None
        return do.Speech(event.text, samples, chosen, self._quiet_s)

    def _activity(self, edge: str, offset_s: float) -> None:
        if self.agreement.manual:
            return
        kind, offset = f"ACTIVITY_{edge}", f"{offset_s:.3f}s"
        self._out.send(voice_activity=m.VoiceActivity(type=kind, audio_offset=offset))
        if self.agreement.vad_signal:
            signal = "VAD_SIGNAL_TYPE_SOS" if edge == "START" else "VAD_SIGNAL_TYPE_EOS"
            message = m.VoiceActivityDetectionSignal(vad_signal_type=signal)
            self._out.send(voice_activity_detection_signal=message)
