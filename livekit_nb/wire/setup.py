"""The first message of a session: model, voice, instructions, tools, and how turns are taken."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from livekit_nb.wire.content import Content, Empty, Message

__all__ = [
    "AutomaticActivityDetection",
    "AvatarConfig",
    "ContextWindowCompression",
    "CustomizedAvatar",
    "FunctionDeclaration",
    "GenerationConfig",
    "HistoryConfig",
    "LanguageHints",
    "PrebuiltVoiceConfig",
    "Proactivity",
    "RealtimeInputConfig",
    "ReplicatedVoiceConfig",
    "SafetySetting",
    "SessionResumption",
    "Setup",
    "SlidingWindow",
    "SpeechConfig",
    "ThinkingConfig",
    "ToolGroup",
    "TranscriptionConfig",
    "TranslationConfig",
    "VoiceConfig",
    "VoiceConsentSignature",
]

# How it speaks and thinks -----------------------------------------------------------------------


class PrebuiltVoiceConfig(Message):
    """A voice by its official name, such as ``Kore``."""

    voice_name: str | None = None


class VoiceConsentSignature(Message):
    """The service's proof that a person agreed to have the voice copied."""

    signature: str | None = None


class ReplicatedVoiceConfig(Message):
    """A person's voice, copied from a sample, with that person's spoken consent."""

    mime_type: str | None = None
    voice_sample_audio: bytes | None = None
    consent_audio: bytes | None = None
    voice_consent_signature: VoiceConsentSignature | None = None


class VoiceConfig(Message):
    """Which voice speaks: one of the service's, a copied one, or one by its resource name."""

    prebuilt_voice_config: PrebuiltVoiceConfig | None = None
    replicated_voice_config: ReplicatedVoiceConfig | None = None
    voice: str | None = None


class SpeechConfig(Message):
    """How the model speaks."""

    voice_config: VoiceConfig | None = None
    language_code: str | None = None
    multi_speaker_voice_config: dict[str, Any] | None = None


class ThinkingConfig(Message):
    """How much the model thinks before it speaks."""

    thinking_level: str | None = None
    thinking_budget: int | None = None
    include_thoughts: bool | None = None


class TranslationConfig(Message):
    """What a translating model translates into."""

    target_language_code: str | None = None
    echo_target_language: bool | None = None


class GenerationConfig(Message):
    """Sampling and output settings; from ``stop_sequences`` on, what no Live model supports."""

    response_modalities: list[str] | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    max_output_tokens: int | None = None
    seed: int | None = None
    candidate_count: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    media_resolution: str | None = None
    speech_config: SpeechConfig | None = None
    thinking_config: ThinkingConfig | None = None
    enable_affective_dialog: bool | None = None
    translation_config: TranslationConfig | None = None
    stop_sequences: list[str] | None = None
    response_mime_type: str | None = None
    response_schema: dict[str, Any] | None = None
    response_json_schema: Any = None
    response_logprobs: bool | None = None
    logprobs: int | None = None
    audio_timestamp: bool | None = None
    routing_config: dict[str, Any] | None = None


class AvatarConfig(Message):
    """The face that speaks."""

    avatar_name: str | None = None
    customized_avatar: CustomizedAvatar | None = None
    audio_bitrate_bps: int | None = None
    video_bitrate_bps: int | None = None


class CustomizedAvatar(Message):
    """A face made from a picture."""

    image_mime_type: str | None = None
    image_data: bytes | None = None


class SafetySetting(Message):
    """What is blocked from which probability on."""

    category: str | None = None
    threshold: str | None = None
    method: str | None = None


class Proactivity(Message):
    """Whether the model may choose to stay silent, and to speak of what it sees."""

    proactive_audio: bool | None = None
    proactive_video: bool | None = None


# Tools ------------------------------------------------------------------------------------------


class FunctionDeclaration(Message):
    """A tool as the model sees it.

    ``parameters`` is a schema in OpenAPI's manner (upper-case types), ``parameters_json_schema``
    one in JSON Schema's. A client sends one of them, or none for a tool without parameters.
    """

    name: str = ""
    description: str | None = None
    parameters: dict[str, Any] | None = None
    parameters_json_schema: dict[str, Any] | None = None
    response: dict[str, Any] | None = None
    response_json_schema: dict[str, Any] | None = None
    behavior: str | None = None


class ToolGroup(Message):
    """A group of tools: function declarations, or one of the service's own tools.

    The settings of the service's own tools stay plain JSON.
    """

    function_declarations: list[FunctionDeclaration] | None = None
    google_search: dict[str, Any] | None = None
    google_search_retrieval: dict[str, Any] | None = None
    code_execution: dict[str, Any] | None = None
    url_context: dict[str, Any] | None = None
    google_maps: dict[str, Any] | None = None
    file_search: dict[str, Any] | None = None
    computer_use: dict[str, Any] | None = None
    mcp_servers: list[dict[str, Any]] | None = None
    retrieval: dict[str, Any] | None = None
    enterprise_web_search: dict[str, Any] | None = None
    parallel_ai_search: dict[str, Any] | None = None
    exa_ai_search: dict[str, Any] | None = None


# Turns, transcripts, memory -----------------------------------------------------------------------


class AutomaticActivityDetection(Message):
    """How the server finds where speech begins and ends; times in milliseconds."""

    disabled: bool | None = None
    start_of_speech_sensitivity: str | None = None
    end_of_speech_sensitivity: str | None = None
    prefix_padding_ms: int | None = None
    silence_duration_ms: int | None = None


class RealtimeInputConfig(Message):
    """Whose turn it is, what interrupts, and what a turn holds."""

    automatic_activity_detection: AutomaticActivityDetection | None = None
    activity_handling: str | None = None
    turn_coverage: str | None = None
    interim_transcript_timestamp_enabled: bool | None = None


class LanguageHints(Message):
    """Languages that may be spoken (BCP 47)."""

    language_codes: list[str] | None = None


class TranscriptionConfig(Message):
    """Asks for transcripts of what was heard or spoken."""

    language_codes: list[str] | None = None
    language_auto: Empty | None = None
    language_hints: LanguageHints | None = None
    custom_vocabulary: list[str] | None = None
    adaptation_phrases: list[str] | None = None
    word_timestamp: bool | None = None
    diarization: bool | None = None
    mode: str | None = None
    source_text: str | None = None


class SessionResumption(Message):
    """Asks for resumption handles; ``handle`` resumes an earlier session.

    ``handle`` is ``UNSET`` when it was not sent, ``None`` when it was sent as null, which the 3.1
    generation refuses.
    """

    handle: str | UnsetType | None = UNSET
    transparent: bool | None = None


class SlidingWindow(Message):
    """How many tokens of the context are kept."""

    target_tokens: int | None = None


class ContextWindowCompression(Message):
    """When and how a long context is shortened."""

    trigger_tokens: int | None = None
    sliding_window: SlidingWindow | None = None


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
    context_window_compression: ContextWindowCompression | None = None
    proactivity: Proactivity | None = None
    history_config: HistoryConfig | None = None
    avatar_config: AvatarConfig | None = None
    safety_settings: list[SafetySetting] | None = None
    explicit_vad_signal: bool | None = None
    labels: dict[str, str] | None = None
