"""``index.npz``: what could be made of the rest again, kept so that nobody has to wait for it."""

from __future__ import annotations

import io
from array import array
from collections.abc import Mapping

import numpy as np

from livekit_nb.recording.tracks import Track

__all__ = ["index_of", "peaks_in"]


def index_of(tracks: Mapping[str, Track]) -> bytes:
    """Return the index of a recording: the peaks of what was said and heard."""
    out = io.BytesIO()
    columns = {}
    for side in ("user", "agent"):
        peaks = tracks[side].all_peaks()
        columns[f"{side}_peaks"] = np.frombuffer(peaks, dtype=np.float32)
        columns[f"{side}_samples"] = np.array(tracks[side].length)
    np.savez(out, **columns)  # type: ignore[arg-type]
    return out.getvalue()


def peaks_in(data: bytes | None, lengths: Mapping[str, int]) -> dict[str, array[float]]:
    """Read the peaks of the sides whose sound is as long as when the index was made."""
    found: dict[str, array[float]] = {}
    if data is None:
        return found
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as columns:
            for side in ("user", "agent"):
                if int(columns[f"{side}_samples"]) == lengths[side]:
                    peaks = array("f")
                    peaks.frombytes(columns[f"{side}_peaks"].astype("<f4").tobytes())
                    found[side] = peaks
    except Exception:  # whatever a damaged file brings about: it is made anew
        return {}
    return found
