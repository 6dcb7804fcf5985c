"""A recording written to a folder while it happens.

Every look writes what is new: sound first, then pictures, then the journal, which tells of both. So
whatever breaks off when, the journal's last whole batch is true. Files are opened, written and
closed at every look; a look that fails is done again, and until it succeeds everything it would
have written stays in memory.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from livekit_nb.errors import RecordingError
from livekit_nb.recording.disk.form import (
    AUDIO_SIDES,
    HEADER,
    INDEX,
    JOURNAL,
    MINUTE_S,
    audio_name,
    encoded,
    frame_name,
    header,
    open_private,
)
from livekit_nb.recording.disk.index import index_of, marks_of
from livekit_nb.recording.disk.journal import Cursor, Line, lines_since
from livekit_nb.recording.disk.parts import FolderParts
from livekit_nb.recording.disk.saving import details_of
from livekit_nb.recording.disk.sound import WAV_HEADER_BYTES, StoredSound, as_flac, wav_header

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["FolderWriter"]

MEMORY_S: Final = 600.0
"""Seconds of sound that stay in memory although they are on disk."""

UNWRITTEN_S: Final = 7200.0
"""Seconds of sound that wait in memory for a disk that takes none; what comes then is dropped."""


class FolderWriter:
    """Writes one recording.

    Parameters
    ----------
    recording : Recording
        What to write; its sound and pictures leave memory when they are written.
    where : Path
        The folder, which must not be there yet.
    memory_s : float
        Seconds of sound that stay in memory all the same.

    Raises
    ------
    RecordingError
        If there is such a folder or file, or it cannot be made.
    """

    def __init__(self, recording: Recording, where: Path, *, memory_s: float = MEMORY_S) -> None:
        self.where = where
        self._recording = recording
        self._memory_s = memory_s
        self._cursor = Cursor()
        self._journal_bytes = 0
        self._sealed: list[Line] = []  # not in the journal yet
        self._frames = 0
        self._samples = dict.fromkeys(AUDIO_SIDES, 0)
        parts = FolderParts(where)
        self._stored = {side: StoredSound(parts, side, self._lost) for side in AUDIO_SIDES}
        try:
            where.mkdir(mode=0o700)
            for folder in ("audio", "frames"):
                (where / folder).mkdir(mode=0o700)
            self._put(HEADER, header(details_of(recording, complete=False)))
            os.close(open_private(where / JOURNAL, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            raise RecordingError(
                f"{where} exists already, and a recording is not written over anything. Give "
                "another name, or move it away."
            ) from None
        except OSError as error:
            raise RecordingError(
                f"No recording can be written to {where}: {error.strerror}. Check that the folder "
                "it is to be in exists, is writable and has room."
            ) from None
        for track in recording._tracks.values():
            track.limit(round(UNWRITTEN_S * track.rate_hz))

    def catch_up(self) -> None:
        """Write what is new.

        Raises
        ------
        OSError
            If it cannot be written; it can be tried again.
        """
        recording = self._recording
        cursor = self._cursor.copy()
        lines = lines_since(recording, cursor)
        lengths = lines[-1]["state"]["samples"]
        for side in AUDIO_SIDES:
            self._write_sound(side, lengths[side])
        self._write_frames()
        if cursor == self._cursor and not self._sealed and self._journal_bytes:
            return
        self._append(b"".join(map(encoded, [*self._sealed, *lines])))
        self._sealed.clear()
        self._cursor = cursor

    def finish(self) -> None:
        """Write what is new, and the last minutes as the others; raises as `catch_up`."""
        self.catch_up()
        for side in AUDIO_SIDES:
            minute = self._samples[side] // (MINUTE_S * AUDIO_SIDES[side])
            if (self.where / audio_name(side, minute, running=True)).exists():
                self._seal(side, minute, self._samples[side])
        if self._sealed:
            self._append(b"".join(map(encoded, self._sealed)))
            self._sealed.clear()
        parts = FolderParts(self.where)
        self._put(INDEX, index_of(self._recording._tracks, marks_of(parts, parts.sizes())))
        self._put(HEADER, header(details_of(self._recording, complete=True)))

    # Sound

    def _write_sound(self, side: str, length: int) -> None:
        track, rate_hz = self._recording._tracks[side], AUDIO_SIDES[side]
        size = MINUTE_S * rate_hz
        while self._samples[side] < length:
            done = self._samples[side]
            minute = done // size
            stop = min(length, (minute + 1) * size)
            running = self.where / audio_name(side, minute, running=True)
            if not track.silent(minute * size, stop):
                if stop == (minute + 1) * size:
                    self._seal(side, minute, stop)
                else:
                    self._write_wav(running, side, minute * size, stop)
            self._samples[side] = stop
        whole = self._samples[side] // size * size
        track.release(self._stored[side], min(whole, length - round(self._memory_s * rate_hz)))
        track.limit(whole + round(UNWRITTEN_S * rate_hz))

    def _write_wav(self, path: Path, side: str, start: int, stop: int) -> None:
        track, rate_hz = self._recording._tracks[side], AUDIO_SIDES[side]
        first = self._samples[side] if path.exists() else start
        with os.fdopen(open_private(path, os.O_CREAT | os.O_WRONLY), "wb") as file:
            file.seek(WAV_HEADER_BYTES + 2 * (first - start))
            file.write(track.read(first, stop).astype("<i2").tobytes())
            file.seek(0)
            file.write(wav_header(stop - start, rate_hz))

    def _seal(self, side: str, minute: int, stop: int) -> None:
        """Make the last file of a minute; what was written of it as it went on is not needed."""
        track, rate_hz = self._recording._tracks[side], AUDIO_SIDES[side]
        first = minute * MINUTE_S * rate_hz
        self._put(audio_name(side, minute), as_flac(track.read(first, stop), rate_hz))
        (self.where / audio_name(side, minute, running=True)).unlink(missing_ok=True)
        self._stored[side].expect(minute, stop - first)
        told = {"side": side, "minute": minute, "samples": stop - first}
        self._sealed.append({"audio": told})

    def _lost(self, side: str, minute: int, samples: int) -> None:
        damage, name = self._recording._damage, f"{side}_s"
        damage[name] = damage.get(name, 0.0) + samples / AUDIO_SIDES[side]

    # Pictures, journal

    def _write_frames(self) -> None:
        log = self._recording._frames
        for number, file in log.held(self._frames):
            self._put(frame_name(number), file)
            self._frames = number
            log.release(number, self._picture)

    def _picture(self, number: int) -> bytes | None:
        try:
            return (self.where / frame_name(number)).read_bytes()
        except OSError:
            return None

    def _append(self, data: bytes) -> None:
        # Not made anew: without its beginning a journal says nothing.
        with os.fdopen(open_private(self.where / JOURNAL, os.O_WRONLY), "wb") as file:
            file.seek(self._journal_bytes)
            file.write(data)
            file.truncate()
        self._journal_bytes += len(data)

    def _put(self, name: str, data: bytes) -> None:
        """Write a part in one step."""
        target = self.where / name
        part = target.with_name(target.name + ".part")
        with os.fdopen(open_private(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY), "wb") as file:
            file.write(data)
        part.replace(target)
