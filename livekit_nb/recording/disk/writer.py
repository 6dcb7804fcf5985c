"""The thread that writes a recording, so that a slow disk never stalls sound."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from livekit_nb.recording.disk.folder import MEMORY_S, FolderWriter

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["DiskWriter"]

PERIOD_S: Final = 0.5
"""Seconds between two looks; so much is lost at most when the kernel is killed."""

_RETRY_S: Final = 3.0
_PATIENCE_S: Final = 30.0
_LAST_TRIES: Final = 200  # after the end: ten minutes for somebody to make room

_log = logging.getLogger(__name__)


class DiskWriter:
    """Looks at a recording twice a second and writes what is new.

    Parameters
    ----------
    recording : Recording
    where : Path
        The folder, which must not be there yet.
    memory_s : float
        Seconds of sound that stay in memory although they are written.

    Raises
    ------
    RecordingError
        If nothing can be written there.
    """

    def __init__(self, recording: Recording, where: Path, *, memory_s: float = MEMORY_S) -> None:
        self._recording = recording
        self._folder = FolderWriter(recording, where, memory_s=memory_s)
        self._news: deque[tuple[str, dict[str, Any]]] = deque(maxlen=16)
        self._over = threading.Event()
        self._tried = threading.Event()  # to write the rest, at the end
        self._thread = threading.Thread(target=self._run, name="livekit-nb disk", daemon=True)
        self._thread.start()

    def news(self) -> tuple[str, dict[str, Any]] | None:
        """Return an event that is to be told of the disk, if there is one."""
        return self._news.popleft() if self._news else None

    def finish(self) -> None:
        """Write the rest and end; returns when that is done. May be called more than once.

        A disk that hangs is not waited for any longer than half a minute. One that takes nothing is
        not waited for; it is tried again for ten minutes.
        """
        self._over.set()
        if not self._tried.wait(_PATIENCE_S):
            self._failed("the disk does not answer")

    def _run(self) -> None:
        wait_s = PERIOD_S
        while not self._over.wait(wait_s):
            wait_s = PERIOD_S if self._try(self._folder.catch_up) else _RETRY_S
        for _ in range(_LAST_TRIES):
            done = self._try(self._folder.finish)
            self._tried.set()
            if done or not self._folder.where.exists():
                return
            time.sleep(_RETRY_S)

    def _try(self, write: Any) -> bool:
        try:
            write()
        except OSError as error:
            self._failed(error.strerror or type(error).__name__)
            return False
        except Exception as error:
            # The text of an unforeseen error may hold what was said.
            _log.warning("A recording could not be written: %s", type(error).__name__)
            self._failed(type(error).__name__)
            return False
        if self._recording._unwritten:
            self._recording._unwritten = ""
            self._news.append(("recording.written", {}))
        return True

    def _failed(self, why: str) -> None:
        if not self._recording._unwritten:
            self._news.append(("recording.unwritten", {"message": why}))
        self._recording._unwritten = why
