from __future__ import annotations

import numpy as np

from livekit_nb.recording.recorder import Recorder
from livekit_nb.widgets.feed import MAX_EVENTS, MAX_PEAKS, Feed


def recorder() -> Recorder:
    return Recorder(clock=lambda: 0.0)


def tone(seconds: float, rate_hz: int = 16_000, level: int = 16384) -> bytes:
    return np.full(round(seconds * rate_hz), level, dtype="<i2").tobytes()


def test_nothing_new_is_no_message() -> None:
    feed = Feed(recorder().recording)
    assert feed.news(1.0) is None


def test_peaks_are_told_once_and_in_steps_of_20_ms() -> None:
    made = recorder()
    feed = Feed(made.recording)
    made.user_audio(tone(0.1), 1.0)
    message = feed.news(1.1)
    assert message is not None
    (piece,) = message["user"]
    assert (piece["t0"], piece["step_s"], piece["peaks"]) == (1.0, 0.02, [0.5] * 5)
    assert message["now_s"] == 1.1
    made.user_audio(tone(0.02), 1.1)
    message = feed.news(1.12)
    assert message is not None
    assert [(piece["t0"], piece["peaks"]) for piece in message["user"]] == [(1.1, [0.5])]


def test_long_silence_is_not_sent_peak_by_peak() -> None:
    made = recorder()
    feed = Feed(made.recording)
    made.agent_played(tone(0.1, 24_000), 1.0)
    made.agent_played(tone(0.1, 24_000), 30.0)
    message = feed.news(31.0)
    assert message is not None
    assert [round(piece["t0"], 2) for piece in message["agent"]] == [1.0, 30.0]
    assert sum(len(piece["peaks"]) for piece in message["agent"]) <= 25


def test_messages_are_bounded_and_nothing_is_left_out() -> None:
    made = recorder()
    feed = Feed(made.recording)
    made.user_audio(tone(MAX_PEAKS * 0.02 + 1.0), 0.0)
    for n in range(MAX_EVENTS + 5):
        made.event("mark", at=float(n), number=n)
    messages = []
    while (message := feed.news(0.0)) is not None:
        messages.append(message)
    assert [len(message["events"]) for message in messages] == [MAX_EVENTS, 5]
    assert sum(len(p["peaks"]) for m in messages for p in m["user"]) == MAX_PEAKS + 50


def test_another_page_is_told_everything_again() -> None:
    made = recorder()
    feed = Feed(made.recording)
    made.event("caption.user", at=1.0, text="hello", final=True)
    first = feed.news(1.0)
    assert feed.news(1.0) is None
    feed.rewind()
    assert feed.news(1.0) == first
    assert first is not None
    assert first["events"] == [
        {"t": 1.0, "kind": "caption.user", "data": {"text": "hello", "final": True}}
    ]


def test_changed_turns_are_rows() -> None:
    made = recorder()
    feed = Feed(made.recording)
    made.event("user.text", at=1.0, text="hi")
    message = feed.news(1.0)
    assert message is not None
    (row,) = message["turns"]
    assert (row["index"], row["user_start"], row["user_text"]) == (0, 1.0, "hi")
