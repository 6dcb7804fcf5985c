"""Files that are whole or not there: what is written takes its place when it is complete."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path

from livekit_nb.errors import RecordingError

__all__ = ["replacing", "write_text"]


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
    written: Path | None = None
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.stem[:40]}-", suffix=target.suffix, dir=target.parent
        )
        os.close(handle)
        written = Path(name)
        yield written
        written.chmod(_mode(target))
        written.replace(target)
    except OSError as error:
        raise RecordingError(
            f"{target} could not be written: {error.strerror or error}. "
            "Check that the folder exists, is writable and has room."
        ) from error
    finally:
        if written is not None:
            with suppress(OSError):
                written.unlink()


def write_text(target: str | PathLike[str], text: str) -> None:
    r"""Write text as UTF-8, with its line ends as they are, in place of what was there.

    Half characters (lone surrogates, which JSON can hold and UTF-8 cannot) are written as JSON
    escapes them: ``\ud83d``.
    """
    with replacing(target) as path:
        path.write_bytes(text.encode("utf-8", "backslashreplace"))


def _mode(target: Path) -> int:
    """Return the rights that the file has, or that any new file would get."""
    with suppress(FileNotFoundError):
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
