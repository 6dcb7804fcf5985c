"""``index.npz``: what could be made of the rest again, kept so that nobody has to wait for it.

It says of which sound it was made, by the names and sizes of its files and by the checksum of the
samples that each FLAC file begins with. Made of another sound, it is not believed.
"""

from __future__ import annotations

import hashlib
import io
from array import array
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from livekit_nb.recording.disk.parts import PartMissingError, Parts
from livekit_nb.recording.tracks import Track

__all__ = ["HEAD_BYTES", "SoundFile", "index_of", "mark_of", "marks_of", "peaks_in"]

SoundFile = tuple[str, int, bytes]
"""Name, size, and the first `HEAD_BYTES`, of a file of sound."""

HEAD_BYTES: Final = 42
_MD5: Final = slice(26, 42)  # of the samples: the end of STREAMINFO (RFC 9639, 8.2)
_SIDES: Final = ("user", "agent")


def marks_of(parts: Parts, sizes: Mapping[str, int]) -> dict[str, str]:
    """Return the mark of each side's sound as it lies there."""
    return {
        side: mark_of(
            (name, size, _head(parts, name))
            for name, size in sizes.items()
            if name.startswith(f"audio/{side}-")
        )
        for side in _SIDES
    }


def _head(parts: Parts, name: str) -> bytes:
    try:
        return parts.head(name, HEAD_BYTES)
    except PartMissingError:
        return b""


def mark_of(files: Iterable[SoundFile]) -> str:
    """Return what tells the sound in some files from any other."""
    mark = hashlib.sha256()
    for name, size, head in sorted(files):
        mark.update(f"{name} {size} {head[_MD5].hex()}\n".encode())
    return mark.hexdigest()


def index_of(tracks: Mapping[str, Track], marks: Mapping[str, str]) -> bytes:
    """Return the index of a recording: the peaks of what was said and heard, by side.

    Parameters
    ----------
    tracks : mapping of str to Track
    marks : mapping of str to str
        Of the files that the sound of each side lies in (`mark_of`).
    """
    out = io.BytesIO()
    columns = {}
    for side in _SIDES:
        peaks = tracks[side].all_peaks()
        columns[f"{side}_peaks"] = np.frombuffer(peaks, dtype=np.float32)
        columns[f"{side}_samples"] = np.array(tracks[side].length)
        columns[f"{side}_sound"] = np.array(marks[side])
    np.savez(out, **columns)  # type: ignore[arg-type]
    return out.getvalue()


def peaks_in(
    data: bytes, lengths: Mapping[str, int], marks: Mapping[str, str]
) -> dict[str, array[float]]:
    """Read the peaks of the sides whose sound is that of which the index was made."""
    found: dict[str, array[float]] = {}
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as columns:
            for side in _SIDES:
                same = str(columns[f"{side}_sound"]) == marks[side]
                if same and int(columns[f"{side}_samples"]) == lengths[side]:
                    peaks = array("f")
                    peaks.frombytes(columns[f"{side}_peaks"].astype("<f4").tobytes())
                    found[side] = peaks
    except Exception:  # whatever a damaged file brings about: it is made anew
        return {}
    return found
