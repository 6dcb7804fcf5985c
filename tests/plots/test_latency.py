import pytest

from livekit_nb import plots
from livekit_nb.plots.latency import _spans
from livekit_nb.recording import Latency, Recording, Turn
from tests.recording.talks import a_talk


def spans(*points):
    return [
        (name, pytest.approx(start), pytest.approx(seconds))
        for name, start, seconds in _spans(Turn(0, None, None, latency=Latency(*points)))
    ]


def test_known_parts_follow_each_other():
    assert spans(1.0, 1.1, 1.2, 1.6, 1.7, 1.8, 2.0) == [
        ("capture", 0.0, 0.1),
        ("uplink", 0.1, 0.1),
        ("model", 0.2, 0.4),
        ("delivery", 0.6, 0.1),
        ("playout", 0.7, 0.1),
        ("silence_padding", 0.8, 0.2),
    ]


def test_unknown_parts_leave_a_gap_and_the_rest_stays_in_place():
    assert spans(1.0, None, 1.2, 1.6, None, 1.8, 2.0) == [("silence_padding", 0.8, 0.2)]
    assert spans(1.0, 1.1, None, 1.6, 1.7, 1.8, 2.0) == [
        ("capture", 0.0, 0.1),
        ("delivery", 0.6, 0.1),
        ("playout", 0.7, 0.1),
        ("silence_padding", 0.8, 0.2),
    ]
    assert spans(1.0, None, None, None, None, None, 2.0) == []


def test_the_waterfall_of_a_talk():
    talk = a_talk().user("one", 1.0, 2.0).agent(2.6, 3.5, lead_s=0.2).user("two", 4.5, 5.0)
    figure = plots.latency(talk.agent(5.4, 6.0).typed("three", 7.0).agent(7.5, 8.0).recording())
    assert figure.png().startswith(b"\x89PNG")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["turn 0", "turn 1"]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "capture",
        "uplink",
        "model",
        "delivery",
        "playout",
        "silence padding",
    ]
    assert "2 turns" in figure.alt
    assert "silence padding" in figure.alt


def test_nothing_answered_is_said():
    figure = plots.latency(Recording())
    figure.png()
    assert figure.axes[0].texts[0].get_text() == "no answered turns yet"
