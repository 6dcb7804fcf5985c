"""Both sides as one stereo file: user left, agent right, 24 kHz, one time axis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import soxr

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["RATE_HZ", "stereo", "write_flac", "write_sound", "write_wav"]

RATE_HZ: Final = 24_000
"""Sample rate of exported sound: the agent's own; the user's is resampled to it."""

_BLOCK_S: Final = 60.0
_LARGEST_WAV: Final = 2**32 - 2**16
"""Bytes of sound that a WAV file's 32-bit lengths can tell; larger ones become RF64."""


def stereo(recording: Recording) -> Iterator[npt.NDArray[np.int16]]:
    """Give a recording's sound a minute at a time, without seams.

    Yields
    ------
    numpy.ndarray, shape (samples, 2), int16
        User left, agent right, 24000 Hz. The agent's samples are those of the recording.
    """
    duration_s = recording.duration_s
    frames = round(duration_s * RATE_HZ)
    upsample = soxr.ResampleStream(16_000, RATE_HZ, 1, dtype="float32")
    pending = np.zeros(0, dtype=np.float32)
    written, start_s = 0, 0.0
    while written < frames:
        end_s = min(start_s + _BLOCK_S, duration_s)
        last = end_s >= duration_s
        chunk = upsample.resample_chunk(recording.user_audio(start_s, end_s)[0], last=last)
        pending = np.concatenate((pending, chunk))
        count = frames - written if last else len(pending)
        left = np.zeros(count, dtype=np.float32)
        left[: min(count, len(pending))] = pending[:count]
        right, _ = recording.agent_audio(written / RATE_HZ, (written + count) / RATE_HZ)
        both = np.rint(np.column_stack((left, right)) * np.float32(32768.0))
        yield np.clip(both, -32768, 32767).astype(np.int16)
        pending = pending[count:]
        written += count
        start_s = end_s


def write_sound(recording: Recording, path: Path, **options: Any) -> None:
    """Write both sides to a file; ``options`` are those of `soundfile.SoundFile`.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    import soundfile

    try:
        with soundfile.SoundFile(path, "w", samplerate=RATE_HZ, channels=2, **options) as file:
            for block in stereo(recording):
                # MP3 of 16-bit samples is noise (libsndfile 1.2.2), of floats it is right.
                lossy = file.format == "MP3"
                file.write(block.astype(np.float32) / np.float32(32768.0) if lossy else block)
    except soundfile.LibsndfileError as error:
        raise OSError(error.error_string) from None


def write_wav(recording: Recording, path: Path, name: str) -> None:
    """16 bit; what is longer than 12 hours is RF64, which most programs take for WAV."""
    large = recording.duration_s * RATE_HZ * 4 > _LARGEST_WAV
    write_sound(recording, path, format="RF64" if large else "WAV", subtype="PCM_16")


def write_flac(recording: Recording, path: Path, name: str) -> None:
    """16 bit, lossless: the same samples as the WAV in less room."""
    write_sound(recording, path, format="FLAC", subtype="PCM_16")
