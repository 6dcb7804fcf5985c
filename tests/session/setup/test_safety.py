"""What is blocked from which likelihood of harm on."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from google.genai import types

import livekit_nb as live
from livekit_nb.errors import SettingsError
from livekit_nb.session.setup import setting_checks as checks
from livekit_nb.session.setup.keywords import settings_of
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.profiles import PROFILES


def sent(safety: Any, **settings: Any) -> Any:
    setup = settings_of(safety=safety, **settings).setup()
    return msgspec.to_builtins(setup).get("safetySettings")


@pytest.mark.parametrize("model", PROFILES)
def test_it_is_sent_as_the_service_names_it(model: str) -> None:
    assert sent({"harassment": "none", "hate_speech": "off"}, model=model) == [
        {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"},
        {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "OFF"},
    ]


def test_without_any_nothing_is_sent() -> None:
    assert sent(None) is None
    assert sent({}) is None


def test_every_word_is_one_of_the_official_sdks() -> None:
    for category in checks.HARMS:
        for threshold in checks.THRESHOLDS:
            (told,) = sent({category: threshold})
            assert told["category"] in {one.value for one in types.HarmCategory}
            assert told["threshold"] in {one.value for one in types.HarmBlockThreshold}


@pytest.mark.parametrize(
    ("safety", "hint"),
    [
        ("none", "safety is a mapping"),
        ([("harassment", "none")], "safety is a mapping"),
        ({"harrassment": "none"}, "Did you mean 'harassment'"),
        ({3: "none"}, "A category of safety is one of"),
        ({"harassment": "BLOCK_NONE"}, r"safety\['harassment'\]='BLOCK_NONE' is not known"),
        ({"harassment": None}, r"safety\['harassment'\] is one of"),
    ],
)
def test_what_nobody_can_mean_is_refused(safety: Any, hint: str) -> None:
    with pytest.raises(SettingsError, match=hint):
        live.connect(safety=safety)


def test_what_is_given_is_copied() -> None:
    given = {"harassment": "none"}
    settings = Settings(safety=given)
    given["nonsense"] = "?"
    assert settings.safety == {"harassment": "none"}
