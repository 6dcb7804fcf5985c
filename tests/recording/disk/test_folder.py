"""Writing as it happens: what a disk may do, and what becomes of the sound."""

import errno
import os
import shutil
import stat
import threading
from pathlib import Path

import numpy as np
import pytest

import livekit_nb as live
from livekit_nb.errors import RecordingError
from livekit_nb.recording import Recorder
from livekit_nb.recording.disk import folder as folder_module
from livekit_nb.recording.disk import writer as writer_module
from livekit_nb.recording.disk.folder import FolderWriter
from livekit_nb.recording.disk.journal import Cursor, gained_since, lines_of, lines_since
from livekit_nb.recording.disk.parts import FolderParts
from tests.recording.disk.made_up import Story, assert_same
from tests.recording.talks import ORIGIN_S, a_talk

TOLD = [("user", 90, True, True), ("caption.user", "Hello.", True), ("agent", 8, 8, True)]


def test_what_is_there_is_not_written_over(tmp_path: Path):
    (tmp_path / "talk.liverec").write_text("mine")
    with pytest.raises(RecordingError, match="exists already"):
        Recorder(path=tmp_path / "talk.liverec")
    assert (tmp_path / "talk.liverec").read_text() == "mine"
    with pytest.raises(RecordingError, match="No recording can be written"):
        Recorder(path=tmp_path / "nowhere" / "talk.liverec")
    story = Story()
    story.recording.save(tmp_path / "one.liverec")
    with pytest.raises(RecordingError, match="overwrite=True"):
        story.recording.save(tmp_path / "one.liverec")
    story.tell(TOLD)
    story.recording.save(tmp_path / "one.liverec", overwrite=True)
    assert_same(live.load(tmp_path / "one.liverec"), story.recording)
    (tmp_path / "folder").mkdir()
    with pytest.raises(RecordingError, match="is a folder"):
        story.recording.save(tmp_path / "folder", overwrite=True)
    with pytest.raises(RecordingError, match="could not be saved"):
        story.recording.save(tmp_path / "nowhere" / "one.liverec")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "folder",
        "one.liverec",
        "talk.liverec",
    ]


def test_lines_are_made_of_what_was_copied_however_the_talk_goes_on():
    story = Story()
    story.tell([*TOLD, ("message", "received", "hello")])
    recording = story.recording
    wanted = lines_since(recording, Cursor())
    gains = gained_since(recording, Cursor())
    story.tell([*TOLD, ("message", "received", "more")])
    assert lines_of(gains) == wanted
    assert len(lines_since(recording, Cursor())) > len(wanted)


def test_only_its_owner_may_read_it(tmp_path: Path):
    before = os.umask(0)
    try:
        story = Story()
        writer = FolderWriter(story.recording, tmp_path / "talk.liverec")
        story.tell([*TOLD, ("frame", b"x")])
        writer.catch_up()
        written = [*(tmp_path / "talk.liverec").rglob("*")]
        writer.finish()
        story.recording.save(tmp_path / "saved.liverec")
    finally:
        os.umask(before)
    written += [*tmp_path.rglob("*")]
    assert len(written) > 15
    for path in filter(Path.exists, written):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_save_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    story = Story()
    path = tmp_path / "one.liverec"
    story.recording.save(path)
    before = path.read_bytes()
    story.tell(TOLD)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RecordingError, match="No space left on device"):
        story.recording.save(path, overwrite=True)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("broken", ["_put", "_append", "_write_wav"])
