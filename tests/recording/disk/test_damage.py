"""What is damaged is told, and what can be saved is."""

import base64
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

import livekit_nb as live
from livekit_nb.errors import RecordingError
from livekit_nb.recording import Recording
from livekit_nb.recording.disk.folder import FolderWriter
from livekit_nb.recording.disk.sound import StoredSound
from livekit_nb.widgets.sights import frame
from tests.recording.disk.made_up import Story, assert_same
from tests.recording.talks import a_talk


@pytest.fixture(scope="module")
def talk() -> Recording:
    return (
        a_talk()
        .user("What's up?", 1.0, 3.0)
        .agent(4.0, 6.0, "Not much.")
        .camera(1.0, 3.0)
        .user("Later.", 62.0, 64.0)
        .agent(65.0, 66.0, "Bye.")
        .recording()
    )


@pytest.fixture
def folder(talk: Recording, tmp_path: Path) -> Path:
    """The recording as a folder."""
    talk.save(tmp_path / "talk.zip")
    with zipfile.ZipFile(tmp_path / "talk.zip") as archive:
        archive.extractall(tmp_path / "talk.liverec")
    return tmp_path / "talk.liverec"


def lines(folder: Path) -> list[bytes]:
    return (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)


def put(folder: Path, journal: list[bytes]) -> None:
    (folder / "journal.jsonl").write_bytes(b"".join(journal))


def test_a_folder_loads_as_its_zip_does(talk: Recording, folder: Path):
    assert_same(live.load(folder), talk)


def test_without_its_index_it_is_the_same(talk: Recording, folder: Path):
    (folder / "index.npz").unlink()
    assert_same(live.load(folder), talk)
    (folder / "index.npz").write_bytes(b"PK\x03\x04 nonsense")
    assert_same(live.load(folder), talk)


