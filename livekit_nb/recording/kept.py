"""What a recording is made of, and how it grows; `livekit_nb.recording.recording` shows it."""

from __future__ import annotations

import threading
from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from livekit_nb.errors import RecordingError
from livekit_nb.recording.capture import FrameMarks
from livekit_nb.recording.events import Event
from livekit_nb.recording.frames import FrameLog
from livekit_nb.recording.messages import MessageLog
from livekit_nb.recording.tracks import Track
from livekit_nb.recording.turns.log import TurnLog
from livekit_nb.recording.turns.replies import ReplyLog
from livekit_nb.recording.turns.speech import SpeechFinder
from livekit_nb.recording.turns.turn import ToolCall, Turn

__all__ = ["AGENT_RATE_HZ", "USER_RATE_HZ", "Kept"]

USER_RATE_HZ: Final = 16_000
"""Sample rate of the microphone track."""

AGENT_RATE_HZ: Final = 24_000
"""Sample rate of the agent's track."""

_AGENT_FLOOR_DBFS: Final = -75.0
_FRAMES_PER_S: Final = 50
_STALL_S: Final = 0.5


class Kept:
    """Events, sound and what is made of them, as recorders write it."""

    def __init__(
        self, *, limit_s: float = 7200.0, now_s: Callable[[], float] | None = None
    ) -> None:
        self.started_at: datetime | None = None
        self.without: frozenset[str] = frozenset()
        self.path: Path | None = None
        self._unwritten = ""
        self._keeps = True
        self._damage: dict[str, float] = {}
        self._lock = threading.RLock()
        self._now_s = now_s
        self._told: list[Event] = []
        self._ordered: list[Event] = []
        self._user = Track(USER_RATE_HZ, limit_s)
        self._agent = Track(AGENT_RATE_HZ, limit_s)
        self._received = Track(AGENT_RATE_HZ, limit_s)
        self._frames = FrameLog()
        self._messages = MessageLog(lock=self._lock)
        self._marks = FrameMarks(limit=round(limit_s * _FRAMES_PER_S))
        self._replies = ReplyLog()
        self._user_speech = SpeechFinder(self._user)
        self._agent_sound = SpeechFinder(self._agent, floor_dbfs=_AGENT_FLOOR_DBFS)
        self._turn_log = TurnLog(
            self._user_speech, self._agent_sound, self._replies, self._marks, USER_RATE_HZ
        )

    @property
    def duration_s(self) -> float:
        """Time of the last thing that happened or was heard."""
        with self._lock:
            last_s = self._ordered[-1].t if self._ordered else 0.0
            return max(last_s, self._user.end_s, self._agent.end_s)

    def _add_event(self, event: Event) -> None:
        with self._lock:
            self._told.append(event)
            insort(self._ordered, event, key=lambda known: known.t)
            self._turn_log.add(event)
            if event.kind == "video.frame":
                self._frames.add(event)
            if event.kind == "agent.turn_complete":
                self._turn_log.turns(self._listened_s())

    def _heard_user(self) -> None:
        self._user_speech.advance()
        self._user.forget(self._user_speech.listened)
        self._touch()

    def _heard_agent(self) -> None:
        self._agent_sound.advance()
        self._agent.forget(self._agent_sound.listened)
        self._touch()

    def _adopt_turns(
        self,
        turns: Sequence[Turn],
        tools: Iterable[ToolCall],
        owners: Mapping[int, int],
        payers: Mapping[int, int],
        *,
        unanswered: bool,
    ) -> None:
        """Have these turns, of a conversation that was recorded before."""
        self._turn_log = TurnLog(
            self._user_speech, self._agent_sound, self._replies, self._marks, USER_RATE_HZ
        )
        self._turn_log.restore(
            self._told, turns, tools, owners, payers, self._listened_s(), unanswered=unanswered
        )

    @property
    def _tracks(self) -> dict[str, Track]:
        return {"user": self._user, "agent": self._agent, "received": self._received}

    def _touch(self) -> None:
        self._turn_log.touch()

    def _listened_s(self) -> float:
        """Up to when it is known whether the user speaks: a silent microphone counts as silence."""
        now_s = self._now_s() if self._now_s is not None else float("inf")
        return max(self._user.end_s, now_s - _STALL_S)

    def _audio(
        self, track: Track, start_s: float, end_s: float | None
    ) -> tuple[npt.NDArray[np.float32], int]:
        end_s = self.duration_s if end_s is None else end_s
        if start_s < 0.0 or end_s < start_s:
            raise RecordingError(
                f"There is no audio from {start_s:g} s to {end_s:g} s. Times count from the "
                f"recording's start, and it is {self.duration_s:.1f} s long."
            )
        first, stop = round(start_s * track.rate_hz), round(end_s * track.rate_hz)
        return track.read(first, stop).astype(np.float32) / np.float32(32768.0), track.rate_hz
