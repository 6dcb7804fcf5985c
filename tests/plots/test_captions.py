"""What was said and measured is written beside the sound: never over each other, and not lost."""

import functools
import re

import pytest
from matplotlib.collections import LineCollection

from livekit_nb import plots
from livekit_nb.plots.happenings import beside
from livekit_nb.plots.view import view_of
from livekit_nb.recording import Recording
from tests.plots.drawing import overlaps, words
from tests.recording.talks import a_talk


@functools.cache
def lively() -> Recording:
    """Turns close to each other, long and short, typed and cut, with tools side by side."""
    talk = a_talk()
    for number in range(24):
        start = 1.0 + 7.0 * number
        if number % 4 == 2:
            talk.typed("Tell me a long story about what you can do, please.", start)
            talk.agent(start + 0.3, start + 2.4, "Once there was a lighthouse", cut_s=start + 2.5)
            talk.user("Stop. What is the weather in Rome?", start + 2.2, start + 3.7)
            talk.agent(start + 4.6, start + 6.0, "In Rome it is clear, 21 degrees Celsius.")
            continue
        talk.user("What's the weather in Paris, Wisconsin?", start, start + 1.4)
        talk.tool("get_weather", start + 1.6, start + 1.8)
        talk.tool("slow_lookup", start + 1.7, start + 2.6)
        talk.agent(start + 1.9 + 0.1 * (number % 5), start + 5.0, "It is clear there, and warm.")
    return talk.recording()


@pytest.mark.parametrize(
    ("start_s", "end_s"),
    [
        (0, 8),
        (2, 12),
        (15, 30),
        (0, 24),
        (20.5, 50),
        (0, 42),
        (60, 102),
        (0, 62),
        (0, 90),
        (0, 150),
    ],
)
def test_words_and_figures_never_lie_over_each_other(start_s, end_s):
    figure = plots.timeline(lively(), start_s=start_s, end_s=end_s)
    assert not overlaps(figure)
    written = words(figure)
    if end_s - start_s > 42:
        return
    waits = [turn.latency.first_audible for turn in lively().turns if turn.latency.voice_to_voice]
    figures = [text for text in written if re.fullmatch(r"\d\.\d\d s", text)]
    assert len(figures) >= sum(start_s + 1 < t < end_s for t in waits)
    asked = [turn.user.start for turn in lively().turns if "Paris" in turn.user.text]
    assert sum("Paris" in line for line in written) >= sum(start_s < t < end_s - 0.5 for t in asked)


def test_a_figure_is_before_its_bar_where_there_is_no_room_behind():
    view = view_of(lively(), 0.0, 10.0)  # 55 points a second
    starts, ends = [1.0, 2.6, 6.0, 9.0], [2.5, 4.0, 7.0, 9.9]
    placed = beside(view, ends, ["1.50 s"] * 4, starts=starts)
    assert placed[0] == (1.0, -4.0, "right")
    assert placed[1:3] == [(4.0, 4.0, "left"), (7.0, 4.0, "left")]
    assert placed[3] == (9.0, -4.0, "right")
    assert beside(view, [1.0, 1.1, 1.2], ["interrupted"] * 3) == [None, None, (1.2, 4.0, "left")]


def test_what_has_no_room_beside_the_sound_is_led_to_from_further_out():
    talk = a_talk().typed("Tell me a long story about what you can do.", 1.0)
    talk.agent(1.2, 2.2, "No.").user("Stop at once, please", 2.8, 3.4).agent(5.0, 6.0, "Yes.")
    figure = plots.timeline(talk.until(30.0).recording())
    lines = words(figure)
    assert "Tell me a long story" in " ".join(lines)
    assert "Stop at once, please" in lines
    lead = [
        lines.get_segments()[0]
        for lines in figure.axes[0].collections
        if isinstance(lines, LineCollection)
        and len(lines.get_segments()) == 1
        and lines.get_linewidth()[0] == pytest.approx(0.6)
    ]
    assert [float(segment[0, 0]) for segment in lead] == [pytest.approx(1.0, abs=0.01)]
    assert not overlaps(figure)
