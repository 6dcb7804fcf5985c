"""The conversation on one time axis: voices, turns, waiting, interruptions, outages, tools, frames.

One picture is one subject, and its lanes share one layout. What is shown of a recording, and the
words for it, are in :mod:`livekit_nb.plots.view`.
"""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from livekit_nb.plots.figure import (
    AGENT,
    CUT,
    FAULT,
    INK,
    TOOL,
    USER,
    WAIT,
    Picture,
    drawable,
    plain_axes,
)
from livekit_nb.plots.view import WIDTH_IN, View, alt_text, view_of
from livekit_nb.recording import Recording, ToolCall, Turn

__all__ = ["timeline"]

_COLUMNS: Final = 1500
_CHUNK_S: Final = 30.0
_FONT_PT: Final = 9.0
_CHARACTER_PT: Final = 0.54 * _FONT_PT
_LINES: Final = 2

_FLAG_ROWS: Final = 3
_TOOL_ROWS: Final = 3
_AROUND_NAME_PT: Final = 8.0
_MARGIN_PT: Final = 4.0
_TYPED: Final[dict[str, Any]] = {
    "color": USER,
    "linewidth": 1.6,
    "marker": "_",
    "markersize": 7.0,
    "markeredgewidth": 1.6,
}

_Floats = npt.NDArray[np.floating[Any]]

# Heights of the lanes, from the top down; the tool and camera lanes appear when they are needed.
_LINE: Final = 0.22  # of a caption
_VOICE: Final = 1.0
_GAP: Final = 0.42
_TOOLS: Final = 0.34
_CAMERA: Final = 0.26


def timeline(
    recording: Recording, *, start_s: float | None = None, end_s: float | None = None
) -> Picture:
    """Draw a recording on one time axis.

    From the top: what the user said and the microphone's sound; how long the answer took; the
    agent's sound as it was really heard and what it said; tool calls as spans; video frames as
    ticks. What was typed is a writing mark. Stretches without a connection are hatched, and faults
    that were asked for are dashed lines with their names. Waveforms are peak envelopes, each side
    scaled to its own loudest moment.

    Parameters
    ----------
    recording : Recording
        What to draw; it may still be growing.
    start_s, end_s : float, optional
        The part to show, in recording seconds; by default all of it.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure` with a clear background that shows itself in a notebook, with
        alternative text.

    Raises
    ------
    RecordingError
        If the part does not exist.
    """
    view = view_of(recording, start_s, end_s)
    said, answered = _captions(view, "user"), _captions(view, "agent")
    named = _named(view)
    lanes = [_height(said) + _flags_height(named), _VOICE, _GAP, _VOICE, _height(answered)]
    rows = _stacked(view)
    lanes.append(_TOOLS * (max(rows, default=-1) + 1))
    lanes.append(_CAMERA if view.frames_s else 0.0)
    top = float(sum(lanes))
    edges = top - np.concatenate(([0.0], np.cumsum(lanes)))

    figure = Picture(
        width_in=WIDTH_IN,
        height_in=0.95 * top + 0.75,
        alt=alt_text(recording, view.start_s, view.end_s),
    )
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.set_xlim(view.start_s, view.end_s)
    axes.set_ylim(0.0, top)
    axes.set_xlabel("seconds", fontsize=9)

    names = [("you", float(edges[1] + edges[2]) / 2, USER)]
    names.append(("agent", float(edges[3] + edges[4]) / 2, AGENT))
    _voice(axes, view, "user", float(edges[1]), float(edges[2]))
    _voice(axes, view, "agent", float(edges[3]), float(edges[4]))
    _write(axes, said, float(edges[1]) + _flags_height(named) + 0.05, colour=USER, above=True)
    _write(axes, answered, float(edges[4]) - 0.05, colour=AGENT, above=False)
    _typed(axes, view, float(edges[1]), float(edges[2]))
    for number in (1, 3):  # beside them are words and figures
        _outages(axes, view, float(edges[number]), float(edges[number + 1]))
    _faults(axes, named, edges)
    waits = _waits(axes, view, float(edges[2]), float(edges[3]))
    stops = _interruptions(axes, view, float(edges[3]), float(edges[4]))
    if view.tools:
        _tools(axes, view, rows, float(edges[5]))
        names.append(("tools", float(edges[5] + edges[6]) / 2, TOOL))
    if view.frames_s:
        low, high = float(edges[7]), float(edges[6])
        axes.vlines(view.frames_s, low + 0.06, high - 0.06, color=INK, linewidth=1.4)
        names.append(("camera", (low + high) / 2, INK))
    axes.set_yticks([middle for _, middle, _ in names], [name for name, _, _ in names])
    axes.tick_params(axis="y", length=0, labelsize=9)
    for label, (_, _, colour) in zip(axes.get_yticklabels(), names, strict=True):
        label.set_color(colour)
        label.set_fontweight("bold")
    _legend(figure, waits=waits, stops=stops, view=view)
    if not view.turns and not len(recording.events):
        axes.text(
            0.5,
            0.5,
            "nothing recorded yet",
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=INK,
        )
    return figure


