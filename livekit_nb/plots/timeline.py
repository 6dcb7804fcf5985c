"""The conversation on one time axis: voices, turns, waiting, interruptions, outages, tools, frames.

One picture is one subject, and its lanes share one layout. What is shown of a recording, and the
words for it, are in :mod:`livekit_nb.plots.view`, its sound in :mod:`livekit_nb.plots.waves`, what
happened to it in :mod:`livekit_nb.plots.happenings`, how long it waited in
:mod:`livekit_nb.plots.waits`, its tool calls in :mod:`livekit_nb.plots.calls`.
"""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes

from livekit_nb.plots.calls import TOOLS, stacked, tool_calls
from livekit_nb.plots.figure import (
    AGENT,
    CHARACTER_PT,
    FAULT,
    FONT_PT,
    INK,
    TOOL,
    USER,
    Picture,
    drawable,
    plain_axes,
    say,
    time_axis,
)
from livekit_nb.plots.happenings import (
    LINE,
    faults,
    interruptions,
    is_typed,
    named_faults,
    names_height,
    outages,
    typed,
    unkept,
)
from livekit_nb.plots.view import WIDTH_IN, View, alt_text, view_of
from livekit_nb.plots.waits import legend, waits
from livekit_nb.plots.waves import Envelope, envelope
from livekit_nb.recording import Recording, Turn

__all__ = ["timeline"]

_COLUMNS: Final = 1500
_LINES: Final = 2

# Heights of the lanes, from the top down; the tool and camera lanes appear when they are needed.
_VOICE: Final = 1.0
_GAP: Final = 0.42
_CAMERA: Final = 0.26


def timeline(
    recording: Recording, *, start_s: float | None = None, end_s: float | None = None
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
    named = named_faults(view)
    lanes = [_height(said) + names_height(named), _VOICE, _GAP, _VOICE, _height(answered)]
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
    _write(axes, said, float(edges[1]) + names_height(named) + 0.05, colour=USER, above=True)
    _write(axes, answered, float(edges[4]) - 0.05, colour=AGENT, above=False)
    typed(axes, view, float(edges[1]), float(edges[2]))
    for number in (1, 3):  # beside them are words and figures
        outages(axes, view, float(edges[number]), float(edges[number + 1]))
    faults(axes, named, edges)
    waited = waits(axes, view, float(edges[2]), float(edges[3]))
    stops = interruptions(axes, view, float(edges[3]), float(edges[4]))
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
    if not view.turns and not len(recording.events):
        say(axes, "nothing recorded yet")
    return figure


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


def _captions(view: View, side: Literal["user", "agent"]) -> list[tuple[float, list[str]]]:
    """Break what was said into lines, as far as there is room before the next caption."""
    bars = [bar for turn in view.turns if (bar := _bar(turn, side, view)) is not None]
    said = [
        (max(start, view.start_s), text)
        for start, end, text in bars
        if text and view.shows(start, end)
    ]
    captions = []
    for (start, text), (limit, _) in zip_longest(said, said[1:], fillvalue=(view.end_s, "")):
        room = int(((limit - start) * view.points_per_s - 4.0) / CHARACTER_PT)
        captions.append((start, _fitted(text, room)))
    return captions


def _height(captions: list[tuple[float, list[str]]]) -> float:
    """Height of a lane that holds these captions."""
    return 0.12 + LINE * max((len(lines) for _, lines in captions), default=0)


def _write(
    axes: Axes, captions: list[tuple[float, list[str]]], y: float, *, colour: str, above: bool
) -> None:
    for start, lines in captions:
        if not lines:
            continue
        axes.text(
            start,
            y,
            "\n".join(lines),
            fontsize=FONT_PT,
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
