"""Where the waiting time of each turn went, as a waterfall."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.patches import Patch

from livekit_nb.errors import RecordingError
from livekit_nb.plots.figure import (
    AGENT,
    CUT,
    INK,
    TOOL,
    USER,
    WAIT,
    Picture,
    legend_above,
    plain_axes,
    say,
)
from livekit_nb.plots.subject import Drawable, recording_of
from livekit_nb.recording import PART_NAMES, Turn
from livekit_nb.recording.display import counted

__all__ = ["latency"]

_THINKING: Final = "#E3A93A"
_COLOURS: Final = {
    **dict(zip(PART_NAMES, (USER, "#56B4E9", WAIT, TOOL, AGENT, CUT), strict=True)),
    "endpointing": WAIT,
    "thinking": _THINKING,
}
_ORDER: Final = (*PART_NAMES[:2], "model", "endpointing", "thinking", *PART_NAMES[3:])
_HATCHED: Final = {
    "unknown": {"hatch": "////", "edgecolor": INK},
    "tool running": {"hatch": "xxxx", "edgecolor": "#000000"},
}
_LEGEND: Final = {"tool running": _THINKING}  # lies over others, which show through
_SHORTEST_S: Final = 0.0005
_MOST: Final = 500
_ROW_IN: Final = 0.28
_WIDTH_IN: Final = 8.6

Span = tuple[str, float, float]
"""Name, start and length of what is drawn, in seconds after the end of the user's speech."""


