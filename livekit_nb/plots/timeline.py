"""The conversation on one time axis: voices, turns, waiting, interruptions, outages, tools, frames.

One picture is one subject, and its lanes share one layout. What is shown of a recording, and the
words for it, are in :mod:`livekit_nb.plots.view`, its sound in :mod:`livekit_nb.plots.waves`, what
happened to it in :mod:`livekit_nb.plots.happenings`, how long it waited in
:mod:`livekit_nb.plots.waits`, its tool calls in :mod:`livekit_nb.plots.calls`, what was said in
:mod:`livekit_nb.plots.captions`.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes

from livekit_nb.plots.calls import TOOLS, stacked, tool_calls
from livekit_nb.plots.captions import Captions, captions
from livekit_nb.plots.figure import (
    AGENT,
    FAULT,
    INK,
    TOOL,
    USER,
    Picture,
    plain_axes,
    say,
    time_axis,
)
from livekit_nb.plots.happenings import (
    faults,
    interruptions,
    is_typed,
    named_faults,
    names_height,
    outages,
    stops_height,
    typed,
    unkept,
)
from livekit_nb.plots.subject import Drawable
from livekit_nb.plots.view import WIDTH_IN, View, alt_text, view_of
from livekit_nb.plots.waits import legend, waits
from livekit_nb.plots.waves import Envelope, envelope
from livekit_nb.recording import Turn

__all__ = ["timeline"]

_COLUMNS: Final = 1500

# Heights of the lanes, from the top down; the tool and camera lanes appear when they are needed.
_VOICE: Final = 1.0
_GAP: Final = 0.42
_CAMERA: Final = 0.26


def timeline(
    recording: Drawable, *, start_s: float | None = None, end_s: float | None = None
) -> Picture:
    """Draw a recording on one time axis.

    From the top: what the user said and the microphone's sound; how long the answer took; the
    agent's sound as it was really heard and what it said; tool calls as spans; video frames as
    ticks. What was typed is a writing mark. Stretches without a connection are hatched, and faults
    that were asked for are dashed lines with their names. Waveforms are peak envelopes, each side
    scaled to its own loudest moment; where sound reaches full scale, so probably was louder, its
    lane has a tick. Of sound that was not kept, plain bars say when somebody spoke. Words and
    figures that have no room are left out. In a long recording, where an answer's time would be too
    narrow to see, it is a stem as high as the time is long.

    Parameters
    ----------
    recording : Recording, or what has one (Studio, session, Player)
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
    recording = view.recording
    said, answered = _said(view, "user"), _said(view, "agent")
    named = named_faults(view)
    gap = _GAP + stops_height(view)
    lanes = [said.height + names_height(named), _VOICE, gap, _VOICE, answered.height]
    rows = stacked(view)
    lanes.append(rows.height)
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
    time_axis(axes)

    names = [("you", float(edges[1] + edges[2]) / 2, USER)]
    names.append(("agent", float(edges[3] + edges[4]) / 2, AGENT))
    waves = [
        _voice(axes, view, "user", float(edges[1]), float(edges[2])),
        _voice(axes, view, "agent", float(edges[3]), float(edges[4])),
    ]
    said.write(axes, float(edges[1]) + names_height(named), colour=USER, above=True)
    answered.write(axes, float(edges[4]), colour=AGENT, above=False)
    typed(axes, view, float(edges[1]), float(edges[2]))
    for number in (1, 3):  # beside them are words and figures
        outages(axes, view, float(edges[number]), float(edges[number + 1]))
    faults(axes, named, edges)
    between = float(edges[3]) + stops_height(view)
    waited = waits(axes, view, float(edges[2]), between)
    stops = interruptions(axes, view, between, float(edges[3]), float(edges[4]))
    if view.tools:
        tool_calls(axes, view, rows, float(edges[5]))
        top_of_tools, middle = float(edges[5]), float(edges[5] + edges[6]) / 2
        names += [
            (name, top_of_tools - (row + 0.5) * TOOLS, TOOL) for row, name in enumerate(rows.names)
        ] or [("tools", middle, TOOL)]
    if view.frames_s:
        low, high = float(edges[7]), float(edges[6])
        axes.vlines(view.frames_s, low + 0.06, high - 0.06, color=INK, linewidth=1.4)
        names.append(("camera", (low + high) / 2, INK))
    axes.set_yticks([middle for _, middle, _ in names], [name for name, _, _ in names])
    axes.tick_params(axis="y", length=0, labelsize=9)
    for label, (_, _, colour) in zip(axes.get_yticklabels(), names, strict=True):
        label.set_color(colour)
        label.set_parse_math(False)
        label.set_fontweight("bold")
    clipped = any(len(wave.clipped) for wave in waves)
    legend(figure, view, waited=waited, stops=stops, clipped=clipped)
    if not view.turns and not view.tools:
        middle = axes.transLimits.transform((0.0, (between + float(edges[2])) / 2))[1]
        say(axes, _nothing(view), height=float(middle))
    return figure


def _nothing(view: View) -> str:
    """Say that nothing was said, as far as it is known."""
    if not len(view.recording.events) and not view.recording.duration_s:
        return "nothing recorded yet"
    whole = view.start_s <= 0.0 and view.end_s >= view.recording.duration_s
    return "nothing was said" if whole else "nothing was said in this part"


def _said(view: View, side: Literal["user", "agent"]) -> Captions:
    """Find room for what one side said."""
    bars = [bar for turn in view.turns if (bar := _bar(turn, side, view)) is not None]
    return captions(
        view, [(start, text) for start, end, text in bars if text and view.shows(start, end)]
    )


def _bar(turn: Turn, side: Literal["user", "agent"], view: View) -> tuple[float, float, str] | None:
    """Start, end and text of one side of a turn, ``None`` where there is no sound of it."""
    if side == "user":
        user = turn.user
        if user is None or user.start is None:
            return None
        if user.speaking:
            return user.start, max(user.start, view.recording.duration_s), user.text
        return user.start, user.start if user.speech_end is None else user.speech_end, user.text
    agent = turn.agent
    if agent is None or agent.first_audible is None or agent.end is None:
        return None
    return agent.first_audible, agent.end, agent.text


def _voice(
    axes: Axes, view: View, side: Literal["user", "agent"], high: float, low: float
) -> Envelope:
    """Draw a lane with one side's turn bars and waveform."""
    colour = USER if side == "user" else AGENT
    middle, half = (high + low) / 2, (high - low) / 2
    turns = [turn for turn in view.turns if side == "agent" or not is_typed(turn)]
    bars = [bar for turn in turns if (bar := _bar(turn, side, view)) is not None]
    axes.broken_barh(
        [(start, max(end - start, 2.0 / view.points_per_s)) for start, end, _ in bars],
        (low, high - low),
        facecolor=colour,
        alpha=0.16,
        linewidth=0,
    )
    axes.axhline(middle, color=colour, linewidth=0.6, alpha=0.5)
    wave = envelope(view.recording, side, view.start_s, view.end_s, _COLUMNS)
    loudest = float(wave.peaks.max(initial=0.0))
    height = 0.92 * half * wave.peaks / max(loudest, 0.02)
    axes.fill_between(wave.times, middle - height, middle + height, color=colour, linewidth=0)
    axes.vlines(wave.clipped, high - 0.08, high, color=FAULT, linewidth=1.0)
    if view.unkept:
        unkept(axes, view, side, high, low)
    return wave
