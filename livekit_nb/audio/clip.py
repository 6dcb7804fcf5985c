"""A piece of audio one can hold, say to an agent, or look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from livekit_nb.audio.pcm import (
    INPUT_RATE_HZ,
    Samples,
    as_mono,
    check_rate,
    level_dbfs,
    resample,
    to_pcm16,
)
from livekit_nb.errors import AudioError

__all__ = ["Clip", "as_clip", "clip"]


@dataclass(frozen=True, eq=False)
class Clip:
    """Mono audio with its sampling rate.

    Parameters
    ----------
    samples : array_like, shape (n,) or (n, channels)
        Float in [-1, 1] or integers; averaged to one channel.
    rate_hz : int
        Sampling rate in hertz.

    Raises
    ------
    AudioError
        If the samples or the rate are no audio.
    """

    samples: Samples = field(repr=False)
    rate_hz: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate_hz", check_rate(self.rate_hz))
        object.__setattr__(self, "samples", as_mono(self.samples))

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz

    @property
    def level_dbfs(self) -> float:
        """Root-mean-square level in decibels of full scale."""
        return level_dbfs(self.samples)

    def at(self, rate_hz: int) -> Clip:
        """Return the same sound at another sampling rate."""
        return Clip(resample(self.samples, self.rate_hz, rate_hz), rate_hz)

    def pcm16(self, rate_hz: int = INPUT_RATE_HZ) -> bytes:
        """Return the sound as 16-bit little-endian mono PCM at `rate_hz`."""
        return to_pcm16(self.at(rate_hz).samples)

    def padded(self, before_s: float = 0.0, after_s: float = 0.0) -> Clip:
        """Return the sound with silence added, in seconds."""
        widths = (round(before_s * self.rate_hz), round(after_s * self.rate_hz))
        return Clip(np.pad(self.samples, widths), self.rate_hz)

    def __add__(self, other: Clip) -> Clip:
        """Return this sound followed by `other`, at this clip's rate."""
        if not isinstance(other, Clip):
            return NotImplemented
        return Clip(np.concatenate([self.samples, other.at(self.rate_hz).samples]), self.rate_hz)

    def __len__(self) -> int:
        return len(self.samples)

    def __repr__(self) -> str:
        return f"<Clip {self.duration_s:.2f} s, {self.rate_hz} Hz, {self.level_dbfs:.0f} dBFS>"

    def save(self, path: str | Path) -> Path:
        """Write the clip to a file whose suffix names the format (``.wav``, ``.flac``, …)."""
        path = Path(path)
        try:
            soundfile.write(path, self.samples, self.rate_hz)
        except (soundfile.LibsndfileError, TypeError, ValueError) as error:
            raise AudioError(
                f"Cannot write {path.name}: {error}. Use a suffix such as .wav or .flac "
                "and a folder that exists."
            ) from error
        return path

    def player(self) -> Any:
        """Return a player to display in a notebook.

        The sound then becomes part of the cell's output, so of the notebook when it is saved.
        """
        from IPython.display import Audio  # only where there is a notebook

        return Audio(self.samples, rate=self.rate_hz)  # type: ignore[no-untyped-call]


def clip(path: str | Path) -> Clip:
    """Read a sound file.

    Parameters
    ----------
    path : str or Path
        Any file libsndfile reads: WAV, FLAC, OGG, MP3, AIFF and more.

    Raises
    ------
    AudioError
        If there is no such file or it is no sound.
    """
    path = Path(path)
    if not path.is_file():
        raise AudioError(f"There is no file {path}. Check the path and the working directory.")
    try:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"{path.name} is no sound file that can be read ({error}). "
            "Convert it to WAV or FLAC, for example with ffmpeg."
        ) from error
    return Clip(samples, rate_hz)


def as_clip(sound: Clip | tuple[npt.ArrayLike, int] | str | Path) -> Clip:
    """Turn what a user calls audio into a clip.

    Parameters
    ----------
    sound : Clip, or (samples, rate_hz), or a path
        A bare array is refused, because its rate would be a guess.

    Raises
    ------
    AudioError
        With the remedy, if it is none of these.
    """
    if isinstance(sound, Clip):
        return sound
    if isinstance(sound, str | Path):
        return clip(sound)
    if isinstance(sound, tuple) and len(sound) == 2:
        return Clip(np.asarray(sound[0]), sound[1])
    hint = (
        "A bare array does not say its rate: pass live.Clip(samples, rate_hz)."
        if isinstance(sound, np.ndarray | list)
        else "Pass live.speech(text), live.clip(path), or live.Clip(samples, rate_hz)."
    )
    raise AudioError(f"{type(sound).__name__} is no audio. {hint}")
