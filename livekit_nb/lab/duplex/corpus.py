"""What the callers can say: clips of which it is known who speaks, what, and where the pauses are.

A corpus is a folder with FLAC files (16 kHz, mono) and ``corpus.json``. That of this project is
built by ``python -m benchmarks.duplex_corpus.build``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from livekit_nb.audio.pcm import Samples
from livekit_nb.errors import AudioError

__all__ = ["INDEX", "PARTS", "RATE_HZ", "Corpus", "Entry", "write_index"]

RATE_HZ = 16_000
INDEX = "corpus.json"
PARTS = ("tune", "test")


@dataclass(frozen=True)
class Entry:
    """One clip.

    Attributes
    ----------
    name : str
        Its file's, without the suffix.
    part : str
        ``"tune"`` for mending, ``"test"`` only for reporting.
    kind : str
        What it is good for: ``"complete"``, ``"pause"``, ``"backchannel"`` …
    speaker : str
        Who speaks; parts have no speaker in common.
    text : str
        What is said.
    start_s, end_s : float
        First and last sound of the voice, in seconds from the clip's start.
    pauses : tuple of (float, float)
        Begin and end of the pauses within it, likewise.
    """

    name: str
    part: str
    kind: str
    speaker: str
    text: str
    start_s: float
    end_s: float
    pauses: tuple[tuple[float, float], ...] = ()


class Corpus:
    """The clips of one part.

    Parameters
    ----------
    folder : pathlib.Path
    part : str
        ``"tune"`` or ``"test"``.

    Raises
    ------
    AudioError
        If there is no corpus, or no such part.
    """

    def __init__(self, folder: Path, part: str) -> None:
        try:
            told: list[dict[str, Any]] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        except OSError as error:
            raise AudioError(
                f"There is no corpus in {folder.name!r} ({type(error).__name__}). Build one: "
                "python -m benchmarks.duplex_corpus.build"
            ) from None
        self.part = part
        self._folder = folder
        self._entries = [
            Entry(**{**one, "pauses": tuple((a, b) for a, b in one["pauses"])})
            for one in told
            if one["part"] == part
        ]
        if not self._entries:
            raise AudioError(f"The corpus has no part {part!r}; there are {', '.join(PARTS)}.")
        self._load = cache(self._read)

    def of(self, *kinds: str) -> list[Entry]:
        """Return the clips of these kinds, in the order of the index."""
        return [entry for entry in self._entries if entry.kind in kinds]

    def sound(self, entry: Entry) -> Samples:
        """Return a clip's sound, float32 at 16 kHz."""
        return self._load(entry.name)

    def _read(self, name: str) -> Samples:
        sound, rate_hz = soundfile.read(self._folder / f"{name}.flac", dtype="float32")
        if rate_hz != RATE_HZ:
            raise AudioError(
                f"A clip of the corpus has {rate_hz} Hz, not {RATE_HZ}. Build it anew."
            )
        return np.asarray(sound, np.float32)


def write_index(folder: Path, entries: Iterable[Entry]) -> None:
    """Write ``corpus.json``."""
    text = json.dumps([asdict(entry) for entry in entries], indent=1)
    (folder / INDEX).write_text(f"{text}\n", encoding="utf-8")
