import functools
import io
import re
from colorsys import rgb_to_hsv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from livekit_nb import plots
from livekit_nb.errors import RecordingError
from livekit_nb.plots.figure import AGENT, CUT, FAULT, TOOL, USER, WAIT
from livekit_nb.plots.view import outages_of
from livekit_nb.recording import Recorder, Recording
from tests.plots.drawing import overlaps
from tests.recording.talks import a_talk, pcm


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


@functools.cache
def three_minutes() -> Recording:
    talk = a_talk()
    for number in range(25):
        start = 1.0 + number * 8
        talk.user("What time is it?", start, start + 2)
        talk.tool("get_time" if number % 5 else "$get_the_time_of_the_whole_world", start + 2.1)
        talk.event(
            start + 2.3,
            "tool.response",
            id=f"call-{start + 2.1}",
            name="get_time",
            response={},
            error="no" if number == 7 else None,
        )
        talk.agent(start + 2.6 + 0.01 * number, start + 7, "It is noon.")
    return talk.recording()


def test_minutes_are_drawn_without_crowding():
    recording = three_minutes()
    figure = plots.timeline(recording)
    assert texts(figure) == []
    axes = figure.axes[0]
    assert axes.get_xlabel() == "minutes:seconds"
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert {"0:00", "1:00", "2:00"} <= set(ticks)
    assert not overlaps(figure)


def test_where_answers_are_too_narrow_to_see_they_are_stems_of_that_height():
    recording = three_minutes()
    figure = plots.timeline(recording)
    waits = [turn.latency.voice_to_voice for turn in recording.turns]
    (stems,) = [
        lines
        for lines in figure.axes[0].collections
        if isinstance(lines, LineCollection) and to_hex(lines.get_color()[0]) == WAIT.lower()
    ]
    heights = np.array([np.ptp(segment[:, 1]) for segment in stems.get_segments()])
    assert heights / heights.max() == pytest.approx(np.array(waits) / max(waits))
    at = [segment[0, 0] for segment in stems.get_segments()]
    assert at == pytest.approx([turn.latency.first_audible for turn in recording.turns])
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert f"highest {max(waits):.2f} s)" in legend[0]


def test_many_calls_have_a_row_for_each_tool():
    figure = plots.timeline(three_minutes())
    axes = figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["you", "agent", "get_time", "$get_the_ti…"]
    rows: dict[float, int] = {}
    for boxes in axes.collections:
        edges = boxes.get_edgecolor()
        if len(edges) and to_hex(edges[0]) == TOOL.lower():
            for path in boxes.get_paths():
                low = round(path.get_extents().y0, 3)
                rows[low] = rows.get(low, 0) + 1
    assert [rows[low] for low in sorted(rows, reverse=True)] == [20, 5]
    few = plots.timeline(three_minutes(), start_s=0.0, end_s=20.0)
    assert "get_time" in texts(few)


def test_an_hour_on_the_axis_says_so():
    talk = a_talk().without_microphone()
    for number in range(4):
        talk.agent(1.0 + 1200 * number, 5.0 + 1200 * number, "Still here.")
    figure = plots.timeline(talk.recording())
    ticks = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert {"0:00", "30:00", "1:00:00"} <= set(ticks)
    assert figure.axes[0].get_xlabel() == "hours:minutes:seconds"
    assert not overlaps(figure)


def test_sound_at_full_scale_has_a_tick():
    clock = [10.0]
    recorder = Recorder(clock=lambda: clock[0])
    sound = np.zeros(48_000)
    sound[16_000:20_000] = np.sign(np.sin(np.arange(4_000)))
    recorder.user_audio(pcm(sound), 10.0)
    clock[0] += 3.0
    figure = plots.timeline(recorder.recording)
    assert "at full scale" in [text.get_text() for text in figure.legends[0].get_texts()]
    assert count_of(pixels(figure), FAULT) > 20
    assert count_of(pixels(plots.timeline(recorder.recording, end_s=0.9)), FAULT) == 0


def test_speech_that_goes_on_reaches_to_the_end():
    recording = a_talk().user("", 1.0, 4.0).recording()
    seen = []

    def watch(growing):
        if abs(growing.duration_s - 3.0) < 0.06 and not seen:
            bars = plots.timeline(growing).axes[0].collections[0].get_paths()
            seen.append((bars[0].get_extents().x0, bars[0].get_extents().x1, growing.duration_s))

    a_talk().user("", 1.0, 4.0).recording(watch)
    assert recording.turns
    ((start_s, end_s, duration_s),) = seen
    assert start_s == pytest.approx(1.0, abs=0.05)
    assert end_s == pytest.approx(duration_s, abs=0.05)


