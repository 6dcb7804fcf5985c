"""Closes explained."""

from __future__ import annotations

import pytest

from livekit_nb.wire.closing import explain


@pytest.mark.parametrize(
    ("code", "reason", "word"),
    [
        (1007, "API key not valid. Please pass a valid API key.", "GEMINI_API_KEY"),
        (1007, "Request contains an invalid argument.", "profile"),
        (1008, "Operation is not implemented, or supported, or enabled.", "Leave"),
        (1008, "models/x is not found for API version v1beta", "gemini-3.8-live"),
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
