"""Whether speech is taken for speech, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from livekit_nb.audio.clip import as_clip
from livekit_nb.session.connection.ear import Ear

SPEECH = sorted(Path("tests/speech").glob("*.flac"))
ROOM = np.random.default_rng(7)


def utterances(samples: npt.NDArray[np.float64]) -> int:
    """Return how many utterances an ear hears; the sound is followed by a second of silence."""
    ear = Ear()
    whole = np.concatenate((samples, np.zeros(16_000)))
    pcm = np.clip(32767 * whole, -32768, 32767).astype("<i2").tobytes()
    return sum(ear.hear(pcm[at : at + 640]) for at in range(0, len(pcm) - 639, 640))


@pytest.mark.parametrize("noise", [0.0, 0.001, 0.005])
@pytest.mark.parametrize("path", SPEECH, ids=lambda path: path.stem)
def test_a_sentence_is_one_utterance(path: Path, noise: float) -> None:
    said = np.frombuffer(as_clip(path).pcm16(), "<i2") / 32768
    quiet = np.zeros(16_000)
    talk = np.concatenate((quiet, said))
    assert utterances(talk + noise * ROOM.standard_normal(len(talk))) >= 1


def clicks() -> npt.NDArray[np.float64]:
    sound = np.zeros(160_000)
    for at in range(0, len(sound) - 2_000, 3_000):
        sound[at : at + 400] = 0.3 * ROOM.standard_normal(400) * np.exp(-np.arange(400) / 80)
    return sound


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(160_000),
        0.05 * ROOM.standard_normal(160_000),
        np.concatenate((np.zeros(16_000), 0.05 * ROOM.standard_normal(160_000))),
        clicks(),
    ],
    ids=["silence", "noise", "a fan switched on", "keys"],
)
def test_what_is_no_speech_is_none(sound: npt.NDArray[np.float64]) -> None:
    assert utterances(sound) == 0


def test_a_pause_is_a_pause_only_after_a_while() -> None:
    ear = Ear()
    assert ear.paused
    tone = (9000 * np.sin(np.arange(320) * 0.07)).astype("<i2").tobytes()
    for _ in range(20):
        ear.hear(tone)
    assert not ear.paused
    heard = [ear.hear(bytes(640)) for _ in range(60)]
    assert sum(heard) == 1
    assert 38 <= heard.index(True) <= 41
    assert ear.paused


def test_a_microphone_that_stops_ends_what_was_said() -> None:
    ear = Ear()
    tone = (9000 * np.sin(np.arange(320) * 0.07)).astype("<i2").tobytes()
    for _ in range(20):
        ear.hear(tone)
    assert ear.stop()
    assert ear.paused
    assert not ear.stop()
    assert not ear.hear(b"")