def test_an_index_of_other_sound_is_not_believed(talk: Recording, folder: Path):
    index = (folder / "index.npz").read_bytes()
    for path in folder.glob("audio/*-0000.flac"):
        sound, rate_hz = soundfile.read(path, dtype="int16")
        soundfile.write(path, sound // 2, rate_hz, subtype="PCM_16")  # as long as it was
    with_index = live.load(folder)
    (folder / "index.npz").unlink()
    without = live.load(folder)
    with np.load(io.BytesIO(index)) as columns:  # peaks beside which there is no word of the sound
        kept = {name: columns[name] for name in columns if not name.endswith("_sound")}
    np.savez(folder / "index.npz", **kept)
    older = live.load(folder)
    for side in ("user", "agent"):
        true = without.peaks(side)
        assert with_index.peaks(side) == older.peaks(side) == true != talk.peaks(side)


def test_the_index_of_the_sound_that_is_there_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    with np.load(folder / "index.npz") as columns:
        peaks = {side: columns[f"{side}_peaks"].tolist() for side in ("user", "agent")}
    monkeypatch.setattr(StoredSound, "read", lambda *_: pytest.fail("the sound was read"))
    loaded = live.load(folder)
    for side in ("user", "agent"):
        found = loaded.peaks(side)
        assert found
        assert found == peaks[side][: len(found)]


def test_a_last_line_that_was_being_written_is_left_out(talk: Recording, folder: Path):
    put(folder, [*lines(folder), b'{"events": [[66.0, "caption.user", {"te'])
    loaded = live.load(folder)
    assert loaded.damage == {}
    assert_same(loaded, talk)


def test_a_journal_that_breaks_off_anywhere_loads(talk: Recording, folder: Path):
    whole = b"".join(lines(folder))
    for length in np.linspace(0, len(whole), 41).astype(int):
        (folder / "journal.jsonl").write_bytes(whole[:length])
        loaded = live.load(folder)
        assert list(loaded.events) == list(talk.events)[: len(loaded.events)]
        assert loaded.summary()


def test_lines_that_say_nothing_are_counted(talk: Recording, folder: Path):
    nonsense = [
        b"\x00\xff\n",
        b"[]\n",
        b'{"events": 7}\n',
        b'{"turn": {"index": "x"}}\n',
        b'{"state": {}}\n',
        b'{"marks": {"first": [1]}}\n',
        b'{"messages": {"from": 99}}\n',
        b'{"speech": {"side": "nobody", "spans": []}}\n',
        b'{"speech": {"side": "user", "spans": [[NaN, 2]]}}\n',
        b'{"events": [[1e12, "user.text", {}]]}\n',
        b'{"events": [[Infinity, "user.text", {}]]}\n',
        b'{"sounding": [[0, 1.5, 3]]}\n',
        b'{"sounding": [[0, 1, 4294967296]]}\n',
        b'{"state": {"turns": 1, "samples": {}, "speaking": {}, "dropped": {"user": "x"}}}\n',
        b'{"state": {"turns": 1, "samples": {}, "speaking": {}, "now_s": NaN}}\n',
        b"[" * 100_000 + b"\n",
    ]
    put(folder, [*nonsense, *lines(folder)])
    loaded = live.load(folder)
    assert loaded.damage == {"journal": len(nonsense)}
    assert f"journal {len(nonsense)}" in loaded.summary()
    assert loaded.events == talk.events
    assert loaded.turns == talk.turns


def test_what_a_later_version_adds_is_left_out(talk: Recording, folder: Path):
    told = json.loads((folder / "recording.json").read_text())
    told["novelty"] = {"deep": [1]}
    (folder / "recording.json").write_text(json.dumps(told))
    (folder / "novelties").mkdir()
    (folder / "novelties" / "one.bin").write_bytes(b"\x00")
    put(folder, [b'{"novelty": {"a": 1}}\n', *lines(folder)])
    loaded = live.load(folder)
    assert loaded.damage == {}
    assert_same(loaded, talk)


def test_a_newer_form_is_refused(folder: Path):
    told = json.loads((folder / "recording.json").read_text())
    told["version"] = 2
    (folder / "recording.json").write_text(json.dumps(told))
    with pytest.raises(RecordingError, match=r"version 2 .* up to 1.*pip install -U"):
        live.load(folder)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "least_s"), [(Path.unlink, 60.0), (cut, 40.0), (flip, 0.0), (Path.touch, None)]
)
def test_a_damaged_minute_is_silent_where_it_is_lost(
    talk: Recording, folder: Path, harm: Callable[[Path], None], least_s: float | None
):
    harm(folder / "audio" / "user-0000.flac")
    loaded = live.load(folder)
    sound, whole = loaded.user_audio()[0], talk.user_audio()[0]
    assert len(sound) == len(whole)
    kept = sound == whole
    assert np.all(sound[~kept] == 0.0) or harm is flip
    assert np.array_equal(sound[60 * 16_000 :], whole[60 * 16_000 :])
    if least_s is None:
        assert loaded.damage == {}
    else:
        assert least_s <= loaded.damage["user_s"] <= 60.0
        assert "damaged" in loaded.summary()
    assert loaded.turns == talk.turns
    assert loaded.speech("user") == talk.speech("user")
    assert np.array_equal(loaded.agent_audio()[0], talk.agent_audio()[0])


def test_a_missing_picture_is_none(tmp_path: Path):
    pen_talk = a_talk().camera(1.0, 2.0).recording()
    pen_talk.save(tmp_path / "a.liverec")
    assert [frame.jpeg for frame in live.load(tmp_path / "a.liverec").frames] == [None]


def test_a_zip_that_was_cut_off_is_refused(talk: Recording, tmp_path: Path):
    path = tmp_path / "talk.liverec"
    talk.save(path)
    cut(path)
    with pytest.raises(RecordingError, match="cut off"):
        live.load(path)


def test_what_is_no_recording_is_refused(tmp_path: Path):
    with pytest.raises(RecordingError, match="There is no recording at"):
        live.load(tmp_path / "nowhere.liverec")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordingError, match=r"recording\.json cannot be read"):
        live.load(tmp_path / "empty")
    (tmp_path / "note.txt").write_text("hello")
    with pytest.raises(RecordingError, match="no zip file"):
        live.load(tmp_path / "note.txt")
    (tmp_path / "empty" / "recording.json").write_text('{"format": "tape"}')
    with pytest.raises(RecordingError, match="does not say so"):
        live.load(tmp_path / "empty")
    (tmp_path / "empty" / "recording.json").write_text(
        '{"format": "livekit-nb recording", "version": 1}'
    )
    with pytest.raises(RecordingError, match=r"journal\.jsonl cannot be read"):
        live.load(tmp_path / "empty")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(RecordingError, match=r"recording\.json cannot be read"):
        live.load(tmp_path / "other.zip")


