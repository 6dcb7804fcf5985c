from __future__ import annotations

import pytest

from livekit_nb.recording.answerer import answerer
from livekit_nb.recording.recorder import Recorder


@pytest.mark.parametrize(
    ("endpoint", "model", "said"),
    [
        ("local server", "models/gemini-3.8-live", "local server · gemini-3.8-live"),
        ("Google", "gemini-3.8-live", "Google · gemini-3.8-live"),
        ("recording of Google · gemini-3.8-live (played back)", "gemini-3.8-live", None),
        ("local server", None, "local server"),
        (None, None, ""),
    ],
)
def test_who_answered_is_told_by_endpoint_and_model(
    endpoint: str | None, model: str | None, said: str | None
) -> None:
    recorder = Recorder(clock=lambda: 0.0)
    recorder.event("session.connecting", endpoint=endpoint, model=model)
    recorder.event("session.connecting", endpoint="a later one", model="another")
    assert answerer(recorder.recording) == (endpoint if said is None else said)


def test_a_recording_of_nothing_names_nobody() -> None:
    assert answerer(Recorder(clock=lambda: 0.0).recording) == ""
