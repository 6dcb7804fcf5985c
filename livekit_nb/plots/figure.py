"""What all pictures share: a figure that shows itself, the palette, text that can be drawn.

Figures are made with matplotlib's object interface, never with pyplot: nothing global is touched,
and it works on any thread and under any backend.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Literal

from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from livekit_nb.recording import display
from livekit_nb.recording.tables.table import Table

__all__ = [
    "AGENT",
    "CHARACTER_PT",
    "CUT",
    "DASHES",
    "FAULT",
    "FONT_PT",
    "INK",
    "LEGEND_ROW_IN",
    "SERIES",
    "TOOL",
    "USER",
    "WAIT",
    "Picture",
    "drawable",
    "legend_above",
    "plain_axes",
    "quiet_axes",
    "say",
    "time_axis",
    "width_pt",
]

# Okabe and Ito's hues (https://jfly.uni-koeln.de/color/) stay apart for colour-blind eyes. The
# ground is clear, so all are as light as reads on white and on dark alike (contrast 3 to 1 and
# more). The Studio has the same (js/ui/studio.css).
USER: Final = "#1A80BF"
AGENT: Final = "#D55E00"
TOOL: Final = "#008F68"
CUT: Final = "#B8599A"
WAIT: Final = "#BC8100"
FAULT: Final = "#C62839"
INK: Final = "#7d7d7d"

SERIES: Final = (USER, AGENT, TOOL, CUT, WAIT, INK)
"""Colours of recordings that are compared, in order; dashes tell them apart, too."""
DASHES: Final = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))

LEGEND_ROW_IN: Final = 0.17
"""Height of a line of `legend_above`."""

FONT_PT: Final = 9.0
CHARACTER_PT: Final = 0.54 * FONT_PT
"""About how wide a character is."""

_DPI: Final = 144
_MANY_S: Final = 180.0
_STEPS_S: Final = (30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0)
_MOST_STEPS: Final = 9


class Picture(Figure):
    """A matplotlib figure with alternative text that shows itself in any notebook.

    Attributes
    ----------
    alt : str
        What the picture shows, in words.
    table : livekit_nb.recording.tables.table.Table
        The figures behind the picture, where there are some; otherwise an empty table. It shows
        itself, and goes to CSV, JSON and pandas.
    table_below : bool
        Whether the table is shown below the picture.
    """

    def __init__(self, *, width_in: float, height_in: float, alt: str = "") -> None:
        super().__init__(figsize=(width_in, height_in), dpi=_DPI, layout="constrained")
        FigureCanvasAgg(self)
        self.patch.set_alpha(0.0)
        self.alt = alt
        self.table: Table[Any] = Table()
        self.table_below = False

    def png(self) -> bytes:
        """Draw the figure as a PNG with a clear background."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", transparent=True)
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> display.Bundle:
        text = f"{self.alt}\n{self.table}" if self.table_below else self.alt
        data, metadata = display.bundle(self.png(), self.alt, text)
        if self.table_below:
            data["text/html"] += self.table._repr_html_()
        return data, metadata


def plain_axes(axes: Axes) -> None:
    """Give axes a clear background, one line below and the shared ink."""
    axes.patch.set_alpha(0.0)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    axes.tick_params(colors=INK, labelsize=8)
    axes.xaxis.label.set_color(INK)


def quiet_axes(axes: Axes, *, grid: Literal["x", "y", "both", ""] = "") -> None:
    """Give axes the shared look with figures on both sides, and faint lines along `grid`."""
    plain_axes(axes)
    axes.spines["left"].set_visible(True)
    axes.spines["left"].set_color(INK)
    axes.yaxis.label.set_color(INK)
    axes.xaxis.label.set_fontsize(9)
    axes.yaxis.label.set_fontsize(9)
    if grid:
        axes.grid(axis=grid, color=INK, alpha=0.25, linewidth=0.6)
        axes.set_axisbelow(True)


def legend_above(figure: Figure, handles: Sequence[Artist], *, columns: int | None = None) -> None:
    """Put a legend above the picture, where nothing is drawn; nothing without handles."""
    if not handles:
        return
    for handle in handles:
        label = str(handle.get_label())
        handle.set_label(f" {label}" if label.startswith("_") else label)  # or it would be left out
    legend = figure.legend(
        handles=list(handles),
        loc="outside upper left",
        ncols=columns or len(handles),
        frameon=False,
        fontsize=8,
        labelcolor=INK,
        columnspacing=1.4,
        handlelength=1.6,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


def say(axes: Axes, text: str, *, height: float = 0.5) -> None:
    """Write in the middle of axes that there is nothing to see, and why; no line runs through."""
    axes.grid(False)
    axes.text(
        0.5,
        height,
        text,
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=INK,
        fontsize=10,
    )


def time_axis(axes: Axes) -> None:
    """Label the horizontal axis with time: seconds, or minutes and seconds if there are many."""
    start_s, end_s = axes.get_xlim()
    if end_s - start_s <= _MANY_S:
        axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
        axes.set_xlabel("seconds", fontsize=9)
        return
    step_s = next((s for s in _STEPS_S if (end_s - start_s) / s <= _MOST_STEPS), None)
    axes.xaxis.set_major_locator(
        MaxNLocator(_MOST_STEPS) if step_s is None else MultipleLocator(step_s)
    )
    axes.xaxis.set_major_formatter(FuncFormatter(_clock))
    axes.set_xlabel("hours:minutes:seconds" if end_s >= 3600.0 else "minutes:seconds", fontsize=9)


def _clock(seconds: float, _: int | None = None) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    return f"{hours}:{left:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


@lru_cache(maxsize=4096)
def width_pt(text: str, *, bold: bool = False, size_pt: float = FONT_PT) -> float:
    """Return how wide a text is when it is drawn, in points (1/72 inch)."""
    weight = "bold" if bold else "normal"
    font = font_manager.FontProperties(weight=weight, size=size_pt)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def drawable(text: str) -> str:
    """Replace what the font cannot draw by ``□``, and runs of white space by one space."""
    known = _characters()
    return "".join(c if ord(c) in known else "\u25a1" for c in " ".join(text.split()))


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    path = font_manager.findfont(font_manager.FontProperties())
    return frozenset(font_manager.get_font(path).get_charmap())
