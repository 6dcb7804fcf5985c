"""Following a live microphone, with recordings of people."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from livekit_nb.audio.activity import speech_segments
from livekit_nb.audio.following import SILENCE_S, SpeechFollower
from tests.speech import RATE_HZ, SENTENCES, samples

FRAME = RATE_HZ // 50


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.float32)


def told(
    sound: np.ndarray,
    noise_dbfs: float | None = None,
    frame: int = FRAME,
    silence_s: float = SILENCE_S,
) -> list[float]:
    """Seconds after which the end of an utterance was told, in frames as a microphone's."""
    if noise_dbfs is not None:
        noise = np.random.default_rng(0).standard_normal(len(sound))
        sound = sound + (noise * 10 ** (noise_dbfs / 20)).astype(np.float32)
    pcm = np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    follower = SpeechFollower(silence_s)
    ends = []
    for start in range(0, len(pcm), 2 * frame):
        if follower.hear(pcm[start : start + 2 * frame]):
            assert not follower.speaking
            ends.append((start + 2 * frame) / 2 / RATE_HZ)
    return ends


@pytest.mark.parametrize("name", SENTENCES)
@pytest.mark.parametrize("noise_dbfs", [None, -55.0])
def test_the_end_is_told_half_a_second_after_it(name: str, noise_dbfs: float | None) -> None:
    sound = np.concatenate((silence(0.7), samples(name), silence(1.5)))
    heard = speech_segments(sound, RATE_HZ)
    pauses = np.diff([[one.end_s, two.start_s] for one, two in itertools.pairwise(heard)])
    ends = told(sound, noise_dbfs)
    assert len(ends) == 1 + np.count_nonzero(pauses >= SILENCE_S)
    assert ends[-1] - heard[-1].end_s == pytest.approx(SILENCE_S, abs=0.15)


@pytest.mark.parametrize("silence_s", [0.1, 0.3, 2.0, 10.0])
def test_the_end_is_told_after_as_long_a_silence_as_is_wanted(silence_s: float) -> None:
    sound = np.concatenate((silence(0.7), samples("hello"), silence(silence_s + 1.0)))
    (*_, heard) = speech_segments(sound, RATE_HZ, hangover_s=silence_s)
    ends = told(sound, silence_s=silence_s)
    assert ends[-1] - heard.end_s == pytest.approx(silence_s, abs=0.15)
    assert len(ends) == 1


def test_a_pause_of_someone_who_thinks_is_no_end() -> None:
    once = samples("weather_paris")
    (said,) = speech_segments(once, RATE_HZ)
    once = once[round(said.start_s * RATE_HZ) : round(said.end_s * RATE_HZ)]
    for pause_s, ends in ((0.35, 1), (0.8, 2)):
        parts = (silence(0.5), once, silence(pause_s), once, silence(1.0))
        assert len(told(np.concatenate(parts))) == ends


@pytest.mark.parametrize("noise_dbfs", [None, -50.0, -35.0])
def test_nobody_speaks(noise_dbfs: float | None) -> None:
    assert told(silence(8.0), noise_dbfs) == []


def test_clicks_are_no_speech() -> None:
    sound = silence(4.0)
    sound[:: RATE_HZ // 2] = 0.9
    assert told(sound) == []


def test_each_of_many_sentences_is_told_once() -> None:
    names = [name for name in SENTENCES if name not in ("stop_time", "stop_rome", "hello_colour")]
    parts = [part for name in names for part in (samples(name), silence(1.2))]
    assert len(told(np.concatenate((silence(0.5), *parts)), -60.0)) == len(names)


@pytest.mark.parametrize("frame", [19, 80, 1000, RATE_HZ])
def test_frames_of_any_size_are_the_same_sound(frame: int) -> None:
    sound = np.concatenate((silence(0.3), samples("stop_time")[:20000], silence(0.8)))
    ends = told(sound, frame=frame)
    assert len(ends) == 1
    assert ends[0] == pytest.approx(told(sound)[0], abs=0.06 + frame / RATE_HZ)


def test_after_a_reset_what_was_heard_is_forgotten() -> None:
    follower = SpeechFollower()
    pcm = np.rint(samples("hello") * 32767).astype("<i2").tobytes()
    follower.hear(pcm)
    assert follower.speaking
    follower.reset()
    assert not follower.speaking
    assert not follower.hear(bytes(2 * RATE_HZ))
