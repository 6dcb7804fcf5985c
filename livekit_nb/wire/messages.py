"""The messages of the Live API (``BidiGenerateContent``), as typed structs for both directions.

Field names here are Python's; on the wire they are camelCase. ``None`` means "not sent". Fields
that are free-form JSON (tool arguments and results, schemas, what the service's own tools found)
stay plain dicts and are never re-cased. Fields unknown to us are ignored when decoding, so that a
newer service still works. ``docs/protocol.md`` lists every field and what becomes of it.

Enumerations stay strings: the service adds values without notice, and an unknown one must not
end a conversation. 64-bit integers may come as numbers or, as ProtoJSON writes them, as strings.

The structs live in ``content`` (what both sides send), ``setup``, ``client`` and ``server``; this
module is the one place they are imported from.

Source: ai.google.dev, "Live API: WebSockets API reference", and the frames which the official
Python and JavaScript SDKs send.
"""

from __future__ import annotations

from livekit_nb.wire.client import (
    ClientContent,
    ClientMessage,
    ContextUpdate,
    ContextUpdateTools,
    RealtimeInput,
    ToolResponse,
)
from livekit_nb.wire.content import (
    Blob,
    CodeExecutionResult,
    Content,
    Empty,
    ExecutableCode,
    FileData,
    FunctionCall,
    FunctionResponse,
    FunctionResponsePart,
    Message,
    Part,
)
from livekit_nb.wire.server import (
    GoAway,
    ModalityTokenCount,
    ServerContent,
    ServerMessage,
    SessionResumptionUpdate,
    SetupComplete,
    ToolCall,
    ToolCallCancellation,
    Transcription,
    UsageMetadata,
    VoiceActivity,
    VoiceActivityDetectionSignal,
    WordInfo,
)
from livekit_nb.wire.setup import (
    AutomaticActivityDetection,
    AvatarConfig,
    ContextWindowCompression,
    CustomizedAvatar,
    FunctionDeclaration,
    GenerationConfig,
    HistoryConfig,
    LanguageHints,
    PrebuiltVoiceConfig,
    Proactivity,
    RealtimeInputConfig,
    ReplicatedVoiceConfig,
    SafetySetting,
    SessionResumption,
    Setup,
    SlidingWindow,
    SpeechConfig,
    ThinkingConfig,
    ToolGroup,
    TranscriptionConfig,
    TranslationConfig,
    VoiceConfig,
    VoiceConsentSignature,
)

__all__ = [
    "AutomaticActivityDetection",
    "AvatarConfig",
    "Blob",
    "ClientContent",
    "ClientMessage",
    "CodeExecutionResult",
    "Content",
    "ContextUpdate",
    "ContextUpdateTools",
    "ContextWindowCompression",
    "CustomizedAvatar",
    "Empty",
    "ExecutableCode",
    "FileData",
    "FunctionCall",
    "FunctionDeclaration",
    "FunctionResponse",
    "FunctionResponsePart",
    "GenerationConfig",
    "GoAway",
    "HistoryConfig",
    "LanguageHints",
    "Message",
    "ModalityTokenCount",
    "Part",
    "PrebuiltVoiceConfig",
    "Proactivity",
    "RealtimeInput",
    "RealtimeInputConfig",
    "ReplicatedVoiceConfig",
    "SafetySetting",
    "ServerContent",
    "ServerMessage",
    "SessionResumption",
    "SessionResumptionUpdate",
    "Setup",
    "SetupComplete",
    "SlidingWindow",
    "SpeechConfig",
    "ThinkingConfig",
    "ToolCall",
    "ToolCallCancellation",
    "ToolGroup",
    "ToolResponse",
    "Transcription",
    "TranscriptionConfig",
    "TranslationConfig",
    "UsageMetadata",
    "VoiceActivity",
    "VoiceActivityDetectionSignal",
    "VoiceConfig",
    "VoiceConsentSignature",
    "WordInfo",
]
