"""Borders of a voice, against sounds whose borders are known."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from livekit_nb.audio import edges
from livekit_nb.audio.edges import utterances
from tests import speech

RATES_HZ = (16_000, 24_000, 48_000)
Sound = npt.NDArray[np.float64]


def silence(seconds: float, rate_hz: int) -> Sound:
    return np.zeros(round(seconds * rate_hz))


def buzz(seconds: float, rate_hz: int, level: float = 0.2) -> Sound:
    """A voice without a beginning or an end of its own."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    tone = sum(np.sin(2 * np.pi * 140 * k * time_s + k * k) / k for k in range(1, 25))
    return level * np.asarray(tone) / np.abs(tone).max()


def hiss(seconds: float, rate_hz: int, level: float, seed: int = 0) -> Sound:
    noise = np.random.default_rng(seed).standard_normal(round(seconds * rate_hz))
    return level * noise


def last_at_42_db(sound: Sound, rate_hz: int) -> float:
    """The definition, by brute force: the last 10 ms at most 42 dB softer than the loudest 20."""
    squares = np.square(sound)

    def mean(seconds: float) -> Sound:
        size = round(seconds * rate_hz)
        return np.convolve(squares, np.ones(size) / size, "same")

    return float(np.flatnonzero(mean(0.01) > mean(0.02).max() * 10**-4.2)[-1]) / rate_hz


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("level", [0.02, 0.2, 0.9])
def test_borders_of_a_voice_in_silence(rate_hz: int, level: float) -> None:
    voice = buzz(0.8, rate_hz, level)
    sound = np.concatenate((silence(1.0, rate_hz), voice, silence(0.7, rate_hz)))
    (found,) = utterances(sound, rate_hz)
    assert found.start_s == pytest.approx(1.0, abs=0.008)
    assert found.end_s == pytest.approx(1.8, abs=0.008)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_borders_of_a_voice_in_noise_20_db_softer(rate_hz: int, seed: int) -> None:
    voice = buzz(0.8, rate_hz)
    sound = np.concatenate((silence(1.0, rate_hz), voice, silence(0.7, rate_hz)))
    sound += hiss(2.5, rate_hz, 0.1 * np.sqrt(np.mean(voice**2)), seed)
    (found,) = utterances(sound, rate_hz)
    assert found.start_s == pytest.approx(1.0, abs=0.012)
    assert found.end_s == pytest.approx(1.8, abs=0.012)


@pytest.mark.parametrize("name", sorted(speech.SENTENCES))
def test_recorded_sentences_end_where_the_definition_says(name: str) -> None:
    rate_hz = speech.RATE_HZ
    sound = np.concatenate(
        (silence(1.0, rate_hz), speech.samples(name).astype(float), silence(1.0, rate_hz))
    )
    found = utterances(sound, rate_hz)
    assert found[-1].end_s == pytest.approx(last_at_42_db(sound, rate_hz), abs=0.012)
    backwards = last_at_42_db(sound[::-1], rate_hz)
    assert found[0].start_s == pytest.approx(len(sound) / rate_hz - backwards, abs=0.012)


@pytest.mark.parametrize("name", sorted(speech.SENTENCES))
def test_noise_hides_soft_endings_and_adds_none(name: str) -> None:
    rate_hz = speech.RATE_HZ
    sound = np.concatenate(
        (silence(1.0, rate_hz), speech.samples(name).astype(float), silence(1.0, rate_hz))
    )
    loud = sound[np.abs(sound) > 0.01]
    noisy = sound + hiss(len(sound) / rate_hz, rate_hz, 0.1 * np.sqrt(np.mean(loud**2)))
    late_s = utterances(noisy, rate_hz)[-1].end_s - last_at_42_db(sound, rate_hz)
    assert -0.2 < late_s < 0.012


