"""Recordings as files of well-known forms; the suffix says which.

Everything is written a piece at a time, so that a recording longer than memory can be exported,
and a file is whole or not there: it takes the place of an older one when it is complete.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

from livekit_nb.errors import RecordingError
from livekit_nb.recording.asking import as_path
from livekit_nb.recording.export.labels import write_labels
from livekit_nb.recording.export.page import write_page
from livekit_nb.recording.export.rttm import write_rttm
from livekit_nb.recording.export.sound import write_flac, write_wav
from livekit_nb.recording.export.textgrid import write_textgrid
from livekit_nb.recording.export.whole import write_csv, write_json
from livekit_nb.recording.writing import OWN_SUFFIX, replacing

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["FORMS", "export"]

Writer = Callable[["Recording", Path, str], None]
"""Writes a recording to a path; the text is what the file will be called, without its suffix."""

FORMS: Final[dict[str, tuple[str, Writer]]] = {
    ".wav": ("stereo sound", write_wav),
    ".flac": ("stereo sound, lossless, smaller", write_flac),
    ".txt": ("an Audacity label track", write_labels),
    ".TextGrid": ("a Praat TextGrid", write_textgrid),
    ".rttm": ("who spoke when, for diarisation tools", write_rttm),
    ".csv": ("the turns", write_csv),
    ".json": ("everything but sound and pictures", write_json),
    ".html": ("a page with sound, timeline and words", write_page),
}
"""Suffix → what the file holds, and what writes it."""


def _why_not(target: Path) -> str:
    """Say why there is no form for a path, and what there is instead."""
    if target.suffix.lower() == OWN_SUFFIX:
        return (
            f"{target.name} is the name of a whole recording, and export() writes other forms. "
            f"Use recording.save({str(target)!r}); live.load() reads it."
        )
    known = ", ".join(f"{suffix} ({what})" for suffix, (what, _) in FORMS.items())
    if not target.suffix:
        return (
            f"{target.name!r} has no suffix, and the suffix says what is written: {known}. For "
            "all of it in one file that live.load() reads, there is recording.save()."
        )
    return f"There is no form for the suffix {target.suffix!r}. There are {known}."


def export(recording: Recording, path: str | PathLike[str]) -> None:
    """Write ``recording`` to ``path``; see `Recording.export`."""
    target = as_path(path, "talk.wav")
    writers = {suffix.lower(): writer for suffix, (_, writer) in FORMS.items()}
    writer = writers.get(target.suffix.lower())
    if writer is None:
        raise RecordingError(_why_not(target))
    with replacing(target) as written:
        writer(recording, written, target.stem)
