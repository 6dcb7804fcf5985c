"""The setup message that tells a model what a conversation is to be like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from livekit_nb.audio.following import SILENCE_S
from livekit_nb.session.tools.offer import tool_groups
from livekit_nb.wire.messages import (
    AutomaticActivityDetection,
    Content,
    ContextWindowCompression,
    GenerationConfig,
    HistoryConfig,
    Part,
    PrebuiltVoiceConfig,
    Proactivity,
    RealtimeInputConfig,
    SafetySetting,
    SessionResumption,
    Setup,
    SlidingWindow,
    SpeechConfig,
    ThinkingConfig,
    TranscriptionConfig,
    VoiceConfig,
)
from livekit_nb.wire.profiles import model_id
from livekit_nb.wire.refusals import check_setup

if TYPE_CHECKING:
    from livekit_nb.session.setup.settings import Settings

__all__ = ["setup_message"]

COVERAGES = {
    "activity": "TURN_INCLUDES_ONLY_ACTIVITY",
    "all": "TURN_INCLUDES_ALL_INPUT",
    "activity_and_video": "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
}


def setup_message(settings: Settings, handle: str | None = None) -> Setup:
    """Return the setup message; parameters and errors as of :meth:`Settings.setup`."""
    profile = settings.profile
    setup = Setup(
        model=f"models/{model_id(settings.model)}",
        generation_config=_generation(settings),
        system_instruction=Content(parts=[Part(text=settings.instructions)], role="user")
        if settings.instructions
        else None,
        tools=tool_groups(settings.tools, profile),
        # A null handle is refused by the 3.1 generation: leave it out.
        session_resumption=SessionResumption(handle=handle or UNSET)
        if settings.resumption
        else None,
        input_audio_transcription=TranscriptionConfig(
            language_codes=list(settings.languages) or None
        ),
        output_audio_transcription=TranscriptionConfig(),
        realtime_input_config=_realtime(settings),
        context_window_compression=ContextWindowCompression(sliding_window=SlidingWindow())
        if settings.compression
        else None,
        proactivity=None
        if settings.proactive is None
        else Proactivity(proactive_audio=settings.proactive),
        safety_settings=_safety(settings),
        history_config=HistoryConfig(initial_history_in_client_content=True)
        if settings.history and handle is None and profile.history_config
        else None,
    )
    check_setup(setup, profile)
    return setup


def _generation(settings: Settings) -> GenerationConfig:
    speech = settings.voice and SpeechConfig(
        voice_config=VoiceConfig(
            prebuilt_voice_config=PrebuiltVoiceConfig(voice_name=settings.voice)
        )
    )
    level = settings.thinking.upper() if isinstance(settings.thinking, str) else None
    budget = settings.thinking if isinstance(settings.thinking, int) else None
    thinking = ThinkingConfig(
        thinking_level=level,
        thinking_budget=budget,
        include_thoughts=settings.include_thoughts or None,
    )
    return GenerationConfig(
        response_modalities=["AUDIO"],
        temperature=settings.temperature,
        top_p=settings.top_p,
        top_k=settings.top_k,
        max_output_tokens=settings.max_output_tokens,
        seed=settings.seed,
        media_resolution=settings.media_resolution
        and f"MEDIA_RESOLUTION_{settings.media_resolution.upper()}",
        speech_config=speech or None,
        enable_affective_dialog=settings.affective,
        thinking_config=None if thinking == ThinkingConfig() else thinking,
    )


def _safety(settings: Settings) -> list[SafetySetting] | None:
    return [
        SafetySetting(
            category=f"HARM_CATEGORY_{category.upper()}",
            threshold="OFF" if threshold == "off" else f"BLOCK_{threshold.upper()}",
        )
        for category, threshold in (settings.safety or {}).items()
    ] or None


def _realtime(settings: Settings) -> RealtimeInputConfig | None:
    """Return whose turn it is, or None where everything is left to the server."""
    detection = AutomaticActivityDetection(
        disabled=settings.activity == "manual" or None,
        start_of_speech_sensitivity=settings.start_sensitivity
        and f"START_SENSITIVITY_{settings.start_sensitivity.upper()}",
        end_of_speech_sensitivity=settings.end_sensitivity
        and f"END_SENSITIVITY_{settings.end_sensitivity.upper()}",
        prefix_padding_ms=_ms(settings.prefix_padding_s),
        silence_duration_ms=_ms(_server_silence_s(settings)),
    )
    config = RealtimeInputConfig(
        automatic_activity_detection=None
        if detection == AutomaticActivityDetection()
        else detection,
        activity_handling=None if settings.interruptions else "NO_INTERRUPTION",
        turn_coverage=settings.turn_coverage and COVERAGES[settings.turn_coverage],
    )
    return None if config == RealtimeInputConfig() else config


def _server_silence_s(settings: Settings) -> float | None:
    """Return how long the server is to wait; where a detector here is faster, no less than that."""
    wanted_s = settings.silence_s
    own = settings.activity != "hybrid" or wanted_s is None or wanted_s > SILENCE_S
    return wanted_s if own else None


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(1000 * seconds)
