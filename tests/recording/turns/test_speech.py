import functools

import numpy as np
import pytest

from livekit_nb.audio.activity import speech_segments
from livekit_nb.recording.tracks import Track
from livekit_nb.recording.turns import speech
from livekit_nb.recording.turns.speech import SpeechFinder
from tests.recording.talks import voice

RATE_HZ = 16_000


def babble(seed: int, length_s: float = 40.0) -> np.ndarray:
    """Noise with voices in it at random times, int16."""
    rng = np.random.default_rng(seed)
    sound = rng.standard_normal(round(length_s * RATE_HZ)) * 10 ** (-60 / 20)
    t = 0.6
    while t < length_s - 3.0:
        said = voice(round(float(rng.uniform(0.2, 2.0)), 1), RATE_HZ) * rng.uniform(0.1, 1.0)
        first = round(t * RATE_HZ)
        sound[first : first + len(said)] += said
        t += len(said) / RATE_HZ + float(rng.uniform(0.05, 2.5))
    return np.round(sound * 32767).astype(np.int16)


@functools.cache
def grown(seed: int, looks: str) -> tuple[list, list]:
    """Let a track of babble grow in random pieces; look never, always or sometimes."""
    sound = babble(seed)
    rng = np.random.default_rng((seed, len(looks)))
    track = Track(RATE_HZ, limit_s=600)
    finder = SpeechFinder(track)
    first, snapshots = 0, []
    while first < len(sound):
        count = int(rng.integers(100, 4000))
        track.write(first, sound[first : first + count])
        first += count
        if looks == "always" or (looks == "sometimes" and rng.random() < 0.2):
            finder.unsettled()
            snapshots.append(list(finder.settled))
    return finder.settled + finder.unsettled(), snapshots


@pytest.mark.parametrize("seed", range(3))
def test_growing_finds_what_the_whole_holds(seed):
    found, _ = grown(seed, "always")
    whole = speech_segments(babble(seed) / 32768.0, RATE_HZ)
    assert len(found) == len(whole)
    for one, other in zip(found, whole, strict=True):
        assert one.start_s == pytest.approx(other.start_s, abs=0.011)
        assert one.end_s == pytest.approx(other.end_s, abs=0.011)


@pytest.mark.parametrize("seed", range(3))
def test_the_result_does_not_depend_on_when_one_looks(seed):
    found = [grown(seed, looks)[0] for looks in ("always", "sometimes", "never")]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("loudest", "searched"), [(16, False), (17, True)], ids=["softer", "no softer"]
)
def test_speech_is_not_sought_in_what_is_softer_than_speech_can_be(loudest, searched, monkeypatch):
    looks = []
    seek = speech.segments_in_powers
    monkeypatch.setattr(
        speech, "segments_in_powers", lambda *given, **more: looks.append(1) or seek(*given, **more)
    )
    track = Track(RATE_HZ, limit_s=60)
    finder = SpeechFinder(track)
    track.write(0, np.full(RATE_HZ // 2, 0, dtype=np.int16))
    sound = np.zeros(RATE_HZ // 5, dtype=np.int16)
    sound[::9] = -loudest
    track.write(track.length, sound)
    assert finder.unsettled() == []
    assert bool(looks) is searched


@pytest.mark.parametrize("seed", range(3))
def test_settled_speech_never_changes(seed):
    final, snapshots = grown(seed, "always")
    for snapshot in snapshots:
        assert final[: len(snapshot)] == snapshot
    assert len(snapshots[-1]) > 5


def test_speech_without_end_stays_one_segment():
    sound = np.round(np.concatenate((np.zeros(RATE_HZ), voice(90.0, RATE_HZ))) * 32767)
    track = Track(RATE_HZ, limit_s=600)
    finder = SpeechFinder(track, floor_dbfs=-75.0)
    for first in range(0, len(sound), 8000):
        track.write(first, sound[first : first + 8000].astype(np.int16))
        finder.advance()
    (found,) = finder.settled + finder.unsettled()
    assert found.start_s == pytest.approx(1.0, abs=0.011)
    assert found.end_s == pytest.approx(91.0, abs=0.02)


def found_with_hole(length_s: float, looks: bool, *, muted: bool = False) -> list:
    """Speech at 4 s and at 14 s in noise; from 8 s on, for a while, nothing is captured.

    If the microphone is muted by a switch of its own, digital silence is captured instead.
    """
    rng = np.random.default_rng(7)
    sound = rng.standard_normal(20 * RATE_HZ) * 10 ** (-45 / 20)
    said = voice(1.5, RATE_HZ) * 0.5
    for at_s in (4, 14):
        sound[at_s * RATE_HZ : at_s * RATE_HZ + len(said)] += said
    samples = np.round(sound * 32767).astype(np.int16)
    track = Track(RATE_HZ, limit_s=600)
    finder = SpeechFinder(track)
    for first in range(0, len(samples), 320):
        hole = 8.0 <= first / RATE_HZ < 8.0 + length_s
        if not hole or muted:
            track.write(first, samples[first : first + 320] * (not hole))
            if looks and first % 8000 == 0:
                finder.unsettled()
                track.forget(finder.listened)
    return finder.settled + finder.unsettled()


@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize("length_s", [0.1, 0.5, 3.0])
def test_what_was_not_captured_says_nothing_of_the_noise(length_s, muted):
    found = found_with_hole(length_s, True, muted=muted)
    borders = [(round(s.start_s, 1), round(s.end_s, 1)) for s in found]
    assert borders == [(4.0, 5.5), (14.0, 15.5)]


@pytest.mark.parametrize("muted", [False, True])
def test_holes_are_the_same_whenever_one_looks(muted):
    looked, not_looked = (found_with_hole(3.0, looks, muted=muted) for looks in (True, False))
    assert looked == not_looked


def test_speech_between_holes_is_found_before_any_noise_was_heard():
    track = Track(RATE_HZ, limit_s=600)
    finder = SpeechFinder(track)
    said = np.round(voice(1.5, RATE_HZ) * 16000).astype(np.int16)
    for at_s in (5, 9, 20):  # push to talk
        track.write(at_s * RATE_HZ, said)
    track.write(25 * RATE_HZ, np.zeros(RATE_HZ, dtype=np.int16))
    starts = [round(segment.start_s, 1) for segment in finder.settled + finder.unsettled()]
    assert starts == [5.0, 9.0, 20.0]