def _bar(turn: Turn, side: Literal["user", "agent"]) -> tuple[float, float, str] | None:
    """Start, end and text of one side of a turn, ``None`` where there is no sound of it."""
    if side == "user":
        user = turn.user
        if user is None or user.start is None:
            return None
        return user.start, user.start if user.speech_end is None else user.speech_end, user.text
    agent = turn.agent
    if agent is None or agent.first_audible is None or agent.end is None:
        return None
    return agent.first_audible, agent.end, agent.text


def _voice(axes: Axes, view: View, side: Literal["user", "agent"], high: float, low: float) -> None:
    """Draw a lane with one side's turn bars and waveform."""
    colour = USER if side == "user" else AGENT
    middle, half = (high + low) / 2, (high - low) / 2
    turns = [turn for turn in view.turns if side == "agent" or not _is_typed(turn)]
    bars = [bar for turn in turns if (bar := _bar(turn, side)) is not None]
    axes.broken_barh(
        [(start, max(end - start, 2.0 / view.points_per_s)) for start, end, _ in bars],
        (low, high - low),
        facecolor=colour,
        alpha=0.16,
        linewidth=0,
    )
    axes.axhline(middle, color=colour, linewidth=0.6, alpha=0.5)
    times, peaks = _envelope(view, side)
    loudest = float(peaks.max(initial=0.0))
    height = 0.92 * half * peaks / max(loudest, 0.02)
    axes.fill_between(times, middle - height, middle + height, color=colour, linewidth=0)


def _is_typed(turn: Turn) -> bool:
    return turn.user is not None and turn.user.typed


def _typed(axes: Axes, view: View, high: float, low: float) -> None:
    """Mark where something was typed: that takes no time."""
    quarter = (high - low) / 4
    for turn in view.turns:
        start = turn.user.start if turn.user is not None and turn.user.typed else None
        if start is not None and view.shows(start):
            axes.plot([start, start], [low + quarter, high - quarter], **_TYPED)


def _envelope(view: View, side: Literal["user", "agent"]) -> tuple[_Floats, _Floats]:
    """Peak of the sound in each of about 1500 columns; reads half a minute at a time."""
    listen = view.recording.user_audio if side == "user" else view.recording.agent_audio
    end_s = min(view.end_s, view.recording.duration_s)
    if end_s <= view.start_s:
        return np.zeros(0), np.zeros(0)
    step_s = max((view.end_s - view.start_s) / _COLUMNS, 0.002)
    columns = int(np.ceil((end_s - view.start_s) / step_s))
    peaks: _Floats = np.zeros(columns)
    per_chunk = max(1, int(_CHUNK_S / step_s))
    for first in range(0, columns, per_chunk):
        stop = min(columns, first + per_chunk)
        chunk_s = view.start_s + first * step_s
        sound, rate_hz = listen(chunk_s, min(end_s, view.start_s + stop * step_s))
        if len(sound):
            starts = np.minimum(
                (np.arange(stop - first) * step_s * rate_hz).astype(int), len(sound) - 1
            )
            peaks[first:stop] = np.maximum.reduceat(np.abs(sound), starts)
    return view.start_s + (np.arange(columns, dtype=np.float64) + 0.5) * step_s, peaks


def _captions(view: View, side: Literal["user", "agent"]) -> list[tuple[float, list[str]]]:
    """Break what was said into lines, as far as there is room before the next caption."""
    bars = [bar for turn in view.turns if (bar := _bar(turn, side)) is not None]
    said = [
        (max(start, view.start_s), text)
        for start, end, text in bars
        if text and view.shows(start, end)
    ]
    captions = []
    for (start, text), (limit, _) in zip_longest(said, said[1:], fillvalue=(view.end_s, "")):
        room = int(((limit - start) * view.points_per_s - 4.0) / _CHARACTER_PT)
        captions.append((start, _fitted(text, room)))
    return captions


def _height(captions: list[tuple[float, list[str]]]) -> float:
    """Height of a lane that holds these captions."""
    return 0.12 + _LINE * max((len(lines) for _, lines in captions), default=0)


