"""The distribution of voice-to-voice latency, and of floor transfer offsets."""

import math

import numpy as np
import pytest

from livekit_nb import plots
from livekit_nb.errors import RecordingError
from livekit_nb.plots.people import GAP_S, LANGUAGES_S, THRESHOLDS_S
from livekit_nb.plots.several import longest_shown
from livekit_nb.recording import Recording
from tests.plots.drawing import conversation, overlaps, stepped, words
from tests.recording.talks import a_talk

HOSTILE = "cost $x_1^{ \U0001f642\nof it"


def waits_of(recording):
    waits = [turn.latency.voice_to_voice for turn in recording.turns]
    return np.array([wait for wait in waits if wait is not None])


def legend_of(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def verticals(axes):
    lines = [line for line in axes.lines if len(set(line.get_xdata())) == 1]
    return [float(line.get_xdata()[0]) for line in lines if len(line.get_xdata()) == 2]


def test_the_curve_is_the_share_of_turns_answered_by_then():
    recording = conversation()
    waits = np.sort(waits_of(recording))
    assert len(waits) >= 6
    figure = plots.distribution(recording)
    (curve,) = [line for line in figure.axes[0].lines if line.get_label() == "recording 1"]
    points = stepped(curve)
    for number, wait in enumerate(waits, start=1):
        assert (pytest.approx(wait), pytest.approx(number / len(waits))) in points
    (ticks,) = figure.axes[0].collections
    drawn = sorted(float(path.vertices[0, 0]) for path in ticks.get_paths())
    assert drawn == pytest.approx(list(waits))
    assert curve.get_drawstyle() == "steps-post"
    assert not overlaps(figure)


def test_goals_people_median_and_p95_are_marked():
    recording = conversation()
    median = np.median(waits_of(recording))
    p95 = np.sort(waits_of(recording))[math.ceil(0.95 * len(waits_of(recording))) - 1]
    figure = plots.distribution(recording)
    axes = figure.axes[0]
    assert set(THRESHOLDS_S) <= set(verticals(axes))
    assert GAP_S in verticals(axes)
    (band,) = [patch for patch in axes.patches if patch.get_height() == 1.0]
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx(LANGUAGES_S)
    assert f"median {median:.2f} s" in words(figure)
    assert f"p95 {p95:.2f} s" in words(figure)
    marks = [stepped(line)[0] for line in axes.lines if line.get_marker() == "o"]
    assert marks == [(pytest.approx(median), 0.5), (pytest.approx(p95), 0.95)]
    within = (waits_of(recording) <= 0.5).mean()
    assert f"0.5 s\n{100 * within:.0f} %" in words(figure)
    assert "quoted goals\nanswered within" in words(figure)
    assert not overlaps(figure)
    assert any("people: about 0.2 s (line)" in text for text in legend_of(figure))
    (row,) = figure.table.rows()
    assert row["n"] == len(waits_of(recording))
    assert row["median_s"] == pytest.approx(median)
    assert row["p95_s"] == pytest.approx(p95)
    assert row["within_500_ms"] == pytest.approx(within)


def test_several_recordings_are_told_apart_and_an_empty_one_says_so():
    figure = plots.distribution(
        conversation(), conversation(0.8), Recording(), names=["fast", HOSTILE, "empty"]
    )
    looks = {
        (line.get_color(), line.get_linestyle())
        for line in figure.axes[0].lines
        if line.get_drawstyle() == "steps-post"
    }
    assert len(looks) == 2
    legend = legend_of(figure)
    n = len(waits_of(conversation()))
    assert legend[0].startswith(f"fast: n = {n}, median ")
    assert legend[1].startswith("cost $x_1^{ \u25a1 of it: n = ")
    assert legend[2] == "empty: no answered turns"
    assert not overlaps(figure)
    assert "Recording 3: no answered turns." in figure.alt
    assert "fast" not in figure.alt
    assert [row["name"] for row in figure.table.rows()] == ["fast", HOSTILE, "empty"]


@pytest.mark.parametrize("draw", [plots.distribution, plots.floor_transfer])
def test_nothing_to_draw_is_an_empty_picture_that_says_so(draw):
    figure = draw(Recording())
    assert any(text.startswith(("no answered turns", "the floor never")) for text in words(figure))
    assert not overlaps(figure)
    typed = a_talk().typed("Hello?", 1.0).agent(2.0, 3.0, "Yes").recording()
    assert draw(typed).table.rows()[0]["n"] == 0


@pytest.mark.parametrize("draw", [plots.distribution, plots.floor_transfer, plots.compare])
@pytest.mark.parametrize(
    ("recordings", "names", "said"),
    [
        ((), None, "There are 0 recordings"),
        ((Recording(),) * 13, None, "1 to 12"),
        (([Recording()],), None, r"type list\..*put a \* before it"),
        (("talk.liverec",), None, r"type str\. Load it first"),
        ((Recording(),), ["a", "b"], "a list of as many names"),
        ((Recording(),), "a", "a list of as many names"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, recordings, names, said):
    with pytest.raises(RecordingError, match=said):
        draw(*recordings, names=names)


def test_one_turn_is_enough():
    figure = plots.distribution(a_talk().user("Hi", 1.0, 2.0).agent(2.5, 3.0).recording())
    assert not overlaps(figure)
    assert figure.table.rows()[0]["n"] == 1


def test_a_few_long_waits_do_not_squeeze_all_others_and_are_counted():
    usual = np.full(40, 0.4)
    assert longest_shown([np.append(usual, 60.0)], 1.2) == 1.2
    assert longest_shown([usual, np.array([2.0, 3.0])], 1.2) == pytest.approx(3.15)
    assert longest_shown([np.zeros(0)], 1.2) == 1.2

    talk = a_talk()
    for number in range(20):
        talk.user("Hi", 1.0 + 2.0 * number, 1.5 + 2.0 * number)
        talk.agent(1.8 + 2.0 * number, 2.2 + 2.0 * number)
    talk.user("And this?", 42.0, 42.5).agent(51.0, 51.5)
    recording = talk.recording()
    for draw in (plots.distribution, plots.floor_transfer):
        figure = draw(recording)
        assert "1 turn longer →" in words(figure)
        assert not overlaps(figure)


def test_bins_hold_gaps_and_overlaps_apart():
    talk = a_talk()
    for number, offset in enumerate((0.12, 0.35, 0.38, -0.3, 0.9)):
        start = 1.0 + 5.0 * number
        talk.user("How are you?", start, start + 1.5)
        talk.agent(start + 1.5 + offset, start + 3.0 + offset, "Fine.")
    recording = talk.recording()
    offsets = [turn.floor_transfer_offset for turn in recording.turns]
    assert sum(offset < 0 for offset in offsets) == 1
    figure = plots.floor_transfer(recording)
    bars = figure.axes[0].containers[0]
    edges = [bar.get_x() for bar in bars]
    assert 0.0 in edges
    assert np.diff(edges) == pytest.approx(100.0)
    for offset in offsets:
        counted = sum(100 * (1000 * offset // 100) == 100 * (1000 * o // 100) for o in offsets)
        (bar,) = [bar for bar in bars if bar.get_x() <= 1000 * offset < bar.get_x() + 100.0]
        assert bar.get_height() == counted
    assert len({bar.get_facecolor() for bar in bars if bar.get_x() < 0.0}) == 1
    assert {bar.get_facecolor() for bar in bars if bar.get_x() < 0.0} != {
        bar.get_facecolor() for bar in bars if bar.get_x() >= 0.0
    }
    assert legend_of(figure)[:2] == ["gap (4)", "overlap (1)"]
    (row,) = figure.table.rows()
    assert row["overlaps"] == 1
    assert row["median_ms"] == pytest.approx(1000.0 * np.median(offsets))
    assert row["overlap_s"] == pytest.approx(0.3, abs=0.03)
    assert not overlaps(figure)
    finer = plots.floor_transfer(recording, bin_ms=50.0).axes[0].containers[0]
    assert sum(bar.get_height() for bar in finer) == 5


def test_floor_transfers_of_several_are_shares():
    figure = plots.floor_transfer(conversation(), conversation(0.8), names=["a", HOSTILE])
    steps = [patch for patch in figure.axes[0].patches if hasattr(patch, "get_data")]
    assert [sum(patch.get_data().values) for patch in steps] == pytest.approx([100.0, 100.0])
    assert figure.axes[0].get_ylabel() == "share of turns in percent"
    assert not overlaps(figure)


@pytest.mark.parametrize("draw", [plots.distribution, plots.floor_transfer])
def test_a_dozen_have_room_and_names_may_begin_with_a_line(draw):
    names = [f"_variant {number} with a name that goes on and on" for number in range(12)]
    figure = draw(*[conversation()] * 12, names=names)
    assert len(legend_of(figure)) == 13
    assert legend_of(figure)[0].startswith(" _variant 0 with a name")
    assert not overlaps(figure)
    assert figure.axes[0].get_window_extent().height > 0.5 * figure.bbox.height


@pytest.mark.parametrize("bin_ms", [0.0, -100.0, float("nan"), 1e6])
def test_bins_that_make_no_sense_are_refused(bin_ms):
    with pytest.raises(RecordingError, match="Bins"):
        plots.floor_transfer(Recording(), bin_ms=bin_ms)


@pytest.mark.parametrize("draw", [plots.distribution, plots.floor_transfer, plots.latency])
def test_no_line_runs_through_what_says_that_there_is_nothing(draw):
    figure = draw(Recording())
    axes = figure.axes[0]
    assert [text for text in words(figure) if "no answered turns yet" in text or "never" in text]
    assert not any(line.get_visible() for line in (*axes.get_xgridlines(), *axes.get_ygridlines()))
    assert not axes.lines
    assert not axes.patches
    assert "people" not in figure.alt
