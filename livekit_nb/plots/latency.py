"""Where the waiting time of each turn went, as a waterfall."""

from __future__ import annotations

from typing import Final

import numpy as np

from livekit_nb.plots.figure import AGENT, CUT, INK, TOOL, USER, WAIT, Picture, plain_axes
from livekit_nb.recording import PART_NAMES, Recording, Turn
from livekit_nb.recording.display import counted

__all__ = ["latency"]

_COLOURS: Final = dict(zip(PART_NAMES, (USER, "#56B4E9", WAIT, TOOL, AGENT, CUT), strict=True))
_ROW_IN: Final = 0.28


def latency(recording: Recording) -> Picture:
    """Draw the latency parts of every answered, spoken turn.

    One row a turn, from the end of the user's speech (0) to the first audible sample of the
    answer; the parts follow each other in the order of `livekit_nb.recording.PART_NAMES`. A part
    that is not known leaves a gap. A part that is negative is drawn backwards.

    Parameters
    ----------
    recording : Recording
        What to draw.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure` that shows itself, with alternative text.
    """
    turns = [turn for turn in recording.turns if turn.latency.voice_to_voice is not None]
    figure = Picture(width_in=9.0, height_in=1.3 + _ROW_IN * max(len(turns), 2), alt=_alt(turns))
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("seconds after the end of the user's speech", fontsize=9)
    axes.set_yticks(range(len(turns)), [f"turn {turn.index}" for turn in turns])
    axes.set_ylim(max(len(turns), 1) - 0.4, -0.6)
    drawn = set()
    for row, turn in enumerate(turns):
        total = turn.latency.voice_to_voice
        assert total is not None
        for name, start, seconds in _spans(turn):
            label = None if name in drawn else name.replace("_", " ")
            drawn.add(name)
            axes.barh(row, seconds, left=start, height=0.6, color=_COLOURS[name], label=label)
        axes.annotate(
            f"{total:.2f} s",
            (max(total, 0.0), row),
            (4, 0),
            textcoords="offset points",
            fontsize=8,
            color=INK,
            va="center",
        )
    axes.margins(x=0.08)
    if drawn:
        figure.legend(
            loc="outside upper left",
            ncols=len(PART_NAMES),
            frameon=False,
            fontsize=8,
            labelcolor=INK,
        )
    else:
        axes.set_xlim(0.0, 1.0)
        axes.text(
            0.5, 0.5, "no answered turns yet", transform=axes.transAxes, ha="center", color=INK
        )
    return figure


def _spans(turn: Turn) -> list[tuple[str, float, float]]:
    """Name, start and length of each known part; what follows a gap is placed from the end."""
    parts, total = turn.latency.parts, turn.latency.voice_to_voice or 0.0
    spans, start = [], 0.0
    for number, (name, seconds) in enumerate(parts.items()):
        if seconds is None:
            rest = list(parts.values())[number + 1 :]
            if None in rest:
                continue
            start = total - sum(part for part in rest if part is not None)
            continue
        if None in list(parts.values())[:number] and None in list(parts.values())[number:]:
            continue  # between two gaps nobody knows where it lies
        spans.append((name, start, seconds))
        start += seconds
    return spans


def _alt(turns: list[Turn]) -> str:
    if not turns:
        return "Latency of no turns: nothing was answered yet."
    waits = [turn.latency.voice_to_voice or 0.0 for turn in turns]
    medians = []
    for name in PART_NAMES:
        known = [part for turn in turns if (part := turn.latency.parts[name]) is not None]
        if known:
            medians.append(f"{name.replace('_', ' ')} {float(np.median(known)):.2f}")
    return (
        f"Voice-to-voice latency of {counted(len(turns), 'turn')}, "
        f"median {float(np.median(waits)):.2f} seconds; medians of its parts in seconds: "
        f"{', '.join(medians) or 'unknown'}."
    )
