"""How freely a model speaks, how long, and how closely it looks: settings, checks, what is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import SettingsError
from livekit_nb.session.setup.keywords import settings_of
from livekit_nb.wire.codec import encode
from livekit_nb.wire.messages import ClientMessage
from livekit_nb.wire.profiles import PROFILES

NATIVE = "gemini-2.5-flash-native-audio-preview-12-2025"


def generation(**settings: Any) -> dict[str, Any]:
    frame = encode(ClientMessage(setup=settings_of(**settings).setup()))
    config: dict[str, Any] = json.loads(frame)["setup"]["generationConfig"]
    assert config.pop("responseModalities") == ["AUDIO"]
    return config


@pytest.mark.parametrize("model", PROFILES)
def test_they_are_sent_where_they_were_given_and_only_then(model: str) -> None:
    assert generation(model=model) == {}
    given = {
        "temperature": 0,
        "top_p": 0.95,
        "top_k": 40,
        "max_output_tokens": 500,
        "seed": 7,
        "media_resolution": "low",
    }
    assert generation(model=model, **given) == {
        "temperature": 0,
        "topP": 0.95,
        "topK": 40,
        "maxOutputTokens": 500,
        "seed": 7,
        "mediaResolution": "MEDIA_RESOLUTION_LOW",
    }


@pytest.mark.parametrize("door", [live.connect, live.Studio])
@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({"temperature": "hot"}, "temperature is a number, not str"),
        ({"temperature": True}, "temperature is a number, not bool"),
        ({"temperature": 3}, "temperature: 3 is out of range. Use a number from 0 to 2"),
        ({"temperature": float("nan")}, "out of range"),
        ({"top_p": 95}, "top_p: 95 is out of range. Use a number from 0 to 1"),
        ({"top_k": 4.5}, "top_k is a whole number, not float"),
        ({"top_k": 0}, "of 1 or more"),
        ({"max_output_tokens": 100_000}, "max_output_tokens: .* from 1 to 65536"),
        ({"max_output_tokens": 0, "model": NATIVE}, "of 1 or more"),
        ({"seed": 2**40}, "seed: .* is out of range"),
        ({"seed": 1.0}, "seed is a whole number"),
        ({"media_resolution": "LOW"}, "Did you mean 'low'"),
        ({"media_resolution": 256}, "media_resolution is one of"),
    ],
)
def test_what_no_model_takes_is_refused_before_anybody_connects(
    door: Any, settings: dict[str, Any], hint: str
) -> None:
    with pytest.raises(SettingsError, match=hint):
        door(**settings)


def test_where_a_model_page_names_no_limit_none_is_kept() -> None:
    assert generation(max_output_tokens=100_000, model=NATIVE) == {"maxOutputTokens": 100_000}


def test_a_typing_error_is_told() -> None:
    with pytest.raises(SettingsError, match="Did you mean temperature="):
        live.connect(temprature=0.5)  # type: ignore[call-arg]
