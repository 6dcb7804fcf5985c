"""How it was said: pitch, loudness and pace of every turn, on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from livekit_nb.plots.figure import (
    AGENT,
    INK,
    USER,
    Picture,
    legend_above,
    quiet_axes,
    say,
    time_axis,
    width_pt,
)
from livekit_nb.plots.happenings import unkept_mark, unkept_spans
from livekit_nb.plots.melody import Delivery, Prosody, deliveries
from livekit_nb.plots.subject import Drawable
from livekit_nb.plots.view import WIDTH_IN, View, view_of
from livekit_nb.recording.display import counted

__all__ = ["prosody"]

_COLOURS: Final = {"user": USER, "agent": AGENT}
_NAMES: Final = {"user": "you", "agent": "agent"}
_CLOSE: Final = 4.0  # points a second, from which on every moment is drawn
_LOWEST_DBFS: Final = -60.0


def prosody(
    recording: Drawable, *, start_s: float | None = None, end_s: float | None = None
) -> Picture:
    """Draw pitch, loudness and pace of both sides, turn by turn.

    Pitch is the fundamental frequency in hertz on a logarithmic axis (`livekit_nb.audio.prosody`
    tells how it is found), loudness the root mean square in decibels of full scale, pace the words
    of the captions for a minute of speech, pauses not counted. A line is a turn's median; in a long
    recording, a bar from the 5th to the 95th percentile stands for the single moments. Where there
    are no captions, or they do not part words by spaces, the pace is unknown, and a cross says so.
    Stretches whose sound was not kept are hatched.

    Parameters
    ----------
    recording : Recording, or what has one (Studio, session, Player)
        What to draw.
    start_s, end_s : float, optional
        The part to show, in recording seconds; by default all of it.

    Returns
    -------
    Picture
        With alternative text; ``.table`` has a row for each side of each turn: pitch (median, 5th
        and 95th percentile, range in semitones), level, words and pace.

    Raises
    ------
    RecordingError
        If the part does not exist.
    """
    view = view_of(recording, start_s, end_s)
    recording = view.recording
    rows = deliveries(recording, view.turns)
    figure = Picture(width_in=WIDTH_IN, height_in=5.0, alt=_alt(rows) + view.unkept_in_words)
    figure.table = rows
    tones, levels, paces = figure.subplots(3, 1, sharex=True, height_ratios=(2.2, 1.4, 1.0))
    for axes in (tones, levels, paces):
        quiet_axes(axes, grid="y")
        axes.set_xlim(view.start_s, view.end_s)
        unkept_spans(axes, view)
    tones.set_ylabel("pitch in Hz")
    levels.set_ylabel("level in dBFS")
    paces.set_ylabel("words/min")
    time_axis(paces)
    if not len(rows):
        for axes in (tones, levels, paces):
            axes.set_yticks([])
        say(tones, "nothing was said")
        return figure
    tones.set_yscale("log")
    shown = Prosody(row for row in rows if view.shows(row.start_s, row.end_s))
    _pitch(tones, view, shown)
    _loudness(levels, view, shown)
    unknown = _pace(paces, view, shown)
    handles: list[Artist] = [
        Line2D([], [], color=_COLOURS[side], linewidth=2.5, label=_NAMES[side])
        for side in _COLOURS
        if any(row.side == side for row in shown)
    ]
    if view.unkept and not view.all_unkept:
        handles.append(unkept_mark())
    if unknown:
        handles.append(
            Line2D([], [], color=INK, linestyle="none", marker="x", label="pace unknown")
        )
    legend_above(figure, handles)
    figure.align_ylabels([tones, levels, paces])
    return figure


def _pitch(axes: Axes, view: View, rows: Prosody) -> None:
    close = view.points_per_s >= _CLOSE
    known = [row for row in rows if row.low_hz is not None and row.high_hz is not None]
    if not known or view.all_unkept:
        axes.set_ylim(60.0, 500.0)
        say(axes, "the sound was not kept" if view.all_unkept else "no voice was found")
        known = []
    for side, colour in _COLOURS.items():
        own = [row for row in known if row.side == side]
        if close and own:
            stretches = [stretch for row in own for stretch in row.stretches]
            axes.plot(
                np.concatenate([stretch.times for stretch in stretches]),
                np.concatenate([stretch.hertz for stretch in stretches]),
                linestyle="none",
                marker="o",
                markersize=1.8,
                markeredgewidth=0,
                color=colour,
                label=f"moments of {side}",
            )
        elif own:
            middles = [(row.start_s + row.end_s) / 2 for row in own]
            axes.vlines(
                middles,
                [row.low_hz or 0.0 for row in own],
                [row.high_hz or 0.0 for row in own],
                color=colour,
                alpha=0.45,
                linewidth=1.5,
            )
        _lines(axes, view, own, [row.pitch_hz or 0.0 for row in own], colour)
    if known:
        low = min(row.low_hz for row in known if row.low_hz is not None)
        high = max(row.high_hz for row in known if row.high_hz is not None)
        axes.set_ylim(0.8 * low, (1.55 if close else 1.3) * high)
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 1.5, 2.0, 3.0, 4.0, 6.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda hertz, _: f"{hertz:.0f}"))
    axes.yaxis.set_minor_locator(NullLocator())
    if close:
        _labels(axes, view, [(row, f"{row.pitch_hz:.0f} Hz") for row in known])


def _labels(axes: Axes, view: View, labels: Sequence[tuple[Delivery, str]]) -> None:
    """Write a turn's figure above it, in a row for each side, where there is room for it."""
    for side, height in (("user", 1.0), ("agent", 0.925)):
        until_s = view.start_s
        for row, text in sorted(labels, key=lambda label: label[0].start_s):
            width_s = (width_pt(text, size_pt=8.0) + 6.0) / view.points_per_s
            start_s = min(max(row.start_s, view.start_s), view.end_s - width_s)
            if row.side != side or start_s < until_s:
                continue
            until_s = start_s + width_s
            axes.text(
                start_s,
                height,
                text,
                transform=axes.get_xaxis_transform(),
                fontsize=8,
                color=_COLOURS[side],
                va="top",
            )


