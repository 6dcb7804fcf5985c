"""Files that are whole or not there: what is written takes its place when it is complete."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import Final

from livekit_nb.errors import RecordingError

__all__ = ["EXPORTED", "OWN_SUFFIX", "other_form", "replacing", "write_text"]

OWN_SUFFIX: Final = ".liverec"
"""By custom, of whole recordings."""

EXPORTED: Final = (".wav", ".flac", ".txt", ".TextGrid", ".rttm", ".csv", ".json", ".html")
"""Of the forms that recordings are exported as (`livekit_nb.recording.export`)."""

_KNOWN: Final = (".mp3", ".ogg", ".opus", ".m4a", ".mp4", ".webm", ".png", ".pdf", ".xlsx")


def other_form(path: Path) -> tuple[str, bool]:
    """Return the suffix of a path that names another form than a recording's own, else nothing.

    And whether recordings are exported in that form.
    """
    suffix = path.suffix.lower()
    exported = suffix in map(str.lower, EXPORTED)
    return (path.suffix if exported or suffix in _KNOWN else ""), exported


@contextmanager
def replacing(target: str | PathLike[str]) -> Iterator[Path]:
    """Give a file to write to that takes the place of ``target`` when the block has ended well.

    It lies beside ``target``, so that taking its place is one step: who reads ``target`` meanwhile
    finds the old file or the new one, never half of one. When the block fails, ``target`` is what
    it was.

    Parameters
    ----------
    target : path-like
        The file wanted; an existing one is replaced.

    Yields
    ------
    pathlib.Path
        An empty file beside it, with the same suffix.

    Raises
    ------
    RecordingError
        If it cannot be written.
    """
    target = Path(target)
    name = f".{target.stem[:40]}-{secrets.token_hex(4)}{target.suffix}"
    written = target.with_name(name) if target.name else target
    try:
        with written.open("xb"):  # with the rights that any new file gets
            pass
        yield written
        with suppress(FileNotFoundError):
            written.chmod(stat.S_IMODE(target.stat().st_mode))
        written.replace(target)
    except OSError as error:
        raise RecordingError(
            f"{target} could not be written: {error.strerror or error}. "
            "Check that the folder exists, is writable and has room."
        ) from error
    finally:
        with suppress(OSError):
            written.unlink()


def write_text(target: str | PathLike[str], text: str) -> None:
    r"""Write text as UTF-8, with its line ends as they are, in place of what was there.

    Half characters (lone surrogates, which JSON can hold and UTF-8 cannot) are written as JSON
    escapes them: ``\ud83d``.
    """
    with replacing(target) as path:
        path.write_bytes(text.encode("utf-8", "backslashreplace"))
