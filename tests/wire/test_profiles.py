"""What each generation of models refuses, and how it is told."""

from __future__ import annotations

import pytest

from livekit_nb.errors import SettingsError
from livekit_nb.wire.messages import (
    FunctionDeclaration,
    GenerationConfig,
    Proactivity,
    SessionResumption,
    Setup,
    SpeechConfig,
    ThinkingConfig,
    ToolGroup,
    TranslationConfig,
)
from livekit_nb.wire.profiles import (
    DEFAULT_MODEL,
    PROFILES,
    profile_for,
)
from livekit_nb.wire.refusals import check_setup, refusals

NEWEST = "gemini-3.8-live"
EXTENDED = "gemini-3.8-live-extended-thinking"
LEGACY = "gemini-3.1-flash-live-preview"
NATIVE = "gemini-2.5-flash-native-audio-preview-12-2025"


def thinking(**settings: object) -> Setup:
    return Setup(generation_config=GenerationConfig(thinking_config=ThinkingConfig(**settings)))


def generating(**settings: object) -> Setup:
    return Setup(generation_config=GenerationConfig(**settings))


def tools(behavior: str | None) -> Setup:
    declaration = FunctionDeclaration(name="f", behavior=behavior)
    return Setup(tools=[ToolGroup(function_declarations=[declaration])])


AFFECTIVE = Setup(generation_config=GenerationConfig(enable_affective_dialog=True))
TEXT_ONLY = Setup(generation_config=GenerationConfig(response_modalities=["TEXT"]))
RESUMING_NULL = Setup(session_resumption=SessionResumption(handle=None))
AUDIO = Setup(generation_config=GenerationConfig(response_modalities=["audio"]))


@pytest.mark.parametrize(
    ("model", "setup", "accepted"),
    [
        (NEWEST, Setup(), True),
        (NEWEST, AUDIO, True),
        (NEWEST, TEXT_ONLY, False),
        (NEWEST, thinking(thinking_level="low"), False),
        (NEWEST, thinking(include_thoughts=True), False),
        (NEWEST, thinking(thinking_budget=0), False),
        (NEWEST, AFFECTIVE, False),
        (NEWEST, Setup(proactivity=Proactivity(proactive_audio=True)), True),
        (NEWEST, Setup(proactivity=Proactivity(proactive_audio=False)), False),
        (NEWEST, tools("BLOCKING"), True),
        (NEWEST, tools("NON_BLOCKING"), True),
        (NEWEST, Setup(tools=[]), True),
        (NEWEST, generating(stop_sequences=["stop"]), False),
        (NEWEST, generating(response_json_schema={"type": "object"}), False),
        (NEWEST, generating(temperature=0.5, top_k=40, seed=7, max_output_tokens=9), True),
        (NEWEST, generating(temperature=0, top_p=1.0, top_k=1, seed=-(2**31)), True),
        (NEWEST, generating(temperature=2.1), False),
        (NEWEST, generating(temperature=float("nan")), False),
        (NEWEST, generating(top_p=-0.1), False),
        (NEWEST, generating(top_k=0.5), False),
        (NEWEST, generating(seed=2**31), False),
        (NEWEST, generating(max_output_tokens=0), False),
        (NEWEST, generating(max_output_tokens=65_536), True),
        (LEGACY, generating(max_output_tokens=65_537), False),
        (NATIVE, generating(max_output_tokens=65_537), True),
        (NEWEST, generating(speech_config=SpeechConfig(multi_speaker_voice_config={})), False),
        (NEWEST, generating(translation_config=TranslationConfig()), False),
        (NEWEST, Setup(tools=[ToolGroup(google_search={})]), True),
        (NEWEST, Setup(tools=[ToolGroup(code_execution={})]), False),
        (NEWEST, Setup(tools=[ToolGroup(google_search={}), ToolGroup(url_context={})]), False),
        (NEWEST, RESUMING_NULL, True),
        (EXTENDED, thinking(thinking_level="HIGH"), True),
        (EXTENDED, thinking(thinking_level="low", include_thoughts=True), True),
        (EXTENDED, thinking(thinking_budget=100), False),
        (EXTENDED, AFFECTIVE, False),
        (EXTENDED, Setup(proactivity=Proactivity(proactive_audio=False)), False),
        (EXTENDED, thinking(thinking_level="minimal"), False),
        (EXTENDED, tools("BLOCKING"), False),
        (EXTENDED, tools(None), True),
        (LEGACY, thinking(thinking_level="MINIMAL"), True),
        (LEGACY, AFFECTIVE, False),
        (LEGACY, tools("NON_BLOCKING"), False),
        (LEGACY, tools("BLOCKING"), True),
        (LEGACY, Setup(tools=[]), False),
        (LEGACY, RESUMING_NULL, False),
        (LEGACY, Setup(session_resumption=SessionResumption()), True),
        (LEGACY, Setup(proactivity=Proactivity(proactive_audio=False)), False),
        (LEGACY, Setup(proactivity=Proactivity(proactive_video=True)), False),
        (LEGACY, Setup(proactivity=Proactivity()), True),
        (LEGACY, thinking(thinking_budget=0), False),
        (NATIVE, thinking(thinking_budget=0), True),
        (NATIVE, thinking(thinking_level="low"), False),
        (NATIVE, AFFECTIVE, True),
        (NATIVE, TEXT_ONLY, False),
        (NATIVE, thinking(include_thoughts=True), True),
        (NATIVE, Setup(proactivity=Proactivity(proactive_audio=False)), True),
        (NATIVE, tools("BLOCKING"), True),
        (NATIVE, tools("NON_BLOCKING"), True),
        (NATIVE, Setup(tools=[ToolGroup(google_maps={})]), False),
    ],
)
def test_what_a_generation_accepts(model: str, setup: Setup, accepted: bool) -> None:
    profile = profile_for(model)
    if accepted:
        check_setup(setup, profile)
    else:
        with pytest.raises(SettingsError, match=r"would refuse .*\b(Use|Leave|Ask)\b"):
            check_setup(setup, profile)


