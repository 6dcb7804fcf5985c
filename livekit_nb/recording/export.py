"""Recordings as files of well-known forms."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import soxr

from livekit_nb.errors import RecordingError

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["export"]

_RATE_HZ: Final = 24_000
_BLOCK_S: Final = 60.0


def export(recording: Recording, path: str | PathLike[str]) -> None:
    """Write ``recording`` to ``path``; see `Recording.export`."""
    target = Path(path)
    writers = {".wav": _write_wav}
    writer = writers.get(target.suffix.lower())
    if writer is None:
        known = ", ".join(sorted(writers))
        raise RecordingError(
            f"A recording cannot be exported as {target.suffix or 'a file without suffix'!r}. "
            f"Known suffixes: {known}."
        )
    writer(recording, target)


def _write_wav(recording: Recording, target: Path) -> None:
    """Stereo, 24 kHz, 16 bit: user left, agent right. A minute at a time, not all in memory."""
    import soundfile

    duration_s = recording.duration_s
    frames = round(duration_s * _RATE_HZ)
    upsample = soxr.ResampleStream(16_000, _RATE_HZ, 1, dtype="float32")
    try:
        with soundfile.SoundFile(
            target, "w", samplerate=_RATE_HZ, channels=2, format="WAV", subtype="PCM_16"
        ) as file:
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
                right, _ = recording.agent_audio(written / _RATE_HZ, (written + count) / _RATE_HZ)
                file.write(np.column_stack((left, right)))
                pending = pending[count:]
                written += count
                start_s = end_s
    except (OSError, soundfile.LibsndfileError) as error:
        raise RecordingError(
            f"The recording could not be written to {target}: {error}. "
            "Check that the folder exists, is writable and has room."
        ) from error
