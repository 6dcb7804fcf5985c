"""The setup message, per model, byte for byte."""

from __future__ import annotations

import pytest

from livekit_nb.errors import SettingsError
from livekit_nb.session.keywords import settings_of
from livekit_nb.wire.codec import decode_client, encode
from livekit_nb.wire.messages import ClientMessage


def get_weather(city: str) -> dict:
    """Get weather for a city."""
    return {}


def setup_frame(**settings: object) -> bytes:
    return encode(ClientMessage(setup=settings_of(**settings).setup()))


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


def test_nothing_is_sent_that_the_legacy_generation_chokes_on() -> None:
    frame = setup_frame(model="gemini-3.1-flash-live-preview", tools=[])
    assert b'"tools"' not in frame
    assert b"handle" not in frame
    assert b"proactivity" not in frame
    assert b"null" not in frame


@pytest.mark.parametrize(
    "settings",
    [{"model": ""}, {"model": 3}, {"instructions": None}, {"tools": [get_weather, get_weather]}],
)
def test_settings_nobody_can_mean_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        setup_frame(**settings)


def test_a_model_that_came_after_this_code_is_asked_for_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="Unknown Live model 'gemini-9-live'"):
        frame = setup_frame(model="gemini-9-live")
    assert b'"model":"models/gemini-9-live"' in frame
