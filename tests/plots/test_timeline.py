import functools
import io
import itertools
import re
from colorsys import rgb_to_hsv
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from livekit_nb import plots
from livekit_nb.errors import RecordingError
from livekit_nb.plots.figure import AGENT, CUT, FAULT, TOOL, USER, WAIT
from livekit_nb.plots.view import outages_of
from livekit_nb.recording import Recording
from tests.recording.talks import a_talk


def pixels(figure) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(figure.png())).convert("RGBA"))


def count_of(image: np.ndarray, colour: str) -> int:
    """Pixels that have exactly this colour and are opaque."""
    wanted = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
    return int(((image[..., :3] == wanted).all(axis=-1) & (image[..., 3] == 255)).sum())


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


@functools.cache
def whole_talk() -> Recording:
    talk = a_talk().camera(0.5, 12.0).user("What's the weather in Paris?", 1.0, 2.6)
    talk.tool("get_weather", 2.9, 3.1).agent(3.4, 6.2, "Clear and warm, with no clouds", cut_s=6.1)
    return talk.user("Stop", 5.9, 6.5).agent(7.0, 9.0, "Sure.").typed("thanks", 10.0).recording()


def test_all_that_happened_is_drawn():
    recording = whole_talk()
    figure = plots.timeline(recording)
    assert isinstance(figure, Figure)
    image = pixels(figure)
    for colour in (USER, AGENT, TOOL, CUT, WAIT):
        assert count_of(image, colour) > 50, colour
    assert image[0, 0, 3] == 0  # clear background
    written = texts(figure)
    assert "What's the weather in Paris?" in written
    assert "thanks" in written
    assert "get_weather" in written
    assert f"{recording.turns[0].latency.voice_to_voice:.2f} s" in written
    assert f"{recording.turns[0].barge_in_stop_s:.2f} s" in written
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["you", "agent", "tools", "camera"]
    assert figure.axes[0].get_xlabel() == "seconds"


def test_lanes_that_are_not_needed_are_not_there():
    figure = plots.timeline(a_talk().user("Hi", 1.0, 2.0).recording())
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["you", "agent"]
    assert figure.legends == []


def test_an_empty_recording_is_drawn_and_says_so():
    figure = plots.timeline(Recording())
    figure.png()
    assert "nothing recorded yet" in texts(figure)
    assert "0 turns" in figure.alt


def test_a_part_shows_that_part():
    recording = whole_talk()
    figure = plots.timeline(recording, start_s=6.6, end_s=9.5)
    assert figure.axes[0].get_xlim() == (6.6, 9.5)
    assert "Sure." in texts(figure)
    assert "What's the weather in Paris?" not in texts(figure)
    assert count_of(pixels(figure), TOOL) == 0


@pytest.mark.parametrize(
    "part", [(-1.0, 2.0), (3.0, 3.0), (4.0, 2.0), (500.0, None), (500.0, 600.0)]
)
def test_a_part_that_does_not_exist_is_refused(part):
    with pytest.raises(RecordingError, match="nothing to draw"):
        plots.timeline(whole_talk(), start_s=part[0], end_s=part[1])


def test_the_waveform_is_where_the_sound_is():
    recording = a_talk().user("Hi", 2.0, 3.0).until(5.0).recording()
    figure = plots.timeline(recording, start_s=0.0, end_s=5.0)
    image = pixels(figure)
    axes = figure.axes[0]
    wanted = [int(USER[n : n + 2], 16) for n in (1, 3, 5)]
    drawn = (image[..., :3] == wanted).all(axis=-1) & (image[..., 3] == 255)
    tall = np.flatnonzero(drawn.sum(axis=0) > 30)
    left, right = (axes.transData.transform((t, 0))[0] for t in (2.0, 3.0))
    assert tall[0] >= left - 3
    assert tall[-1] <= right + 3
    assert tall[-1] - tall[0] > 0.9 * (right - left)