def test_the_legacy_generation_falls_silent_where_the_newest_closes() -> None:
    (legacy,) = refusals(AFFECTIVE, profile_for(LEGACY))
    (newest,) = refusals(AFFECTIVE, profile_for(NEWEST))
    assert legacy.close is None
    assert newest.close is not None
    assert newest.close[0] == 1007


def test_a_model_that_translates_is_not_kept_from_it() -> None:
    setup = Setup(
        model="models/gemini-3.5-live-translate-preview",
        generation_config=GenerationConfig(translation_config=TranslationConfig()),
    )
    with pytest.warns(UserWarning, match="Unknown"):
        check_setup(setup, profile_for(setup.model))


@pytest.mark.parametrize(
    "name", sorted(set(ToolGroup.__struct_fields__) - {"function_declarations", "google_search"})
)
def test_tools_no_model_has_close_with_1008(name: str) -> None:
    group = ToolGroup(**{name: [] if name == "mcp_servers" else {}})
    for profile in PROFILES.values():
        (refusal,) = refusals(Setup(tools=[group]), profile)
        assert name in refusal.setting
        assert refusal.close == (1008, "Operation is not implemented, or supported, or enabled.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stop_sequences", ["stop"]),
        ("response_mime_type", "application/json"),
        ("response_schema", {"type": "OBJECT"}),
        ("response_json_schema", {"type": "object"}),
        ("response_logprobs", False),
        ("logprobs", 0),
        ("audio_timestamp", True),
        ("routing_config", {}),
    ],
)
def test_settings_of_other_models_are_refused_by_their_names(name: str, value: object) -> None:
    for profile in PROFILES.values():
        (refusal,) = refusals(generating(**{name: value}), profile)
        assert refusal.setting == name


def test_every_remedy_is_named_at_once() -> None:
    setup = Setup(
        generation_config=GenerationConfig(
            response_modalities=["TEXT"], thinking_config=ThinkingConfig(thinking_level="low")
        )
    )
    with pytest.raises(SettingsError, match=r"response_modalities.*thinking: level"):
        check_setup(setup, profile_for(NEWEST))


def test_models_are_found_by_their_long_names_too() -> None:
    assert profile_for(f"models/{LEGACY}") is PROFILES[LEGACY]
    assert profile_for(f"publishers/google/models/{LEGACY}") is PROFILES[LEGACY]


def test_an_unknown_model_is_treated_as_the_newest_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="gemini-9-live"):
        assert profile_for("models/gemini-9-live") is PROFILES[DEFAULT_MODEL]
