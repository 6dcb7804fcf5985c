"""Where the parts of a recording lie: a folder, or a zip of it.

Nothing stays open: every look at a part opens, reads and closes, so that a recording that was
loaded can be moved, replaced or deleted, on Windows too.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from livekit_nb.errors import RecordingError

__all__ = ["FolderParts", "PartMissingError", "Parts", "ZipParts", "parts_at"]


_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")

_MOST_BYTES: Final = 1 << 30
"""Of one part: the journal of a day has half of it. More is no recording but a trap."""


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

    def head(self, name: str, count: int) -> bytes:
        """Read the first bytes of a part, unchecked; raises `PartMissingError`."""
        ...


class FolderParts:
    """The parts of a recording in a folder."""

    def __init__(self, where: Path) -> None:
        self.where = where

    def sizes(self) -> dict[str, int]:
        """List the names of all parts and their sizes in bytes."""
        found = {}
        for folder in ("", "audio", "frames"):  # not deeper: it may be somebody's home
            with suppress(FileNotFoundError, NotADirectoryError):
                for entry in os.scandir(self.where / folder):
                    with suppress(FileNotFoundError):  # it may be written just now
                        if entry.is_file():
                            found[f"{folder}/{entry.name}".lstrip("/")] = entry.stat().st_size
        return found

    def read(self, name: str) -> bytes:
        """Read a part."""
        try:
            path = self.where / name
            if path.exists() and not path.is_file():
                raise PartMissingError("it is no file")
            return path.read_bytes()
        except OSError as error:
            raise PartMissingError(error.strerror or type(error).__name__) from None

    def head(self, name: str, count: int) -> bytes:
        """Read the first bytes of a part."""
        try:
            with (self.where / name).open("rb") as file:
                return file.read(count)
        except OSError as error:
            raise PartMissingError(error.strerror or type(error).__name__) from None


class ZipParts:
    """The parts of a recording in a zip file.

    Its list of contents is read once, and again when another file has taken its place.
    """

    def __init__(self, where: Path) -> None:
        self.where = where
        self._known: dict[str, zipfile.ZipInfo] = {}
        self._stamp: tuple[int, int] | None = None

    def sizes(self) -> dict[str, int]:
        """List the names of all parts and their sizes in bytes."""
        return {name: info.file_size for name, info in self._contents().items()}

    def read(self, name: str) -> bytes:
        """Read a part."""
        try:
            info = self._contents().get(name)
            if info is None:
                raise PartMissingError("it is not there")
            if max(info.file_size, info.compress_size) > _MOST_BYTES:
                raise PartMissingError("it is too large")
            signature, data = self._stored(info, info.compress_size)
            if info.compress_type == zipfile.ZIP_DEFLATED:
                data = _inflated(data, info.file_size)
        except (RecordingError, OSError, MemoryError) as error:
            raise PartMissingError(type(error).__name__) from None
        except (ValueError, struct.error, zlib.error):
            raise PartMissingError("it is damaged") from None
        if signature != b"PK\x03\x04" or zlib.crc32(data) != info.CRC:
            raise PartMissingError("it is damaged")
        return data

    def head(self, name: str, count: int) -> bytes:
        """Read the first bytes of a part."""
        try:
            info = self._contents().get(name)
            if info is None or info.compress_type != zipfile.ZIP_STORED:
                return self.read(name)[:count]
            return self._stored(info, min(count, info.compress_size))[1]
        except (RecordingError, OSError, struct.error) as error:
            raise PartMissingError(type(error).__name__) from None

    def _stored(self, info: zipfile.ZipInfo, count: int) -> tuple[bytes, bytes]:
        """Read the signature of a part, and its first bytes as they lie there."""
        with self.where.open("rb") as file:
            file.seek(info.header_offset)
            signature, names, extras = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
            file.seek(names + extras, io.SEEK_CUR)
            return signature, file.read(count)

    def _contents(self) -> dict[str, zipfile.ZipInfo]:
        state = self.where.stat()
        stamp = state.st_mtime_ns, state.st_size
        if stamp != self._stamp:
            try:
                with zipfile.ZipFile(self.where) as archive:
                    self._known = {info.filename: info for info in archive.infolist()}
            except (zipfile.BadZipFile, ValueError, EOFError):
                raise RecordingError(
                    f"{self.where} is no recording, or was cut off: it is no zip file. live.load "
                    "takes what recording.save or record= has written."
                ) from None
            self._stamp = stamp
        return self._known


def _inflated(data: bytes, size: int) -> bytes:
    """Decompress as much as there is said to be, and a byte more if there is: that is damage."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, size + 1)


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
