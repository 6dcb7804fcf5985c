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
from livekit_nb.session.io import AudioSink
from livekit_nb.session.running import ToolRunner
from livekit_nb.session.turn_gate import TurnGate
from livekit_nb.wire.messages import Blob, ServerContent, ServerMessage, UsageMetadata

__all__ = ["Downlink"]


class Downlink:
    """Reads every field of every message: one may carry audio, transcript and flags at once.

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
    """

    def __init__(
        self,
        recorder: Recorder,
        sink: AudioSink,
        tools: ToolRunner,
        gate: TurnGate,
        on_status: Callable[[str], None],
    ) -> None:
        self._recorder = recorder
        self._sink = sink
        self._tools = tools
        self._gate = gate
        self._on_status = on_status
        self._speaking = False  # a reply has begun and is not complete
        self._generated = False
        self._in_between = False  # it said a word, and goes on when its tools have answered
        self._activity_told = False
        self._resampler: Resampler | None = None

    def handle(self, message: ServerMessage) -> None:
        """Act on one message."""
        if message.voice_activity is not None:
            self._activity(message.voice_activity.type or "")
        if message.server_content is not None:
            self._content(message.server_content)
        if message.tool_call is not None:
            self._on_status("thinking")
            for call in message.tool_call.function_calls:
                self._tools.call(call)
        if message.tool_call_cancellation is not None:
            self._tools.cancel(message.tool_call_cancellation.ids)
        if message.usage_metadata is not None:
            self._recorder.event("usage", **_usage(message.usage_metadata))
        if message.server_content is not None:
            self._turn_end(message.server_content)

    def asked(self) -> None:
        """Note that the user says something new: what comes next is no part of the last reply."""
        if self._in_between:
            self._complete(None)

    def _activity(self, kind: str) -> None:
        self._activity_told = True
        if kind.endswith("START"):
            self.asked()
            self._recorder.event("activity.start")
        elif kind.endswith("END"):
            self._recorder.event("activity.end")
            self._on_status("thinking")

    def _content(self, content: ServerContent) -> None:
        record = self._recorder.event
        if content.interrupted:
            self._sink.clear()
            record("agent.interrupted")
            self._end_reply(interrupted=True)
            self._on_status("listening")
        if content.interim_input_transcription and content.interim_input_transcription.text:
            record("caption.user", text=content.interim_input_transcription.text, final=False)
        if content.input_transcription and content.input_transcription.text:
            if not self._activity_told:  # it would have come first
                self.asked()
            record("caption.user", text=content.input_transcription.text, final=True)
            if not self._speaking:
                self._on_status("thinking")
        if content.model_turn is not None:
            for part in content.model_turn.parts:
                if part.inline_data is not None and part.inline_data.data:
                    self._audio(part.inline_data)
        if content.output_transcription and content.output_transcription.text:
            record("caption.agent", text=content.output_transcription.text)
        if content.generation_complete and not self._generated:
            self._generated = True
            record("agent.generation_complete")
            # All there is to play has arrived; what is queued may run dry.
            self._sink.turn_complete()

    def _audio(self, blob: Blob) -> None:
        if not blob.mime_type.startswith("audio/"):
            return
        received_s = self._recorder.clock()
        pcm = self._at_output_rate(blob)
        if not self._speaking:
            self._speaking = True
            self._recorder.event("agent.first_audio")
            self._on_status("speaking")
        self._in_between = False
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
        thinking says a word while its tools run.
        """
        if not content.turn_complete:
            return
        if content.interaction_status == "IN_PROGRESS":
            self._in_between = self._speaking
        else:
            self._complete(content.turn_complete_reason)

    def _complete(self, reason: str | None) -> None:
        self._recorder.event("agent.turn_complete", reason=reason)
        if self._speaking and not self._generated:
            self._sink.turn_complete()
        self._end_reply(interrupted=False)

    def _end_reply(self, *, interrupted: bool) -> None:
        if self._speaking:
            self._gate.ended(interrupted=interrupted)
        self._speaking = self._generated = self._in_between = False


def _usage(usage: UsageMetadata) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_token_count,
        "response_tokens": usage.response_token_count,
        "total_tokens": usage.total_token_count,
        "prompt": {item.modality: item.token_count for item in usage.prompt_tokens_details or []},
        "response": {
            item.modality: item.token_count for item in usage.response_tokens_details or []
        },
    }