def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str):
    story = Story()
    writer = FolderWriter(story.recording, tmp_path / "talk.liverec", memory_s=0.0)
    story.tell(TOLD)
    writer.catch_up()

    def full(*details: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(FolderWriter, broken, full)
        for _ in range(3):
            story.tell([*TOLD, ("frame", b"picture"), ("wait", 33.0)])
            with pytest.raises(OSError, match="No space"):
                writer.catch_up()
    writer.catch_up()
    assert_same(live.load(tmp_path / "talk.liverec"), story.recording)
    plain = Story()
    plain.recording.started_at = story.recording.started_at
    plain.tell([*TOLD, *[*TOLD, ("frame", b"picture"), ("wait", 33.0)] * 3])
    assert_same(plain.recording, story.recording)


def test_half_a_line_that_was_written_is_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    story = Story()
    writer = FolderWriter(story.recording, tmp_path / "talk.liverec")
    story.tell(TOLD)
    writer.catch_up()
    journal = tmp_path / "talk.liverec" / "journal.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"events": [[1.0, "x", {"a": "' + b"long" * 40_000)
    assert live.load(tmp_path / "talk.liverec").damage == {}
    story.tell(TOLD)
    writer.catch_up()
    assert_same(live.load(tmp_path / "talk.liverec"), story.recording)


def test_a_folder_that_vanished_is_told_and_the_rest_can_be_saved(tmp_path: Path):
    story = Story(path=tmp_path / "talk.liverec")
    story.tell(TOLD)
    disk = story.pen._disk
    assert disk is not None
    shutil.rmtree(tmp_path / "talk.liverec")
    story.tell(TOLD)
    story.pen.finish()
    (event,) = [e for e in story.recording.events if e.kind == "recording.unwritten"]
    assert event.data == {"message": os.strerror(errno.ENOENT)}
    assert "not written at the moment (No such file or directory)" in story.recording.summary()
    story.recording.save(tmp_path / "saved.liverec")
    loaded = live.load(tmp_path / "saved.liverec")
    assert np.array_equal(loaded.user_audio()[0], story.recording.user_audio()[0])
    assert np.abs(loaded.user_audio()[0]).max() > 0.2


def test_sound_that_no_disk_takes_is_bounded_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(folder_module, "UNWRITTEN_S", 2.0)
    pen = Recorder(clock=lambda: ORIGIN_S)
    writer = FolderWriter(pen.recording, tmp_path / "talk.liverec", memory_s=0.0)
    pen.user_audio(b"\x01\x00" * 16_000 * 3, ORIGIN_S)
    assert pen.recording.dropped["user_s"] == 1.0
    writer.catch_up()
    pen.user_audio(b"\x01\x00" * 16_000, ORIGIN_S + 59.5)
    assert pen.recording.dropped["user_s"] == 2.0


def test_finishing_twice_is_finishing_once(tmp_path: Path):
    story = Story(path=tmp_path / "talk.liverec")
    story.tell(TOLD)
    story.pen.finish()
    story.pen.finish()
    assert_same(live.load(tmp_path / "talk.liverec"), story.recording)
    names = {path.name for path in (tmp_path / "talk.liverec" / "audio").iterdir()}
    assert names == {"user-0000.flac", "agent-0000.flac", "received-0000.flac"}


def test_running_minutes_are_ordinary_wav_files(tmp_path: Path):
    import soundfile

    story = Story()
    writer = FolderWriter(story.recording, tmp_path / "talk.liverec")
    story.tell(TOLD)
    writer.catch_up()
    wav, rate_hz = soundfile.read(
        tmp_path / "talk.liverec" / "audio" / "user-0000.wav", dtype="float32"
    )
    sound, _ = story.recording.user_audio(0.0, len(wav) / rate_hz)
    assert rate_hz == 16_000
    assert np.array_equal(wav, sound)


def test_silence_costs_no_file(tmp_path: Path):
    recording = a_talk().user("", 1.0, 2.0).agent(130.0, 131.0, "Hm.").recording()
    recording.save(tmp_path / "talk.liverec")
    import zipfile

    with zipfile.ZipFile(tmp_path / "talk.liverec") as archive:
        agent = [name for name in archive.namelist() if name.startswith("audio/agent")]
    assert agent == ["audio/agent-0002.flac"]


def test_messages_that_memory_dropped_before_the_disk_took_them(tmp_path: Path):
    pen = Recorder(clock=lambda: ORIGIN_S)
    pen.recording._messages._most = 32
    writer = FolderWriter(pen.recording, tmp_path / "talk.liverec")
    for number in range(10):
        pen.message("sent", "setup", number)
    writer.catch_up()
    for number in range(10, 110):
        pen.message("sent", "clientContent", number, f"body {number}")
    writer.catch_up()
    pen.message("received", "toolCall", 1)
    writer.finish()
    loaded = live.load(tmp_path / "talk.liverec")
    assert loaded.damage == {}
    kept = list(pen.recording.messages)
    assert list(loaded.messages)[-len(kept) :] == kept


def test_a_folder_is_read_while_files_come_and_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "audio").mkdir()
    for name in ("audio/user-0000.wav", "audio/user-0000.flac.part", "recording.json"):
        (tmp_path / name).write_bytes(b"12")
    look = os.scandir

    def gone_meanwhile(where: Path) -> list[os.DirEntry[str]]:
        found = list(look(where))
        (tmp_path / "audio/user-0000.flac.part").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(os, "scandir", gone_meanwhile)
    sizes = FolderParts(tmp_path).sizes()
    assert sizes == {"audio/user-0000.wav": 2, "recording.json": 2}


def test_nobody_who_records_waits_for_sound_that_is_read_from_disk():
    pen = Recorder(clock=lambda: ORIGIN_S)
    pen.agent_received(bytes(2 * 30 * 24_000), ORIGIN_S)

    class Slow:
        def read(self, first: int, stop: int) -> np.ndarray:
            recording = threading.Thread(target=pen.event, args=("user.text",), daemon=True)
            recording.start()
            recording.join(30)
            assert not recording.is_alive()
            return np.full(stop - first, 7, np.int16)

    pen.recording._received.release(Slow(), 10 * 24_000)
    sound = pen.recording.received_audio()
    assert (sound == np.repeat([7, 0], [240_000, 480_000])).all()


def test_a_disk_that_is_full_at_the_end_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writer_module, "_RETRY_S", 0.01)
    story = Story(path=tmp_path / "talk.liverec")
    story.tell(TOLD)
    write = FolderWriter.finish
    failing = iter([OSError(errno.ENOSPC, "No space left on device")])

    def full_once(writer: FolderWriter) -> None:
        for error in failing:
            raise error
        write(writer)

    monkeypatch.setattr(FolderWriter, "finish", full_once)
    story.pen.finish()
    assert story.pen._disk is not None
    story.pen._disk._thread.join(30)
    assert not story.recording.unwritten
    loaded = live.load(tmp_path / "talk.liverec")
    assert loaded.turns == story.recording.turns
    assert np.array_equal(loaded.user_audio()[0], story.recording.user_audio()[0])
    told = (tmp_path / "talk.liverec" / "recording.json").read_text()
    assert '"complete": true' in told
