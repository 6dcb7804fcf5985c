from xml.etree import ElementTree

import pytest

from livekit_nb.recording import Recording
from livekit_nb.recording.export.drawing import clock, timeline_svg
from tests.recording.talks import a_talk


def drawn(recording: Recording) -> ElementTree.Element:
    return ElementTree.fromstring(timeline_svg(recording))


def of(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    """Everything drawn of a kind, in its order."""
    return [
        element
        for element in svg.iter()
        if set(kind.split()) <= set(element.get("class", "").split())
    ]


def seconds(share: str, recording: Recording) -> float:
    assert share.endswith("%")
    return float(share[:-1]) / 100 * recording.duration_s


@pytest.mark.parametrize(
    ("t", "written"),
    [(0.0, "0:00"), (59.9, "0:59"), (59.96, "1:00"), (61.0, "1:01"), (3725.0, "1:02:05")],
)
def test_times_are_written_as_clocks_do(t, written):
    assert clock(t) == written


def test_everything_lies_where_it_happened():
    talk = a_talk().user("Hello <b>", 1.0, 2.5).tool("find", 2.6, 3.0).camera(0.0, 3.0)
    talk.agent(3.2, 6.0, "A & B", cut_s=6.1).user("Stop", 5.5, 6.8).typed("more", 9.0)
    talk.event(10.0, "session.reconnecting", attempt=1).event(10.5, "session.connecting")
    recording = talk.event(12.0, "session.resumed", attempt=1).until(15.0).recording()
    svg = drawn(recording)
    first, second = recording.turns[:2]
    bars = of(svg, "bar user")
    assert [seconds(bar.get("x"), recording) for bar in bars] == pytest.approx(
        [first.user.start, second.user.start], abs=1e-3
    )
    assert bars[0][0].text == "You, 0:00: Hello <b>" or bars[0][0].text == "You, 0:01: Hello <b>"
    (agent,) = of(svg, "bar agent")
    span = [seconds(agent.get(name), recording) for name in ("x", "width")]
    heard = first.agent
    assert span == pytest.approx([heard.first_audible, heard.end - heard.first_audible], abs=1e-3)
    (cut,) = of(svg, "cut")
    assert seconds(cut.get("x1"), recording) == pytest.approx(heard.end, abs=1e-3)
    (wait,) = of(svg, "wait")
    assert seconds(wait.get("width"), recording) == pytest.approx(
        first.latency.voice_to_voice, abs=1e-3
    )
    (outage,) = of(svg, "outage")
    span = [seconds(outage.get(name), recording) for name in ("x", "width")]
    assert span == pytest.approx([10.0, 2.0], abs=1e-3)
    (tool,) = of(svg, "tool")
    assert seconds(tool.get("x"), recording) == pytest.approx(2.6, abs=1e-3)
    frames = of(svg, "frame")
    assert len(frames) == 3
    below = float(tool.get("y")) + float(tool.get("height"))
    assert all(float(frame.get("y1")) > below for frame in frames)
    assert seconds(of(svg, "typed")[0].get("x1"), recording) == pytest.approx(9.0, abs=1e-3)
    assert of(svg, "head")[0].get("x1") == "0%"


def test_waveforms_are_as_wide_as_their_sound():
    recording = a_talk().user("Hello", 1.0, 2.0).until(4.0).recording()
    wave, _ = (element for element in drawn(recording).iter() if element.get("viewBox") is not None)
    _, _, width, height = map(float, wave.get("viewBox").split())
    assert width == pytest.approx(recording.duration_s / recording.peak_step_s)
    assert height == 100
    # Along the top and back along the bottom: as high above the middle as below it.
    steps = wave[0].get("d").removeprefix("M-1 50").removesuffix("z").split("l")[1:]
    moves = [tuple(map(int, step.split())) for step in steps]
    half = len(moves) // 2
    assert [dx for dx, _ in moves] == [1] * half + [-1] * half
    assert [dy for _, dy in moves[:half]] == [dy for _, dy in reversed(moves[half:])]
    y, loud = 50, []
    for number, (_, dy) in enumerate(moves[:half]):
        y += dy
        if y < 45:
            loud.append((number) * recording.peak_step_s)
    assert (loud[0], loud[-1]) == pytest.approx((1.0, 2.0), abs=0.05)


def test_an_empty_recording_is_drawn_too():
    svg = drawn(Recording())
    assert of(svg, "head")
    assert not of(svg, "bar")


def test_labels_that_have_no_room_are_for_who_zooms_in():
    talk = a_talk()
    for number in range(20):
        talk.user("Hello", 3.0 * number + 0.5, 3.0 * number + 1.0).agent(
            3.0 * number + 1.5, 3.0 * number + 2.5, "Hi."
        )
    svg = drawn(talk.recording())
    assert len(of(svg, "waited fine")) >= 19
    ticks = [element for element in of(svg, "tick") if element.tag == "text"]
    shown = [tick.text for tick in ticks if "fine" not in tick.get("class").split()]
    assert len(shown) <= 11
    assert len({tick.text for tick in ticks}) == len(ticks) > len(shown)
