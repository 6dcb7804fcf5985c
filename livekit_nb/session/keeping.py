"""Whether a conversation is recorded, and where to."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TypeAlias

from livekit_nb.errors import RecordingError, SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.writing import OWN_SUFFIX, other_form

__all__ = ["Record", "as_record", "finish", "next_free"]

Record: TypeAlias = "bool | str | os.PathLike[str]"
"""``True`` records in memory, a path there as it happens; ``False`` keeps nothing that was said."""


_NO_NAMES = frozenset({"yes", "no", "true", "false", "on", "off", "none", "0", "1", "y", "n"})
"""What nobody calls a recording: it is meant as an answer."""


def as_record(record: object) -> bool | Path:
    """Check what was given as ``record=``.

    Raises
    ------
    SettingsError
        If it is neither yes or no nor a path, or a path with the suffix of another form.
    RecordingError
        If something is at that path already, or the folder it is to be in is not there.
    """
    if isinstance(record, bool):
        return record
    if not isinstance(record, str | os.PathLike) or not os.fspath(record):
        raise SettingsError(
            "record= is True (in memory), False (no sound, pictures and words are kept), or a path "
            f"to write the recording to as it happens, such as 'talk.liverec', not "
            f"{type(record).__name__}."
        )
    path = Path(record).expanduser()
    if isinstance(record, str) and record.strip().casefold() in _NO_NAMES:
        raise SettingsError(
            f"record={record!r} would write a recording to a folder of that name. Write "
            "record=True or record=False, or a path that ends in .liverec."
        )
    suffix, exported = other_form(path)
    if suffix:
        after = f", and afterwards recording.export({path.name!r})" if exported else ""
        raise SettingsError(
            f"record= writes a recording in a form of its own, not a {suffix} file. Write "
            f"record={path.with_suffix(OWN_SUFFIX).name!r}{after}."
        )
    if path.exists():
        raise RecordingError(
            f"{path} exists already, and a recording is not written over anything. Give another "
            "name, or move it away."
        )
    if not path.parent.is_dir():
        raise RecordingError(
            f"There is no folder {path.parent} to write a recording to. Make it, or look at the "
            f"path: it is taken from {Path.cwd()}."
        )
    return path


def next_free(path: Path) -> Path:
    """Return a path, or with a number the first like it where nothing is: ``talk-2.liverec``."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


async def finish(recorder: Recorder) -> None:
    """Have everything written that is to be, without stopping the loop meanwhile."""
    if recorder.recording.path is None:
        recorder.finish()
    else:
        await asyncio.to_thread(recorder.finish)
