"""Sound on disk: one file a minute, FLAC when the minute is over, WAV while it goes on."""

from __future__ import annotations

import io
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import numpy as np

from livekit_nb.recording.disk.form import AUDIO_SIDES, MINUTE_S, audio_name
from livekit_nb.recording.disk.parts import PartMissingError, Parts
from livekit_nb.recording.tracks import Samples

__all__ = ["WAV_HEADER_BYTES", "StoredSound", "as_flac", "wav_header"]

WAV_HEADER_BYTES: Final = 44
_MOST_HZ: Final = 48_000
_HELD: Final = 3  # minutes of a side that are held decoded, 3 MB each at most


def as_flac(samples: Samples, rate_hz: int) -> bytes:
    """Return samples as a FLAC file, losslessly."""
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, samples, rate_hz, format="FLAC", subtype="PCM_16")
    return out.getvalue()


def wav_header(count: int, rate_hz: int) -> bytes:
    """Return the header of a WAV file of ``count`` samples (mono, 16 bit)."""
    size = 2 * count
    return b"RIFF%sWAVEfmt %sdata%s" % (
        struct.pack("<I", 36 + size),
        struct.pack("<IHHIIHH", 16, 1, 1, rate_hz, 2 * rate_hz, 2, 16),
        struct.pack("<I", size),
    )


def _from_wav(data: bytes) -> Samples:
    """Read what :func:`wav_header` heads: all that is there, whatever the header says."""
    body = data[WAV_HEADER_BYTES:]
    return np.frombuffer(body[: len(body) // 2 * 2], dtype="<i2").astype(np.int16)


def _from_flac(data: bytes) -> tuple[Samples, bool]:
    """Decode as much as can be, and say whether that is all."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            samples = file.read(min(file.frames, MINUTE_S * _MOST_HZ), dtype="int16")
            whole = len(samples) == file.frames and samples.ndim == 1
    except (soundfile.LibsndfileError, RuntimeError, ValueError):
        return _what_is_left(data), False
    return (samples, True) if whole else (_what_is_left(data), False)


def _what_is_left(data: bytes) -> Samples:
    """Decode a damaged FLAC file up to where it is damaged."""
    import soundfile

    pieces: list[Samples] = []
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            room = MINUTE_S * _MOST_HZ // 4096 if file.channels == 1 else 0
            while len(pieces) < room and (piece := file.read(4096, dtype="int16")).size:
                pieces.append(piece)
    except (soundfile.LibsndfileError, RuntimeError, ValueError):
        pass
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int16)


class StoredSound:
    """One side's sound, read when it is asked for.

    Parameters
    ----------
    parts : Parts
        Where it lies.
    side : {"user", "agent", "received"}
    damaged : callable
        Told ``(side, minute, samples)`` once of every minute of which so many samples are lost.
    """

    def __init__(
        self, parts: Parts, side: str, damaged: Callable[[str, int, int], object] | None = None
    ) -> None:
        self.rate_hz = AUDIO_SIDES[side]
        self._parts = parts
        self._side = side
        self._damaged = damaged
        self._told: set[int] = set()
        self._minutes: OrderedDict[int, Samples] = OrderedDict()
        self._counts: dict[int, int] = {}
        self._lock = threading.Lock()

    def expect(self, minute: int, samples: int) -> None:
        """Note how many samples there are to be in a minute; others have no file."""
        self._counts[minute] = samples
        with self._lock:
            self._minutes.pop(minute, None)

    def silent(self, minute: int) -> bool:
        """Whether nothing was ever stored of a minute."""
        return minute not in self._counts

    def read(self, first: int, stop: int) -> Samples:
        """Copy samples ``first`` to ``stop``; silence where nothing is stored, or it is lost."""
        out = np.zeros(max(0, stop - first), dtype=np.int16)
        size = MINUTE_S * self.rate_hz
        for minute in range(max(0, first) // size, max(0, stop - 1) // size + 1):
            if minute not in self._counts:
                continue
            samples = self._minute(minute)
            low, high = max(first, minute * size), min(stop, minute * size + len(samples))
            if high > low:
                out[low - first : high - first] = samples[
                    low - minute * size : high - minute * size
                ]
        return out

    def file(self, minute: int) -> bytes | None:
        """Return a minute's file if it is a whole FLAC; ``None`` if it has to be made."""
        if len(self._minute(minute)) != self._counts.get(minute) or minute in self._told:
            return None
        try:
            return self._parts.read(audio_name(self._side, minute))
        except PartMissingError:
            return None

    def _minute(self, minute: int) -> Samples:
        with self._lock:
            samples = self._minutes.get(minute)
            if samples is None:
                samples = self._decoded(minute)
                self._minutes[minute] = samples
                while len(self._minutes) > _HELD:
                    self._minutes.popitem(last=False)
            else:
                self._minutes.move_to_end(minute)
            return samples

    def _decoded(self, minute: int) -> Samples:
        samples, whole = np.zeros(0, dtype=np.int16), False
        try:
            samples, whole = _from_flac(self._parts.read(audio_name(self._side, minute)))
        except PartMissingError:
            try:
                samples = _from_wav(self._parts.read(audio_name(self._side, minute, running=True)))
                whole = True
            except PartMissingError:
                pass
        wanted = self._counts.get(minute, 0)
        lost = wanted - len(samples)
        if (lost > 0 or not whole) and minute not in self._told:
            self._told.add(minute)
            if self._damaged is not None:
                self._damaged(self._side, minute, max(0, lost))
        return samples[:wanted]
