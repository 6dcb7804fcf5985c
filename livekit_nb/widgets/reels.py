"""The sound of a recording in pieces that a page can play one after the other, without a seam."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import soundfile

from livekit_nb.audio.pcm import resample
from livekit_nb.errors import RecordingError
from livekit_nb.recording.recording import AGENT_RATE_HZ, USER_RATE_HZ, Recording

__all__ = ["PIECE_S", "piece"]

PIECE_S: Final = 10
"""Seconds of a piece; js/lib/reel.js counts with it, too."""

_MARGIN_S: Final = 0.05  # of sound on both sides that converting a rate looks at


def piece(recording: Recording, number: int) -> bytes:
    """Return ten seconds of both sides as a FLAC file: stereo, 24 kHz, user left, agent right.

    Parameters
    ----------
    recording : Recording
    number : int
        Which ten seconds, from 0. The last piece is as long as there is sound.

    Raises
    ------
    RecordingError
        If there is no such piece.
    """
    start_s = number * PIECE_S
    end_s = min(start_s + PIECE_S, recording.duration_s)
    if number < 0 or end_s <= start_s:
        raise RecordingError(f"The recording has no piece {number}; it is shorter.")
    agent, _ = recording.agent_audio(start_s, end_s)
    both = np.zeros((len(agent), 2), np.float32)
    both[:, 0] = _user(recording, start_s, end_s, len(agent))
    both[:, 1] = agent
    out = io.BytesIO()
    samples = np.clip(np.rint(both * 32768.0), -32768, 32767).astype(np.int16)
    soundfile.write(out, samples, AGENT_RATE_HZ, format="FLAC", subtype="PCM_16")
    return out.getvalue()


def _user(recording: Recording, start_s: float, end_s: float, count: int) -> np.ndarray:
    """Return the user's side at the agent's rate; pieces fit together."""
    before_s = min(_MARGIN_S, start_s)
    heard, _ = recording.user_audio(start_s - before_s, end_s + _MARGIN_S)
    there = resample(heard, USER_RATE_HZ, AGENT_RATE_HZ)[round(before_s * AGENT_RATE_HZ) :][:count]
    return np.pad(there, (0, count - len(there)))