def test_a_trap_is_refused_before_it_takes_any_room(folder: Path, tmp_path: Path):
    trap = tmp_path / "trap.liverec"
    with zipfile.ZipFile(trap, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(folder / "recording.json", "recording.json")
        archive.writestr("journal.jsonl", b" " * 50_000_000)
    told = bytearray(trap.read_bytes())
    place = told.rfind(b"PK\x01\x02") + 24  # of the size that the list of contents tells
    for size in (1000, 2**31):
        told[place : place + 4] = size.to_bytes(4, "little")
        trap.write_bytes(told)
        tracemalloc.start()
        with pytest.raises(RecordingError, match="cannot be read"):
            live.load(trap)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 5_000_000


def test_a_header_that_holds_anything_else_loads_or_is_refused(talk: Recording, folder: Path):
    told = json.loads((folder / "recording.json").read_text())
    for without in (5, "audio", {"a": 1}):
        (folder / "recording.json").write_text(json.dumps({**told, "without": without}))
        assert live.load(folder).without == frozenset()
    (folder / "recording.json").write_bytes(b"[" * 100_000)
    with pytest.raises(RecordingError, match="is no recording"):
        live.load(folder)


def test_messages_after_lost_ones_are_there(folder: Path):
    lost = {"from": 90, "t": [1.0, 2.0], "size": [3, 4], "kinds": [["sent", "x"]]}
    lost |= {"kind": [0, 0], "connection": [1, 1], "bodies": [[91, "what"]]}
    put(folder, [*lines(folder), json.dumps({"messages": lost}).encode() + b"\n"])
    loaded = live.load(folder)
    assert loaded.damage == {}
    assert [(one.number, one.body) for one in loaded.messages] == [(90, None), (91, "what")]
    with pytest.raises(RecordingError, match="no longer kept"):
        loaded._messages.message(0)


def test_pictures_after_lost_events_are_still_theirs(tmp_path: Path):
    story = Story()
    writer = FolderWriter(story.recording, tmp_path / "talk.liverec")
    for number in range(1, 6):
        story.tell([("frame", b"picture %d" % number), ("wait", 1.0)])
        writer.catch_up()
    writer.finish()
    journal = lines(tmp_path / "talk.liverec")
    told = [at for at, line in enumerate(journal) if b"video.frame" in line]
    journal[told[1]] = b"damaged\n"
    put(tmp_path / "talk.liverec", journal)
    loaded = live.load(tmp_path / "talk.liverec")
    kept = [one for one in story.recording.frames if one.number != 2]
    assert list(loaded.frames) == kept
    assert [one.jpeg for one in loaded.frames] == [b"picture %d" % n for n in (1, 3, 4, 5)]
    assert base64.b64decode(frame(loaded, {"number": 4})["jpeg"]) == b"picture 4"
    assert frame(loaded, {"number": 2}) == {"jpeg": None}
    loaded.save(tmp_path / "again.liverec")
    again = live.load(tmp_path / "again.liverec").frames
    assert [(one.number, one.jpeg) for one in again] == [
        (one.number, one.jpeg) for one in loaded.frames
    ]


def test_a_copy_of_what_is_damaged_says_so(talk: Recording, folder: Path, tmp_path: Path):
    (folder / "audio" / "user-0000.flac").unlink()
    put(folder, [b"damaged\n", *lines(folder)])
    damaged = live.load(folder)
    damaged.save(tmp_path / "copy.liverec")
    copy = live.load(tmp_path / "copy.liverec")
    assert copy.damage == {"user_s": 60.0, "journal": 1}
    assert copy.summary() == damaged.summary()
    copy.redact(audio=False).save(tmp_path / "again.liverec")
    assert live.load(tmp_path / "again.liverec").damage == copy.damage
    # Damage that shows when the sound is read is told by the copy, too.
    flip(folder / "audio" / "user-0001.flac")
    live.load(folder).save(tmp_path / "late.liverec")
    assert live.load(tmp_path / "late.liverec").damage["user_s"] > 60.0
