"""The live timeline's news: what a recording has gained since the page was last told."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from livekit_nb.recording.events import Event
from livekit_nb.recording.recording import Recording, Side
from livekit_nb.recording.turns.turn import Turn

__all__ = ["Feed"]

MAX_PEAKS: Final = 3000
"""Peaks (one minute) per side in one message; the rest comes with the next."""

MAX_EVENTS: Final = 500

_QUIET_S: Final = 0.5

_LOOK_S: Final = 0.3
"""How often the turns are looked at while nothing happens but that somebody speaks: finding speech
costs more than all the rest of a message."""

_CAN_WAIT: Final = ("caption.", "page.", "usage")
"""Events that come ten times a second while somebody speaks, and begin or end no turn."""

_OPEN_CUTS: Final = 3
"""How many of the last interruptions may still change what was heard before them."""

_SILENT_BINS: Final = 10


class Feed:
    """Reads a recording in increments.

    Parameters
    ----------
    recording : Recording
        What to read; never written to.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._bins: dict[Side, int] = {"user": 0, "agent": 0}
        self._events = 0
        self._turns = 0
        self._told_s = 0.0
        self._looked_s = float("-inf")
        self._cuts: list[tuple[float, str]] = []
        self._passing: deque[Event] = deque(maxlen=MAX_EVENTS)

    @staticmethod
    def presses(event: Event) -> bool:
        """Whether an event is to be told at once, or with the next of the regular messages."""
        return not event.kind.startswith(_CAN_WAIT)

    def hear(self, event: Event) -> None:
        """Tell an event as it is, though its words are not recorded: now, and only now."""
        self._passing.append(event)

    def forget(self) -> None:
        """Let go of what was heard: nobody is there to be told."""
        self._passing.clear()

    def rewind(self) -> None:
        """Tell everything again: another page is listening."""
        self._bins = {"user": 0, "agent": 0}
        self._events = 0
        self._turns = 0
        self._looked_s = float("-inf")
        self._cuts = []
        self.forget()

    def news(self, now_s: float, *, going_on: bool = False) -> dict[str, Any] | None:
        """Return a ``feed`` message with what is new, or ``None`` when nothing is.

        Parameters
        ----------
        now_s : float
            Recording time at which the message is made.
        going_on : bool
            Whether a conversation goes on: then the time that passes is news twice a second, for
            while the microphone is muted nothing else may be.
        """
        user, agent = self._peaks("user"), self._peaks("agent")
        events = self._recording.events_since(self._events)[:MAX_EVENTS]
        self._events += len(events)
        events = [self._as_heard(event) for event in events]
        before = self._turns
        turns: list[Turn] = []
        pressing = any(map(self.presses, events))
        if pressing or not going_on or now_s - self._looked_s >= _LOOK_S:
            self._looked_s = now_s
            turns, self._turns = self._recording.turns_changed_since(before)
        cuts = self._cut_captions()
        waited = going_on and now_s - self._told_s >= _QUIET_S
        if not (user or agent or events or cuts or waited or self._turns != before):
            return None
        self._told_s = now_s
        message = {
            "type": "feed",
            "now_s": now_s,
            "user": user,
            "agent": agent,
            "events": [{"t": event.t, "kind": event.kind, "data": event.data} for event in events],
            "turns": [_row(turn) for turn in turns],
        }
        if cuts:
            message["cuts"] = cuts
        if self._turns != before:
            # What seemed to be two turns may have become one: the page must not keep the second.
            message["turn_count"] = self._recording.turn_count
        return message

    def _as_heard(self, event: Event) -> Event:
        """Return an event as it was heard, if it has just been, and else as it is recorded."""
        for number, heard in enumerate(self._passing):
            if heard.t == event.t and heard.kind == event.kind:
                for _ in range(number + 1):
                    self._passing.popleft()
                return heard
        return event

    def _cut_captions(self) -> list[dict[str, Any]]:
        """List what was not heard of interrupted replies, where that is new or has changed."""
        told = self._cuts
        first = max(0, len(told) - _OPEN_CUTS)
        now = self._recording.cut_captions(first)
        news = [cut for n, cut in enumerate(now, first) if n >= len(told) or told[n] != cut]
        self._cuts[first:] = now
        return [{"t": at_s, "unheard": unheard} for at_s, unheard in news]

    def _peaks(self, side: Side) -> list[dict[str, Any]]:
        """Return the next peaks that are not silent: a silent minute hides none after it."""
        first = self._bins[side]
        new = self._recording.peaks(side, first)
        step_s = self._recording.peak_step_s
        for start in range(0, len(new), MAX_PEAKS):
            minute = new[start : start + MAX_PEAKS]
            self._bins[side] = first + start + len(minute)
            if stretches := _stretches(minute):
                return [
                    {"t0": (first + start + at) * step_s, "step_s": step_s, "peaks": stretch}
                    for at, stretch in stretches
                ]
        return []


def _row(turn: Turn) -> dict[str, Any]:
    """Flatten a turn for the page, with the parts of the wait once there is an answer."""
    row = turn.row()
    if row["voice_to_voice"] is not None:
        row["latency"] = {
            name: None if part is None else round(part, 4)
            for name, part in turn.latency.parts.items()
        }
    return row


def _stretches(peaks: list[float]) -> list[tuple[int, list[float]]]:
    """Cut long silences out of `peaks`: ``(position, rounded peaks)`` of what is left."""
    out: list[tuple[int, list[float]]] = []
    silent = _SILENT_BINS
    for at, peak in enumerate(peaks):
        silent = 0 if peak else silent + 1
        if silent > _SILENT_BINS:
            continue
        if not out or out[-1][0] + len(out[-1][1]) != at:
            out.append((at, []))
        out[-1][1].append(round(peak, 3))
    return out
