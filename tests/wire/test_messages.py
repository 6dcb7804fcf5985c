"""The structs: complete beside the official SDK's types, private in their reprs, one way in."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from google.genai import types

import livekit_nb
from livekit_nb.wire import messages as m

PACKAGE = Path(livekit_nb.__file__).parent

# Our struct → the official SDK's type of the same message.
OFFICIAL: dict[type[msgspec.Struct], type] = {
    m.AutomaticActivityDetection: types.AutomaticActivityDetection,
    m.AvatarConfig: types.AvatarConfig,
    m.Blob: types.Blob,
    m.ClientContent: types.LiveClientContent,
    m.ClientMessage: types.LiveClientMessage,
    m.CodeExecutionResult: types.CodeExecutionResult,
    m.Content: types.Content,
    m.ContextUpdate: types.LiveClientContextUpdate,
    m.ContextUpdateTools: types.LiveClientContextUpdateTools,
    m.ContextWindowCompression: types.ContextWindowCompressionConfig,
    m.CustomizedAvatar: types.CustomizedAvatar,
    m.ExecutableCode: types.ExecutableCode,
    m.FileData: types.FileData,
    m.FunctionCall: types.FunctionCall,
    m.FunctionDeclaration: types.FunctionDeclaration,
    m.FunctionResponse: types.FunctionResponse,
    m.FunctionResponsePart: types.FunctionResponsePart,
    m.GenerationConfig: types.GenerationConfig,
    m.GoAway: types.LiveServerGoAway,
    m.HistoryConfig: types.HistoryConfig,
    m.LanguageHints: types.LanguageHints,
    m.ModalityTokenCount: types.ModalityTokenCount,
    m.Part: types.Part,
    m.PrebuiltVoiceConfig: types.PrebuiltVoiceConfig,
    m.Proactivity: types.ProactivityConfig,
    m.RealtimeInput: types.LiveClientRealtimeInput,
    m.RealtimeInputConfig: types.RealtimeInputConfig,
    m.ReplicatedVoiceConfig: types.ReplicatedVoiceConfig,
    m.SafetySetting: types.SafetySetting,
    m.ServerContent: types.LiveServerContent,
    m.ServerMessage: types.LiveServerMessage,
    m.SessionResumption: types.SessionResumptionConfig,
    m.SessionResumptionUpdate: types.LiveServerSessionResumptionUpdate,
    m.Setup: types.LiveClientSetup,
    m.SetupComplete: types.LiveServerSetupComplete,
    m.SlidingWindow: types.SlidingWindow,
    m.SpeechConfig: types.SpeechConfig,
    m.ThinkingConfig: types.ThinkingConfig,
    m.ToolCall: types.LiveServerToolCall,
    m.ToolCallCancellation: types.LiveServerToolCallCancellation,
    m.ToolGroup: types.Tool,
    m.ToolResponse: types.LiveClientToolResponse,
    m.Transcription: types.Transcription,
    m.TranscriptionConfig: types.AudioTranscriptionConfig,
    m.TranslationConfig: types.TranslationConfig,
    m.UsageMetadata: types.UsageMetadata,
    m.VoiceActivity: types.VoiceActivity,
    m.VoiceActivityDetectionSignal: types.VoiceActivityDetectionSignal,
    m.VoiceConfig: types.VoiceConfig,
    m.VoiceConsentSignature: types.VoiceConsentSignature,
    m.WordInfo: types.WordInfo,
}

# Fields of shared types which the Live API does not carry.
NOT_LIVE: dict[type[msgspec.Struct], set[str]] = {
    m.Blob: {"display_name"},
    m.FunctionResponsePart: {
        "media_processing",
        "media_resolution",
        "video_metadata",
        "document_metadata",
        "spreadsheet_metadata",
        "audio_metadata",
    },
    m.GenerationConfig: {
        "model_selection_config",
        "enable_enhanced_civic_answers",
        "response_format",
        "audio_transcription_config",
    },
    m.Part: {
        "tool_call",
        "tool_response",
        "audio_transcription",
        "media_processing",
        "speech_metadata",
        "document_metadata",
        "spreadsheet_metadata",
        "audio_metadata",
    },
    m.VoiceActivity: {"voice_activity_type"},  # the SDK's name for what travels as "type"
}


def structs() -> list[type[msgspec.Struct]]:
    return [getattr(m, name) for name in m.__all__ if name != "Message"]


@pytest.mark.parametrize("ours", OFFICIAL, ids=lambda kind: kind.__name__)
def test_every_field_the_official_sdk_knows_is_there(ours: type[msgspec.Struct]) -> None:
    known = set(OFFICIAL[ours].model_fields)
    assert known - set(ours.__struct_fields__) == NOT_LIVE.get(ours, set())


def test_every_struct_was_compared() -> None:
    assert set(structs()) - set(OFFICIAL) == {m.Empty}


@pytest.mark.parametrize("kind", structs(), ids=lambda kind: kind.__name__)
def test_nothing_set_is_nothing_sent(kind: type[msgspec.Struct]) -> None:
    assert msgspec.json.encode(kind()) == b"{}"


def test_reprs_hold_no_words_no_sound_and_no_arguments() -> None:
    secret = "private"
    blob = m.Blob(data=secret.encode(), mime_type="audio/pcm")
    call = m.FunctionCall(id="1", name="f", args={secret: secret})
    for message in (
        m.ClientMessage(
            setup=m.Setup(
                system_instruction=m.Content(parts=[m.Part(text=secret)]),
                session_resumption=m.SessionResumption(handle=secret),
            )
        ),
        m.RealtimeInput(text=secret, audio=blob),
        m.ServerContent(
            model_turn=m.Content(parts=[m.Part(text=secret, inline_data=blob)]),
            output_transcription=m.Transcription(text=secret),
            grounding_metadata={secret: secret},
        ),
        m.ToolCall(function_calls=[call]),
        m.FunctionResponse(response={secret: secret}),
    ):
        assert secret not in repr(message)


def test_a_repr_tells_what_is_set_and_how_much() -> None:
    content = m.ServerContent(
        turn_complete=True, output_transcription=m.Transcription(text="hello")
    )
    assert repr(m.ServerMessage(server_content=content)) == (
        "ServerMessage(server_content=ServerContent(turn_complete=True, "
        "output_transcription=Transcription(text=<5 characters>)))"
    )


def test_structs_are_imported_from_one_place() -> None:
    inner = re.compile(r"livekit_nb\.wire\.(content|setup|client|server)\b")
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "wire":
            assert not inner.search(path.read_text(encoding="utf-8")), path
