"""PCM formats of the Live API: 16-bit little-endian mono, 16 kHz in, 24 kHz out.

Inside the package audio is either such PCM as ``bytes`` (on its way) or a numpy array of float32
in [-1, 1] (being looked at). This module converts between them and between rates.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import soxr

from livekit_nb.errors import AudioError

__all__ = [
    "FRAME_MS",
    "INPUT_RATE_HZ",
    "OUTPUT_RATE_HZ",
    "Resampler",
    "Samples",
    "as_mono",
    "frames",
    "from_pcm16",
    "level_dbfs",
    "rate_of_mime_type",
    "resample",
    "samples_of_pcm16",
    "to_pcm16",
]

Samples = npt.NDArray[np.float32]
"""One-dimensional float32 audio in [-1, 1]."""

INPUT_RATE_HZ = 16_000
"""Rate of audio sent to a Live model (ai.google.dev, Live API capabilities: audio formats)."""

OUTPUT_RATE_HZ = 24_000
"""Rate of audio a Live model answers with (same source)."""

FRAME_MS = 20
"""Length of one message of microphone audio; 20 to 40 ms is what Google recommends."""

_FULL_SCALE = 32768.0
_LOWEST_RATE_HZ = 4_000
_HIGHEST_RATE_HZ = 384_000
_MANY_DIGITS = 12  # no rate has so many


def to_pcm16(samples: npt.ArrayLike) -> bytes:
    """Encode float audio as 16-bit little-endian PCM.

    Parameters
    ----------
    samples : array_like of float, shape (n,)
        Values outside [-1, 1] are clipped, as a loudspeaker would.

    Returns
    -------
    bytes
        ``2 * n`` bytes.
    """
    scaled = np.rint(np.asarray(samples, dtype=np.float32) * np.float32(_FULL_SCALE))
    return bytes(np.clip(scaled, -32768, 32767).astype("<i2").tobytes())


def samples_of_pcm16(pcm: bytes | bytearray | memoryview) -> npt.NDArray[np.int16]:
    """Look at 16-bit little-endian PCM as int16 samples, without a copy.

    Raises
    ------
    AudioError
        If `pcm` has an odd number of bytes, so is no 16-bit audio.
    """
    if len(pcm) % 2:
        raise AudioError(
            f"16-bit PCM has an even number of bytes, but this has {len(pcm)}: probably it was cut "
            "inside a sample or is of another format. Send whole s16le samples."
        )
    return np.frombuffer(pcm, dtype="<i2").astype(np.int16, copy=False)


def from_pcm16(pcm: bytes | bytearray | memoryview) -> Samples:
    """Decode 16-bit little-endian PCM to float32 in [-1, 1).

    Raises
    ------
    AudioError
        As :func:`samples_of_pcm16`.
    """
    return (samples_of_pcm16(pcm) / np.float32(_FULL_SCALE)).astype(np.float32)


def as_mono(samples: npt.ArrayLike) -> Samples:
    """Return audio as one float32 channel in [-1, 1].

    Parameters
    ----------
    samples : array_like, shape (n,) or (n, channels)
        Float in [-1, 1], or integers, which are scaled by their type's full range. Channels are
        averaged.

    Raises
    ------
    AudioError
        If the shape or type is no audio, or a value is not finite.
    """
    array = np.asarray(samples)
    if array.ndim == 2 and 1 <= array.shape[1] <= 32:
        pass
    elif array.ndim != 1:
        raise AudioError(
            f"Audio has shape (n,) or (n, channels), not {array.shape}. "
            "Transpose it if channels come first."
        )
    if array.dtype.kind == "u" and array.dtype.itemsize == 1:
        array = array.astype(np.float32) / 128.0 - 1.0
    elif array.dtype.kind == "i":
        array = array.astype(np.float64) / -float(np.iinfo(array.dtype).min)
    elif array.dtype.kind != "f":
        raise AudioError(
            f"Audio samples are float or signed integers, not {array.dtype}. "
            "Convert them, for example with .astype('float32')."
        )
    if array.ndim == 2:
        array = array.mean(axis=1)
    mono = np.ascontiguousarray(array, dtype=np.float32)
    if not np.isfinite(mono).all():
        raise AudioError("The audio holds NaN or infinite samples; clean it before use.")
    return mono


def check_rate(rate_hz: float) -> int:
    """Return `rate_hz` as an int if it is a sampling rate, else raise :class:`AudioError`."""
    if (
        isinstance(rate_hz, bool)
        or not isinstance(rate_hz, int | float | np.integer | np.floating)
        or rate_hz != int(rate_hz)
        or not _LOWEST_RATE_HZ <= rate_hz <= _HIGHEST_RATE_HZ
    ):
        raise AudioError(
            f"A sampling rate is a whole number of hertz from {_LOWEST_RATE_HZ} to "
            f"{_HIGHEST_RATE_HZ}, not {rate_hz!r}."
        )
    return int(rate_hz)


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Change the sampling rate of a whole signal with a linear-phase anti-aliasing filter.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
    from_hz, to_hz : int
        Rates in hertz.

    Returns
    -------
    ndarray of float32, shape (round(n * to_hz / from_hz),)
    """
    if check_rate(from_hz) == check_rate(to_hz) or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, from_hz, to_hz), dtype=np.float32)


class Resampler:
    """Change the sampling rate of a stream, block by block, without clicks at the joins.

    Parameters
    ----------
    from_hz, to_hz : int
        Rates in hertz. Equal rates pass audio through untouched.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self.from_hz = check_rate(from_hz)
        self.to_hz = check_rate(to_hz)
        self._stream = (
            None
            if self.from_hz == self.to_hz
            # "LQ" holds back about 6 ms and rejects aliases by 110 dB; the better qualities
            # hold back three times as much, which a conversation would feel.
            else soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="LQ")
        )

    def process(self, samples: Samples, *, last: bool = False) -> Samples:
        """Return what can be said of the output after `samples`; `last` drains the filter."""
        if self._stream is None:
            return samples
        return np.asarray(self._stream.resample_chunk(samples, last=last), dtype=np.float32)


def frames(pcm: bytes, rate_hz: int = INPUT_RATE_HZ, frame_ms: int = FRAME_MS) -> Iterator[bytes]:
    """Cut 16-bit mono PCM into frames of `frame_ms`; the last one is filled up with silence."""
    size = 2 * (rate_hz * frame_ms // 1000)
    for start in range(0, len(pcm), size):
        yield pcm[start : start + size].ljust(size, b"\0")


def level_dbfs(samples: Samples) -> float:
    """Root-mean-square level in decibels of full scale; ``-inf`` for silence or nothing."""
    if not len(samples):
        return float("-inf")
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return float("-inf") if power <= 0 else 10.0 * float(np.log10(power))


def rate_of_mime_type(mime_type: str | None, default_hz: int) -> int:
    """Read the sampling rate of an ``audio/pcm;rate=16000`` type.

    Raises
    ------
    AudioError
        If the type is not raw PCM or the rate is no sampling rate.
    """
    if not mime_type:
        return default_hz
    kind, *parameters = (part.strip() for part in mime_type.lower().split(";"))
    if kind not in ("audio/pcm", "audio/l16", "audio/raw"):
        raise AudioError(
            f"Unsupported audio content type {kind[:40]!r}; send audio/pcm;rate=16000."
        )
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "rate":
            if not (value.strip().isdecimal() and len(value) < _MANY_DIGITS):
                raise AudioError("The rate of an audio/pcm type is a whole number of hertz.")
            return check_rate(int(value))
    return default_hz
