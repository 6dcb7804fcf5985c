"""Pictures, the sound as it was sent, and speech: what a recording keeps beside its two tracks."""

import numpy as np
import pytest

from livekit_nb.recording import Recorder
from livekit_nb.recording.frames import FrameLog, VideoFrame
from tests.recording.talks import ORIGIN_S, a_talk, pcm, voice


def recorder() -> Recorder:
    """A pen whose time is one second from the recording's start."""
    times = iter([ORIGIN_S])
    return Recorder(clock=lambda: next(times, ORIGIN_S + 1.0))


def test_pictures_are_kept_as_they_were_sent():
    pen = recorder()
    pen.frame(b"\xff\xd8one", 640, 480)
    pen.frame(b"\xff\xd8second", 320, 240, at=ORIGIN_S + 2.0)
    frames = pen.recording.frames
    assert frames == [VideoFrame(1.0, 640, 480, 5, 1), VideoFrame(2.0, 320, 240, 8, 2)]
    assert [frame.jpeg for frame in frames] == [b"\xff\xd8one", b"\xff\xd8second"]
    assert frames.rows()[1] == {
        "number": 2,
        "t_s": 2.0,
        "width_px": 320,
        "height_px": 240,
        "bytes": 8,
    }
    (first, _) = pen.recording.events
    assert first.kind == "video.frame"
    assert first.data == {"width": 640, "height": 480, "bytes": 5, "number": 1}
    assert "one" not in repr(frames) + repr(frames[0]) + str(frames)


def test_a_picture_that_was_only_told_of_has_no_file():
    pen = recorder()
    pen.event("video.frame", width=640, height=480, bytes=20_000)
    (frame,) = pen.recording.frames
    assert (frame.size, frame.jpeg) == (20_000, None)


def test_pictures_that_do_not_fit_are_counted_and_their_times_kept():
    log = FrameLog(limit_bytes=10)
    pen = recorder()
    pen.recording._frames = log
    for size in (6, 6, 4):
        pen.frame(bytes(size), 8, 8)
    assert [frame.jpeg for frame in pen.recording.frames] == [bytes(6), None, bytes(4)]
    assert pen.recording.dropped["frames"] == 1


def test_the_sound_is_kept_as_the_server_sent_it_whatever_was_heard_of_it():
    recording = a_talk().user("", 0.5, 1.0).agent(2.0, 3.0, "Yes.", cut_s=2.8).recording()
    sent = np.frombuffer(
        pcm(np.concatenate((voice(1.0, 24_000, 210.0), voice(1.0, 24_000, 210.0)))), "<i2"
    )
    assert np.array_equal(recording.received_audio(), sent)
    assert np.array_equal(recording.received_audio(1_000, 500), sent[1_000:1_500])
    assert len(recording.received_audio(47_900, 500)) == 100
    assert recording.received_audio().dtype == np.int16


def test_sound_that_was_sent_and_does_not_fit_is_counted():
    pen = Recorder(clock=lambda: ORIGIN_S, limit_s=1.0)
    for _ in range(3):
        pen.agent_received(bytes(24_000), ORIGIN_S)
    assert len(pen.recording.received_audio()) == 24_000
    assert pen.recording.dropped["received_s"] == pytest.approx(0.5)


def test_speech_of_a_side_is_found_in_its_sound():
    recording = (
        a_talk().user("Hi.", 0.5, 1.5).agent(2.0, 3.0, "Yes.").user("", 4.0, 4.6).recording()
    )
    for side, wanted in (("user", [(0.5, 1.5), (4.0, 4.6)]), ("agent", [(2.0, 3.0)])):
        found = [(segment.start_s, segment.end_s) for segment in recording.speech(side)]
        assert np.allclose(found, wanted, atol=0.02)