def test_a_hole_in_the_sound_makes_no_voice_of_the_noise() -> None:
    rate_hz = speech.RATE_HZ
    sound = np.concatenate(
        (silence(1.0, rate_hz), speech.samples("colour").astype(float), silence(1.0, rate_hz))
    )
    loud = sound[np.abs(sound) > 0.01]
    noisy = sound + hiss(len(sound) / rate_hz, rate_hz, 0.1 * np.sqrt(np.mean(loud**2)))
    (whole,) = utterances(noisy, rate_hz)
    noisy[4_000:7_200] = 0.0
    (found,) = utterances(noisy, rate_hz)
    assert found.end_s == pytest.approx(whole.end_s, abs=0.03)


def test_a_soft_last_consonant_after_a_short_stop_is_part_of_it() -> None:
    rate_hz = 16_000
    parts = (silence(1.0, rate_hz), buzz(0.6, rate_hz), silence(0.1, rate_hz))
    ending = hiss(0.08, rate_hz, 0.004)
    sound = np.concatenate((*parts, ending, silence(1.0, rate_hz)))
    (found,) = utterances(sound, rate_hz)
    assert found.end_s == pytest.approx(1.78, abs=0.008)


def test_long_pauses_part_utterances_and_short_ones_do_not() -> None:
    rate_hz = 16_000
    sound = np.concatenate(
        (
            silence(0.5, rate_hz),
            buzz(0.4, rate_hz),
            silence(0.2, rate_hz),
            buzz(0.4, rate_hz),
            silence(0.6, rate_hz),
            buzz(0.4, rate_hz),
            silence(0.5, rate_hz),
        )
    )
    found = utterances(sound, rate_hz)
    assert [round(each.start_s, 1) for each in found] == [0.5, 2.1]
    assert [round(each.end_s, 1) for each in found] == [1.5, 2.5]
    for one, other in pairwise(found):
        assert one.end_s < other.start_s


def test_a_click_is_no_utterance() -> None:
    rate_hz = 16_000
    sound = np.concatenate((silence(0.5, rate_hz), buzz(0.4, rate_hz), silence(1.5, rate_hz)))
    sound[round(1.8 * rate_hz) :][:40] = 0.2
    (found,) = utterances(sound, rate_hz)
    assert found.end_s == pytest.approx(0.9, abs=0.008)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(np.zeros(0), id="nothing"),
        pytest.param(np.zeros(100), id="too short"),
        pytest.param(np.zeros(16_000), id="silence"),
        pytest.param(hiss(1.0, 16_000, 1e-5), id="the least bits"),
    ],
)
def test_where_nobody_speaks_there_is_no_utterance(sound: Sound) -> None:
    assert utterances(sound, 16_000) == []


def test_a_voice_that_is_cut_off_ends_with_the_sound() -> None:
    rate_hz = 16_000
    sound = np.concatenate((silence(0.5, rate_hz), buzz(0.4, rate_hz)))
    (found,) = utterances(sound, rate_hz)
    assert found.end_s == pytest.approx(0.9, abs=0.008)


@pytest.mark.parametrize("level", [0.0, 1e-3, 1e-2])
def test_likelihood_is_asked_for_at_borders_and_is_needed_nowhere_else(
    level: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate_hz = 16_000
    said = [speech.samples(name) for name in ("timer_ten", "hello", "weather_paris", "colour")]
    sound = np.concatenate([np.pad(one, (8000 * n, 3000)) for n, one in enumerate(said)])
    sound = sound + hiss(len(sound) / rate_hz, rate_hz, level)
    found = utterances(sound, rate_hz)
    asked: list[int] = []
    at_borders = edges._at_borders

    def count(cores: list[tuple[int, int]], hops: int) -> npt.NDArray[np.bool_]:
        asked.append(int(at_borders(cores, hops).sum()))
        return np.ones(hops, dtype=bool)

    monkeypatch.setattr(edges, "_at_borders", count)
    assert utterances(sound, rate_hz) == found
    assert len(found) >= 4
    assert asked[0] < 0.9 * len(sound) / (0.002 * rate_hz)


def test_it_uses_nothing_of_the_other_detector() -> None:
    tree = ast.parse(Path(edges.__file__).read_text(encoding="utf-8"))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and "livekit_nb" in node.module
        for alias in node.names
    }
    assert names == {"Segment"}
