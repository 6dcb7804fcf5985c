from __future__ import annotations

import numpy as np

from livekit_nb.recording.recorder import Recorder
from livekit_nb.widgets.feed import MAX_EVENTS, MAX_PEAKS, Feed
from tests.recording.talks import a_talk


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


def test_what_follows_silent_minutes_is_told() -> None:
    made = recorder()
    feed = Feed(made.recording)
    last_s = 5 * MAX_PEAKS * 0.02
    made.user_audio(tone(0.1), 0.0)
    made.user_audio(tone(0.1), last_s)
    made.agent_played(tone(0.1, 24_000), last_s)
    pieces: dict[str, list[float]] = {"user": [], "agent": []}
    while (message := feed.news(last_s)) is not None:
        for side, told in pieces.items():
            told += [round(piece["t0"], 2) for piece in message[side]]
    assert pieces == {"user": [0.0, last_s], "agent": [last_s]}


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
    assert message["turn_count"] == 1


def test_a_turn_that_vanishes_is_told_by_their_number() -> None:
    made = recorder()
    feed = Feed(made.recording)
    made.event("user.text", at=1.0, text="hi")
    made.event("agent.first_audio", at=1.5)
    made.event("user.text", at=1.8, text="wait")
    first = feed.news(1.8)
    assert first is not None
    assert (first["turn_count"], len(first["turns"])) == (2, 2)
    # The answer turns out to have been cut before any of it was heard: both were one question.
    made.event("agent.interrupted", at=1.9)
    second = feed.news(1.9)
    assert second is not None
    assert (second["turn_count"], [row["index"] for row in second["turns"]]) == (1, [0])


def test_what_was_not_heard_of_an_interrupted_answer_is_told_and_corrected() -> None:
    made = recorder()
    feed = Feed(made.recording)
    made.agent_received(tone(1.0, 24_000), 1.0)
    made.agent_handed(24_000, 1.0)
    made.event("caption.agent", at=1.0, text="Once upon a time")
    made.agent_played(tone(0.5, 24_000), 1.0)
    made.event("agent.interrupted", at=1.6)
    message = feed.news(2.0)
    assert message is not None
    assert message["cuts"] == [{"t": 1.6, "unheard": " a time"}]
    assert message["turns"][0]["agent_text"] == "Once upon"
    assert message["turns"][0]["agent_unheard"] == "a time"
    made.agent_played(tone(0.2, 24_000), 1.5)  # the page tells what was heard a moment later
    message = feed.news(2.1)
    assert message is not None
    assert message["cuts"] == [{"t": 1.6, "unheard": " time"}]
    made.event("mark", at=3.0)
    message = feed.news(3.0)
    assert message is not None
    assert "cuts" not in message
    feed.rewind()
    message = feed.news(3.0)
    assert message is not None
    assert message["cuts"] == [{"t": 1.6, "unheard": " time"}]


def test_while_a_conversation_goes_on_time_itself_is_news_twice_a_second() -> None:
    feed = Feed(recorder().recording)
    assert feed.news(0.4, going_on=True) is None
    message = feed.news(0.6, going_on=True)
    assert message is not None
    assert (message["now_s"], message["events"], message["user"]) == (0.6, [], [])
    assert feed.news(1.0, going_on=True) is None
    assert feed.news(9.0) is None


def test_turns_are_looked_at_when_something_happens_or_after_a_while() -> None:
    looks: list[int] = []
    pen = Recorder(lambda: 0.0)
    look = pen.recording.turns_changed_since
    pen.recording.turns_changed_since = lambda version: looks.append(version) or look(version)
    feed = Feed(pen.recording)
    for tick in range(21):
        feed.news(0.11 * tick, going_on=True)
    assert len(looks) == 7
    pen.event("caption.agent", text="A word")
    feed.news(2.23, going_on=True)
    assert len(looks) == 7
    pen.event("user.text", text="Hello.")
    news = feed.news(2.25, going_on=True)
    assert news is not None
    assert [turn["index"] for turn in news["turns"]] == [0]
    feed.news(2.3, going_on=False)
    assert len(looks) == 9, "what is over is told to its end"


def test_an_answered_turn_comes_with_the_parts_of_its_wait() -> None:
    recording = a_talk().user("What's the weather?", 1.0, 2.5).agent(3.0, 5.0, "Sunny.").recording()
    message = Feed(recording).news(6.0)
    assert message is not None
    (row,) = message["turns"]
    parts = row["latency"]
    assert list(parts) == list(recording.turns[0].latency.parts)
    assert abs(sum(parts.values()) - row["voice_to_voice"]) < 0.001
