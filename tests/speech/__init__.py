"""Recordings to speak with: what is said in each, and how to load them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import soundfile

if TYPE_CHECKING:
    from livekit_nb.server.hearing.recogniser import Recogniser
    from livekit_nb.server.speaking.synthesis import Voice

RATE_HZ = 16_000

SENTENCES = {
    "weather_paris": "What's the weather in Paris?",
    "and_berlin": "And in Berlin?",
    "timer_ten": "Set a timer for ten minutes, please.",
    "lights_blue": "Turn on the kitchen lights and make them blue.",
    "stop_time": "Wait, stop. What time is it?",
    "colour": "What color do you see?",
    "timer_unfinished": "Set a timer for",
    "story": "Please tell me something about yourself.",
    "hello": "Hello there, how are you today?",
    "hello_colour": "Hello. What color do you see?",
    "tell_story": "Tell me a story.",
    "stop_rome": "Stop. What's the weather in Rome?",
    "weather_madrid": "What's the weather in Madrid?",
    "convert": "How many kilometers are five miles?",
}
ASIDES = {  # said to somebody else
    "honey_cat": "Honey, did you feed the cat?",
    "anna_door": "Anna, could you close the door?",
}


def path(name: str) -> Path:
    """Where the recording is."""
    return Path(__file__).parent / f"{name}.flac"


def samples(name: str) -> npt.NDArray[np.float32]:
    """Load a recording as float32 at 16 kHz."""
    audio, rate_hz = soundfile.read(path(name), dtype="float32")
    assert rate_hz == RATE_HZ
    return audio


def pcm(name: str) -> bytes:
    """Load a recording as s16le at 16 kHz."""
    return np.rint(samples(name) * 32767).astype("<i2").tobytes()


@functools.cache
def recogniser() -> Recogniser:
    """The recogniser, loaded once in a process."""
    from livekit_nb.server.hearing.recogniser import Recogniser

    return Recogniser()


def voice() -> Voice:
    """The voice, which is loaded once in a process."""
    from livekit_nb.server.speaking.synthesis import _shared

    return _shared()
