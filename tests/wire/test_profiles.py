"""What each generation of models refuses, and how it is told."""

from __future__ import annotations

import pytest

from livekit_nb.errors import SettingsError
from livekit_nb.wire.messages import (
    FunctionDeclaration,
    GenerationConfig,
    Proactivity,
    Setup,
    ThinkingConfig,
    ToolGroup,
)
from livekit_nb.wire.profiles import (
    DEFAULT_MODEL,
    PROFILES,
    check_setup,
    profile_for,
    refusals,
)

NEWEST = "gemini-3.8-live"
EXTENDED = "gemini-3.8-live-extended-thinking"
LEGACY = "gemini-3.1-flash-live-preview"
NATIVE = "gemini-2.5-flash-native-audio-preview-12-2025"


def thinking(**settings: object) -> Setup:
    return Setup(generation_config=GenerationConfig(thinking_config=ThinkingConfig(**settings)))


def tools(behavior: str | None) -> Setup:
    declaration = FunctionDeclaration(name="f", behavior=behavior)
    return Setup(tools=[ToolGroup(function_declarations=[declaration])])


AFFECTIVE = Setup(generation_config=GenerationConfig(enable_affective_dialog=True))
TEXT_ONLY = Setup(generation_config=GenerationConfig(response_modalities=["TEXT"]))
AUDIO = Setup(generation_config=GenerationConfig(response_modalities=["audio"]))


@pytest.mark.parametrize(
    ("model", "setup", "accepted"),
    [
        (NEWEST, Setup(), True),
        (NEWEST, AUDIO, True),
        (NEWEST, TEXT_ONLY, False),
        (NEWEST, thinking(thinking_level="low"), False),
        (NEWEST, thinking(include_thoughts=True), True),
        (NEWEST, AFFECTIVE, False),
        (NEWEST, Setup(proactivity=Proactivity(proactive_audio=True)), True),
        (NEWEST, Setup(proactivity=Proactivity(proactive_audio=False)), False),
        (NEWEST, tools("BLOCKING"), True),
        (NEWEST, tools("NON_BLOCKING"), True),
        (EXTENDED, thinking(thinking_level="HIGH"), True),
        (EXTENDED, thinking(thinking_level="minimal"), False),
        (EXTENDED, tools("BLOCKING"), False),
        (EXTENDED, tools(None), True),
        (LEGACY, thinking(thinking_level="MINIMAL"), True),
        (LEGACY, AFFECTIVE, False),
        (LEGACY, tools("NON_BLOCKING"), False),
        (LEGACY, Setup(tools=[]), False),
        (NATIVE, thinking(thinking_budget=0), True),
        (NATIVE, thinking(thinking_level="low"), False),
        (NATIVE, AFFECTIVE, True),
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


def test_every_remedy_is_named_at_once() -> None:
    setup = Setup(
        generation_config=GenerationConfig(
            response_modalities=["TEXT"], thinking_config=ThinkingConfig(thinking_level="low")
        )
    )
    with pytest.raises(SettingsError, match=r"response_modalities.*thinking_level"):
        check_setup(setup, profile_for(NEWEST))


def test_models_are_found_by_their_long_names_too() -> None:
    assert profile_for(f"models/{LEGACY}") is PROFILES[LEGACY]
    assert profile_for(f"publishers/google/models/{LEGACY}") is PROFILES[LEGACY]


def test_an_unknown_model_is_treated_as_the_newest_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="gemini-9-live"):
        assert profile_for("models/gemini-9-live") is PROFILES[DEFAULT_MODEL]
