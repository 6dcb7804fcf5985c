"""Recordings saved as one file."""

from __future__ import annotations

import os
import secrets
import zipfile
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from livekit_nb.errors import RecordingError
from livekit_nb.recording.asking import as_path
from livekit_nb.recording.disk.form import (
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
from livekit_nb.recording.disk.index import HEAD_BYTES, SoundFile, index_of, mark_of
from livekit_nb.recording.disk.journal import Cursor, Line, lines_since
from livekit_nb.recording.disk.sound import StoredSound, as_flac
from livekit_nb.recording.tracks import Track
from livekit_nb.recording.writing import OWN_SUFFIX, other_form

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["details_of", "save"]

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # of the files in the zip: their own would say nothing


def save(recording: Recording, path: str | PathLike[str], *, overwrite: bool = False) -> None:
    """Write a recording; `Recording.save` tells."""
    target = as_path(path, "talk.liverec")
    suffix, exported = other_form(target)
    if suffix:
        remedy = f"for a {suffix} file use recording.export({str(target)!r})"
        raise RecordingError(
            f"save() writes the whole recording in a form of its own, and {target.name!r} is named "
            f"like another. Save as {target.with_suffix(OWN_SUFFIX).name!r}"
            f"{'; ' + remedy if exported else ''}."
        )
    _check_free(target, overwrite)
    part = target.with_name(f".{target.name[:60]}.{secrets.token_hex(4)}.part")
    try:
        handle = open_private(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                _write(archive, recording)
            file.flush()
            os.fsync(file.fileno())
        _check_free(target, overwrite)
        part.replace(target)
    except OSError as error:
        raise RecordingError(
            f"The recording could not be saved as {target}: "
            f"{error.strerror or type(error).__name__}. Check that the folder exists, is writable "
            "and has room; the recording is unchanged."
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def details_of(recording: Recording, *, complete: bool) -> dict[str, Any]:
    """Return what ``recording.json`` says beside the form."""
    started_at = recording.started_at
    details = {
        "started_at": None if started_at is None else started_at.isoformat(),
        "complete": complete,
        "without": sorted(recording.without),
    }
    return {**details, "damage": recording.damage} if recording.damage else details


def _check_free(target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise RecordingError(
            f"{target} is a folder, perhaps that of a recording that is being written. Save under "
            "another name."
        )
    if target.exists() and not overwrite:
        raise RecordingError(
            f"{target} exists already. Save under another name, or with overwrite=True."
        )


def _write(archive: zipfile.ZipFile, recording: Recording) -> None:
    lines = lines_since(recording, Cursor())
    lengths = lines[-1]["state"]["samples"]
    sealed: list[Line] = []
    marks = {}
    for side, track in recording._tracks.items():
        files: list[SoundFile] = []
        sealed += _write_sound(archive, side, track, lengths[side], files)
        marks[side] = mark_of(files)
    for frame in recording.frames:
        file = frame.jpeg
        if file is not None:
            _add(archive, frame_name(frame.number), file)
    _add(archive, INDEX, index_of(recording._tracks, marks), packed=True)
    journal = b"".join(map(encoded, [*sealed, *lines]))
    _add(archive, JOURNAL, journal, packed=True)
    # Last: what is damaged is known when it has been read.
    _add(archive, HEADER, header(details_of(recording, complete=True)), packed=True)


def _write_sound(
    archive: zipfile.ZipFile, side: str, track: Track, length: int, files: list[SoundFile]
) -> list[Line]:
    """Write the minutes of a side; adds to `files` what the index is to know of them."""
    sealed: list[Line] = []
    size = MINUTE_S * track.rate_hz
    stored = track.stored if isinstance(track.stored, StoredSound) else None
    for minute in range(-(-length // size)):
        first, stop = minute * size, min((minute + 1) * size, length)
        if track.silent(first, stop):
            continue
        if stored is not None and stored.silent(minute) and stop <= track.stored_until:
            continue
        whole = stored is not None and stop <= track.stored_until
        file = stored.file(minute) if stored is not None and whole else None
        if file is None:
            file = as_flac(track.read(first, stop), track.rate_hz)
        name = audio_name(side, minute)
        _add(archive, name, file)
        files.append((name, len(file), file[:HEAD_BYTES]))
        sealed.append({"audio": {"side": side, "minute": minute, "samples": stop - first}})
    return sealed


def _add(archive: zipfile.ZipFile, name: str, data: bytes, *, packed: bool = False) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.external_attr = 0o600 << 16
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    archive.writestr(info, data)
