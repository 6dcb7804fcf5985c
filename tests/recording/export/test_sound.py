import numpy as np
import pytest
import soundfile

from livekit_nb.recording import Recorder, Recording
from livekit_nb.recording.export.sound import stereo, write_wav
from tests.recording.talks import a_talk


def conversation() -> Recording:
    return a_talk().user("Hello", 1.0, 2.0).agent(2.8, 4.0, "Hi.").recording()


def test_flac_and_wav_hold_the_same_samples(tmp_path):
    recording = conversation()
    recording.export(tmp_path / "talk.wav")
    recording.export(tmp_path / "talk.flac")
    info = soundfile.info(tmp_path / "talk.flac")
    assert (info.format, info.samplerate, info.channels, info.subtype) == (
        "FLAC",
        24_000,
        2,
        "PCM_16",
    )
    wav, _ = soundfile.read(tmp_path / "talk.wav", dtype="int16")
    flac, _ = soundfile.read(tmp_path / "talk.flac", dtype="int16")
    assert np.array_equal(wav, flac)
    assert (tmp_path / "talk.flac").stat().st_size < 0.6 * (tmp_path / "talk.wav").stat().st_size


def test_the_agents_side_is_exact(tmp_path):
    recording = conversation()
    recording.export(tmp_path / "talk.flac")
    sound, _ = soundfile.read(tmp_path / "talk.flac", dtype="int16")
    agent, _ = recording.agent_audio()
    assert sound[:, 1].tolist() == (agent * 32768).tolist()
    assert np.abs(agent).max() > 0.2


def test_a_long_recording_is_read_a_minute_at_a_time():
    """What is in memory at once does not grow with the recording."""
    pen = Recorder(lambda: 0.0)
    for second in range(300):
        pen.user_audio(bytes(32_000), float(second))
    asked: list[float] = []

    class Watched:
        duration_s = pen.recording.duration_s

        def user_audio(self, start_s, end_s):
            asked.append(end_s - start_s)
            return pen.recording.user_audio(start_s, end_s)

        def agent_audio(self, start_s, end_s):
            asked.append(end_s - start_s)
            return pen.recording.agent_audio(start_s, end_s)

    blocks = [len(block) for block in stereo(Watched())]
    assert sum(blocks) == 300 * 24_000
    assert max(blocks) <= 61 * 24_000
    assert max(asked) <= 61.0


def test_what_a_wav_cannot_tell_the_length_of_becomes_rf64(tmp_path):
    class Endless:
        duration_s = 13 * 3600.0

        def user_audio(self, start_s, end_s):
            raise OSError("enough")

    path = tmp_path / "talk.wav"
    path.touch()
    with pytest.raises(OSError, match="enough"):
        write_wav(Endless(), path, "talk")
    assert path.read_bytes()[:4] == b"RF64"
