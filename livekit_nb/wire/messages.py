"""The messages of the Live API (``BidiGenerateContent``), as typed structs for both directions.

Field names here are Python's; on the wire they are camelCase. ``None`` means "not sent". Fields
that are free-form JSON (tool arguments and results, schemas) stay plain dicts and are never
re-cased. Fields unknown to us are ignored when decoding, so that a newer service still works.

Enumerations stay strings: the service adds values without notice, and an unknown one must not
end a conversation.

Source: ai.google.dev, "Live API: WebSockets API reference", and the frames which the official
Python and JavaScript SDKs send.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

__all__ = [
    "AutomaticActivityDetection",
    "Blob",
    "ClientContent",
    "ClientMessage",
    "Content",
    "Empty",
    "FunctionCall",
    "FunctionDeclaration",
    "FunctionResponse",
    "GenerationConfig",
    "GoAway",
    "HistoryConfig",
    "ModalityTokenCount",
    "Part",
    "PrebuiltVoiceConfig",
    "Proactivity",
    "RealtimeInput",
    "RealtimeInputConfig",
    "ServerContent",
    "ServerMessage",
    "SessionResumption",
    "SessionResumptionUpdate",
    "Setup",
    "SpeechConfig",
    "ThinkingConfig",
    "ToolCall",
    "ToolCallCancellation",
    "ToolGroup",
    "ToolResponse",
    "Transcription",
    "TranscriptionConfig",
    "UsageMetadata",
    "VoiceActivity",
    "VoiceConfig",
]


class Message(Struct, rename="camel", omit_defaults=True, kw_only=True):
    """Base of all wire structs: camelCase names, defaults left out."""


class Empty(Message):
    """A message whose presence is all it says, such as ``{"activityStart": {}}``."""


# Shared by both directions ---------------------------------------------------------------------


class Blob(Message):
    """Bytes with a type; base64 on the wire (standard alphabet when we write it)."""

    data: bytes = b""
    mime_type: str = ""

    def __repr__(self) -> str:
        return f"Blob(<{len(self.data)} bytes>, mime_type={self.mime_type!r})"


class Part(Message):
    """One part of a content: text, bytes, or a thought."""

    text: str | None = None
    inline_data: Blob | None = None
    thought: bool | None = None

    def __repr__(self) -> str:
        kind = "inline_data" if self.inline_data else "thought" if self.thought else "text"
        return f"Part(<{kind}>)"


class Content(Message):
    """What one side said: a role and its parts."""

    parts: list[Part] = field(default_factory=list)
    role: str | None = None

    @property
    def text(self) -> str:
        """All text parts but thoughts, joined."""
        return "".join(part.text for part in self.parts if part.text and not part.thought)


# Client → server: setup --------------------------------------------------------------------------


class PrebuiltVoiceConfig(Message):
    """A voice by its official name, such as ``Kore``."""

    voice_name: str | None = None


class VoiceConfig(Message):
    """Which voice speaks."""

    prebuilt_voice_config: PrebuiltVoiceConfig | None = None


class SpeechConfig(Message):
    """How the model speaks."""

    voice_config: VoiceConfig | None = None
    language_code: str | None = None


class ThinkingConfig(Message):
    """How much the model thinks before it speaks."""

    thinking_level: str | None = None
    thinking_budget: int | None = None
    include_thoughts: bool | None = None


class GenerationConfig(Message):
    """Sampling and output settings."""

    response_modalities: list[str] | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    max_output_tokens: int | None = None
    seed: int | None = None
    media_resolution: str | None = None
    speech_config: SpeechConfig | None = None
    thinking_config: ThinkingConfig | None = None
    enable_affective_dialog: bool | None = None


class FunctionDeclaration(Message):
    """A tool as the model sees it.

    ``parameters`` is a schema in OpenAPI's manner (upper-case types), ``parameters_json_schema``
    one in JSON Schema's. A client sends one of them, or none for a tool without parameters.
    """

    name: str = ""
    description: str | None = None
    parameters: dict[str, Any] | None = None
    parameters_json_schema: dict[str, Any] | None = None
    response_json_schema: dict[str, Any] | None = None
    behavior: str | None = None


class ToolGroup(Message):
    """A group of tools: function declarations, or one of the service's own tools."""

    function_declarations: list[FunctionDeclaration] | None = None
    google_search: dict[str, Any] | None = None


