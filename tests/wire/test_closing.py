"""Closes explained."""

from __future__ import annotations

from typing import Any

import pytest

from livekit_nb.errors import SettingsError
from livekit_nb.wire.closing import explain
from livekit_nb.wire.messages import GenerationConfig, Setup, ThinkingConfig, ToolGroup
from livekit_nb.wire.profiles import PROFILES
from livekit_nb.wire.refusals import refusals

REFUSED = [
    Setup(generation_config=GenerationConfig(response_modalities=["TEXT"])),
    Setup(generation_config=GenerationConfig(thinking_config=ThinkingConfig(thinking_budget=1))),
    Setup(tools=[ToolGroup(code_execution={})]),
]


@pytest.mark.parametrize(
    ("code", "reason", "word"),
    [
        (1007, "API key not valid. Please pass a valid API key.", "GEMINI_API_KEY"),
        (1007, "Request contains an invalid argument.", "profile"),
        (1008, "Operation is not implemented, or supported, or enabled.", "Leave"),
        (1008, "models/x is not found for API version v1beta", "gemini-3.8-live"),
        (1007, "Cannot extract voices from a non-audio request.", "output transcription"),
        (1007, "The requested combination of response modalities is not supported", "AUDIO"),
        (1007, "Requested voice api_name 'X' is not available for model.", "Kore"),
        (1007, "Explicit activity control is not supported when automatic …", "disable"),
        (1007, "realtimeInput.mediaChunks is deprecated. Use audio or video.", "Update"),
        (1008, "Requested entity was not found.", "live.models()"),
        (1011, "The operation was aborted.", "recording is kept"),
        (1011, "The service is currently unavailable.", "moment"),
        (1011, "Deadline expired before operation could complete.", "ten minutes"),
        (1006, "", "recording is kept"),
        (4999, "something new", "4999"),
    ],
)
def test_a_close_says_what_to_do(code: int, reason: str, word: str) -> None:
    text = str(explain(code, reason))
    assert word in text
    assert str(code) in text
    assert reason in text


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (0, "", "Nobody could be reached (0)."),
        (1, "no reaction", "fell silent and the connection was left for another (1 no reaction)."),
        (2, "", "what is no message (2)."),
    ],
)
def test_what_is_told_in_place_of_a_code_is_explained_too(
    code: int, reason: str, words: str
) -> None:
    assert words in str(explain(code, reason))


@pytest.mark.parametrize(
    "given", [(None, None), ("x", "y"), (1008, None), (True, ""), (1008.0, "")]
)
def test_what_is_no_close_is_refused(given: Any) -> None:
    with pytest.raises(SettingsError, match="explain takes a close code"):
        explain(*given)


def test_every_close_a_generation_is_known_for_is_explained_by_its_words_not_its_code() -> None:
    closes = {
        refusal.close
        for profile in PROFILES.values()
        for setup in REFUSED
        for refusal in refusals(setup, profile)
        if refusal.close is not None
    }
    assert len(closes) == 3
    for code, reason in closes:
        assert explain(code, reason).meaning != explain(code).meaning


@pytest.mark.parametrize(
    ("code", "reason", "after", "words"),
    [
        (1007, "Request contains an invalid argument.", ("setup",), "The setup was the last"),
        (1008, "Operation is not implemented, or supported, or enabled.", ("toolResponse",), "NON"),
        (1007, "Request contains an invalid argument.", ("clientContent",), "send_text"),
        (1007, "Request contains an invalid argument.", ("contextUpdate",), "not every model"),
        (1007, "", ("realtimeInput.activityEnd",), "Hold the button"),
        (1007, "", ("realtimeInput.video",), "JPEG"),
        (1009, "", ("realtimeInput.video",), "smaller pictures"),
        (1011, "Internal error encountered.", ("setup",), "still open"),
    ],
)
def test_what_was_sent_last_tells_the_likely_cause(
    code: int, reason: str, after: tuple[str, ...], words: str
) -> None:
    told = explain(code, reason, after=(*after, "realtimeInput.audio"))
    assert words in f"{told.cause} {told.remedy}"
    assert words not in str(explain(code, reason))
    assert told.meaning == explain(code, reason).meaning


def test_the_newest_of_what_was_sent_counts_and_sound_does_not() -> None:
    reason = "Request contains an invalid argument."
    sent = ("setup", "realtimeInput.audio", "clientContent", "realtimeInput.audio")
    assert "clientContent" in explain(1007, reason, after=sent).cause
    only = ("realtimeInput.audio",)
    assert explain(1007, reason, after=only) == explain(1007, reason)


def test_a_reason_that_says_it_all_needs_no_guess() -> None:
    reason = "API key not valid. Please pass a valid API key."
    assert explain(1007, reason, after=("setup",)) == explain(1007, reason)
