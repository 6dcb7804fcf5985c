"""Recordings loaded from a folder or a file."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import inf
from os import PathLike
from pathlib import Path
from typing import Any

from livekit_nb.errors import RecordingError
from livekit_nb.recording.asking import as_path
from livekit_nb.recording.disk.form import (
    AUDIO_SIDES,
    HEADER,
    INDEX,
    JOURNAL,
    MINUTE_S,
    audio_name,
    check_header,
    decoded,
    frame_name,
)
from livekit_nb.recording.disk.index import marks_of, peaks_in
from livekit_nb.recording.disk.parts import PartMissingError, Parts, parts_at
from livekit_nb.recording.disk.restoring import Restored, restored
from livekit_nb.recording.disk.sound import WAV_HEADER_BYTES, StoredSound
from livekit_nb.recording.recording import Recording
from livekit_nb.recording.tracks import Track

__all__ = ["load"]


def load(path: str | PathLike[str]) -> Recording:
    """Load a recording that was saved, or that is or was being written as it happened.

    Sound and pictures are read when they are asked for, from where the recording is: leave it
    there as long as you look at it.

    Parameters
    ----------
    path : path-like
        What `Recording.save` or ``record=`` has written: a file or a folder.

    Returns
    -------
    Recording
        As it was when it was saved; of a conversation that broke off with its kernel, all up to
        its last second. What is damaged is left out: `Recording.damage` and its summary tell.

    Raises
    ------
    RecordingError
        If there is no recording, none can be made of what there is, or it was written by a newer
        version of this package.
    """
    if isinstance(path, Recording):
        raise RecordingError("That is a recording already: it needs no loading.")
    where = as_path(path, "talk.liverec")
    parts = parts_at(where)
    try:
        sizes = parts.sizes()
    except OSError as error:
        raise RecordingError(f"{where} cannot be read: {error.strerror}.") from None
    told = _header(parts, where)
    loading = _Loading(parts, sizes, _damage(told.get("damage")))
    recording = restored(loading.lines(), loading.tracks, loading.picture)
    without = told.get("without")
    recording.without = frozenset(map(str, without if isinstance(without, list) else ()))
    recording.started_at = _date(told.get("started_at"))
    recording._damage = loading.damage
    recording.path = where
    if loading.known is not None and loading.known.wrong:
        loading.spoilt += loading.known.wrong
    if loading.spoilt:
        loading.damage["journal"] = loading.damage.get("journal", 0) + loading.spoilt
    return recording


class _Loading:
    """One recording on its way into memory."""

    def __init__(self, parts: Parts, sizes: Mapping[str, int], damage: Mapping[str, float]) -> None:
        self.damage = dict(damage)  # of a copy that was saved: what was lost before
        self.spoilt = 0  # lines that say nothing
        self.known: Restored | None = None
        self._parts = parts
        self._sizes = sizes
        self._tracks: dict[str, Track] = {}

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """Give what can be read of the journal."""
        try:
            data = self._parts.read(JOURNAL)
        except PartMissingError as error:
            raise RecordingError(
                f"{self._parts.where} cannot be loaded: its {JOURNAL} cannot be read ({error}). "
                "Its sound may still be: it is in ordinary FLAC and WAV files."
            ) from None
        lines = data.split(b"\n")
        # What comes after the last line's end was being written when it broke off.
        for line in lines[:-1]:
            try:
                content = decoded(line)
            except ValueError:
                self.spoilt += 1
                continue
            if isinstance(content, Mapping):
                yield content
            else:
                self.spoilt += 1

    def picture(self, number: int) -> bytes | None:
        """Read the picture of a frame."""
        try:
            return self._parts.read(frame_name(number))
        except PartMissingError:
            return None

    def tracks(self, known: Restored) -> dict[str, Track]:
        """Make the tracks of what lies there."""
        self.known = known
        samples = known.state.get("samples", {})
        dropped = known.state.get("dropped", {})
        lengths = {side: self._length(side, samples.get(side, 0)) for side in AUDIO_SIDES}
        peaks = self._peaks(lengths) if INDEX in self._sizes else {}
        for side, rate_hz in AUDIO_SIDES.items():
            stored = StoredSound(self._parts, side, self._damaged)
            track = Track(rate_hz, 0.0)
            track.restore(lengths[side], int(dropped.get(side, 0)), stored, peaks.get(side))
            self._tracks[side] = track
            self._expect(side, stored, lengths[side], known)
        return self._tracks

    def _length(self, side: str, told: int) -> int:
        """Return how long a side is: sound is written before the journal tells of it."""
        size = MINUTE_S * AUDIO_SIDES[side]
        length = max(told, 0)
        minute = length // size
        for number in (minute, minute + 1):
            held = self._sizes.get(audio_name(side, number, running=True), 0) - WAV_HEADER_BYTES
            if held > 0:
                length = max(length, min(number * size + held // 2, (number + 1) * size))
        return length

    def _expect(self, side: str, stored: StoredSound, length: int, known: Restored) -> None:
        size = MINUTE_S * AUDIO_SIDES[side]
        for minute in range(-(-length // size)):
            there = any(
                audio_name(side, minute, running=running) in self._sizes
                for running in (False, True)
            )
            count = min(size, length - minute * size)
            if there:
                stored.expect(minute, count)
            elif (side, minute) in known.sealed:
                self._damaged(side, minute, count)

    def _peaks(self, lengths: Mapping[str, int]) -> dict[str, array[float]]:
        try:
            marks = marks_of(self._parts, self._sizes)
            return peaks_in(self._parts.read(INDEX), lengths, marks)
        except PartMissingError:
            return {}

    def _damaged(self, side: str, minute: int, samples: int) -> None:
        name = f"{side}_s"
        self.damage[name] = self.damage.get(name, 0.0) + samples / AUDIO_SIDES[side]


def _header(parts: Parts, where: Path) -> dict[str, Any]:
    try:
        data = parts.read(HEADER)
    except PartMissingError as error:
        raise RecordingError(
            f"{where} is no recording: its {HEADER} cannot be read ({error}). live.load takes what "
            "recording.save or record= has written."
        ) from None
    return check_header(data, where)


def _damage(told: Any) -> dict[str, float]:
    known = told if isinstance(told, dict) else {}
    return {
        str(name): amount
        for name, amount in known.items()
        if isinstance(amount, int | float) and 0 < amount < inf
    }


def _date(told: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None