class SessionResumption(Message):
    """Asks for resumption handles; ``handle`` resumes an earlier session."""

    handle: str | None = None


class TranscriptionConfig(Message):
    """Asks for transcripts of what was heard or spoken."""

    language_codes: list[str] | None = None


class AutomaticActivityDetection(Message):
    """How the server finds where speech begins and ends; times in milliseconds."""

    disabled: bool | None = None
    start_of_speech_sensitivity: str | None = None
    end_of_speech_sensitivity: str | None = None
    prefix_padding_ms: int | None = None
    silence_duration_ms: int | None = None


class RealtimeInputConfig(Message):
    """Whose turn it is, and what interrupts."""

    automatic_activity_detection: AutomaticActivityDetection | None = None
    activity_handling: str | None = None
    turn_coverage: str | None = None


class Proactivity(Message):
    """Whether the model may choose to stay silent."""

    proactive_audio: bool | None = None


class HistoryConfig(Message):
    """Whether the first ``clientContent`` messages are history to be read silently."""

    initial_history_in_client_content: bool | None = None


class Setup(Message):
    """The first message of a session. ``model`` is ``models/<id>``."""

    model: str = ""
    generation_config: GenerationConfig | None = None
    system_instruction: Content | None = None
    tools: list[ToolGroup] | None = None
    session_resumption: SessionResumption | None = None
    input_audio_transcription: TranscriptionConfig | None = None
    output_audio_transcription: TranscriptionConfig | None = None
    realtime_input_config: RealtimeInputConfig | None = None
    context_window_compression: dict[str, Any] | None = None
    proactivity: Proactivity | None = None
    history_config: HistoryConfig | None = None


# Client → server: the conversation -----------------------------------------------------------


class ClientContent(Message):
    """Turns appended to the history; ``turn_complete`` asks for an answer."""

    turns: list[Content] = field(default_factory=list)
    turn_complete: bool | None = None


class RealtimeInput(Message):
    """What is being said, shown or typed right now."""

    audio: Blob | None = None
    video: Blob | None = None
    text: str | None = None
    activity_start: Empty | None = None
    activity_end: Empty | None = None
    audio_stream_end: bool | None = None
    media_chunks: list[Blob] | None = None

    def __repr__(self) -> str:
        present = [name for name in self.__struct_fields__ if getattr(self, name) is not None]
        return f"RealtimeInput(<{', '.join(present)}>)"


class FunctionResponse(Message):
    """A tool's result; ``response`` is free-form JSON."""

    id: str | None = None
    name: str | None = None
    response: dict[str, Any] | None = None
    scheduling: str | None = None
    will_continue: bool | None = None


class ToolResponse(Message):
    """Results of the calls a server asked for."""

    function_responses: list[FunctionResponse] = field(default_factory=list)


class ClientMessage(Message):
    """Anything a client sends: exactly one field is set."""

    setup: Setup | None = None
    client_content: ClientContent | None = None
    realtime_input: RealtimeInput | None = None
    tool_response: ToolResponse | None = None


# Server → client -------------------------------------------------------------------------------


class Transcription(Message):
    """A fragment of a transcript; fragments are to be concatenated."""

    text: str | None = None
    finished: bool | None = None
    language_code: str | None = None

    def __repr__(self) -> str:
        return f"Transcription(<{len(self.text or '')} characters>, finished={self.finished})"


class ServerContent(Message):
    """What the model says, and how its turn goes. Several fields may be set at once."""

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


class FunctionCall(Message):
    """The model wants a tool run; ``args`` is free-form JSON."""

    id: str | None = None
    name: str = ""
    args: dict[str, Any] = field(default_factory=dict)


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


class VoiceActivity(Message):
    """The server heard speech begin or end; ``audio_offset`` is a duration such as ``"1.25s"``."""

    type: str | None = None
    audio_offset: str | None = None


class ModalityTokenCount(Message):
    """Tokens of one modality (``TEXT``, ``AUDIO``, ``IMAGE``, ``VIDEO``)."""

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


class ServerMessage(Message):
    """Anything a server sends: one message, plus usage where it has any."""

    setup_complete: Empty | None = None
    server_content: ServerContent | None = None
    tool_call: ToolCall | None = None
    tool_call_cancellation: ToolCallCancellation | None = None
    go_away: GoAway | None = None
    session_resumption_update: SessionResumptionUpdate | None = None
    voice_activity: VoiceActivity | None = None
    usage_metadata: UsageMetadata | None = None