def test_of_sound_that_was_not_kept_there_are_bars_and_it_says_so():
    recording = whole_talk().redact(text=False)
    figure = plots.timeline(recording)
    assert "sound not kept" in [text.get_text() for text in figure.legends[0].get_texts()]
    assert f"The sound of {recording.duration_s:.1f} seconds was not kept." in figure.alt
    for side, colour in (("user", USER), ("agent", AGENT)):
        spans = [
            (path.get_extents().x0, path.get_extents().x1)
            for bars in figure.axes[0].collections
            if len(bars.get_facecolor())
            and to_hex(bars.get_facecolor()[0]) == colour.lower()
            and bars.get_facecolor()[0][3] == 1.0
            for path in bars.get_paths()
            if path.get_extents().height > 0.1
        ]
        assert spans == [pytest.approx((s.start_s, s.end_s)) for s in recording.speech(side)]
    assert not overlaps(figure)


def test_texts_are_cut_to_their_room_and_never_read_as_formulas():
    long = "word " * 60 + "$x_1^{"
    talk = a_talk().user("cost $5 and $6_", 1.0, 2.0).agent(2.5, 4.0, long).user("ok", 6.0, 6.5)
    figure = plots.timeline(talk.recording())
    figure.png()
    written = texts(figure)
    assert "cost $5 and $6_" in written
    first, second = (text for text in written if text.startswith("word"))
    assert not first.endswith("…")
    assert second.endswith("…")
    assert not overlaps(figure)


def test_a_name_stands_before_or_in_its_call_at_the_end_of_the_picture():
    talk = a_talk().user("Do it", 0.5, 1.0).tool("look_up_an_order", 9.0, 9.9)
    figure = plots.timeline(talk.until(10.0).recording())
    (name,) = [text for text in figure.axes[0].texts if text.get_text() == "look_up_an_order"]
    box = name.get_window_extent().transformed(figure.axes[0].transData.inverted())
    assert box.x1 <= 9.0
    talk = a_talk().user("Do it", 0.5, 1.0).tool("look_up_an_order", 1.5, 9.9)
    figure = plots.timeline(talk.until(10.0).recording())
    (name,) = [text for text in figure.axes[0].texts if text.get_text() == "look_up_an_order"]
    box = name.get_window_extent().transformed(figure.axes[0].transData.inverted())
    assert 1.5 < box.x0 < box.x1 < 9.9


def test_what_was_before_the_conversation_was_ready_is_shown_if_asked_for():
    talk = a_talk().event(11.4, "session.connecting").event(11.5, "session.ready")
    recording = talk.user("Hello?", 13.0, 14.0).agent(15.0, 18.0, "Hi.").until(20.0).recording()
    for draw in (plots.timeline, plots.spectrogram, plots.prosody):
        assert draw(recording).axes[0].get_xlim() == (11.0, pytest.approx(recording.duration_s))
        assert draw(recording, start_s=0.0).axes[0].get_xlim()[0] == 0.0
        assert draw(recording, end_s=10.0).axes[0].get_xlim() == (0.0, 10.0)
    assert "from 11.0 to" in plots.timeline(recording).alt
    early = a_talk().user("Hello?", 1.0, 2.0).event(11.5, "session.ready").until(20.0).recording()
    assert plots.timeline(early).axes[0].get_xlim()[0] == 0.0
    soon = a_talk().event(1.9, "session.ready").user("Hello?", 4.0, 5.0).until(20.0).recording()
    assert plots.timeline(soon).axes[0].get_xlim()[0] == 0.0
    late = a_talk().event(3.0, "session.ready").user("Hello?", 4.0, 5.0).until(90.0).recording()
    assert plots.timeline(late).axes[0].get_xlim()[0] == 0.0


def test_where_nothing_was_said_the_picture_says_so():
    silent = a_talk().event(0.1, "session.ready").until(8.0).recording()
    assert "nothing was said" in texts(plots.timeline(silent))
    talk = a_talk().user("Hi", 1.0, 2.0).until(20.0).recording()
    assert "nothing was said in this part" in texts(plots.timeline(talk, start_s=5.0, end_s=9.0))
    assert not [text for text in texts(plots.timeline(talk)) if "nothing" in text]


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
    assert not overlaps(figure)


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
    assert not overlaps(figure)


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


def test_names_of_faults_and_tools_are_never_read_as_formulas():
    talk = a_talk().event(0.0, "fault", kind="$x_1^{", planned=True).user("Hi", 1.0, 2.0)
    talk.tool("$y^{", 2.1, 2.2).event(2.3, "fault", kind="$z_{")
    figure = plots.timeline(talk.recording())
    assert not overlaps(figure)
    assert "$y^{" in texts(figure)
    assert "planned: $x 1^{" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_pictures_are_drawn_on_any_thread():
    draws = [plots.timeline, plots.latency, plots.distribution, plots.usage]
    work = [(draw, whole_talk()) for draw in draws]
    with ThreadPoolExecutor(len(work)) as pool:
        drawn = list(pool.map(lambda job: job[0](job[1]).png(), work))
    alone = [draw(recording).png() for draw, recording in work]
    assert drawn == alone


def test_pyplot_is_left_alone():
    import subprocess
    import sys

    code = "import sys, livekit_nb.plots; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
