"""The part of a recording that a timeline shows: its figures, and the same in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from livekit_nb.errors import RecordingError
from livekit_nb.plots.subject import Drawable, recording_of, seconds_of
from livekit_nb.recording import Recording, ToolCall, Turn
from livekit_nb.recording.display import counted
from livekit_nb.recording.events import Event

__all__ = ["WIDTH_IN", "View", "alt_text", "outages_of", "unkept_of", "view_of"]

WIDTH_IN: Final = 8.6
"""Width of a picture, in inches."""

_LEFT_IN: Final = 0.9  # roughly what the lane names take
_FAULTS_OFF: Final = "off"
_FAULT_NAMES: Final = {
    "go_away": "goAway",
    "phantom_interrupted": "phantom interruption",
    "impairment": "bad network",
}
_SHORT_S: Final = 2.0
_LITTLE: Final = 0.04  # of what is shown
_HAPPENS: Final = ("video.frame", "tool.call", "session.reconnecting", "activity.start")
_ENDS_OUTAGE: Final = ("session.resumed", "session.closed", "session.error")


@dataclass(frozen=True, slots=True)
class View:
    """The part of the recording that is shown, and how large a second is."""

    recording: Recording
    start_s: float
    end_s: float
    turns: list[Turn]
    tools: list[ToolCall]
    frames_s: list[float]
    outages: list[tuple[float, float]]
    faults: list[tuple[float, str]]
    """Times of the faults that were asked for, and which they are."""
    planned: list[str]
    unkept: list[tuple[float, float]]
    """Stretches whose sound was not kept: recording was off, or it was taken out."""

    @property
    def points_per_s(self) -> float:
        """Points (1/72 inch) of the picture's width for a second."""
        return 72.0 * (WIDTH_IN - _LEFT_IN) / (self.end_s - self.start_s)

    @property
    def unkept_in_words(self) -> str:
        """A sentence about the sound that was not kept, after a space; empty if all was."""
        seconds = sum(end - start for start, end in self.unkept)
        return f" The sound of {seconds:.1f} seconds was not kept." if self.unkept else ""

    @property
    def all_unkept(self) -> bool:
        """Whether there is no sound at all because none was kept."""
        end_s = min(self.end_s, self.recording.duration_s)
        return any(start <= self.start_s and end >= end_s for start, end in self.unkept)

    def shows(self, start_s: float | None, end_s: float | None = None) -> bool:
        """Whether any of a moment, or of a stretch, is in this part; never for ``None``."""
        if start_s is None:
            return False
        return start_s <= self.end_s and (start_s if end_s is None else end_s) >= self.start_s


def view_of(subject: Drawable, start_s: float | None, end_s: float | None) -> View:
    """Return the part of a recording from `start_s` to `end_s`, as a rule the whole.

    What is before the conversation was ready is no part of it unless it is asked for: an embedded
    server may take ten seconds to start, in which nobody can have been heard.

    Raises
    ------
    RecordingError
        If it is no recording, or has no such part.
    """
    recording = recording_of(subject)
    start_s, end_s = seconds_of("start_s", start_s), seconds_of("end_s", end_s)
    duration_s = recording.duration_s
    told, all_turns = recording.events_since(0), recording.turns
    shown_s = duration_s if end_s is None else end_s
    start = _begun(told, all_turns, shown_s) if start_s is None else start_s
    end = max(duration_s, start + 1.0) if end_s is None else end_s
    if not 0.0 <= start < end or (start_s is not None and start >= max(duration_s, 1e-9)):
        raise RecordingError(
            f"There is nothing to draw from {start:g} s to {end:g} s. Times count from the "
            f"recording's start, and it is {duration_s:.1f} s long."
        )
    whole = View(recording, start, end, [], [], [], [], [], [], [])
    frames_s = [e.t for e in told if e.kind == "video.frame" and whole.shows(e.t)]
    runs = [call for call in recording.tools if call.repeats is None]
    tools = [call for call in runs if whole.shows(call.start, call.end or duration_s)]
    turns = [turn for turn in all_turns if whole.shows(*_extent(turn))]
    outages = [(s, e) for s, e in outages_of(recording) if whole.shows(s, e)]
    events = [e for e in told if e.kind == "fault" and _fault(e) != _FAULTS_OFF]
    # When what was planned strikes, if it does, only the server knows.
    asked = [e for e in events if not e.data.get("planned") and whole.shows(e.t)]
    faults = [(e.t, _fault(e)) for e in asked]
    planned = sorted({str(e.data.get("kind")) for e in events if e.data.get("planned")})
    unkept = [(max(s, start), min(e, end)) for s, e in unkept_of(recording) if whole.shows(s, e)]
    return View(recording, start, end, turns, tools, frames_s, outages, faults, planned, unkept)