def _write(
    axes: Axes, captions: list[tuple[float, list[str]]], y: float, *, colour: str, above: bool
) -> None:
    for start, lines in captions:
        axes.text(
            start,
            y,
            "\n".join(lines),
            fontsize=_FONT_PT,
            color=colour,
            va="bottom" if above else "top",
            linespacing=1.15,
            parse_math=False,
        )


def _fitted(text: str, room: int) -> list[str]:
    """At most two lines of at most ``room`` characters; none if that would say nothing."""
    if room < 5:
        return []
    lines = textwrap.wrap(drawable(text), room, break_long_words=True)
    if len(lines) > _LINES:
        last = lines[_LINES - 1][: room - 1].rstrip()
        lines = [*lines[: _LINES - 1], last + "…"]
    return lines


def _waits(axes: Axes, view: View, high: float, low: float) -> list[float]:
    """Draw a bar from the end of the user's speech to the first sound of the answer."""
    middle = (high + low) / 2
    waits = []
    for turn in view.turns:
        waited, end_s = turn.latency.voice_to_voice, turn.latency.first_audible
        if waited is not None and end_s is not None and view.shows(end_s - waited, end_s):
            waits.append((end_s - waited, end_s))
    for (start, end), (following, _) in zip_longest(waits, waits[1:], fillvalue=(view.end_s, 0.0)):
        axes.plot([start, end], [middle, middle], color=WAIT, linewidth=3.0, solid_capstyle="butt")
        label = f"{end - start:.2f} s"
        width_s = (len(label) + 1.5) * _CHARACTER_PT / view.points_per_s
        if view.start_s <= end and end + width_s <= following:
            axes.annotate(
                label,
                (end, middle),
                (4, 0),
                textcoords="offset points",
                fontsize=_FONT_PT,
                color=WAIT,
                va="center",
                fontweight="bold",
            )
    return [end - start for start, end in waits]


def _outages(axes: Axes, view: View, high: float, low: float) -> None:
    """Hatch the stretches without a connection."""
    for start, end in view.outages:
        axes.broken_barh(
            [(start, max(end - start, 3.0 / view.points_per_s))],
            (low, high - low),
            facecolor="none",
            edgecolor=FAULT,
            hatch="////",
            linewidth=0.0,
            alpha=0.6,
        )


def _named(view: View) -> list[tuple[float, int, str]]:
    """Time, row from the top and name of each fault; no name where there is no room for it."""
    ends = [-float("inf")] * _FLAG_ROWS
    named = []
    for t, name in view.faults:
        width_s = (len(name) + 1.5) * _CHARACTER_PT / view.points_per_s
        # Its line goes down through the rows below, where no name may be in its way.
        row = next((n for n in range(_FLAG_ROWS) if max(ends[n:]) <= t), None)
        if row is None or t + width_s > view.end_s + _MARGIN_PT / view.points_per_s:
            named.append((t, 0, ""))
            continue
        ends[row] = t + width_s
        named.append((t, row, drawable(name)))
    return named


def _flags_height(named: list[tuple[float, int, str]]) -> float:
    return _LINE * max((row + 1 for _, row, name in named if name), default=0)


def _faults(axes: Axes, named: list[tuple[float, int, str]], edges: _Floats) -> None:
    """Mark the faults that were asked for by a dashed line through both voices, and its name."""
    for t, row, name in named:
        foot = float(edges[1]) + _flags_height(named) - (row + 1) * _LINE if name else edges[1]
        for low, high in ((edges[2], foot + (_LINE if name else 0.0)), (edges[4], edges[3])):
            axes.vlines(t, low, high, color=FAULT, linewidth=1.2, linestyles="dashed")
        axes.annotate(
            name,
            (t, foot + _LINE / 2),
            (3, 0),
            textcoords="offset points",
            fontsize=_FONT_PT,
            color=FAULT,
            va="center",
            parse_math=False,
        )


def _interruptions(axes: Axes, view: View, high: float, low: float) -> list[float | None]:
    """Draw a line where the user cut the agent short; returns the times it took to stop.

    ``None`` stands for those that stopped no voice, such as cutting into a pause.
    """
    stops = []
    for turn in view.turns:
        agent = turn.agent
        if agent is None or not agent.interrupted or agent.end is None:
            continue
        if not view.shows(agent.end):
            continue
        stops.append(turn.barge_in_stop_s)
        axes.vlines(agent.end, low, high, color=CUT, linewidth=2.2)
        if view.points_per_s <= 12.0:
            continue
        label = "interrupted" if stops[-1] is None else f"{stops[-1]:.2f} s"
        width_s = (len(label) + 1.5) * _CHARACTER_PT / view.points_per_s
        fits = agent.end + width_s <= view.end_s
        axes.annotate(
            label,
            (agent.end, high),
            (3 if fits else -3, -2),
            textcoords="offset points",
            fontsize=_FONT_PT,
            color=CUT,
            ha="left" if fits else "right",
            va="top",
            fontweight="bold",
        )
    return stops