def test_ten_minutes_are_drawn_without_crowding():
    talk = a_talk()
    for number in range(50):
        start = 1.0 + number * 12
        talk.user("What time is it?", start, start + 2).agent(start + 2.6, start + 7, "It is noon.")
    figure = plots.timeline(talk.without_microphone().recording())
    figure.png()
    assert all(not text for text in texts(figure))


def test_texts_are_cut_to_their_room_and_never_read_as_formulas():
    long = "word " * 60 + "$x_1^{"
    talk = a_talk().user("cost $5 and $6_", 1.0, 2.0).agent(2.5, 4.0, long).user("ok", 6.0, 6.5)
    figure = plots.timeline(talk.recording())
    figure.png()
    written = texts(figure)
    assert "cost $5 and $6_" in written
    agent = next(text for text in written if text.startswith("word"))
    assert agent.endswith("…")
    assert agent.count("\n") == 1


def test_characters_that_the_font_lacks_are_boxes():
    figure = plots.timeline(a_talk().user("\u5929\u6c17 \U0001f642\nok", 1.0, 2.0).recording())
    figure.png()
    assert "\u25a1\u25a1 \u25a1 ok" in texts(figure)


def test_running_failed_and_simultaneous_tools():
    talk = a_talk().user("Do it", 1.0, 2.0).tool("slow", 2.2).tool("quick", 2.3, 2.6)
    talk.event(2.4, "tool.call", id="x", name="broken", args={})
    talk.event(2.5, "tool.response", id="x", name="broken", response={}, error="no").until(6.0)
    figure = plots.timeline(talk.recording())
    figure.png()
    assert "broken (failed)" in texts(figure)
    assert "quick" in texts(figure)


def test_alternative_text_counts_and_holds_no_transcript():
    figure = plots.timeline(whole_talk())
    assert "3 turns" in figure.alt or "4 turns" in figure.alt
    assert "1 interrupted" in figure.alt
    assert "1 tool call (get_weather)" in figure.alt
    assert "12 video frames" in figure.alt
    assert "latency" in figure.alt
    assert "Paris" not in figure.alt


def test_an_interruption_that_stopped_no_voice_is_labelled_too():
    # The agent is silent from 2.6 s on; the user cuts in at 3.0 s.
    talk = a_talk().user("Hi", 0.5, 1.0).agent(1.5, 2.6, "One moment", cut_s=3.2)
    recording = talk.user("Stop", 3.0, 3.6).until(6.0).recording()
    assert recording.turns[0].interrupted
    assert recording.turns[0].barge_in_stop_s is None
    figure = plots.timeline(recording)
    assert "interrupted" in texts(figure)
    (legend,) = figure.legends
    assert "interrupted" in [text.get_text() for text in legend.get_texts()]


def test_a_fault_that_is_only_planned_is_named_and_no_line():
    talk = a_talk().event(0.0, "fault", kind="silent_turn", turn=2, planned=True)
    figure = plots.timeline(talk.user("What's the weather?", 1.0, 2.0).recording())
    (legend,) = figure.legends
    assert "planned: silent turn" in {text.get_text() for text in legend.get_texts()}
    assert count_of(pixels(figure), FAULT) == 0
    assert "Planned to go wrong: silent_turn." in figure.alt
    assert "on demand" not in figure.alt


def test_an_outage_is_hatched_and_a_fault_is_a_line():
    talk = a_talk().user("What's the weather?", 1.0, 2.0).event(2.1, "fault", name="drop")
    talk.event(2.2, "session.reconnecting", attempt=1, code=1006, reason="")
    talk.event(3.0, "session.reconnecting", attempt=2, code=1006, reason="")
    talk.event(3.7, "session.resumed", attempt=2, fresh=False, outage_s=1.5, replayed_s=1.0)
    recording = talk.agent(4.0, 5.0, "Clear.").recording()
    figure = plots.timeline(recording)
    (legend,) = figure.legends
    assert {"reconnecting", "fault"} <= {text.get_text() for text in legend.get_texts()}
    assert count_of(pixels(figure), FAULT) > 50
    alt = plots.timeline(recording).alt
    assert "1 interrupted connection, 1.5 seconds in all." in alt
    assert "1 fault on demand (drop)." in alt
    assert "drop" in texts(figure)
    before = plots.timeline(recording, end_s=2.0)
    assert count_of(pixels(before), FAULT) == 0
    assert "connection" not in before.alt


