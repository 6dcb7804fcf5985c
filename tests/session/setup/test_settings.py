"""The setup message, per model, byte for byte."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import SettingsError
from livekit_nb.session.setup import setting_checks as checks
from livekit_nb.session.setup.keywords import Keywords, settings_of
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.codec import decode_client, encode
from livekit_nb.wire.messages import ClientMessage
from livekit_nb.wire.profiles import PROFILES

GENERATION_31 = "gemini-3.1-flash-live-preview"
GENERATION_25 = "gemini-2.5-flash-native-audio-preview-12-2025"
EXTENDED = "gemini-3.8-live-extended-thinking"


def get_weather(city: str) -> dict:
    """Get weather for a city."""
    return {}


def setup_frame(**settings: Any) -> bytes:
    return encode(ClientMessage(setup=settings_of(**settings).setup()))


def told(**settings: Any) -> dict[str, Any]:
    """Return what a setup says beyond the least one."""
    least, setup = (json.loads(setup_frame(**given))["setup"] for given in ({}, settings))
    return {key: value for key, value in setup.items() if least.get(key) != value}


def test_the_least_setup() -> None:
    assert setup_frame() == (
        b'{"setup":{"model":"models/gemini-3.8-live",'
        b'"generationConfig":{"responseModalities":["AUDIO"]},'
        b'"sessionResumption":{},'
        b'"inputAudioTranscription":{},"outputAudioTranscription":{},'
        b'"contextWindowCompression":{"slidingWindow":{}}}}'
    )


def test_a_setup_with_everything_is_what_the_official_sdk_means() -> None:
    ours = setup_frame(
        tools=[get_weather],
        instructions="Be brief.",
        model="models/gemini-3.1-flash-live-preview",
        voice="Kore",
    )
    # As the official JavaScript SDK writes these settings (its key order aside).
    theirs = (
        '{"setup":{"model":"models/gemini-3.1-flash-live-preview","generationConfig":{'
        '"responseModalities":["AUDIO"],"speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":'
        '{"voiceName":"Kore"}}}},"systemInstruction":{"parts":[{"text":"Be brief."}],'
        '"role":"user"},"tools":[{"functionDeclarations":[{"name":"get_weather","description":'
        '"Get weather for a city.","parametersJsonSchema":{"type":"object","properties":{"city":'
        '{"type":"string"}},"required":["city"]}}]}],"sessionResumption":{},'
        '"inputAudioTranscription":{},"outputAudioTranscription":{},'
        '"contextWindowCompression":{"slidingWindow":{}}}}'
    )
    assert ours == theirs.encode()
    assert decode_client(ours) == decode_client(theirs)


@pytest.mark.parametrize(
    ("settings", "setup"),
    [
        ({"activity": "auto"}, {}),
        ({"activity": "hybrid"}, {}),
        ({"activity": "hybrid", "silence_s": 0.3}, {}),  # the server keeps its own patience
        (
            {"activity": "hybrid", "silence_s": 1.2},
            {"realtimeInputConfig": {"automaticActivityDetection": {"silenceDurationMs": 1200}}},
        ),
        (
            {"activity": "manual"},
            {"realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}}},
        ),
        (
            {
                "start_sensitivity": "low",
                "end_sensitivity": "high",
                "prefix_padding_s": 0.1,
                "silence_s": 0.55,
            },
            {
                "realtimeInputConfig": {
                    "automaticActivityDetection": {
                        "startOfSpeechSensitivity": "START_SENSITIVITY_LOW",
                        "endOfSpeechSensitivity": "END_SENSITIVITY_HIGH",
                        "prefixPaddingMs": 100,
                        "silenceDurationMs": 550,
                    }
                }
            },
        ),
        (
            {"silence_s": 0},
            {"realtimeInputConfig": {"automaticActivityDetection": {"silenceDurationMs": 0}}},
        ),
        (
            {"interruptions": False},
            {"realtimeInputConfig": {"activityHandling": "NO_INTERRUPTION"}},
        ),
        (
            {"turn_coverage": "activity"},
            {"realtimeInputConfig": {"turnCoverage": "TURN_INCLUDES_ONLY_ACTIVITY"}},
        ),
        (
            {"turn_coverage": "all"},
            {"realtimeInputConfig": {"turnCoverage": "TURN_INCLUDES_ALL_INPUT"}},
        ),
        (
            {"turn_coverage": "activity_and_video"},
            {"realtimeInputConfig": {"turnCoverage": "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO"}},
        ),
        (
            {"languages": ["en-US", "de"]},
            {"inputAudioTranscription": {"languageCodes": ["en-US", "de"]}},
        ),
        ({"proactive": True}, {"proactivity": {"proactiveAudio": True}}),
        (
            {"history": [("user", "I am Ada."), ("model", "Hello!")]},
            {"historyConfig": {"initialHistoryInClientContent": True}},
        ),
        ({"budget_usd": 0.5}, {}),
    ],
)
def test_each_setting_is_told_in_its_place(settings: dict[str, Any], setup: dict[str, Any]) -> None:
    assert told(**settings) == setup


def test_what_is_switched_off_is_left_out() -> None:
    frame = setup_frame(resumption=False, compression=False)
    assert b"sessionResumption" not in frame
    assert b"contextWindowCompression" not in frame


@pytest.mark.parametrize(
    ("model", "settings", "thinking"),
    [
        (EXTENDED, {"thinking": "low"}, {"thinkingLevel": "LOW"}),
        (GENERATION_31, {"thinking": "minimal"}, {"thinkingLevel": "MINIMAL"}),
        (GENERATION_25, {"thinking": 0}, {"thinkingBudget": 0}),
        (GENERATION_25, {"thinking": -1, "include_thoughts": True}, {"thinkingBudget": -1}),
        (EXTENDED, {"include_thoughts": True}, {}),
    ],
)
def test_thinking_is_told_in_each_generations_way(
    model: str, settings: dict[str, Any], thinking: dict[str, Any]
) -> None:
    setup = json.loads(setup_frame(model=model, **settings))["setup"]
    if settings.get("include_thoughts"):
        thinking = {**thinking, "includeThoughts": True}
    assert setup["generationConfig"]["thinkingConfig"] == thinking


@pytest.mark.parametrize("affective", [None, False, True])
def test_affective_dialog_is_told_where_it_is_chosen(affective: bool | None) -> None:
    setup = json.loads(setup_frame(model=GENERATION_25, affective=affective))["setup"]
    assert setup["generationConfig"].get("enableAffectiveDialog") is affective


@pytest.mark.parametrize(
    ("model", "settings", "hint"),
    [
        ("gemini-3.8-live", {"thinking": "low"}, "thinking: level 'low'.*Leave it out"),
        ("gemini-3.8-live", {"thinking": 100}, "thinking: a budget.*Leave it out"),
        ("gemini-3.8-live", {"include_thoughts": True}, "include_thoughts: "),
        ("gemini-3.8-live", {"proactive": False}, "proactive: cannot be switched off"),
        ("gemini-3.8-live", {"affective": True}, "affective: is not known.*2.5 native audio"),
        (EXTENDED, {"thinking": "minimal"}, "thinking: level 'minimal'.*low, medium, high"),
        (EXTENDED, {"thinking": 100}, "thinking: a budget.*low, medium, high"),
        (GENERATION_31, {"proactive": True}, "proactive: is not supported"),
        (GENERATION_25, {"thinking": "low"}, "thinking: level 'low'.*number of tokens"),
    ],
)
def test_what_a_model_refuses_is_explained_before_anybody_connects(
    model: str, settings: dict[str, Any], hint: str
) -> None:
    with pytest.raises(SettingsError, match=f"{model} would refuse this setup.*{hint}"):
        live.connect(model=model, **settings)


@pytest.mark.parametrize("model", PROFILES)
def test_every_other_setting_is_taken_by_every_generation(model: str) -> None:
    live.connect(
        model=model,
        activity="hybrid",
        interruptions=False,
        turn_coverage="all",
        start_sensitivity="low",
        end_sensitivity="low",
        prefix_padding_s=0.2,
        silence_s=1.0,
        languages=["en-US"],
        history=[("user", "hi")],
        budget_usd=1.0,
    )


def test_a_session_that_is_resumed_is_told_no_history_again() -> None:
    settings = Settings(history=[("user", "I am Ada.")])
    resumed = settings.setup(handle="abc")
    assert settings.setup().history_config is not None
    assert resumed.history_config is None
    assert resumed.session_resumption is not None
    assert resumed.session_resumption.handle == "abc"


def test_nothing_is_sent_that_the_legacy_generation_chokes_on() -> None:
    frame = setup_frame(model="gemini-3.1-flash-live-preview", tools=[])
    assert b'"tools"' not in frame
    assert b"handle" not in frame
    assert b"proactivity" not in frame
    assert b"null" not in frame


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({"model": ""}, "model is empty"),
        ({"model": 3}, "model is a text"),
        ({"instructions": None}, "instructions is a text"),
        ({"instructions": "\udce9"}, "half a surrogate pair"),
        ({"voice": 3}, "voice is a text"),
        ({"tools": [get_weather, get_weather]}, "Two tools are named get_weather"),
        ({"activity": "Manual"}, "Did you mean 'manual'"),
        ({"activity": "push"}, "one of 'auto', 'hybrid', 'manual'"),
        ({"activity": "hybrid", "silence_s": 0}, "in the middle of a word"),
        ({"activity": "hybrid", "silence_s": 0.05}, "at least 0.1 s"),
        ({"activity": None}, "activity is one of .* not NoneType"),
        ({"interruptions": "no"}, "interruptions is True or False, not str"),
        ({"interruptions": 0}, "interruptions is True or False"),
        ({"turn_coverage": "activity_video"}, "Did you mean 'activity_and_video'"),
        ({"start_sensitivity": "medium"}, "one of 'high', 'low'"),
        ({"end_sensitivity": True}, "end_sensitivity is one of"),
        ({"prefix_padding_s": 200}, r"For 200 ms write 0\.2"),
        ({"silence_s": -0.1}, "between 0 and 10 seconds"),
        ({"silence_s": float("nan")}, "between 0 and 10 seconds"),
        ({"silence_s": float("inf")}, "between 0 and 10 seconds"),
        ({"silence_s": "0.5"}, "silence_s is a number of seconds"),
        ({"silence_s": True}, "silence_s is a number of seconds"),
        ({"thinking": "hihg"}, "Did you mean 'high'"),
        ({"thinking": True}, "thinking is a level"),
        ({"thinking": 1.5}, "thinking is a level"),
        ({"thinking": -2}, "no budget"),
        ({"include_thoughts": None}, "include_thoughts is True or False"),
        ({"languages": "en-US"}, r"languages=\['en-US'\]"),
        ({"languages": ["english please"]}, "'english please' is no language code"),
        ({"languages": [3]}, "A language is a code"),
        ({"languages": 3}, "languages is a list"),
        ({"history": "hello"}, "history is a list of pairs"),
        ({"history": ["hello"]}, r"history\[0\] is no pair"),
        ({"history": [("user", "a", "b")]}, r"history\[0\] is no pair"),
        ({"history": [("user", "a"), ("assistant", "b")]}, r"history\[1\] .* called 'model'"),
        ({"history": [("system", "a")]}, "no role"),
        ({"history": [(["user"], "a")]}, "no role"),
        ({"history": [("user", " ")]}, r"history\[0\] has no text"),
        ({"history": [("user", None)]}, "has no text"),
        ({"history": 3}, "history is a list of pairs"),
        ({"resumption": 1}, "resumption is True or False"),
        ({"compression": "yes"}, "compression is True or False"),
        ({"proactive": 1}, "proactive is True or False, or None"),
        ({"affective": "yes"}, "affective is True or False, or None"),
        ({"budget_usd": 0}, "above 0"),
        ({"budget_usd": float("inf")}, "above 0"),
        ({"budget_usd": "1 $"}, "US dollars"),
        ({"faults": {"seed": 1}}, "live.faults"),
        ({"activity": "manual", "silence_s": 0.5}, "silence_s would have no effect"),
        ({"activity": "manual", "end_sensitivity": "low"}, "end_sensitivity would have no effect"),
    ],
)
def test_settings_nobody_can_mean_are_refused(settings: dict[str, Any], hint: str) -> None:
    with pytest.raises(SettingsError, match=hint):
        live.connect(**settings)


def test_what_was_said_is_in_no_error_and_no_repr() -> None:
    said = "canary-words"
    with pytest.raises(SettingsError) as caught:
        Settings(history=[("user", said), ("narrator", said)])
    settings = Settings(history=[("user", said)], instructions=said)
    assert said not in str(caught.value) + repr(settings)


def test_lists_given_are_copied() -> None:
    history: list[Any] = [["user", "hi"]]
    settings = Settings(history=history, languages=(code for code in ["en"]))  # type: ignore[arg-type]
    history.append("nonsense")
    assert settings.history == (("user", "hi"),)
    assert settings.languages == ("en",)


def test_a_model_that_came_after_this_code_is_asked_for_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="Unknown Live model 'gemini-9-live'") as warned:
        frame = setup_frame(model="gemini-9-live")
    assert len(warned) == 1
    assert b'"model":"models/gemini-9-live"' in frame


@pytest.mark.parametrize("door", [live.connect, live.Studio])
def test_every_setting_is_a_keyword_that_help_explains(door: Any) -> None:
    names = [item.name for item in fields(Settings)]
    parameters = inspect.signature(door).parameters
    assert set(names) <= set(parameters)
    assert [name for name in names if name not in Keywords.__annotations__] == [
        "tools",
        "instructions",
    ]
    described = inspect.getdoc(live.connect) or ""
    for name in names:
        assert any(name in line.split(" : ")[0] for line in described.splitlines() if " : " in line)
    assert "**settings" not in described


def test_a_budget_needs_a_known_price() -> None:
    with pytest.raises(SettingsError, match="No price is known for gemini-9-live"):
        checks.check_priced("gemini-9-live", 1.0)
    checks.check_priced("gemini-9-live", None)
    checks.check_priced("models/gemini-3.8-live", 1.0)
