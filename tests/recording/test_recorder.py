import logging

import pytest

from livekit_nb.errors import AudioError
from livekit_nb.recording import Recorder
from livekit_nb.recording.events import KINDS, Event, plain


class Clock:
    def __init__(self, now: float = 700.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_times_count_from_the_start():
    clock = Clock()
    pen = Recorder(clock)
    clock.now += 1.5
    assert pen.now_s == pytest.approx(1.5)
    assert pen.event("mic.started", rate_hz=48_000) == Event(
        pytest.approx(1.5), "mic.started", {"rate_hz": 48_000}
    )
    assert pen.event("mic.stopped", at=700.25).t == pytest.approx(0.25)


def test_events_are_ordered_by_time_and_increments_by_telling():
    clock = Clock()
    pen = Recorder(clock)
    for at_s in (701.0, 703.0, 702.0, 702.0):
        pen.event("video.frame", at=at_s, number=at_s)
    recording = pen.recording
    assert [event.t for event in recording.events] == pytest.approx([1.0, 2.0, 2.0, 3.0])
    assert [event.t for event in recording.events_since(1)] == pytest.approx([3.0, 2.0, 2.0])
    assert recording.events_since(4) == []


def test_later_changes_do_not_rewrite_what_was_recorded():
    pen = Recorder(Clock())
    args = {"cities": ["Paris"]}
    event = pen.event("tool.call", id="1", name="go", args=args)
    args["cities"].append("Berlin")
    assert event.data["args"] == {"cities": ["Paris"]}
    assert pen.recording.tools[0].args == {"cities": ["Paris"]}


def test_what_is_no_json_is_named_by_its_type_only():
    class Secret:
        def __repr__(self) -> str:
            return "sk-12345"

    assert plain({"a": (1, 2.5, None, True), 3: Secret(), "b": b"xx"}) == {
        "a": [1, 2.5, None, True],
        "3": "<Secret>",
        "b": "<bytes>",
    }
    loop: list = []
    loop.append(loop)
    assert "<too deep>" in str(plain(loop))


def test_subscribers_hear_events_until_they_leave():
    pen = Recorder(Clock())
    heard = []
    leave = pen.subscribe(heard.append)
    first = pen.event("mic.started")
    leave()
    leave()
    pen.event("mic.stopped")
    assert heard == [first]


def test_a_failing_subscriber_harms_nobody_and_leaks_nothing(caplog):
    pen = Recorder(Clock())
    heard = []

    def fail(event):
        raise ValueError(event.data["text"])

    pen.subscribe(fail)
    pen.subscribe(heard.append)
    with caplog.at_level(logging.WARNING):
        pen.event("caption.user", text="my secret", final=True)
    assert len(heard) == 1
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


def test_an_event_may_have_a_detail_called_kind():
    event = Recorder(Clock()).event("mic.started", kind="audioinput")
    assert event.data == {"kind": "audioinput"}


def test_half_a_sample_is_refused():
    pen = Recorder(Clock())
    with pytest.raises(AudioError, match="even"):
        pen.user_audio(b"\0\0\0", 700.0, 700.02)
    with pytest.raises(AudioError, match="even"):
        pen.agent_played(b"\0", 700.0)


def test_no_event_repr_shows_its_data():
    assert "secret" not in repr(Event(1.0, "caption.user", {"text": "secret"}))


def test_an_event_says_all_it_holds_when_it_is_printed():
    event = Event(1.25, "caption.user", {"text": "secret", "final": True})
    assert str(event) == "1.250 s  caption.user  text='secret'  final=True"
    assert str(Event(0.0, "mic.stopped")) == "0.000 s  mic.stopped"


def test_every_kind_is_documented():
    from livekit_nb.recording import events

    for kind in KINDS:
        assert f"\n{kind}" in events.__doc__


@pytest.mark.parametrize("size", [100, 320, 333, 1600])
def test_sending_times_follow_the_samples_whatever_the_chunks(size):
    pen = Recorder(Clock())
    for number in range(20):
        pen.user_audio(bytes(640), 700.0 + number * 0.02, 700.03 + number * 0.02)
    sent = 0
    while sent < 20 * 320:
        sent += size
        pen.user_sent(size, 701.0 + sent / 1e6)
    marks = pen.recording._marks
    for number in range(20):
        last = (number + 1) * 320
        done = -(-last // size) * size
        times = marks.at(number * 320 + 100)
        assert times.captured_s == pytest.approx(number * 0.02)
        assert times.arrived_s == pytest.approx(0.03 + number * 0.02)
        assert times.sent_s == pytest.approx(1.0 + done / 1e6)


def test_frames_that_are_never_sent_have_no_sending_time():
    pen = Recorder(Clock())
    for number in range(3):
        pen.user_audio(bytes(640), 700.0 + number * 0.02)
    pen.user_sent(320, 700.1)
    pen.user_unsent(320)
    pen.user_sent(320, 700.2)
    marks = pen.recording._marks
    assert [marks.at(n * 320).sent_s for n in range(3)] == [
        pytest.approx(0.1),
        None,
        pytest.approx(0.2),
    ]
    assert marks.at(0).arrived_s is None
    assert marks.at(-1) is None
