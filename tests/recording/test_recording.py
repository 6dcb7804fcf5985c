import threading

import numpy as np
import pytest
import soundfile

from livekit_nb.errors import RecordingError
from livekit_nb.recording import Recorder, Recording, display
from tests.recording.talks import a_talk


@pytest.fixture
def no_drawer():
    """Nothing registered that draws recordings, whatever was imported before."""
    known = list(display._drawer)
    display.set_picture(None)
    yield
    display.set_picture(known[0] if known else None)


def conversation() -> Recording:
    talk = a_talk().user("the secret word", 1.0, 2.0).tool("find", 2.2, 2.4, key="hush")
    return talk.agent(2.8, 4.0, "a hidden answer").recording()


def test_an_empty_recording_has_nothing_and_says_so():
    recording = Recording()
    assert recording.events == ()
    assert recording.turns == []
    assert recording.tools == []
    assert recording.duration_s == 0.0
    assert recording.peaks("user") == []
    assert recording.turns_changed_since(0) == ([], 0)
    assert len(recording.user_audio()[0]) == 0
    assert repr(recording) == "<Recording of 0.0 s, 0 turns>"
    assert "0 turns" in str(recording)


def test_both_sides_share_one_axis():
    recording = conversation()
    user, user_hz = recording.user_audio()
    agent, agent_hz = recording.agent_audio()
    assert (user_hz, agent_hz) == (16_000, 24_000)
    assert user.dtype == agent.dtype == np.float32
    assert len(user) / user_hz == pytest.approx(recording.duration_s, abs=1e-3)
    assert len(agent) / agent_hz == pytest.approx(recording.duration_s, abs=1e-3)
    assert np.flatnonzero(np.abs(user) > 0.02)[0] / user_hz == pytest.approx(1.0, abs=0.005)
    assert np.flatnonzero(np.abs(agent) > 0.02)[0] / agent_hz == pytest.approx(2.8, abs=0.005)
    part, _ = recording.user_audio(1.0, 1.5)
    assert part.tolist() == user[16_000:24_000].tolist()


@pytest.mark.parametrize("part", [(-1.0, 1.0), (2.0, 1.0)])
def test_a_part_that_does_not_exist_is_refused(part):
    with pytest.raises(RecordingError, match="no audio"):
        conversation().user_audio(*part)


def test_peaks_follow_both_sides():
    recording = conversation()
    assert recording.peak_step_s == 0.02
    for side, start_s, end_s in (("user", 1.0, 2.0), ("agent", 2.8, 4.0)):
        peaks = np.array(recording.peaks(side))
        loud = np.flatnonzero(peaks > 0.02) * 0.02
        assert loud[0] == pytest.approx(start_s, abs=0.021)
        assert loud[-1] == pytest.approx(end_s, abs=0.041)
        assert recording.peaks(side, 100) == recording.peaks(side)[100:]


def test_the_wav_holds_both_sides_in_time(tmp_path):
    recording = conversation()
    recording.export(tmp_path / "talk.wav")
    info = soundfile.info(tmp_path / "talk.wav")
    assert (info.samplerate, info.channels, info.subtype) == (24_000, 2, "PCM_16")
    sound, _ = soundfile.read(tmp_path / "talk.wav")
    assert len(sound) / 24_000 == pytest.approx(recording.duration_s, abs=1e-3)
    for channel, start_s, end_s in ((0, 1.0, 2.0), (1, 2.8, 4.0)):
        loud = np.flatnonzero(np.abs(sound[:, channel]) > 0.02) / 24_000
        assert loud[0] == pytest.approx(start_s, abs=0.005)
        assert loud[-1] == pytest.approx(end_s, abs=0.005)
    agent, _ = recording.agent_audio()
    assert np.abs(sound[:, 1] - agent).max() <= 1 / 32768


def test_a_wav_of_more_than_a_minute_has_no_seam(tmp_path):
    clock = [0.0]
    pen = Recorder(lambda: clock[0])
    tone = (8000 * np.sin(2 * np.pi * 400 * np.arange(16_000 * 125) / 16_000)).astype("<i2")
    for second in range(125):
        pen.user_audio(tone[second * 16_000 : (second + 1) * 16_000].tobytes(), float(second))
    pen.recording.export(str(tmp_path / "tone.WAV"))
    sound, _ = soundfile.read(tmp_path / "tone.WAV")
    assert len(sound) == 24_000 * 125
    wanted = 8000 / 32768 * np.sin(2 * np.pi * 400 * np.arange(len(sound)) / 24_000)
    middle = slice(2400, -2400)
    assert np.abs(sound[middle, 0] - wanted[middle]).max() < 0.002


def test_exporting_nothing_makes_an_empty_file(tmp_path):
    Recording().export(tmp_path / "empty.wav")
    assert soundfile.info(tmp_path / "empty.wav").frames == 0


@pytest.mark.parametrize("name", ["talk.mp3", "talk", "talk.wav.bak"])
def test_unknown_suffixes_are_refused_naming_the_known(tmp_path, name):
    with pytest.raises(RecordingError, match=r"\.wav"):
        conversation().export(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(RecordingError, match="folder exists"):
        conversation().export(tmp_path / "missing" / "talk.wav")


def test_texts_about_a_recording_hold_no_transcript(no_drawer):
    recording = conversation()
    bundle = recording._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    for text in (repr(recording), str(recording), recording.summary(), *bundle.values()):
        for secret in ("secret", "hidden", "hush"):
            assert secret not in text
    assert repr(recording).endswith(" s, 1 turn>")
    assert repr(recording.turns) == "<1 turn, 0 interrupted>"
    assert " s, 1 turn (0 interrupted), 1 tool call, " in recording.summary()
    assert "voice-to-voice" in recording.summary()


def test_a_registered_drawer_gives_the_picture_with_its_text(no_drawer):
    display.set_picture(lambda recording: (b"\x89PNG", 'a "picture" & more'))
    html = Recording()._repr_mimebundle_()[0]["text/html"]
    assert 'alt="a &quot;picture&quot; &amp; more"' in html
    assert "data:image/png;base64,iVBORw==" in html


def test_a_full_recording_says_what_it_could_not_keep():
    clock = [0.0]
    pen = Recorder(lambda: clock[0], limit_s=1.0)
    for number in range(100):
        pen.user_audio(bytes(640), number * 0.02)
    assert pen.recording.dropped_s == {"user": pytest.approx(1.0), "agent": 0.0}
    assert "not kept" in pen.recording.summary()
    assert pen.recording.duration_s == pytest.approx(1.0)


def test_a_little_that_was_not_kept_is_not_told():
    pen = Recorder(lambda: 0.0)
    pen.user_audio(bytes(640), -0.04)
    assert pen.recording.dropped_s["user"] == pytest.approx(0.02)
    assert "not kept" not in pen.recording.summary()


def test_reading_from_another_thread_while_it_grows():
    pen = Recorder(lambda: 0.0)
    stop = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        seen = 0
        try:
            while not stop.is_set():
                seen += len(pen.recording.peaks("user", seen))
                assert len(pen.recording.events) >= 0
                assert len(pen.recording.turns) <= 1
                pen.recording.user_audio()
        except BaseException as error:
            failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(500):
        pen.user_audio(bytes(640), number * 0.02, number * 0.02)
        pen.event("video.frame", at=number * 0.02, width=1, height=1, bytes=1)
    stop.set()
    reader.join()
    assert failures == []
    assert pen.recording.user_audio()[0].shape == (160_000,)
