"""Speech in which the words can be read: whole, cut short, and with pauses."""

from __future__ import annotations

import numpy as np
import pytest

from livekit_nb.audio.pcm import INPUT_RATE_HZ, OUTPUT_RATE_HZ, from_pcm16, to_pcm16
from livekit_nb.lab.synthetic import CHARACTER_S, speech, words

TEXT = "That is 11, not 12."


@pytest.mark.parametrize("rate_hz", [INPUT_RATE_HZ, OUTPUT_RATE_HZ])
def test_what_was_said_is_read(rate_hz: int) -> None:
    assert words(from_pcm16(to_pcm16(speech(TEXT, rate_hz))), rate_hz) == TEXT
    assert words(np.zeros(rate_hz, np.float32), rate_hz) == ""


@pytest.mark.parametrize("kept", [0.1, 0.4, 0.5, 0.6, 0.9])
def test_a_character_cut_short_does_not_change_those_after_it(kept: float) -> None:
    size = round(CHARACTER_S * OUTPUT_RATE_HZ)
    cut = speech("once", OUTPUT_RATE_HZ)[: round((3 + kept) * size)]
    gap = np.zeros(OUTPUT_RATE_HZ, np.float32)
    sound = np.concatenate([cut, speech("That ", OUTPUT_RATE_HZ), gap])
    read = words(sound, OUTPUT_RATE_HZ)
    assert read == ("once" if kept >= 0.5 else "onc") + "That "


def test_a_lost_frame_changes_the_words() -> None:
    sound = speech(TEXT)
    frame = INPUT_RATE_HZ // 50
    for at in range(0, len(sound) - 2 * frame, 2 * frame):
        lost = np.concatenate([sound[:at], sound[at + 2 * frame :]])
        assert words(lost) != TEXT


def test_silence_is_a_space_where_that_is_wanted() -> None:
    pause = np.zeros(INPUT_RATE_HZ // 4, np.float32)
    sound = np.concatenate([speech("Stop."), pause, speech("Go.")])
    assert words(sound) == "Stop.Go."
    assert words(sound, space_s=0.2) == "Stop. Go."
