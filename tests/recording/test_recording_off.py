"""While recording is off, sound, pictures and words are not kept, and everything else is."""

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import livekit_nb as live
from livekit_nb.recording import Recorder, Recording
from livekit_nb.recording.events import Event
from tests.recording.disk.made_up import Story, assert_same
from tests.recording.disk.test_redacting import bytes_of, everything
from tests.recording.talks import ORIGIN_S, Talk, a_talk

SECRET = "Canary-Tweety-7351"


def talk() -> Talk:
    return (
        a_talk()
        .user("Hello.", 1.0, 2.0)
        .agent(3.0, 5.0, "Hi there.")
        .user(f"It is {SECRET}.", 8.0, 10.0)
        .tool("keep", 10.5, 11.0, what=SECRET)
        .agent(11.5, 14.0, f"I see, {SECRET}, really", cut_s=13.9)
        .user("Stop.", 13.5, 14.5)
        .agent(16.0, 17.0, "Bye.")
    )


def switched(off_s: float, on_s: float, **options: Any) -> tuple[Recording, list[Event]]:
    """The talk, with recording off from one time to another, and what subscribers were told."""
    told: list[Event] = []
    made = talk()

    def off(pen: Recorder) -> None:
        pen.subscribe(told.append)
        pen.record(False)
        pen.record(False)

    made._at(off_s, off)
    made._at(on_s, lambda pen: pen.record(True))
    return made.recording(**options), told


def test_sound_and_words_of_that_time_are_nowhere(tmp_path: Path):
    recording, told = switched(7.0, 15.0, path=tmp_path / "talk.liverec")
    assert SECRET in "".join(map(str, told))  # who listens hears it
    told.clear()
    assert SECRET not in everything(recording)
    for path in (tmp_path / "talk.liverec").rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()
    recording.save(tmp_path / "saved.liverec")
    assert SECRET.encode() not in bytes_of(tmp_path / "saved.liverec")
    whole = talk().recording()
    for side in ("user", "agent"):
        sound, rate_hz = getattr(recording, f"{side}_audio")()
        wanted = getattr(whole, f"{side}_audio")()[0].copy()
        off = slice(round(7.0 * rate_hz), round(15.0 * rate_hz))
        assert not np.any(sound[off][rate_hz // 20 : -rate_hz // 20])
        wanted[off] = 0.0
        assert np.count_nonzero(sound != wanted) < 0.1 * rate_hz
        bins = round(off.start / rate_hz * 50) + 3, round(off.stop / rate_hz * 50) - 3
        assert not any(recording.peaks(side)[bins[0] : bins[1]])
    assert_same(live.load(tmp_path / "talk.liverec"), recording)


def test_turns_and_latency_of_that_time_are_as_ever():
    recording, _ = switched(7.0, 15.0)
    whole = talk().recording()
    assert recording.speech("user") == whole.speech("user")
    assert recording.speech("agent") == whole.speech("agent")
    assert len(recording.turns) == len(whole.turns) == 3
    for turn, wanted in zip(recording.turns, whole.turns, strict=True):
        assert turn.latency == wanted.latency
        assert turn.barge_in_stop_s == wanted.barge_in_stop_s
        assert turn.interrupted == wanted.interrupted
    assert [turn.user.text for turn in recording.turns if turn.user] == ["Hello.", "", ""]
    assert recording.turns[2].agent is not None
    assert recording.turns[2].agent.text == "Bye."
    assert recording.tools[0].name == "keep"
    assert recording.tools[0].args == {}


def test_when_it_was_off_is_told():
    recording, _ = switched(7.0, 15.0)
    kinds = [e.kind for e in recording.events if e.kind.startswith("recording.")]
    assert kinds == ["recording.paused", "recording.resumed"]
    ((off_s, on_s),) = [(span.start_s, span.end_s) for span in recording.unrecorded]
    assert (off_s, on_s) == pytest.approx((7.0, 15.0))
    assert "recording was off for 8.0 s" in recording.summary()
    assert talk().recording().unrecorded == []
    assert live.plots.timeline(recording).alt
    assert len(recording.turns.rows()) == 3


def test_it_can_be_off_from_the_beginning(tmp_path: Path):
    recording = talk().recording(record=False)
    assert not np.any(recording.user_audio()[0])
    assert not np.any(recording.received_audio())
    assert len(recording.received_audio()) == len(talk().recording().received_audio())
    assert SECRET not in everything(recording)
    assert len(recording.turns) == 3
    ((off_s, on_s),) = [(span.start_s, span.end_s) for span in recording.unrecorded]
    assert (off_s, on_s) == (0.0, recording.duration_s)


def test_pictures_and_messages_have_their_times_only():
    story = Story(record=False)
    story.tell([("frame", b"picture"), ("message", "sent", SECRET)])
    story.pen.record(True)
    story.tell([("frame", b"another"), ("message", "sent", "kept")])
    recording = story.recording
    assert [(frame.size, frame.jpeg) for frame in recording.frames] == [(7, None), (7, b"another")]
    assert [message.body for message in recording.messages] == [None, "kept"]
    assert recording.dropped["frames"] == 0


def test_sound_that_is_not_kept_is_held_for_two_seconds_at_most():
    pen = Recorder(clock=lambda: ORIGIN_S, record=False)
    gc.collect()
    for number in range(50 * 30):
        pen.user_audio(b"\x07\x01" * 320, ORIGIN_S + number * 0.02)
        pen.agent_played(b"\x07\x01" * 480, ORIGIN_S + number * 0.02)
        for track, rate_hz in ((pen.recording._user, 16_000), (pen.recording._agent, 24_000)):
            held = sum(len(samples) for _, samples in track._passing)
            assert held <= 2 * rate_hz
            assert not track._blocks
    pen.finish()
    assert not pen.recording._user._passing
