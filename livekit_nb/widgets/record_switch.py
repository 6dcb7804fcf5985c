"""Whether a Studio's conversations are recorded, where to, and how that is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.keeping import next_free

__all__ = ["RecordSwitch"]


class RecordSwitch:
    """Makes the recorder of each conversation.

    Parameters
    ----------
    record : bool or Path
        As for :func:`livekit_nb.connect`, checked. The conversations after the first are written
        beside it, with a number.

    Attributes
    ----------
    on : bool
        Whether sound, pictures and words are kept, now or in the next conversation: who switched it
        off finds it off after the next Start.
    """

    def __init__(self, record: bool | Path = True) -> None:
        self.on = record is not False
        self._path = record if isinstance(record, Path) else None

    def recorder(self) -> Recorder:
        """Return the recorder of a new conversation."""
        return Recorder(record=self.on)

    def begun(self, recorder: Recorder) -> None:
        """Write a conversation that has begun, if it is to be written; may raise RecordingError."""
        if self._path is not None:
            recorder.write(next_free(self._path))

    def told(self, recorder: Recorder, *, active: bool) -> dict[str, Any]:
        """Say what is recorded: whether, and in words."""
        on = recorder.keeps if active else self.on
        path = recorder.recording.path
        if not on:
            text = "not recording" if active else "will not record"
        elif not active:
            text = "will record"
        elif recorder.recording.unwritten:
            text = f"recording, not written: {recorder.recording.unwritten}"
        else:
            text = "recording" if path is None else f"recording to {path.name}"
        written = on and active and not recorder.recording.unwritten
        return {"on": on, "text": text, "file": path.name if path and written else ""}
