"""The waterfall: what is drawn of each turn's waiting time."""

import pytest

from livekit_nb import plots
from livekit_nb.errors import RecordingError
from livekit_nb.plots.latency import _spans, _tool_spans
from livekit_nb.recording import Latency, Recording, ToolCall, Turn
from tests.plots.drawing import overlaps, words
from tests.recording.talks import Talk, a_talk


def turn(*points, tools=(), **more):
    return Turn(0, None, None, tools=tools, latency=Latency(*points, **more))


def spans(*points, **more):
    return [
        (name, pytest.approx(start), pytest.approx(seconds))
        for name, start, seconds in _spans(turn(*points, **more))
    ]


def labels(figure):
    (legend,) = figure.legends
    return [text.get_text() for text in legend.get_texts()]


class UnknownWay(Talk):
    """A talk of which nobody noted when the microphone's frames were sent."""

    def _frames(self):
        return super()._frames()[::2]


def test_known_parts_follow_each_other():
    assert spans(1.0, 1.1, 1.2, 1.6, 1.7, 1.8, 2.0) == [
        ("capture", 0.0, 0.1),
        ("uplink", 0.1, 0.1),
        ("model", 0.2, 0.4),
        ("delivery", 0.6, 0.1),
        ("playout", 0.7, 0.1),
        ("silence_padding", 0.8, 0.2),
    ]


def test_what_is_not_known_is_said_to_be_unknown_and_the_rest_stays_in_place():
    assert spans(1.0, None, 1.2, 1.6, None, 1.8, 2.0) == [
        ("unknown", 0.0, 0.2),
        ("model", 0.2, 0.4),
        ("unknown", 0.6, 0.2),
        ("silence_padding", 0.8, 0.2),
    ]
    assert spans(1.0, 1.1, None, 1.6, 1.7, 1.8, 2.0)[1] == ("unknown", 0.1, 0.5)
    assert spans(1.0, None, None, None, None, None, 2.0) == [("unknown", 0.0, 1.0)]


def test_the_model_is_in_two_where_the_service_told_when_it_heard_the_end():
    points = (1.0, 1.1, 1.2, 1.6, 1.7, 1.8, 2.0)
    assert spans(*points, activity_end=1.3)[2:4] == [
        ("endpointing", 0.2, 0.1),
        ("thinking", 0.3, 0.3),
    ]
    for odd in (1.15, 1.65):  # told before the last was sent, or after the answer began
        assert spans(*points, activity_end=odd)[2] == ("model", 0.2, 0.4)


def test_what_was_before_the_agent_fell_silent_is_no_latency():
    assert spans(1.0, 1.1, 1.2, 2.6, 2.7, 2.8, 3.0, agent_silent=2.0)[:4] == [
        ("capture", 0.0, 0.0),
        ("uplink", 0.0, 0.0),
        ("model", 0.0, 0.6),
        ("delivery", 0.6, 0.1),
    ]


def test_the_time_of_tools_lies_within_the_model_once():
    calls = (
        ToolCall("a", "one", {}, 1.0, 1.3),  # began before the last of the speech was sent
        ToolCall("b", "two", {}, 1.25, 1.4),
        ToolCall("c", "sent again", {}, 1.2, 1.6, repeats="a"),
        ToolCall("d", "goes on", {}, 1.5),
    )
    drawn = _tool_spans(turn(1.0, 1.1, 1.2, 1.6, 1.7, 1.8, 2.0, tools=calls))
    assert [(start, seconds) for _, start, seconds in drawn] == [
        (pytest.approx(0.2), pytest.approx(0.1)),
        (pytest.approx(0.3), pytest.approx(0.1)),
        (pytest.approx(0.5), pytest.approx(0.1)),
    ]
    assert _tool_spans(turn(1.0, None, None, 1.6, tools=calls)) == []


def test_the_waterfall_of_a_talk():
    talk = a_talk().user("one", 1.0, 2.0).tool("get", 2.1, 2.3).agent(2.6, 3.5, lead_s=0.2)
    talk.user("two", 4.5, 5.0)
    recording = talk.agent(5.4, 6.0).typed("three", 7.0).agent(7.5, 8.0).recording()
    figure = plots.latency(recording)
    assert figure.png().startswith(b"\x89PNG")
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert rows == ["turn 0", "turn 1"]
    parts = ["capture", "uplink", "model", "delivery", "playout", "silence padding"]
    assert labels(figure) == [*parts, "tool running"]
    for row, turn in enumerate(recording.turns[:2]):
        drawn = [
            bar
            for bars in figure.axes[0].containers
            if bars.get_label() != "tool running"
            for bar in bars
            if round(bar.get_y() + bar.get_height() / 2) == row
        ]
        assert sum(bar.get_width() for bar in drawn) == pytest.approx(turn.latency.voice_to_voice)
        assert max(bar.get_x() + bar.get_width() for bar in drawn) == pytest.approx(
            turn.latency.voice_to_voice
        )
    assert "2 turns" in figure.alt
    assert "silence padding" in figure.alt
    assert not overlaps(figure)


def test_the_legend_has_what_occurs_and_no_more():
    talk = UnknownWay().user("one", 1.0, 2.0).agent(2.6, 3.5)
    figure = plots.latency(talk.recording())
    assert labels(figure) == ["capture", "delivery", "playout", "unknown"]
    (hatched,) = [bars for bars in figure.axes[0].containers if bars.get_label() == "unknown"]
    assert hatched[0].get_hatch()
    assert hatched[0].get_facecolor()[3] == 0.0
    assert "model" not in figure.alt


def test_of_many_turns_the_slowest_or_the_last_are_drawn_and_it_says_so():
    talk = a_talk()
    for number in range(12):
        start = 1.0 + 4.0 * number
        talk.user("What time is it?", start, start + 1.0)
        talk.agent(start + 1.4 + 0.05 * (number % 7), start + 3.0, "Noon.")
    recording = talk.recording()
    waits = {t.index: t.latency.voice_to_voice for t in recording.turns}

    figure = plots.latency(recording, limit=5)
    rows = [int(label.get_text().split()[1]) for label in figure.axes[0].get_yticklabels()]
    assert rows == sorted(waits, key=waits.get, reverse=True)[:5]
    assert figure.axes[0].get_title(loc="left") == "The slowest 5 of 12 answered turns."
    assert figure.alt.endswith("The slowest 5 of 12 answered turns.")
    assert "12 turns" in figure.alt

    last = plots.latency(recording, limit=5, pick="last")
    assert [label.get_text() for label in last.axes[0].get_yticklabels()] == [
        f"turn {number}" for number in range(7, 12)
    ]
    assert plots.latency(recording, limit=12).axes[0].get_title(loc="left") == ""
    assert not overlaps(plots.latency(recording))


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 501}, {"pick": "best"}])
def test_a_pick_that_is_none_is_refused(wrong):
    with pytest.raises(RecordingError, match="slowest"):
        plots.latency(Recording(), **wrong)


def test_nothing_answered_is_said():
    figure = plots.latency(Recording())
    figure.png()
    assert "no answered turns yet" in words(figure)
