"""The timeline of an exported page, as SVG.

Everything lies at a percentage of the width, so that the page zooms by making the drawing wider
and no text is stretched; the waveforms alone are. It has no colours and no scripts of its own:
`page.css` and `page.js` have.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from livekit_nb.recording.export.utterances import said_in

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["clock", "timeline_svg"]

_COLUMNS: Final = 8000
_STEPS_S: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_TICKS: Final = 10
_FINE: Final = 5
_ROOM: Final = 0.06
"""Share of the width that a label needs; where there is less it is seen when zoomed in only."""

# Heights from the top down, in pixels.
_VOICE: Final = 56
_WAIT: Final = 18
_TOOLS: Final = 18
_FRAMES: Final = 18
_AXIS: Final = 18


def timeline_svg(recording: Recording) -> str:
    """Draw both voices, turns, waits, interruptions, lost connections, tool calls and frames."""
    span_s = max(recording.duration_s, 0.001)
    tools_y = 2 * _VOICE + _WAIT
    frames_y = tools_y + (_TOOLS if recording.tools else 0)
    axis_y = frames_y + (_FRAMES if len(recording.frames) else 0)
    parts = [
        *_axis(span_s, axis_y),
        *_bars(recording, span_s),
        _wave(recording, "user", 0, span_s),
        _wave(recording, "agent", _VOICE + _WAIT, span_s),
        *_waits(recording, span_s),
        *_outages(recording, span_s),
        *_tools(recording, span_s, tools_y),
        *_frames(recording, span_s, frames_y),
        f'<line class="head" x1="0%" x2="0%" y1="0" y2="{axis_y}"/>',
    ]
    return (
        f'<svg class="timeline" width="100%" height="{axis_y + _AXIS}" aria-hidden="true" '
        f'focusable="false">{"".join(parts)}</svg>'
    )


def clock(t: float) -> str:
    """Write a time as minutes and seconds, with hours where there are any."""
    whole = int(t + 0.05)  # speech that begins at 59.98 s begins at 1:00
    minutes = f"{whole // 60 % 60:02d}" if whole >= 3600 else f"{whole // 60}"
    return f"{f'{whole // 3600}:' if whole >= 3600 else ''}{minutes}:{whole % 60:02d}"


def _at(t: float, span_s: float) -> str:
    return f"{100 * min(max(t / span_s, 0.0), 1.0):.4f}%"


def _rect(
    kind: str, t: tuple[float, float], y: float, height: float, span: float, what: str
) -> str:
    return (
        f'<rect class="{kind}" x="{_at(t[0], span)}" width="{_at(t[1] - t[0], span)}" '
        f'y="{y:g}" height="{height:g}"><title>{escape(what)}</title></rect>'
    )


def _text(kind: str, t: float, y: float, span_s: float, text: str) -> str:
    return f'<text class="{kind}" x="{_at(t, span_s)}" y="{y:g}">{escape(text)}</text>'


def _axis(span_s: float, y: float) -> Iterator[str]:
    """Draw the time axis; finer ticks are seen when zoomed in only."""
    step_s = next((step for step in _STEPS_S if span_s / step <= _TICKS), _STEPS_S[-1])
    fine_s = next((s for s in _STEPS_S if span_s / s <= _FINE * _TICKS), _STEPS_S[-1])
    known = set()
    for every_s, kind in ((step_s, "tick"), (fine_s, "tick fine")):
        for number in range(int(span_s / every_s) + 1):
            t = round(number * every_s, 3)
            if t in known:
                continue
            known.add(t)
            label = clock(t) if every_s >= 1 else f"{t:.1f}"
            x = _at(t, span_s)
            yield f'<line class="{kind}" x1="{x}" x2="{x}" y1="0" y2="{y}"/>'
            edge = " first" if t < 0.02 * span_s else " last" if t > 0.98 * span_s else ""
            yield _text(kind + edge, t, y + 13, span_s, label)


def _bars(recording: Recording, span_s: float) -> Iterator[str]:
    """Draw a bar behind each utterance, and a line where one was cut short."""
    for said in said_in(recording):
        y = 0 if said.side == "user" else _VOICE + _WAIT
        who = "You" if said.side == "user" else "Agent"
        what = f"{who}, {clock(said.start_s)}: {said.text}"
        yield _rect(f"bar {said.side}", (said.start_s, said.end_s), y, _VOICE, span_s, what)
        if said.interrupted:
            x = _at(said.end_s, span_s)
            yield (
                f'<line class="cut" x1="{x}" x2="{x}" y1="{y}" y2="{y + _VOICE}">'
                "<title>interrupted</title></line>"
            )
    for event in recording.events.of("user.text"):
        x, what = _at(event.t, span_s), escape(f"typed: {event.data.get('text', '')}")
        yield (
            f'<line class="typed" x1="{x}" x2="{x}" y1="{_VOICE * 0.25:g}" y2="{_VOICE * 0.75:g}">'
            f"<title>{what}</title></line>"
        )


def _wave(recording: Recording, side: Literal["user", "agent"], y: float, span_s: float) -> str:
    """Draw the peaks of one side, as loud as its loudest moment is high."""
    peaks = np.asarray(recording.peaks(side), dtype=np.float64)
    step = max(1, -(-len(peaks) // _COLUMNS))
    columns = np.zeros(-(-len(peaks) // step) * step)
    columns[: len(peaks)] = peaks
    tops = columns.reshape(-1, step).max(axis=1) if len(peaks) else np.zeros(1)
    heights = np.rint(46 * tops / max(float(tops.max()), 0.02)).astype(int).tolist()
    ends = [0, *heights, 0]
    up = "".join(f"l1 {one - other}" for one, other in pairwise(ends))
    down = "".join(f"l-1 {other - one}" for one, other in pairwise(reversed(ends)))
    width = span_s / (recording.peak_step_s * step)
    path = f"M-1 50{up}{down}z"
    return (
        f'<svg x="0" y="{y}" width="100%" height="{_VOICE}" viewBox="0 0 {width:.3f} 100" '
        f'preserveAspectRatio="none"><path class="wave {side}" d="{path}"/></svg>'
    )


def _waits(recording: Recording, span_s: float) -> Iterator[str]:
    """Draw a bar from the end of a question to the first sound of its answer."""
    spans = []
    for turn in recording.turns:
        waited, end_s = turn.latency.voice_to_voice, turn.latency.first_audible
        if waited is not None and end_s is not None:
            spans.append((min(end_s - waited, end_s), max(end_s - waited, end_s), waited))
    for number, (start_s, end_s, waited) in enumerate(spans):
        label = f"{waited:.2f} s"
        what = f"voice-to-voice latency {label}"
        yield _rect("wait", (start_s, end_s), _VOICE + _WAIT / 2 - 2, 4, span_s, what)
        limit_s = spans[number + 1][0] if number + 1 < len(spans) else span_s
        kind = "waited" if (limit_s - end_s) / span_s >= _ROOM else "waited fine"
        yield _text(kind, end_s, _VOICE + _WAIT / 2 + 4, span_s, f"\u2002{label}")


def _outages(recording: Recording, span_s: float) -> Iterator[str]:
    begun_s: float | None = None
    for event in recording.events.of("session"):
        if event.kind == "session.reconnecting":
            begun_s = event.t if begun_s is None else begun_s
        elif begun_s is not None and event.kind != "session.connecting":
            span = (begun_s, event.t)
            yield _rect("outage", span, 0, 2 * _VOICE + _WAIT, span_s, "reconnecting")
            begun_s = None


def _tools(recording: Recording, span_s: float, y: float) -> Iterator[str]:
    calls = [call for call in recording.tools if call.repeats is None]
    for number, call in enumerate(calls):
        end_s = span_s if call.end is None else call.end
        span = (call.start, max(end_s, call.start + span_s / 500))
        yield _rect("tool", span, y + 3, _TOOLS - 6, span_s, str(call))
        limit_s = calls[number + 1].start if number + 1 < len(calls) else span_s
        room = (limit_s - span[1]) / span_s >= 2 * _ROOM
        yield _text(
            "named" if room else "named fine", span[1], y + 13, span_s, f"\u2002{call.name}"
        )


def _frames(recording: Recording, span_s: float, y: float) -> Iterator[str]:
    for frame in recording.frames:
        x = _at(frame.t, span_s)
        yield f'<line class="frame" x1="{x}" x2="{x}" y1="{y + 6}" y2="{y + _FRAMES - 6}"/>'