def _begun(events: list[Event], turns: Sequence[Turn], end_s: float) -> float:
    """When a picture begins: at 0 s, unless nothing could happen for a good while."""
    ready_s = next((event.t for event in events if event.kind == "session.ready"), 0.0)
    happened_s = next((event.t for event in events if event.kind in _HAPPENS), ready_s)
    spoke_s = next((start for turn in turns if (start := _extent(turn)[0]) is not None), ready_s)
    idle_s = float(math.floor(min(ready_s, happened_s, spoke_s)))
    return idle_s if _SHORT_S <= idle_s < end_s and idle_s > _LITTLE * end_s else 0.0


def unkept_of(recording: Recording) -> list[tuple[float, float]]:
    """List the stretches whose sound was not kept: recording was off, or it was taken out."""
    if "audio" in recording.without:
        return [(0.0, recording.duration_s)]
    return [(span.start_s, span.end_s) for span in recording.unrecorded]


def _fault(event: Event) -> str:
    """Which fault it is, in the Studio's words (js/lib/story.js)."""
    kind = str(event.data.get("name") or event.data.get("kind") or "fault")
    return _FAULT_NAMES.get(kind, kind.replace("_", " "))


def _extent(turn: Turn) -> tuple[float | None, float | None]:
    times = [call.start for call in turn.tools]
    if turn.user is not None:
        times += [t for t in (turn.user.start, turn.user.speech_end) if t is not None]
    if turn.agent is not None:
        times += [t for t in (turn.agent.first_audible, turn.agent.end) if t is not None]
    return (min(times), max(times)) if times else (None, None)


def outages_of(recording: Recording) -> list[tuple[float, float]]:
    """List the stretches without a connection: recording times, from first attempt to last.

    One that was never ended lasts to the recording's end.
    """
    spans: list[tuple[float, float]] = []
    begun_s: float | None = None
    for event in recording.events:
        if event.kind == "session.reconnecting":
            begun_s = event.t if begun_s is None else begun_s
        elif begun_s is not None and event.kind in _ENDS_OUTAGE:
            spans.append((begun_s, event.t))
            begun_s = None
    if begun_s is not None:
        spans.append((begun_s, recording.duration_s))
    return spans


def alt_text(recording: Drawable, start_s: float | None = None, end_s: float | None = None) -> str:
    """Say in words what `timeline` shows; no transcripts.

    Parameters
    ----------
    recording : Recording
        What is drawn.
    start_s, end_s : float, optional
        The part shown, in recording seconds.

    Returns
    -------
    str
        One or two sentences.
    """
    view = view_of(recording, start_s, end_s)
    cut = sum(turn.interrupted for turn in view.turns)
    waits = [w for turn in view.turns if (w := turn.latency.voice_to_voice) is not None]
    calls = sorted({call.name for call in view.tools})
    text = (
        f"Timeline of a conversation from {view.start_s:.1f} to {view.end_s:.1f} seconds: "
        f"{counted(len(view.turns), 'turn')}, {cut} interrupted, "
        f"{counted(len(view.tools), 'tool call')}"
    )
    text += f" ({', '.join(calls)})" if calls else ""
    text += f", {counted(len(view.frames_s), 'video frame')}." if view.frames_s else "."
    if view.outages:
        text += (
            f" {counted(len(view.outages), 'interrupted connection')}, "
            f"{sum(end - start for start, end in view.outages):.1f} seconds in all."
        )
    if view.faults:
        names = ", ".join(dict.fromkeys(name for _, name in view.faults))
        text += f" {counted(len(view.faults), 'fault')} on demand ({names})."
    if view.planned:
        text += f" Planned to go wrong: {', '.join(view.planned)}."
    text += view.unkept_in_words
    if waits:
        text += f" Median voice-to-voice latency {float(np.median(waits)):.2f} seconds."
    return text