def latency(
    recording: Drawable, *, limit: int = 30, pick: Literal["slowest", "last"] = "slowest"
) -> Picture:
    """Draw the latency parts of every answered, spoken turn.

    One row a turn, from the end of the user's speech (0) to the first audible sample of the
    answer; the parts follow each other in the order of `livekit_nb.recording.PART_NAMES`. What is
    not known is hatched. A part that is negative is drawn backwards. ``model`` is in two where the
    service told that it had heard the end of the speech (`Latency.endpointing`, `.thinking`); what
    of it a tool was running is crossed.

    Parameters
    ----------
    recording : Recording, or what has one (Studio, session, Player)
        What to draw.
    limit : int
        How many turns are drawn at most, 1 to 500; the picture says when it leaves some out.
    pick : {"slowest", "last"}
        Which turns these are: the slowest first, or the last in their order.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure` that shows itself, with alternative text.

    Raises
    ------
    RecordingError
        If `limit` or `pick` is none of these.
    """
    whole = isinstance(limit, int | np.integer)
    if pick not in ("slowest", "last") or not whole or not 1 <= limit <= _MOST:
        raise RecordingError(
            f'{limit!r} turns cannot be picked by {pick!r}: limit is 1 to {_MOST}, pick "slowest" '
            'or "last".'
        )
    recording = recording_of(recording)
    answered = [turn for turn in recording.turns if turn.latency.voice_to_voice is not None]
    turns = answered
    if len(answered) > limit:
        slowest = sorted(answered, key=_waited, reverse=True)
        turns = slowest[:limit] if pick == "slowest" else answered[-limit:]
    figure = Picture(
        width_in=_WIDTH_IN,
        height_in=1.3 + _ROW_IN * max(len(turns), 2),
        alt=_alt(answered) + _left_out(len(turns), len(answered), pick),
    )
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.grid(axis="x", color=INK, alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("seconds after the end of the user's speech", fontsize=9)
    axes.set_yticks(range(len(turns)), [f"turn {turn.index}" for turn in turns])
    axes.set_ylim(max(len(turns), 1) - 0.4, -0.6)
    if len(turns) < len(answered):
        note = _left_out(len(turns), len(answered), pick).strip()
        axes.set_title(note, loc="left", fontsize=9, color=INK)
    spans: dict[str, list[tuple[int, float, float]]] = {}
    for row, turn in enumerate(turns):
        for name, start, seconds in (*_spans(turn), *_tool_spans(turn)):
            spans.setdefault(name, []).append((row, start, seconds))
        axes.annotate(
            f"{_waited(turn):.2f} s",
            (max(_waited(turn), 0.0), row),
            (4, 0),
            textcoords="offset points",
            fontsize=8,
            color=INK,
            va="center",
        )
    handles: list[Artist] = []
    for name in (*_ORDER, *_HATCHED):
        if name not in spans:
            continue
        rows, starts, lengths = zip(*spans[name], strict=True)
        fill = {"facecolor": _COLOURS.get(name, "none"), "linewidth": 0.0}
        look: dict[str, Any] = {**fill, **_HATCHED.get(name, {})}
        axes.barh(rows, lengths, left=starts, height=0.6, label=name, **look)
        if max(map(abs, lengths)) >= _SHORTEST_S:
            shown = {**look, "facecolor": _LEGEND.get(name, look["facecolor"])}
            handles.append(Patch(label=name.replace("_", " "), **shown))
    left = min((start for of in spans.values() for _, start, _ in of), default=0.0)
    axes.set_xlim(1.05 * left, 1.1 * max([_waited(turn) for turn in turns], default=1.0) or 1.0)
    legend_above(figure, handles)
    if not turns:
        axes.set_xticks([])
        say(axes, "no answered turns yet")
    return figure


def _waited(turn: Turn) -> float:
    return turn.latency.voice_to_voice or 0.0


def _spans(turn: Turn) -> list[Span]:
    """Name, start and length of each part; what lies between known points is ``unknown``."""
    latency = turn.latency
    points = (
        latency.speech_end,
        latency.arrived,
        latency.sent,
        latency.first_byte,
        latency.handed,
        latency.played,
        latency.first_audible,
    )
    counted_from = -float("inf") if latency.agent_silent is None else latency.agent_silent
    known = [(n, max(t, counted_from)) for n, t in enumerate(points) if t is not None]
    spans: list[Span] = []
    for (one, start), (other, end) in pairwise(known):
        at, seconds = start - known[0][1], end - start
        heard = latency.endpointing
        if other > one + 1:
            spans.append(("unknown", at, seconds))
        elif PART_NAMES[one] == "model" and heard is not None and 0.0 <= heard <= seconds:
            spans += [("endpointing", at, heard), ("thinking", at + heard, seconds - heard)]
        else:
            spans.append((PART_NAMES[one], at, seconds))
    return spans


def _tool_spans(turn: Turn) -> list[Span]:
    """Stretches of the model's part in which a tool was running."""
    start, end = turn.latency.sent, turn.latency.first_byte
    zero = turn.latency.speech_end
    if start is None or end is None or zero is None:
        return []
    if turn.latency.agent_silent is not None:
        zero, start = max(zero, turn.latency.agent_silent), max(start, turn.latency.agent_silent)
    spans: list[Span] = []
    ends = start
    for call in sorted(turn.tools, key=lambda call: call.start):
        begun, over = max(call.start, ends), min(end if call.end is None else call.end, end)
        if call.repeats is None and over > begun:
            spans.append(("tool running", begun - zero, over - begun))
            ends = over
    return spans


def _left_out(drawn: int, answered: int, pick: str) -> str:
    return f" The {pick} {drawn} of {answered} answered turns." if drawn < answered else ""


def _alt(turns: list[Turn]) -> str:
    if not turns:
        return "Latency of no turns: no answered turns yet."
    medians = []
    for name in PART_NAMES:
        known = [part for turn in turns if (part := turn.latency.parts[name]) is not None]
        if known:
            medians.append(f"{name.replace('_', ' ')} {float(np.median(known)):.2f}")
    return (
        f"Voice-to-voice latency of {counted(len(turns), 'turn')}, "
        f"median {float(np.median([_waited(turn) for turn in turns])):.2f} seconds; medians of its "
        f"parts in seconds: {', '.join(medians) or 'unknown'}."
    )
