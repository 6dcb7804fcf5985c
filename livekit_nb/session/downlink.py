"""What comes from the model: each message turned into events, sound and tool calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livekit_nb.audio.pcm import (
    OUTPUT_RATE_HZ,
    Resampler,
    from_pcm16,
    rate_of_mime_type,
    samples_of_pcm16,
    to_pcm16,
)
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.findings import findings
from livekit_nb.session.io import AudioSink
from livekit_nb.session.tools.running import ToolRunner
from livekit_nb.session.turn_gate import TurnGate
from livekit_nb.wire.durations import seconds_of
from livekit_nb.wire.messages import (
    Blob,
    Content,
    ServerContent,
    ServerMessage,
    Transcription,
    UsageMetadata,
)

__all__ = ["Downlink"]

# After an interruption nothing of the reply that was cut is sent any more, but the service has been
# seen to say "interrupted" of nothing and to speak on: so sound is held back for a moment at most.
LATE_S = 0.3


class Downlink:
    """Reads every field of every message: one may carry audio, transcript and flags at once.

    What concerns the connection (``goAway``, ``sessionResumptionUpdate``) is read by
    :mod:`livekit_nb.session.connection.lifeline`. A downlink outlives connections;
    :meth:`disconnected` is to be called between two of them.

    Parameters
    ----------
    recorder : Recorder
    sink : AudioSink
        Plays the agent's voice, and is cleared when the agent is interrupted.
    tools : ToolRunner
    gate : TurnGate
        Told when an answer is over.
    on_status : callable
        Told ``"listening"``, ``"thinking"`` or ``"speaking"``.

    Attributes
    ----------
    activity_ends : int
        How often the server has told that the user stopped speaking.
    """

    def __init__(
        self,
        recorder: Recorder,
        sink: AudioSink,
        tools: ToolRunner,
        gate: TurnGate,
        on_status: Callable[[str], None],
    ) -> None:
        self.activity_ends = 0
        self._recorder = recorder
        self._sink = sink
        self._tools = tools
        self._gate = gate
        self._on_status = on_status
        self._speaking = False  # a reply has begun and is not complete
        self._generated = False
        self._in_between = False  # it said a word, and goes on when its tools have answered
        self._captioned = False  # it has words, maybe no sound yet
        self._wrote = False  # likewise, in writing
        self._tail = False  # of a reply that was cut only the end of its turn is to come
        self._waits: int | None = None  # number of the turn that ended to wait for more words
        self._activity_told = False
        self._active: bool | None = None  # whether the server hears the user speak, once it told
        self._cut_s: float | None = None  # since when late sound of a reply that was cut is dropped
        self._resampler: Resampler | None = None

    def handle(self, message: ServerMessage, connection: int = 0, *, phantom: bool = False) -> None:
        """Act on one message.

        Parameters
        ----------
        message : ServerMessage
        connection : int
            Number of the connection it came over; tools answer to that one.
        phantom : bool
            Whether an ``interrupted`` in it is of nobody's making.
        """
        if message.voice_activity is not None:
            offset_s = seconds_of(message.voice_activity.audio_offset)
            self._activity(message.voice_activity.type or "", offset_s)
        if message.voice_activity_detection_signal is not None:
            signal = message.voice_activity_detection_signal.vad_signal_type or ""
            self._activity({"SOS": "START", "EOS": "END"}.get(signal[-3:], ""), None)
        if message.server_content is not None:
            self._content(message.server_content, phantom=phantom)
        if message.tool_call is not None:
            self._cut_s = None
            self._on_status("thinking")
            for call in message.tool_call.function_calls:
                self._tools.call(call, connection=connection)
        if message.tool_call_cancellation is not None:
            self._tools.cancel(message.tool_call_cancellation.ids)
        if message.usage_metadata is not None:
            self._recorder.event("usage", **_usage(message.usage_metadata))
        if message.server_content is not None:
            self._turn_end(message.server_content)

    def asked(self) -> None:
        """Note that the user says something new: what comes next is no part of the last reply."""
        self._cut_s = None
        if self._waits is not None:
            self._gate.withdraw(self._waits)  # here is the rest: the turn goes on
            self._waits = None
        if self._in_between:
            self._complete(None)

    def disconnected(self) -> None:
        """Note that the connection is gone: what it was saying, it will not say to its end."""
        self._active = None
        self._cut_s = None
        if self._speaking and self._generated:
            self._complete(None)  # it was said to its end, only that this was not told
        elif self._speaking or self._captioned:
            self._complete("CONNECTION_LOST", lost=True)

    def _activity(self, kind: str, offset_s: float | None) -> None:
        """Note what the server hears; it may tell the same thing in two ways, or twice."""
        began, ended = kind.endswith("START"), kind.endswith("END")
        if not (began or ended):
            return
        self._activity_told = True
        if began:
            self.asked()
        if self._active is began:
            return
        self._active = began
        told = {} if offset_s is None else {"offset_s": offset_s}
        self._recorder.event("activity.start" if began else "activity.end", **told)
        if ended:
            self.activity_ends += 1
            self._cut_s = None
            self._tail = False
            self._on_status("thinking")

    def _content(self, content: ServerContent, *, phantom: bool) -> None:
        record = self._recorder.event
        if content.interrupted:
            self._interrupted(phantom=phantom)
        if content.interim_input_transcription and content.interim_input_transcription.text:
            record("caption.user", **_caption(content.interim_input_transcription), final=False)
        if content.input_transcription and content.input_transcription.text:
            if not self._activity_told:  # it would have come first
                self.asked()
            self._cut_s = None
            record("caption.user", **_caption(content.input_transcription), final=True)
            if not self._speaking:
                self._on_status("thinking")
        if content.model_turn is not None:
            self._parts(content.model_turn)
        if content.output_transcription and content.output_transcription.text:
            self._captioned = True
            record("caption.agent", text=content.output_transcription.text)
        if (found := findings(content)) is not None:
            record("agent.grounding", **found)
        if content.generation_complete and not self._generated:
            self._generated = True
            record("agent.generation_complete")
            # All there is to play has arrived; what is queued may run dry.
            self._sink.turn_complete()
        if content.waiting_for_input:
            record("agent.waiting")
            if not self._speaking:
                self._on_status("listening")

    def _interrupted(self, *, phantom: bool) -> None:
        """Fall silent; but what was said of nobody who speaks must not touch what follows.

        A reply that is here to its last word is then heard to its end, too.
        """
        under_way = self._speaking or self._captioned
        if phantom and under_way and self._generated:
            self._recorder.event("agent.phantom_interruption")
            return
        self._tail = True
        if not under_way and (phantom or not self._gate.playing):
            self._recorder.event("agent.phantom_interruption")
            return
        self._sink.clear()
        self._recorder.event("agent.interrupted")
        self._end_reply(interrupted=True)
        self._cut_s = self._recorder.clock()
        self._on_status("listening")

    def _parts(self, content: Content) -> None:
        for part in content.parts:
            if part.thought:
                if part.text:
                    self._recorder.event("agent.thought", text=part.text)
            elif part.inline_data is not None and part.inline_data.data:
                self._audio(part.inline_data)
            elif part.text:
                self._wrote = True
                self._recorder.event("agent.text", text=part.text)

    def _is_late(self) -> bool:
        """Whether sound is the rest of a reply that was cut."""
        if self._cut_s is None:
            return False
        if self._recorder.clock() - self._cut_s >= LATE_S:
            self._cut_s = None
            return False
        return True

    def _audio(self, blob: Blob) -> None:
        if not blob.mime_type.startswith("audio/") or self._is_late():
            return
        received_s = self._recorder.clock()
        pcm = self._at_output_rate(blob)
        if not self._speaking:
            self._speaking = True
            self._tools.owed = False
            self._recorder.event("agent.first_audio")
            self._on_status("speaking")
        self._in_between = self._tail = False
        self._generated = False  # an answer that follows a filler is to be played whole, too
        self._recorder.agent_received(pcm, received_s)
        self._gate.handed()
        self._recorder.agent_handed(len(pcm) // 2, self._recorder.clock())
        self._sink.play(pcm)

    def _at_output_rate(self, blob: Blob) -> bytes:
        rate_hz = rate_of_mime_type(blob.mime_type, OUTPUT_RATE_HZ)
        if rate_hz == OUTPUT_RATE_HZ:
            samples_of_pcm16(blob.data)  # refuses what is none
            return blob.data
        if self._resampler is None or self._resampler.from_hz != rate_hz:
            self._resampler = Resampler(rate_hz, OUTPUT_RATE_HZ)
        return to_pcm16(self._resampler.process(from_pcm16(blob.data)))

    def _turn_end(self, content: ServerContent) -> None:
        """Close the turn last, so that usage in the same message still belongs to it.

        With ``IN_PROGRESS`` it is not over, unless the user goes on to something else: extended
        thinking says a word while its tools run. ``IDLE`` may end it without ``turnComplete``.
        """
        if content.turn_complete:
            self._cut_s = None
        if content.interaction_status == "IN_PROGRESS":
            if content.turn_complete:
                self._in_between = self._speaking
        elif content.turn_complete or (content.interaction_status == "IDLE" and self._in_between):
            self._complete(content.turn_complete_reason)

    def _complete(self, reason: str | None, *, lost: bool = False) -> None:
        if self._speaking or lost:
            self._recorder.event("agent.turn_complete", reason=reason)
        else:
            self._soundless(reason)
        if self._speaking and not self._generated:
            self._sink.turn_complete()
        self._end_reply(interrupted=False, lost=lost)

    def _soundless(self, reason: str | None) -> None:
        """Close a turn in which no sound came: an answer in writing, or none at all.

        Not every end without sound is one. A turn that is cut or waits for its tools is not over,
        some ends are told twice, and who is still speaking was not refused an answer.
        """
        owed = self._tools.pending or self._tools.owed
        goes_on = self._tail or self._active is True or owed
        self._tail = self._tools.owed = False
        if goes_on or not self._recorder.recording.unanswered:
            self._recorder.event("agent.turn_complete", reason=reason)
        else:
            said = "words" if self._captioned or self._wrote else "nothing"
            self._recorder.event("agent.turn_complete", reason=reason, said=said)
            number = self._recorder.recording.replies - 1
            self._gate.ended(number)
            if reason == "NEED_MORE_INPUT":
                self._waits = number
        if not (goes_on or self._gate.playing):
            self._on_status("listening")

    def _end_reply(self, *, interrupted: bool, lost: bool = False) -> None:
        if self._speaking and not lost:
            # One that broke off with its connection is handed to nobody: it will be given anew.
            self._gate.ended(self._recorder.recording.replies - 1, interrupted=interrupted)
        self._speaking = self._generated = self._in_between = self._captioned = False
        self._wrote = False


def _caption(said: Transcription) -> dict[str, Any]:
    """Describe words, with the language and the speaker where they were told."""
    given = {"text": said.text, "language": said.language_code, "speaker": said.speaker_label}
    return {name: value for name, value in given.items() if value}


def _usage(usage: UsageMetadata) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_token_count,
        "response_tokens": usage.response_token_count,
        "total_tokens": usage.total_token_count,
        "thoughts_tokens": usage.thoughts_token_count,
        "tool_tokens": usage.tool_use_prompt_token_count,
        "cached_tokens": usage.cached_content_token_count,
        "prompt": {item.modality: item.token_count for item in usage.prompt_tokens_details or []},
        "response": {
            item.modality: item.token_count for item in usage.response_tokens_details or []
        },
    }