def _stacked(view: View) -> list[int]:
    """Row of each tool call: calls at the same time, or next to a name, lie below each other.

    There are three rows at most; where they do not suffice, names give way.
    """
    ends: list[float] = []  # with the names
    busy: list[float] = []
    rows = []
    for call in view.tools:
        end = float("inf") if call.end is None else call.end
        free = (n for n, end_s in enumerate(ends) if end_s <= call.start)
        row = next(free, len(ends))
        if row >= _TOOL_ROWS:
            row = next((n for n, end_s in enumerate(busy) if end_s <= call.start), _TOOL_ROWS - 1)
        if row == len(ends):
            ends.append(-float("inf"))
            busy.append(-float("inf"))
        busy[row] = max(busy[row], end)
        width_s = (len(_tool_name(call)) * _CHARACTER_PT + _AROUND_NAME_PT) / view.points_per_s
        ends[row] = max(ends[row], end, _drawn_end(call, view) + width_s)
        rows.append(row)
    return rows


def _tool_name(call: ToolCall) -> str:
    note = " (failed)" if call.error is not None else " (cancelled)" if call.cancelled else ""
    return drawable(call.name + note)


def _drawn_end(call: ToolCall, view: View) -> float:
    """Where a call's box ends: it is never too narrow to be seen."""
    end = view.recording.duration_s if call.end is None else call.end
    return max(end, call.start + 3.0 / view.points_per_s)


def _tools(axes: Axes, view: View, rows: list[int], top: float) -> None:
    """Tool calls as spans with their names."""
    for number, (call, row) in enumerate(zip(view.tools, rows, strict=True)):
        low = top - (row + 1) * _TOOLS + 0.06
        width = _drawn_end(call, view) - call.start
        failed = call.error is not None or call.cancelled
        axes.broken_barh(
            [(call.start, width)],
            (low, _TOOLS - 0.12),
            facecolor="none" if failed else TOOL,
            edgecolor=TOOL,
            linewidth=1.0,
            alpha=0.5 if call.end is None else 1.0,
        )
        following = [
            c.start
            for c, r in zip(view.tools[number + 1 :], rows[number + 1 :], strict=True)
            if r == row
        ]
        limit = min([*following, view.end_s])
        start = call.start + width
        room = int(((limit - start) * view.points_per_s - _AROUND_NAME_PT) / _CHARACTER_PT)
        name = _tool_name(call)
        if len(name) > room:
            name = name[: room - 1] + "…" if room >= 5 else ""
        if name:
            axes.annotate(
                name,
                (start, low + (_TOOLS - 0.12) / 2),
                (4, 0),
                textcoords="offset points",
                fontsize=_FONT_PT,
                color=TOOL,
                va="center",
                parse_math=False,
            )


def _legend(figure: Picture, *, waits: list[float], stops: list[float | None], view: View) -> None:
    """Explain the marks that occur, above the picture where nothing is drawn."""
    marks: list[Line2D | Patch] = []
    if waits:
        median = f" (median {float(np.median(waits)):.2f} s)" if len(waits) > 1 else ""
        label = f"voice-to-voice latency{median}"
        marks.append(Line2D([], [], color=WAIT, linewidth=3.0, label=label))
    if stops:
        timed = any(stop_s is not None for stop_s in stops)
        label = "interrupted" + (", with the time to stop" if timed else "")
        marks.append(Line2D([], [], color=CUT, linewidth=2.2, label=label))
    if view.outages:
        lost = Patch(facecolor="none", edgecolor=FAULT, hatch="////", label="reconnecting")
        lost.set_linewidth(0.0)
        marks.append(lost)
    if any(_is_typed(turn) for turn in view.turns):
        marks.append(
            Line2D(
                [], [], **{**_TYPED, "linestyle": "none", "marker": r"$\mathrm{I}$"}, label="typed"
            )
        )
    if view.faults:
        fault = Line2D([], [], color=FAULT, linewidth=1.2, linestyle="dashed", label="fault")
        marks.append(fault)
    if view.planned:
        label = f"planned: {', '.join(name.replace('_', ' ') for name in view.planned)}"
        marks.append(Line2D([], [], linestyle="none", label=label))
    if marks:
        figure.legend(
            handles=marks,
            loc="outside upper right",
            ncols=len(marks),
            frameon=False,
            fontsize=_FONT_PT,
            labelcolor=INK,
        )