def _lines(
    axes: Axes,
    view: View,
    rows: Sequence[Delivery],
    values: Sequence[float],
    colour: str,
) -> None:
    """Draw a line at the value of each turn, as long as the turn and wide enough to be seen."""
    least_s = 2.0 / view.points_per_s
    axes.hlines(
        values,
        [row.start_s for row in rows],
        [max(row.end_s, row.start_s + least_s) for row in rows],
        color=colour,
        linewidth=2.5,
    )


def _loudness(axes: Axes, view: View, rows: Prosody) -> None:
    close = view.points_per_s >= _CLOSE
    loudest = _LOWEST_DBFS
    for side, colour in _COLOURS.items():
        own = [row for row in rows if row.side == side and row.level_dbfs is not None]
        for row in own if close else ():
            for stretch in row.stretches:
                axes.plot(stretch.times, stretch.dbfs, color=colour, linewidth=0.8, alpha=0.6)
                loudest = max(loudest, float(stretch.dbfs.max(initial=_LOWEST_DBFS)))
        _lines(axes, view, own, [row.level_dbfs or 0.0 for row in own], colour)
        loudest = max([loudest, *(row.level_dbfs or _LOWEST_DBFS for row in own)])
    known = loudest > _LOWEST_DBFS
    axes.set_ylim(_LOWEST_DBFS, min(0.0, loudest + 6.0) if known else 0.0)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))


def _pace(axes: Axes, view: View, rows: Prosody) -> int:
    """Draw how fast turns were said; returns of how many that is not known."""
    unknown = [row for row in rows if row.words_per_min is None]
    fastest = max([row.words_per_min or 0.0 for row in rows], default=0.0) or 200.0
    for side, colour in _COLOURS.items():
        own = [row for row in rows if row.side == side and row.words_per_min is not None]
        middles = [(row.start_s + row.end_s) / 2 for row in own]
        heights = [row.words_per_min or 0.0 for row in own]
        close = view.points_per_s >= _CLOSE
        if close:
            axes.vlines(middles, 0.0, heights, color=colour, linewidth=1.2)
        size = 4.0 if close else 2.5
        axes.plot(middles, heights, "o", markersize=size, markeredgewidth=0, color=colour)
        axes.plot(
            [(row.start_s + row.end_s) / 2 for row in unknown if row.side == side],
            [0.06 * fastest for row in unknown if row.side == side],
            "x",
            markersize=5.0,
            color=colour,
        )
    axes.set_ylim(0.0, 1.15 * fastest)
    axes.yaxis.set_major_locator(MaxNLocator(3))
    return len(unknown)


def _alt(rows: Prosody) -> str:
    parts = []
    for side, name in _NAMES.items():
        own = [row for row in rows if row.side == side]
        if not own:
            continue
        facts = [f"{name}: {counted(len(own), 'turn')}"]
        for what, values, unit in (
            ("median pitch", [row.pitch_hz for row in own], "hertz"),
            ("median level", [row.level_dbfs for row in own], "decibels of full scale"),
            ("median pace", [row.words_per_min for row in own], "words a minute"),
        ):
            known = [value for value in values if value is not None]
            facts.append(
                f"{what} {float(np.median(known)):.0f} {unit}" if known else f"{what} unknown"
            )
        parts.append(", ".join(facts))
    return f"Pitch, loudness and pace of each turn. {'; '.join(parts) or 'Nothing was said'}."
