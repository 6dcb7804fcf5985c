"""How long answers took, on the timeline, and the legend that explains all of its marks."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from livekit_nb.plots.figure import CUT, FAULT, FONT_PT, INK, WAIT, Picture, drawable
from livekit_nb.plots.happenings import TYPED, beside, is_typed, labelled, unkept_mark, write
from livekit_nb.plots.view import View

__all__ = ["legend", "waits"]

_NARROW_PT: Final = 3.0
"""A bar that is narrower says nothing by its length."""

_MANY: Final = 4


def waits(axes: Axes, view: View, high: float, low: float) -> list[tuple[float, float]]:
    """Draw the time from the end of the user's speech to the first sound of each answer.

    A bar of that length, and its figure behind or before it, where there is room; in a long
    recording, where bars would be too narrow to see, stems of that height.

    Returns
    -------
    list of (float, float)
        Start and end of each.
    """
    spans = []
    for turn in view.turns:
        waited, end_s = turn.latency.voice_to_voice, turn.latency.first_audible
        if waited is not None and end_s is not None and view.shows(end_s - waited, end_s):
            spans.append((end_s - waited, end_s))
    if _are_stems(spans, view):
        lengths = np.array([max(0.0, end - start) for start, end in spans])
        tops = low + 0.04 + (high - low - 0.08) * lengths / max(float(lengths.max()), 1e-9)
        axes.vlines([end for _, end in spans], low + 0.04, tops, color=WAIT, linewidth=1.2)
        return spans
    middle = (high + low) / 2
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    axes.hlines([middle] * len(spans), starts, ends, color=WAIT, linewidth=3.0)
    labels = [f"{end - start:.2f} s" for start, end in spans]
    write(axes, labels, beside(view, ends, labels, starts=starts), middle, WAIT)
    return spans


def _are_stems(spans: list[tuple[float, float]], view: View) -> bool:
    if len(spans) < _MANY:
        return False
    median_s = float(np.median([end - start for start, end in spans]))
    return median_s * view.points_per_s < _NARROW_PT


def legend(
    figure: Picture,
    view: View,
    *,
    waited: list[tuple[float, float]],
    stops: list[float | None],
    clipped: bool,
) -> None:
    """Explain the marks that occur, above the picture where nothing is drawn."""
    marks: list[Line2D | Patch] = []
    if waited:
        lengths = [end - start for start, end in waited]
        facts = f"median {float(np.median(lengths)):.2f} s" if len(waited) > 1 else ""
        if _are_stems(waited, view):
            facts += f", highest {max(lengths):.2f} s"
        label = f"voice-to-voice latency ({facts})" if facts else "voice-to-voice latency"
        marks.append(Line2D([], [], color=WAIT, linewidth=3.0, label=label))
    if stops:
        timed = labelled(view) and any(stop_s is not None for stop_s in stops)
        label = "interrupted" + (", with the time to stop" if timed else "")
        marks.append(Line2D([], [], color=CUT, linewidth=2.2, label=label))
    if view.outages:
        lost = Patch(facecolor="none", edgecolor=FAULT, hatch="////", label="reconnecting")
        lost.set_linewidth(0.0)
        marks.append(lost)
    if any(is_typed(turn) for turn in view.turns):
        mark = {**TYPED, "linestyle": "none", "marker": r"$\mathrm{I}$"}
        marks.append(Line2D([], [], **mark, label="typed"))
    if view.faults:
        fault = Line2D([], [], color=FAULT, linewidth=1.2, linestyle="dashed", label="fault")
        marks.append(fault)
    if clipped:
        marks.append(
            Line2D([], [], color=FAULT, linestyle="none", marker="|", label="at full scale")
        )
    if view.unkept:
        marks.append(unkept_mark())
    if view.planned:
        label = drawable(f"planned: {', '.join(name.replace('_', ' ') for name in view.planned)}")
        marks.append(Line2D([], [], linestyle="none", label=label))
    if marks:
        box = figure.legend(
            handles=marks,
            loc="outside upper right",
            ncols=len(marks),
            frameon=False,
            fontsize=FONT_PT,
            labelcolor=INK,
        )
        for text in box.get_texts():
            text.set_parse_math(False)
