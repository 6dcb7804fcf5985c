import pytest

from livekit_nb.errors import RecordingError
from livekit_nb.recording.writing import replacing, write_text


def test_a_file_takes_its_place_when_it_is_complete(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with replacing(target) as path:
        path.write_text("new")
        assert target.read_text() == "old"
        assert (path.parent, path.suffix) == (target.parent, ".txt")
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_leaves_nothing_of_it(tmp_path):
    target = tmp_path / "a.txt"
    with pytest.raises(ZeroDivisionError), replacing(target) as path:
        path.write_text(f"half{1 / 0}")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RecordingError, match="could not be written"):
        write_text("", "no name")


def test_a_failure_to_write_is_told_with_the_remedy(tmp_path):
    target = tmp_path / "a.txt"
    with pytest.raises(RecordingError, match=r"No space left on device\. Check"), replacing(target):
        raise OSError(28, "No space left on device")
    with pytest.raises(RecordingError, match=r"broken\. Check"), replacing(target):
        raise OSError("broken")
    with pytest.raises(RecordingError, match="folder exists"):
        write_text(tmp_path / "missing" / "a.txt", "")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RecordingError, match="could not be written"):
        write_text(tmp_path / "folder", "")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_long_name_is_no_obstacle(tmp_path):
    target = tmp_path / f"{'ä' * 100}.csv"
    write_text(target, "x")
    assert target.read_text() == "x"


def test_texts_are_utf_8_as_they_are(tmp_path):
    write_text(tmp_path / "a.txt", "größer\r\n日本\n\ud83d")
    assert (tmp_path / "a.txt").read_bytes() == "größer\r\n日本\n\\ud83d".encode()
