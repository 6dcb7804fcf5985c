"""What docs/liverec.md says is so."""

import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livekit_nb.errors import RecordingError
from livekit_nb.recording.disk.form import (
    AUDIO_SIDES,
    FORMAT,
    MINUTE_S,
    VERSION,
    check_header,
    decoded,
    encoded,
    frame_name,
    header,
)
from livekit_nb.recording.disk.redacting import _TOLD
from tests.recording.disk.made_up import Story
from tests.recording.talks import a_talk

DOCS = (Path(__file__).parents[3] / "docs" / "liverec.md").read_text(encoding="utf-8")
EVERYTHING = [
    ("wait", 1.0),
    ("user", 90, True, True),
    ("caption.user", "Look.", True),
    ("call", 1, "look", "there"),
    ("result", 1, "look", "seen"),
    ("agent", 8, 8, True),
    ("frame", b"\xff\xd8 picture"),
    ("message", "sent", "text"),
    ("usage", 9, 9),
    ("over", ""),
    ("wait", 20.0),
    ("user", 90, True, True),
]


@pytest.fixture
def archive(tmp_path: Path) -> zipfile.ZipFile:
    story = Story()
    story.tell(EVERYTHING)
    story.recording.save(tmp_path / "talk.liverec")
    return zipfile.ZipFile(io.BytesIO((tmp_path / "talk.liverec").read_bytes()))


def rows(heading: str) -> list[str]:
    """The first cells of the table after a heading."""
    part = DOCS.split(heading, 1)[1].split("\n\n|", 1)[1].split("\n\n")[0]
    return re.findall(r"^\| `([^`]+)`", part, re.MULTILINE)


def test_the_lines_are_those_that_are_documented(archive: zipfile.ZipFile):
    journal = archive.read("journal.jsonl").splitlines()
    written = {name for line in journal for name in json.loads(line)}
    documented = set(rows("## The journal"))
    assert written == documented
    assert documented == {*_TOLD, "audio"}, "what is redacted"
    assert all(len(json.loads(line)) == 1 for line in journal)


def test_every_key_of_a_line_is_documented(archive: zipfile.ZipFile):
    told = DOCS.split("## The journal", 1)[1]
    for line in archive.read("journal.jsonl").splitlines():
        for name, content in json.loads(line).items():
            if name in ("marks", "sent", "messages", "speech", "audio", "state"):
                assert {key for key in content if f"`{key}`" not in told} == set(), name


def test_the_parts_are_those_that_are_documented(archive: zipfile.ZipFile):
    parts = set(rows("# Recordings on disk"))
    kinds = {re.sub(r"-\d{4}\.", "-0000.", name) for name in archive.namelist()}
    assert kinds == parts - {"audio/user-0007.wav"}
    told = json.loads(archive.read("recording.json"))
    assert (told["format"], told["version"]) == (FORMAT, VERSION)
    assert f'"{FORMAT}"' in DOCS
    assert f"(`{VERSION}`)" in DOCS
    assert {key for key in told if f"`{key}`" not in DOCS} == set()
    assert archive.read("frames/000001.jpg") == b"\xff\xd8 picture"


def test_sound_lies_where_the_document_says(tmp_path: Path):
    recording = a_talk().user("", 61.0, 63.0).agent(130.0, 131.0, "Hm.").recording()
    recording.save(tmp_path / "talk.liverec")
    with zipfile.ZipFile(tmp_path / "talk.liverec") as archive:
        for side, minute, seconds in (("user", 1, 60.0), ("agent", 2, 11.0)):
            data = archive.read(f"audio/{side}-{minute:04d}.flac")
            samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float32")
            assert rate_hz == AUDIO_SIDES[side]
            assert len(samples) == pytest.approx(seconds * rate_hz, abs=rate_hz / 20)
            start_s = minute * MINUTE_S
            whole, _ = getattr(recording, f"{side}_audio")(
                start_s, start_s + len(samples) / rate_hz
            )
            assert np.array_equal(samples, whole)


def test_a_header_says_what_it_is():
    told = check_header(header({"complete": True}), Path("talk.liverec"))
    assert told["complete"] is True
    for wrong in (b"", b"[]", b'{"format": "x"}'):
        with pytest.raises(RecordingError, match="is no recording"):
            check_header(wrong, Path("talk.liverec"))
    with pytest.raises(RecordingError, match="version unknown"):
        check_header(json.dumps({"format": FORMAT, "version": "x"}).encode(), Path("t"))


def test_lines_are_exact_whatever_the_texts_hold():
    for line in ({"a": [0.1 + 0.2, 1e-320, 2**63]}, {"a": "half \ud83d of one"}, {"é": "\u2028\n"}):
        data = encoded(line)
        assert data.endswith(b"\n")
        assert data.count(b"\n") == 1
        assert decoded(data[:-1]) == line
    assert decoded(encoded({"a": float("inf")})[:-1]) == {"a": None}
    with pytest.raises(ValueError, match=r".*"):
        decoded(b'{"a": ')


def test_pictures_are_named_by_their_number():
    assert frame_name(7) == "frames/000007.jpg"
    assert frame_name(1_234_567) == "frames/1234567.jpg"
