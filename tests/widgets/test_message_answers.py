"""What a page is told of the messages: filtered and counted in the kernel."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livekit_nb.browser.messages import encode
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.widgets.answers import answer
from livekit_nb.widgets.message_answers import groups_of


@pytest.fixture
def recording() -> Recording:
    recorder = Recorder(clock=lambda: 0.0)
    for n in range(1000):
        at = n / 100
        if n % 10 == 0:
            body = f'{{"toolCall":{n}}}'
            recorder.message("received", "toolCall, usageMetadata", 50, body, connection=1, at=at)
        elif n % 10 == 5:
            recorder.message("received", "serverContent.audio", 900, connection=1, at=at)
        else:
            recorder.message("sent", "realtimeInput.audio", 929, connection=2, at=at)
    return recorder.recording


def ask(recording: Recording, **about: Any) -> dict[str, Any]:
    return answer(recording, {"what": "messages", **about})


def numbers(told: dict[str, Any]) -> list[int]:
    return [row[0] for row in told["rows"]]


def test_a_page_gets_the_part_it_shows(recording: Recording) -> None:
    told = ask(recording, start=20, count=3)
    assert (told["total"], told["found"], told["start"], told["dropped"]) == (1000, 1000, 20, 0)
    assert told["rows"] == [
        [20, 0.2, "received", "toolCall, usageMetadata", 50, 1, True],
        [21, 0.21, "sent", "realtimeInput.audio", 929, 2, False],
        [22, 0.22, "sent", "realtimeInput.audio", 929, 2, False],
    ]
    assert told["groups"] == {"audio": 900, "content": 0, "tools": 100, "session": 0, "usage": 100}


@pytest.mark.parametrize(
    ("wanted", "found", "last"),
    [
        ({}, 1000, 999),
        ({"audio": False}, 100, 990),
        ({"way": "sent"}, 800, 999),
        ({"way": "received", "text": "SERVERcontent "}, 100, 995),
        ({"groups": ["tools"]}, 100, 990),
        ({"groups": ["usage", "audio"]}, 1000, 999),
        ({"groups": ["session"]}, 0, None),
        ({"groups": ["audio"], "audio": False}, 0, None),
    ],
)
def test_filters(recording: Recording, wanted: dict[str, Any], found: int, last: Any) -> None:
    told = ask(recording, start=-7, count=10, **wanted)
    assert told["found"] == found
    assert numbers(told)[-1:] == ([] if last is None else [last])
    assert len(numbers(told)) == min(7, found)
    assert told["start"] == max(0, found - 7)


@pytest.mark.parametrize(
    "about",
    [
        {"count": 501},
        {"count": -1},
        {"way": "up"},
        {"start": "x"},
        {"start": 2**60},
        {"text": "y" * 101},
        {"groups": ["x"] * 11},
    ],
)
def test_what_cannot_be_asked_is_refused(recording: Recording, about: dict[str, Any]) -> None:
    assert "cannot be" in ask(recording, **about)["error"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)
NAMES = ("start", "count", "way", "groups", "text", "audio", "number")


@given(
    st.sampled_from(["messages", "body", "frame", "spectra"]),
    st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), anything),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_asked_there_is_an_answer(
    recording: Recording, what: str, about: dict[str, Any]
) -> None:
    json.loads(encode(answer(recording, {**about, "what": what})))


def test_one_message_with_its_text(recording: Recording) -> None:
    told = answer(recording, {"what": "body", "number": 30})
    assert told == {
        "row": [30, 0.3, "received", "toolCall, usageMetadata", 50, 1, True],
        "body": '{"toolCall":30}',
        "samples": None,
        "kept": True,
    }
    assert answer(recording, {"what": "body", "number": 31})["body"] is None
    assert "has not been" in answer(recording, {"what": "body", "number": 1000})["error"]
    assert "cannot be" in answer(recording, {"what": "body"})["error"]


def test_every_kind_is_of_a_group() -> None:
    assert groups_of("serverContent.audio") == {"audio"}
    assert groups_of("serverContent.audio+turnComplete, usageMetadata") == {"content", "usage"}
    assert groups_of("realtimeInput.text") == groups_of("voiceActivity") == {"content"}
    assert groups_of("setup") == groups_of("goAway") == {"session"}
    assert groups_of("unreadable") == {"content"}
