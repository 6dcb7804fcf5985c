"""Transcripts with words missing, made by a recogniser that really drops them."""

from __future__ import annotations

import numpy as np

from tests import speech
from tests.recording.diagnosis.conversations import Caller, Forgetful, Room, hold, kinds, the


async def _a_long_story(caller: Caller) -> None:
    await caller.ask("hello")
    await caller.wait(1.0)
    pause = np.zeros(4_000, np.float32)
    names = ("lights_blue", "timer_ten", "convert")
    await caller.say_sound(
        np.concatenate([part for name in names for part in (speech.samples(name), pause)])
    )
    await caller.answer()
    await caller.wait(3.0)


def last_words(text: str) -> str:
    """What a service keeps that loses the beginning of long turns."""
    return " ".join(text.split()[-1:])


def test_a_transcript_that_lost_the_beginning_of_a_long_turn() -> None:
    recording = hold(_a_long_story, models=Forgetful(last_words))
    found = the("missed_words", recording)
    spoken = [s for s in recording.speech("user") if s.start_s > 5.0]
    assert found.start_s == spoken[0].start_s
    assert found.turn == 1
    assert found.value is not None
    assert 3.0 < found.value < 8.0


def test_a_whole_transcript_misses_nothing() -> None:
    assert "missed_words" not in kinds(hold(_a_long_story))


def test_short_and_slow_sayings_miss_nothing() -> None:
    async def script(caller: Caller) -> None:
        for name in ("and_berlin", "timer_unfinished", "stop_time", "tell_story"):
            await caller.say(name)
            await caller.wait(4.0)

    recording = hold(script, room=Room(noise_dbfs=-45.0))
    assert "missed_words" not in kinds(recording)