def test_faults_are_named_and_their_end_is_none():
    talk = a_talk().user("Hi", 1.0, 2.0).event(2.1, "fault", kind="phantom_interrupted")
    talk.event(2.4, "fault", kind="stall").event(4.0, "fault", kind="impairment")
    talk.event(8.0, "fault", kind="off").until(12.0)
    figure = plots.timeline(talk.recording())
    written = texts(figure)
    assert {"phantom interruption", "stall", "bad network"} <= set(written)
    assert "3 faults on demand (phantom interruption, stall, bad network)." in figure.alt
    assert not overlapping(figure)


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Texts in the picture that lie over each other."""
    figure.png()
    boxes = [(t.get_text(), t.get_window_extent()) for t in figure.axes[0].texts if t.get_text()]
    pairs = itertools.combinations(boxes, 2)
    return [(one, other) for (one, here), (other, there) in pairs if here.overlaps(there)]


def test_what_was_typed_is_a_mark_and_takes_no_time():
    talk = a_talk().typed("Count to ten.", 1.0).agent(2.0, 4.0, "One").user("Stop", 6.0, 7.0)
    figure = plots.timeline(talk.until(12.0).recording())
    axes = figure.axes[0]
    (mark,) = [line for line in axes.lines if line.get_marker() == "_"]
    assert list(mark.get_xdata()) == pytest.approx([1.0, 1.0])
    (legend,) = figure.legends
    assert "typed" in [text.get_text() for text in legend.get_texts()]
    spoken = axes.collections[0].get_paths()
    assert [path.get_extents().x0 for path in spoken] == pytest.approx([6.0], abs=0.05)
    assert "Count to ten." in texts(figure)


def test_every_call_has_its_whole_name():
    talk = a_talk().user("Do it", 0.5, 1.0)
    for number in range(4):
        talk.tool("get_weather", 1.2 + 4.0 * number, 1.25 + 4.0 * number)
    figure = plots.timeline(talk.tool("stop", 17.5, 17.6).until(80.0).recording())
    assert texts(figure).count("get_weather") == 4
    assert not overlapping(figure)


def test_an_outage_that_never_ended_lasts_to_the_end():
    talk = a_talk().user("Hello?", 1.0, 2.0)
    talk.event(2.5, "session.reconnecting", attempt=1, code=1006, reason="").user("Hm", 3.0, 6.5)
    recording = talk.recording()
    ((start_s, end_s),) = outages_of(recording)
    assert (start_s, end_s) == (pytest.approx(2.5), recording.duration_s)
    assert end_s >= 6.5


def test_the_studio_has_the_same_colours():
    css = (Path(__file__).parents[2] / "js" / "ui" / "studio.css").read_text()
    light, dark = css.split('[data-lk-theme="dark"]')[:2]

    def of(style: str, name: str) -> str:
        return re.search(rf"--lk-{name}: (#[0-9a-f]{{6}});", style)[1]

    for name, colour in {
        "user": USER,
        "agent": AGENT,
        "tool": TOOL,
        "wait": WAIT,
        "cut": CUT,
        "error": FAULT,
    }.items():
        assert of(light, name) == colour.lower()
        assert hue(of(dark, name)) == pytest.approx(hue(colour), abs=0.03)


def hue(colour: str) -> float:
    return rgb_to_hsv(*(int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)))[0]


def test_a_figure_and_a_recording_show_themselves():
    recording = whole_talk()
    html = plots.timeline(recording)._repr_mimebundle_()[0]["text/html"]
    assert '<img alt="Timeline of a conversation' in html
    assert "data:image/png;base64,iVBOR" in html
    assert '<img alt="Timeline' in recording._repr_mimebundle_()[0]["text/html"]


def test_pyplot_is_left_alone():
    import subprocess
    import sys

    code = "import sys, livekit_nb.plots; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
