import os
import stat
import sys
from pathlib import Path

import pytest

from livekit_nb.errors import RecordingError
from livekit_nb.recording import Recording
from livekit_nb.recording.export import FORMS
from livekit_nb.recording.writing import EXPORTED
from tests.recording.talks import a_talk


@pytest.fixture(scope="module")
def recording() -> Recording:
    talk = a_talk().user("the secret word", 1.0, 2.0).tool("find", 2.2, 2.4, key="hush")
    return talk.agent(2.8, 4.0, "a hidden answer").recording()


@pytest.mark.parametrize("suffix", FORMS)
def test_every_form_is_written_whatever_the_case_of_its_suffix(recording, tmp_path, suffix):
    recording.export(tmp_path / f"talk{suffix}")
    recording.export(str(tmp_path / f"again{suffix.upper()}"))
    one, other = sorted(tmp_path.iterdir(), key=lambda path: path.name != f"talk{suffix}")
    assert one.stat().st_size > 50
    assert abs(one.stat().st_size - other.stat().st_size) < 20  # the name is in some


@pytest.mark.parametrize("suffix", FORMS)
def test_an_empty_recording_can_be_exported(tmp_path, suffix):
    Recording().export(tmp_path / f"empty{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == [f"empty{suffix}"]


@pytest.mark.parametrize("suffix", FORMS)
def test_an_existing_file_is_replaced(recording, tmp_path, suffix):
    path = tmp_path / f"talk{suffix}"
    path.write_text("old")
    recording.export(path)
    assert path.read_bytes() != b"old"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_unknown_suffixes_are_refused_naming_the_known(recording, tmp_path):
    with pytest.raises(RecordingError) as error:
        recording.export(tmp_path / "talk.mp4")
    for suffix, (what, _) in FORMS.items():
        assert f"{suffix} ({what})" in str(error.value)
    assert list(tmp_path.iterdir()) == []


class Unreadable(Recording):
    """A recording whose sound cannot be read to its end, and whose turns cannot be told."""

    def user_audio(self, start_s=0.0, end_s=None):
        raise OSError(28, "No space left on device")

    @property
    def turns(self):
        raise ValueError("secret")

    @property
    def duration_s(self):
        return 100.0


def test_the_suffixes_are_known_to_who_writes_other_things():
    assert tuple(FORMS) == EXPORTED


def test_what_has_a_better_place_is_told_so(recording, tmp_path):
    with pytest.raises(RecordingError, match=r"recording\.save\('.*talk\.liverec'\)"):
        recording.export(tmp_path / "talk.liverec")
    with pytest.raises(RecordingError, match=r"'talk' has no suffix.*\.wav.*recording\.save"):
        recording.export(tmp_path / "talk")
    for suffix in FORMS:
        with pytest.raises(RecordingError, match=r"'talk\.liverec'; for .* recording\.export\('"):
            recording.save(tmp_path / f"talk{suffix.upper()}", overwrite=True)
    with pytest.raises(RecordingError, match=r"Save as 'talk\.liverec'\.$"):
        recording.save(tmp_path / "talk.mp3")
    assert list(tmp_path.iterdir()) == []
    for name in ("talk", "talk.liverec", "talk.2026"):
        recording.save(tmp_path / name)


@pytest.mark.parametrize(
    ("suffix", "raised"),
    [(".wav", RecordingError), (".flac", RecordingError), (".csv", ValueError)],
)
def test_a_failure_leaves_what_was_there(tmp_path, suffix, raised):
    path = tmp_path / f"talk{suffix}"
    path.write_text("old")
    with pytest.raises(raised):
        Unreadable().export(path)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_what_failed_is_told_with_the_remedy(tmp_path):
    with pytest.raises(RecordingError, match=r"talk\.wav could not .*No space.*folder exists"):
        Unreadable().export(tmp_path / "talk.wav")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_the_file_has_the_rights_that_any_new_file_has(recording, tmp_path):
    before = os.umask(0o027)
    try:
        recording.export(tmp_path / "talk.txt")
        (tmp_path / "kept.txt").touch(mode=0o600)
        recording.export(tmp_path / "kept.txt")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "talk.txt").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "kept.txt").stat().st_mode) == 0o600


def test_every_form_is_documented():
    told = (Path(__file__).parents[3] / "docs" / "recording.md").read_text(encoding="utf-8")
    for suffix in FORMS:
        assert f"| `{suffix}` |" in told
