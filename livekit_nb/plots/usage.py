"""What a conversation took: tokens by modality, the context that grows, dollars that add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import EngFormatter, MaxNLocator

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
    legend_above,
    quiet_axes,
    say,
)
from livekit_nb.plots.subject import Drawable, recording_of
from livekit_nb.recording import Recording
from livekit_nb.recording.display import counted
from livekit_nb.recording.usage.cost import Cost

__all__ = ["usage"]

_WIDTH_IN: Final = 8.6
_LOOKS: Final[Mapping[str, dict[str, Any]]] = {
    "TEXT": {"facecolor": USER},
    "AUDIO": {"facecolor": AGENT},
    "VIDEO": {"facecolor": TOOL},
    "IMAGE": {"facecolor": TOOL},
    "DOCUMENT": {"facecolor": FAULT},
    "TOOL": {"facecolor": WAIT},
    "THOUGHTS": {"facecolor": CUT},
}
_OTHER: Final = {"facecolor": "none", "edgecolor": INK, "hatch": "////"}
_WORDS: Final = {"TOOL": "tool results", "UNKNOWN": "unknown kind"}
_FEW: Final = 80
_LONGEST_LINE: Final = 118


def usage(recording: Drawable) -> Picture:
    """Draw tokens and cost, turn by turn.

    Above, what the model read for each turn, by modality: all it has in its context is read, and
    billed, in every generation anew, so a turn with a tool reads it twice. The line is the context
    itself, as the turn's last report tells. In the middle, what the model made. Below, the cost so
    far in US dollars at Google's dated prices (`livekit_nb.recording.usage.prices`), whoever
    answered; the title says what there is to pay. Tokens that belong to no turn stand before the
    first.

    Parameters
    ----------
    recording : Recording, or what has one (Studio, session, Player)
        What to draw.

    Returns
    -------
    Picture
        With alternative text; ``.table`` is `Recording.usage`.
    """
    recording = recording_of(recording)
    reports, cost = recording.usage, recording.cost
    figure = Picture(width_in=_WIDTH_IN, height_in=5.0, alt=_alt(recording))
    figure.table = reports
    read, made, spent = figure.subplots(3, 1, sharex=True, height_ratios=(1.6, 1.0, 1.0))
    for axes in (read, made, spent):
        quiet_axes(axes, grid="y")
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=axes is not spent))
    read.set_ylabel("tokens read")
    made.set_ylabel("tokens made")
    spent.set_ylabel("list price in USD")
    spent.set_xlabel("turn")
    spent.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    read.set_title(_cut(drawable(cost.line)), loc="left", fontsize=8, color=INK, parse_math=False)
    for axes in (read, made):
        axes.yaxis.set_major_formatter(EngFormatter(sep=""))
    if not len(reports):
        for axes in (read, made, spent):
            axes.set_yticks([])
            axes.set_xticks([])
        say(made, "no tokens were reported")
        return figure
    places = [-1 if report.turn is None else report.turn for report in reports]
    positions = np.arange(min(places), max(max(places), len(recording.turns) - 1) + 1)
    spent.set_xlim(positions[0] - 0.6, positions[-1] + 0.6)
    handles = {
        **_bars(read, positions, _by_modality(places, [r.tokens.input for r in reports])),
        **_bars(made, positions, _by_modality(places, [r.tokens.output for r in reports])),
    }
    shown: list[Artist] = list(handles.values())
    context = _context(recording)
    if context:
        size = 3 if len(context) <= _FEW else 0
        look: dict[str, Any] = {"color": INK, "linewidth": 1.4, "marker": "o", "markersize": size}
        read.plot(list(context), list(context.values()), **look)
        line = Line2D([], [], label="context", **look)
        shown.append(line)
    _spent(spent, positions, places, [report.cost for report in reports])
    legend_above(figure, shown)
    figure.align_ylabels([read, made, spent])
    return figure


def _by_modality(
    places: Iterable[int], tokens: Iterable[Mapping[str, int]]
) -> dict[str, dict[int, int]]:
    """Modality → turn → tokens, in the order in which modalities are always drawn."""
    sums: dict[str, dict[int, int]] = {}
    for place, counts in zip(places, tokens, strict=True):
        for modality, count in counts.items():
            of = sums.setdefault(modality, {})
            of[place] = of.get(place, 0) + count
    order = [*_LOOKS, *sorted(set(sums) - set(_LOOKS))]
    return {modality: sums[modality] for modality in order if modality in sums}


def _bars(axes: Axes, positions: np.ndarray, sums: dict[str, dict[int, int]]) -> dict[str, Artist]:
    """Stack the modalities' tokens on each turn; returns what the legend shows of them."""
    below = np.zeros(len(positions))
    handles: dict[str, Artist] = {}
    for modality, of in sums.items():
        heights = np.array([of.get(int(position), 0) for position in positions], dtype=np.float64)
        look = {"linewidth": 0.0, **_LOOKS.get(modality, _OTHER)}
        label = drawable(_WORDS.get(modality, modality.lower()))
        if len(positions) <= _FEW:
            axes.bar(positions, heights, bottom=below, width=0.8, label=label, **look)
        else:  # hundreds of boxes take seconds to draw
            edges = np.append(positions - 0.5, positions[-1] + 0.5)
            axes.stairs(below + heights, edges, baseline=below, fill=True, label=label, **look)
        handles[modality] = Patch(label=label, **look)
        below = below + heights  # not in place: it has been handed over
    return handles


def _context(recording: Recording) -> dict[int, int]:
    """Turn → tokens of the context, as the last report of the turn tells them."""
    turns = {report.t: report.turn for report in recording.usage}
    context: dict[int, int] = {}
    for event in recording.events:
        if event.kind != "usage":
            continue
        tokens, turn = event.data.get("prompt_tokens"), turns.get(event.t)
        if turn is not None and isinstance(tokens, int) and tokens > 0:
            context[turn] = tokens
    return context


def _spent(axes: Axes, positions: np.ndarray, places: list[int], costs: list[Cost]) -> None:
    """Draw the cost at list prices as it adds up; say so if it is not known."""
    amounts = [cost.list_usd for cost in costs]
    if None in amounts:
        axes.set_yticks([])
        say(axes, "no price is known for this model")
        return
    per_turn = np.zeros(len(positions))
    for place, amount in zip(places, amounts, strict=True):
        per_turn[place - positions[0]] += amount or 0.0
    total = np.cumsum(per_turn)
    edges = np.append(positions - 0.5, positions[-1] + 0.5)
    axes.stairs(total, edges, fill=True, color=WAIT, alpha=0.25)
    axes.stairs(total, edges, baseline=None, color=WAIT, linewidth=2.0)
    axes.set_ylim(0.0, 1.15 * float(total[-1]) or 1.0)


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def _alt(recording: Recording) -> str:
    cost = recording.cost
    if not cost.tokens:
        return "Tokens and cost: no tokens were reported."
    context = list(_context(recording).values())
    grown = _course(context[0], context[-1]) if context else ""
    return f"Tokens and cost of {counted(len(recording.turns), 'turn')}: {cost.line}.{grown}"


def _course(first: int, last: int) -> str:
    """Say how the context went on: it may shrink, where a part of it was compressed or dropped."""
    if first == last:
        return f" The context held {counted(last, 'token')}."
    went = "grew" if last > first else "went"
    return f" The context {went} from {first:,} to {last:,} tokens."
