"""What the timeline asks for only where somebody looks: spectrograms, and pictures in full."""

from __future__ import annotations

import base64
from bisect import bisect_left
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
import numpy as np

from livekit_nb.audio.spectrum import FLOOR_DB, Decibels, mel_spectrogram
from livekit_nb.recording.recording import Recording, Side

__all__ = ["frame", "spectra"]

BANDS: Final = 48
"""Mel bands of a column; as in js/lib/spectra.js."""

MAX_COLUMNS: Final = 400
"""In one answer: 26 kB as base64."""

FRAME_S: Final = 0.02
"""Seconds of a frame: what is looked at at once."""

_LOOK_FRAMES: Final = 8

_STEPS_PER_DB: Final = 2

_MOST_FRAMES: Final = 50 * 3600 * 48


class _SpectraAsk(msgspec.Struct, frozen=True):
    side: Literal["user", "agent"]
    first: Annotated[int, msgspec.Meta(ge=0, le=_MOST_FRAMES)]
    frames: Annotated[int, msgspec.Meta(ge=1, le=50)]
    columns: Annotated[int, msgspec.Meta(ge=1, le=MAX_COLUMNS)]


class _FrameAsk(msgspec.Struct, frozen=True):
    number: Annotated[int, msgspec.Meta(ge=1)]


def spectra(recording: Recording, ask: Mapping[str, Any]) -> dict[str, Any]:
    """Return the levels of mel bands (50 Hz to 8 kHz), column by column.

    Parameters
    ----------
    recording : Recording
        Whose sound.
    ask : mapping
        ``side`` (``user``, ``agent``), ``first`` (the first frame of 20 ms), ``frames`` (how many
        there are in a column), ``columns`` (how many of these, at most 400).

    Returns
    -------
    dict
        ``levels``: base64, 48 bytes a column, the lowest band first; half decibels above -120
        dBFS, so 240 is full scale.
    """
    wanted = msgspec.convert(ask, _SpectraAsk)
    levels = _levels(recording, wanted)
    told = np.rint((levels - FLOOR_DB) * _STEPS_PER_DB).clip(0, 255).astype(np.uint8)
    return {"levels": base64.b64encode(told.tobytes()).decode("ascii")}


def _levels(recording: Recording, wanted: _SpectraAsk) -> Decibels:
    """Levels of shape (columns, bands): the mean power of the frames of 20 ms in each column.

    Of a long column only the beginning is looked at, so that no answer takes long.
    """
    looked = min(wanted.frames, _LOOK_FRAMES)
    if wanted.frames == looked:
        frames = _frames(recording, wanted.side, wanted.first, wanted.columns * looked)
    else:
        starts = range(wanted.first, wanted.first + wanted.columns * wanted.frames, wanted.frames)
        looks = [_frames(recording, wanted.side, start, looked) for start in starts]
        frames = np.concatenate(looks)
    powers = np.power(10.0, frames.reshape(wanted.columns, looked, BANDS) / 10.0).mean(axis=1)
    levels: Decibels = (10.0 * np.log10(powers)).astype(np.float32)
    return levels


def _frames(recording: Recording, side: Side, first: int, count: int) -> Decibels:
    """Levels of some frames; each also sees half of its neighbours."""
    before = 1 if first > 0 else 0
    read = recording.user_audio if side == "user" else recording.agent_audio
    sound, rate_hz = read((first - before) * FRAME_S, (first + count + 1) * FRAME_S)
    levels = mel_spectrogram(sound, rate_hz, frame_s=FRAME_S, bands=BANDS)
    return levels[before : before + count]


def frame(recording: Recording, ask: Mapping[str, Any]) -> dict[str, Any]:
    """Return a picture that was sent.

    Parameters
    ----------
    recording : Recording
        Which recording.
    ask : mapping
        ``number`` of the picture, from 1.

    Returns
    -------
    dict
        ``jpeg``: base64, or ``None`` where the picture was not kept.
    """
    number = msgspec.convert(ask, _FrameAsk).number
    frames = recording.frames
    at = bisect_left(frames, number, key=lambda frame: frame.number)
    there = frames[at : at + 1]
    jpeg = there[0].jpeg if there and there[0].number == number else None
    return {"jpeg": None if jpeg is None else base64.b64encode(jpeg).decode("ascii")}
