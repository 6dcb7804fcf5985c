"""Where the parts of a recording lie: a folder, or a zip of it.

Nothing stays open: every look at a part opens, reads and closes, so that a recording that was
loaded can be moved, replaced or deleted, on Windows too.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Protocol

from livekit_nb.errors import RecordingError

__all__ = ["FolderParts", "PartMissingError", "Parts", "ZipParts", "parts_at"]


class PartMissingError(Exception):
    """A part is not there, or cannot be read."""


class Parts(Protocol):
    """What can be asked of a recording's place."""

    where: Path

    def sizes(self) -> dict[str, int]:
        """List the names of all parts and their sizes in bytes."""
        ...

    def read(self, name: str) -> bytes:
        """Read a part; raises `PartMissingError`."""
        ...


class FolderParts:
    """The parts of a recording in a folder."""

    def __init__(self, where: Path) -> None:
        self.where = where

    def sizes(self) -> dict[str, int]:
        """List the names of all parts and their sizes in bytes."""
        found = (path for path in self.where.rglob("*") if path.is_file())
        return {path.relative_to(self.where).as_posix(): path.stat().st_size for path in found}

    def read(self, name: str) -> bytes:
        """Read a part."""
        try:
            return (self.where / name).read_bytes()
        except OSError as error:
            raise PartMissingError(error.strerror or type(error).__name__) from None


class ZipParts:
    """The parts of a recording in a zip file."""

    def __init__(self, where: Path) -> None:
        self.where = where

    def sizes(self) -> dict[str, int]:
        """List the names of all parts and their sizes in bytes."""
        with self._opened() as archive:
            return {info.filename: info.file_size for info in archive.infolist()}

    def read(self, name: str) -> bytes:
        """Read a part."""
        try:
            with self._opened() as archive:
                return archive.read(name)
        except KeyError:
            raise PartMissingError("it is not there") from None
        except (RecordingError, OSError, EOFError, ValueError) as error:
            raise PartMissingError(type(error).__name__) from None
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
            raise PartMissingError("it is damaged") from None

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.where)
        except (zipfile.BadZipFile, ValueError, EOFError):
            raise RecordingError(
                f"{self.where} is no recording, or was cut off: it is no zip file. live.load takes "
                "what recording.save or record= has written."
            ) from None


def parts_at(where: Path) -> Parts:
    """Find the parts of the recording at a path.

    Raises
    ------
    RecordingError
        If there is none.
    """
    try:
        if where.is_dir():
            return FolderParts(where)
        if where.is_file():
            return ZipParts(where)
    except OSError as error:
        raise RecordingError(f"{where} cannot be read: {error.strerror}.") from None
    raise RecordingError(
        f"There is no recording at {where}. Look at the path: it is taken from the folder that the "
        f"notebook runs in, {Path.cwd()}."
    )
