"""What a server sends: the model's voice and words, how turns go, tool calls, usage."""

from __future__ import annotations

from typing import Any

from msgspec import field

from livekit_nb.wire.content import Content, FunctionCall, Message
from livekit_nb.wire.setup import VoiceConsentSignature

__all__ = [
    "GoAway",
    "ModalityTokenCount",
    "ServerContent",
    "ServerMessage",
    "SessionResumptionUpdate",
    "SetupComplete",
    "ToolCall",
    "ToolCallCancellation",
    "Transcription",
    "UsageMetadata",
    "VoiceActivity",
    "VoiceActivityDetectionSignal",
    "WordInfo",
]


class SetupComplete(Message):
    """The setup was accepted; empty unless the service names the session."""

    session_id: str | None = None
    voice_consent_signature: VoiceConsentSignature | None = None


class WordInfo(Message):
    """A word of a transcript; offsets are durations such as ``"1.250s"``."""

    word: str | None = None
    start_offset: str | None = None
    end_offset: str | None = None


class Transcription(Message):
    """A fragment of a transcript; fragments are to be concatenated."""

    text: str | None = None
    finished: bool | None = None
    language_code: str | None = None
    speaker_label: str | None = None
    words: list[WordInfo] | None = None
    start_offset: str | None = None
    end_offset: str | None = None


class ServerContent(Message):
    """What the model says, and how its turn goes. Several fields may be set at once.

    ``grounding_metadata`` and ``url_context_metadata`` (what the service's own tools found) stay
    plain JSON.
    """

    model_turn: Content | None = None
    generation_complete: bool | None = None
    turn_complete: bool | None = None
    interrupted: bool | None = None
    turn_complete_reason: str | None = None
    waiting_for_input: bool | None = None
    interaction_status: str | None = None
    input_transcription: Transcription | None = None
    output_transcription: Transcription | None = None
    interim_input_transcription: Transcription | None = None
    grounding_metadata: dict[str, Any] | None = None
    url_context_metadata: dict[str, Any] | None = None
    speech_state: str | None = None


class ToolCall(Message):
    """Calls to run, possibly several at once."""

    function_calls: list[FunctionCall] = field(default_factory=list)


class ToolCallCancellation(Message):
    """Calls whose results are no longer wanted."""

    ids: list[str] = field(default_factory=list)


class GoAway(Message):
    """The connection will end; ``time_left`` is a duration such as ``"50s"``."""

    time_left: str | None = None


class SessionResumptionUpdate(Message):
    """A handle to resume with; only when ``resumable``."""

    new_handle: str | None = None
    resumable: bool | None = None
    last_consumed_client_message_index: int | None = None


class VoiceActivity(Message):
    """The server heard speech begin or end; ``audio_offset`` is a duration such as ``"1.25s"``."""

    type: str | None = None
    audio_offset: str | None = None


class VoiceActivityDetectionSignal(Message):
    """The older word for it: ``VAD_SIGNAL_TYPE_SOS`` (start of speech) or ``…_EOS`` (end)."""

    vad_signal_type: str | None = None


class ModalityTokenCount(Message):
    """Tokens of one modality (``TEXT``, ``AUDIO``, ``IMAGE``, ``VIDEO``, ``DOCUMENT``)."""

    modality: str = ""
    token_count: int = 0


class UsageMetadata(Message):
    """Tokens consumed and produced."""

    prompt_token_count: int | None = None
    response_token_count: int | None = None
    total_token_count: int | None = None
    thoughts_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    cached_content_token_count: int | None = None
    prompt_tokens_details: list[ModalityTokenCount] | None = None
    response_tokens_details: list[ModalityTokenCount] | None = None
    cache_tokens_details: list[ModalityTokenCount] | None = None
    tool_use_prompt_tokens_details: list[ModalityTokenCount] | None = None
    service_tier: str | None = None
    traffic_type: str | None = None


class ServerMessage(Message):
    """Anything a server sends: one message, plus usage where it has any.

    ``interaction_status`` belongs into ``server_content``; beside a tool call the service has been
    documented to send it here.
    """

    setup_complete: SetupComplete | None = None
    server_content: ServerContent | None = None
    tool_call: ToolCall | None = None
    tool_call_cancellation: ToolCallCancellation | None = None
    go_away: GoAway | None = None
    session_resumption_update: SessionResumptionUpdate | None = None
    voice_activity: VoiceActivity | None = None
    voice_activity_detection_signal: VoiceActivityDetectionSignal | None = None
    usage_metadata: UsageMetadata | None = None
    interaction_status: str | None = None
