"""The recorded user's voice, at the pace at which the recording is played back."""

from __future__ import annotations

from typing import Final

from livekit_nb.audio.pcm import FRAME_MS, INPUT_RATE_HZ, to_pcm16
from livekit_nb.recording.recording import Recording
from livekit_nb.session.replay.pace import Pace

__all__ = ["RecordedVoice"]

_FRAME_S: Final = FRAME_MS / 1000
_FRAME: Final = INPUT_RATE_HZ * FRAME_MS // 1000
_SILENCE: Final = bytes(2 * _FRAME)


class RecordedVoice:
    """Hands out what the microphone captured then, frame by frame.

    Where the recording waits for a tool, so does the voice. It keeps to the recording's time within
    a frame.

    Parameters
    ----------
    recording : Recording
    pace : Pace
        Tells where the recording stands.
    end_s : float
        Where the voice ends, in seconds of the recording.
    """

    def __init__(self, recording: Recording, pace: Pace, end_s: float) -> None:
        self._recording = recording
        self._pace = pace
        self._end_s = end_s
        self._at_s: float | None = None

    def frame(self, captured_s: float) -> bytes | None:
        """Return the frame that is captured from a time of the world on; ``None`` at the end."""
        now_s = self._pace.at(captured_s)
        if self._at_s is None or now_s >= self._at_s + _FRAME_S:
            self._at_s = now_s
        elif now_s <= self._at_s - _FRAME_S:
            return _SILENCE
        if self._at_s >= self._end_s:
            return None
        first = max(0, round(self._at_s * INPUT_RATE_HZ))
        self._at_s = (first + _FRAME) / INPUT_RATE_HZ
        samples, _ = self._recording.user_audio(first / INPUT_RATE_HZ, self._at_s)
        return to_pcm16(samples)
