"""The server's folder for temporary files, which nobody needs after it.

A server that is killed cannot remove its folder. The next one does: a running server holds a lock
on its folder, and a lock ends with its process, however that ended.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # Windows: folders of killed servers stay
    fcntl = None  # type: ignore[assignment]

__all__ = ["scratch_folder"]

_PREFIX: Final = "livekit-nb-server-"
_MARK: Final = ".made-by-livekit-nb-serve"
"""A file that only such folders hold; without it a folder is somebody else's, whatever its name."""
_NEW_S: Final = 60.0
"""A folder this young may belong to a server that has not yet locked it."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a new folder that only this user can read, removed afterwards.

    Folders of this user's servers that are dead are removed first.
    """
    if fcntl is not None:
        _remove_orphans(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name, contextlib.ExitStack() as lock:
        folder = Path(name)
        (folder / _MARK).touch()
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a file system without locks
                lock.enter_context(_locked(folder))
        yield folder


def _remove_orphans(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # what cannot be removed stays
            status = folder.lstat()
            mine = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
            mine = mine and (folder / _MARK).is_file()
            if mine and time.time() - status.st_mtime > _NEW_S:
                with _locked(folder):
                    shutil.rmtree(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, or raise ``BlockingIOError`` if another process holds it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
