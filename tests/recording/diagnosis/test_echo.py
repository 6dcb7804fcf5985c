"""Echoes of real voices: found with delay and level, below noise and other voices."""

from __future__ import annotations

import numpy as np
import pytest

from livekit_nb.audio.pcm import resample, to_pcm16
from livekit_nb.lab.speech import speech as voice
from livekit_nb.recording import Recorder
from livekit_nb.recording.diagnosis.lags import at_rate, find_copy, level_db
from tests import speech
from tests.recording.diagnosis.conversations import Caller, Room, hold, kinds, the

RATE_HZ = 8000
TEXTS = (
    "I can tell you the weather, set timers, and answer small questions about numbers.",
    "Once upon a time there was a fox who lived in a forest by the sea.",
)


async def _small_talk(caller: Caller) -> None:
    await caller.ask("hello")
    await caller.wait(1.0)
    await caller.ask("story")
    await caller.wait(1.0)


@pytest.mark.parametrize(
    ("echo_db", "delay_s", "noise_dbfs"), [(-20.0, 0.12, -65.0), (-32.0, 0.29, -55.0)]
)
def test_the_agent_in_the_microphone_is_found_with_delay_and_level(
    echo_db: float, delay_s: float, noise_dbfs: float
) -> None:
    room = Room(echo_db=echo_db, delay_s=delay_s, noise_dbfs=noise_dbfs)
    recording = hold(_small_talk, room=room)
    found = the("echo", recording)
    assert f"{1000 * delay_s:.0f} ms later" in found.message
    assert found.value == pytest.approx(echo_db, abs=3.0)
    first = next(turn.agent for turn in recording.turns if turn.agent)
    assert first.first_audible is not None
    assert abs(found.start_s - first.first_audible) < 0.1


def test_an_echo_too_soft_to_disturb_is_left_alone() -> None:
    assert kinds(hold(_small_talk, room=Room(echo_db=-46.0, noise_dbfs=-75.0))) == []


# The measure itself, over a seeded set -----------------------------------------------------------


@pytest.fixture(scope="module")
def agents() -> list[np.ndarray]:
    voices = ("Kore", "Puck")
    clips = [voice(text, voice=name) for text in TEXTS for name in voices]
    return [at_rate(clip.samples * 0.1 / clip.samples.std(), clip.rate_hz) for clip in clips]


@pytest.fixture(scope="module")
def users() -> list[np.ndarray]:
    sounds = [at_rate(speech.samples(name), speech.RATE_HZ) for name in speech.SENTENCES]
    return [0.08 * sound / sound.std() for sound in sounds]


def mixed(
    agents: list[np.ndarray],
    users: list[np.ndarray],
    seed: int,
    *,
    echo_db: float | None,
    talk: bool = True,
    noise_dbfs: float = -60.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Five seconds of both sides: the agent speaks for up to four, the user says two things."""
    chance = np.random.default_rng(seed)
    size = 5 * RATE_HZ
    sound, other = np.zeros(size), 10 ** (noise_dbfs / 20) * chance.standard_normal(size)
    agent = agents[chance.integers(len(agents))][: chance.integers(RATE_HZ, 4 * RATE_HZ)]
    first = chance.integers(0, size - len(agent))
    sound[first : first + len(agent)] = agent
    delay = round(0.12 * RATE_HZ)
    if echo_db is not None:
        other[delay:] += 10 ** (echo_db / 20) * sound[:-delay]
    for _ in range(2 * talk):
        user = users[chance.integers(len(users))]
        at = chance.integers(0, size - RATE_HZ)
        other[at : at + len(user)] += user[: size - at]
    whole = [np.rint(32768 * part) / 32768 for part in (sound, other)]
    return whole[0].astype(np.float32), whole[1].astype(np.float32)


def test_different_voices_have_nothing_in_common(
    agents: list[np.ndarray], users: list[np.ndarray]
) -> None:
    copies = [find_copy(*mixed(agents, users, seed, echo_db=None)) for seed in range(150)]
    assert all(copy is not None for copy in copies)
    sure = sum(copy.height >= 12.0 and copy.ratio >= 2.2 for copy in copies if copy)
    likely = sum(copy.height >= 7.0 and copy.ratio >= 1.5 for copy in copies if copy)
    assert sure == 0
    assert likely <= 5


@pytest.mark.parametrize(("echo_db", "missed"), [(-20.0, 4), (-30.0, 45)])
def test_an_echo_is_heard_below_somebody_who_speaks(
    agents: list[np.ndarray], users: list[np.ndarray], echo_db: float, missed: int
) -> None:
    copies = [find_copy(*mixed(agents, users, seed, echo_db=echo_db)) for seed in range(100)]
    likely = [c for c in copies if c is not None and c.height >= 7.0 and c.ratio >= 1.5]
    assert len(likely) >= 100 - missed
    assert sum(abs(copy.lag_s - 0.12) > 0.002 for copy in likely) <= 1


def test_the_level_is_that_of_the_echo_not_of_the_noise(
    agents: list[np.ndarray], users: list[np.ndarray]
) -> None:
    for echo_db in (-10.0, -20.0, -35.0):
        pairs = [mixed(agents, users, seed, echo_db=echo_db, talk=False) for seed in range(6)]
        assert level_db(pairs, 0.12) == pytest.approx(echo_db, abs=1.0)
    pairs = [mixed(agents, users, seed, echo_db=-20.0) for seed in range(8)]
    assert level_db(pairs, 0.12) == pytest.approx(-20.0, abs=3.0)


def test_two_vowels_at_one_pitch_are_no_echo() -> None:
    """A vowel of the agent's voice, and 130 ms later one of the user's that is just like it."""
    agent = voice(TEXTS[0]).samples[: 3 * 24_000]
    loud = np.convolve(np.square(agent), np.ones(3_600), "valid")
    first = int(np.argmax(loud))
    vowel = resample(agent[first : first + 3_600], 24_000, 16_000)
    user = np.zeros(4 * 16_000, np.float32)
    at = round((first / 24_000 + 0.13) * 16_000)
    user[at : at + len(vowel)] = vowel
    copy = find_copy(at_rate(np.pad(agent, (0, 24_000)), 24_000), at_rate(user, 16_000))
    assert copy is not None
    assert copy.lag_s == pytest.approx(0.13, abs=0.001)
    assert copy.height > 12.0
    recorder = Recorder(clock=lambda: 0.0)
    recorder.agent_played(to_pcm16(agent), 0.0)
    recorder.user_audio(to_pcm16(user), 0.0, 4.0)
    assert recorder.recording.findings.of("echo") == []


def elsewhere(noise: np.ndarray) -> np.ndarray:
    """Sound a long time after the first 100 ms only."""
    return np.where(np.arange(len(noise)) > len(noise) - 4000, noise, 0).astype(np.float32)


def test_silence_has_no_copy() -> None:
    nothing = np.zeros(5 * RATE_HZ, np.float32)
    noise = np.random.default_rng(0).standard_normal(5 * RATE_HZ).astype(np.float32)
    assert find_copy(nothing, noise) is None
    assert find_copy(noise, nothing) is None
    assert find_copy(np.pad(noise[:800], (0, len(noise) - 800)), elsewhere(noise)) is None
    assert find_copy(nothing[:0], nothing[:0]) is None
