"""What is saved is loaded, exactly."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import livekit_nb as live
from livekit_nb.recording.disk.folder import FolderWriter
from tests.recording.disk.made_up import Story, assert_same, steps
from tests.recording.talks import a_talk

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(st.lists(steps, max_size=25))
def test_a_recording_is_loaded_as_it_was_saved(told: list[tuple[Any, ...]]):
    story = Story()
    story.tell(told)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "talk.liverec")
        story.recording.save(path)
        loaded = live.load(path)
        assert_same(loaded, story.recording)
        again = Path(folder, "again.liverec")
        loaded.save(again)
        assert_same(live.load(again), story.recording)


@SLOW
@given(st.lists(steps, max_size=25), st.integers(1, 7), st.sampled_from([0.0, 25.0]))
def test_a_recording_written_as_it_happens_is_loaded_as_it_was(
    told: list[tuple[Any, ...]], every: int, memory_s: float
):
    story, plain = Story(), Story()
    plain.pen.recording.started_at = story.pen.recording.started_at
    plain.tell(told)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "talk.liverec")
        writer = FolderWriter(story.recording, path, memory_s=memory_s)
        looks = iter(range(10_000))

        def look() -> None:
            if next(looks) % every == 0:
                writer.catch_up()

        story.tell(told, look)
        writer.catch_up()
        assert_same(live.load(path), story.recording)
        writer.finish()
        assert_same(story.recording, plain.recording)
        assert_same(live.load(path), plain.recording)
        saved = Path(folder, "saved.liverec")
        story.recording.save(saved)
        assert_same(live.load(saved), plain.recording)


def test_a_conversation_that_goes_on_is_saved_as_it_is_at_the_moment(tmp_path: Path):
    moments = []

    def look(recording: live.Recording) -> None:
        if len(moments) < 4 and recording.duration_s > 2.0 * (len(moments) + 1):
            moments.append(len(moments))
            path = tmp_path / f"{len(moments)}.liverec"
            recording.save(path)
            assert_same(live.load(path), recording)

    a_talk().user("One.", 0.5, 2.5).agent(3.0, 5.0, "Two.", cut_s=4.8).user("", 4.4, 8.0).recording(
        look
    )
    assert len(moments) == 4


def test_a_minute_that_is_over_leaves_memory_and_is_read_back(tmp_path: Path):
    talk = a_talk().user("", 1.0, 3.0).agent(70.0, 75.0, "Yes.").user("", 190.0, 195.0).until(200)
    plain = talk.recording()
    written = talk.recording(path=tmp_path / "talk.liverec", memory_s=10.0)
    assert written.path == tmp_path / "talk.liverec"
    held = [sum(block.nbytes for block in t._blocks.values()) for t in written._tracks.values()]
    assert sum(held) < 60 * 2 * (16_000 + 2 * 24_000)
    plain.started_at = written.started_at
    assert_same(written, plain)


def test_a_live_recording_reads_and_plots_like_any(tmp_path: Path):
    recording = a_talk().user("Hi.", 0.5, 1.5).agent(2.0, 3.0, "Ho.").camera(1.0, 3.0).recording()
    recording.save(tmp_path / "talk.liverec")
    loaded = live.load(tmp_path / "talk.liverec")
    assert live.plots.timeline(loaded).alt == live.plots.timeline(recording).alt
    loaded.export(tmp_path / "one.wav")
    recording.export(tmp_path / "other.wav")
    assert (tmp_path / "one.wav").read_bytes() == (tmp_path / "other.wav").read_bytes()
    assert repr(loaded) == repr(recording)
