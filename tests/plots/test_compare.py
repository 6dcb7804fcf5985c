"""Recordings side by side, and the table of their differences."""

import numpy as np
import pytest

from livekit_nb import plots
from livekit_nb.errors import RecordingError
from livekit_nb.plots.differences import correspond
from livekit_nb.recording import Recording
from tests.plots.drawing import conversation, overlaps, words
from tests.recording.talks import a_talk

HOSTILE = "cost $x_1^{ \U0001f642\nof it <b>"


def waits_of(recording):
    waits = [turn.latency.voice_to_voice for turn in recording.turns]
    return np.array([wait for wait in waits if wait is not None])


def rows_of(figure):
    return {row["measure"]: row for row in figure.table.rows()}


def test_the_table_says_how_much_slower_turn_by_turn():
    fast, slow = conversation(), conversation(0.8)
    rows = rows_of(plots.compare(fast, slow))
    row = rows["voice-to-voice (s)"]
    assert row["value_1"] == pytest.approx(np.median(waits_of(fast)))
    assert row["value_2"] == pytest.approx(np.median(waits_of(slow)))
    assert row["low_1"] <= row["value_1"] <= row["high_1"]
    assert row["paired_2"] is True
    assert row["value_2_less_1"] == pytest.approx(0.4, abs=0.03)
    assert row["low_2_less_1"] > 0.3
    assert row["n_2_less_1"] == len(waits_of(fast))
    assert rows["turns"]["value_2_less_1"] == 0
    assert rows["interrupted turns"]["value_1"] == 1
    assert rows["tool calls"]["value_1"] == 1
    assert rows["tokens out"]["value_1"] == 240
    assert rows["cost at list prices (USD)"]["value_1"] == fast.cost.list_usd
    assert rows["barge-in stop (s)"]["low_1"] is None  # one is too few for an interval
    assert "· model (s)" in rows


def test_turn_by_turn_can_be_left_and_asked_for():
    fast, slow = conversation(), conversation(0.8)
    row = rows_of(plots.compare(fast, slow, paired=False))["voice-to-voice (s)"]
    assert row["paired_2"] is False
    assert row["value_2_less_1"] == pytest.approx(
        np.median(waits_of(slow)) - np.median(waits_of(fast))
    )
    with pytest.raises(RecordingError, match="turn by turn"):
        plots.compare(fast, conversation(turns=4), paired=True)


def test_turns_correspond_where_the_user_said_the_same():
    def talk(*lengths, typed=""):
        talk = a_talk()
        for number, length in enumerate(lengths):
            talk.user("Hi", 1.0 + 5.0 * number, 1.0 + 5.0 * number + length)
            talk.agent(4.0 + 5.0 * number, 5.0 + 5.0 * number)
        if typed:
            talk.typed(typed, 30.0).agent(31.0, 32.0)
        return talk.recording()

    base = talk(1.0, 2.0)
    assert correspond(base, talk(1.05, 1.95)) == [(0, 0), (1, 1)]
    assert correspond(base, talk(2.0, 1.0)) is None
    assert correspond(base, talk(1.0)) is None
    assert correspond(talk(1.0, typed="a"), talk(1.0, typed="a")) == [(0, 0), (1, 1)]
    assert correspond(talk(1.0, typed="a"), talk(1.0, typed="b")) is None
    assert correspond(Recording(), Recording()) is None


def test_the_picture_has_a_row_for_each_and_shows_what_the_table_says():
    figure = plots.compare(conversation(), conversation(0.8), names=["before", "after"])
    waits, _, turns, costs = figure.axes
    assert [label.get_text() for label in waits.get_yticklabels()] == ["before", "after"]
    for row, recording in enumerate((conversation(), conversation(0.8))):
        (dots,) = [line for line in waits.lines if line.get_label() == f"turns {row}"]
        assert list(dots.get_xdata()) == pytest.approx(list(waits_of(recording)))
        assert (np.abs(np.asarray(dots.get_ydata()) - row) < 0.4).all()
    diamonds = [float(line.get_xdata()[0]) for line in waits.lines if line.get_marker() == "D"]
    rows = rows_of(figure)
    measure = rows["voice-to-voice (s)"]
    assert diamonds == pytest.approx([measure["value_1"], measure["value_2"]])
    title = waits.get_title(loc="left")
    assert title.startswith(f"Difference turn by turn: {measure['value_2_less_1']:+.2f} s [")
    assert [bar.get_width() for bar in costs.patches] == pytest.approx(
        [conversation().cost.list_usd, conversation(0.8).cost.list_usd]
    )
    assert {bars.get_label(): [bar.get_width() for bar in bars] for bars in turns.containers} == {
        "answered": [5, 5],
        "interrupted": [1, 1],
    }
    assert not overlaps(figure)


def test_it_shows_its_table_below_and_says_no_names():
    figure = plots.compare(conversation(), conversation(0.8), names=["secret", HOSTILE])
    shown, _ = figure._repr_mimebundle_()
    assert shown["text/html"].index("<img") < shown["text/html"].index("<table")
    assert "<b>" not in shown["text/html"]
    assert "voice-to-voice (s)" in shown["text/plain"]
    assert "secret" not in figure.alt
    assert not overlaps(figure)


def test_empty_short_and_long_beside_each_other():
    short = a_talk().user("Hi", 1.0, 2.0).recording()
    figure = plots.compare(Recording(), short, conversation(), names=["none", HOSTILE, "long"])
    rows = rows_of(figure)
    row = rows["voice-to-voice (s)"]
    assert row["value_1"] is None
    assert row["value_3_less_1"] is None
    assert rows["unanswered turns"]["value_2"] == 1
    assert rows["cost at list prices (USD)"]["value_1"] is None
    assert words(figure).count("unknown") == 2
    assert not overlaps(figure)
    assert "no latency known" in figure.alt
    assert str(figure.table).count("—") > 3


def test_one_alone_and_twelve():
    alone = plots.compare(conversation())
    assert alone.table.columns == ("measure", "value_1", "low_1", "high_1", "n_1")
    assert not overlaps(alone)
    assert not overlaps(plots.compare(*[conversation()] * 12))


def test_one_alone_differs_from_nothing():
    assert plots.compare(conversation()).table.title.endswith("bootstrap intervals")
    two = plots.compare(conversation(), conversation(0.8)).table.title
    assert two.endswith("differences are from the first recording")


def test_no_difference_is_no_minus():
    rows = str(plots.compare(conversation(), conversation()).table)
    assert "-0.000" not in rows
    assert "+0.000 [+0.000, +0.000]" in rows
