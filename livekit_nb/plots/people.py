"""What is known of the gaps between people's turns, and what is asked of machines.

*People.* T. Stivers et al., "Universals and cultural variation in turn-taking in conversation",
PNAS 106(26), 2009, 10587-10592, https://doi.org/10.1073/pnas.0903616106 (free text:
https://pmc.ncbi.nlm.nih.gov/articles/PMC2705608/): yes/no questions and their answers in ten
languages of five continents. The mean offset of all answers was 208 ms, the median 100 ms, and in
every language the commonest lay between 0 and 200 ms; the languages' means went from 7 ms
(Japanese) to 469 ms (Danish), about 250 ms to either side of the mean.

S. C. Levinson and F. Torreira, "Timing in turn-taking and its implications for processing models of
language", Frontiers in Psychology 6:731, 2015, https://doi.org/10.3389/fpsyg.2015.00731: gaps "of
the order of 200 ms"; in telephone talk (Switchboard) the commonest offsets were between 100 and
200 ms, and 30 % of the turns began in overlap.

No distribution is drawn of either: their data are not part of this package.

*Machines.* 300, 500, 700 ms and 1 s are round numbers that makers of voice agents quote as goals,
not findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from livekit_nb.plots.figure import INK, width_pt

__all__ = ["GAP_S", "LANGUAGES_S", "THRESHOLDS_S", "WORDS", "people", "thresholds"]

GAP_S: Final = 0.2
"""The typical gap between people's turns."""

LANGUAGES_S: Final = (0.007, 0.469)
"""The smallest and the largest mean gap of ten languages."""

THRESHOLDS_S: Final = (0.3, 0.5, 0.7, 1.0)
"""What is quoted as a goal for machines."""

WORDS: Final = "people: about 0.2 s (line), ten languages' means 0.01 to 0.47 s (band)"
"""The reference in words."""

_AXES_PT: Final = 530.0
_SHIFT_PT: Final = 16.0
_ROOM: Final = 0.05  # of the axis' length, for what is written at a goal


def people(axes: Axes, *, per_s: float = 1.0) -> Patch:
    """Mark the gaps between people's turns: a line at the typical one, a band of languages' means.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Its horizontal axis is time.
    per_s : float
        Units of that axis for a second.

    Returns
    -------
    matplotlib.patches.Patch
        For the legend.
    """
    low, high = LANGUAGES_S
    axes.axvspan(low * per_s, high * per_s, color=INK, alpha=0.16, linewidth=0, zorder=0)
    axes.axvline(GAP_S * per_s, color=INK, linewidth=1.6, alpha=0.8, zorder=0.5)
    return Patch(facecolor=INK, alpha=0.3, linewidth=0, label=WORDS)


def thresholds(axes: Axes, notes: Sequence[str] = (), *, label: bool = True) -> None:
    """Mark the goals that are quoted for machines by dotted lines, on an axis of seconds.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Its limits are set.
    notes : sequence of str
        What is written above each, below its time.
    label : bool
        Whether anything is written; where there is no room for it, it is left out.
    """
    for threshold in THRESHOLDS_S:
        axes.axvline(threshold, color=INK, linewidth=0.9, linestyle=":", zorder=0.5)
    if not label:
        return
    left, right = axes.get_xlim()
    least_s = _ROOM * (right - left)
    texts = [f"{t:g} s" for t in THRESHOLDS_S]
    if notes:
        texts = [f"{text}\n{note}" for text, note in zip(texts, notes, strict=True)]
    written_s = -float("inf")
    meaning = "quoted goals" + ("\nanswered within" if notes else "")
    for threshold, text in zip(THRESHOLDS_S, texts, strict=True):
        if threshold - written_s < least_s or threshold + least_s / 2 > right:
            continue
        written_s = threshold
        axes.text(
            threshold,
            1.01,
            text,
            transform=axes.get_xaxis_transform(),
            fontsize=8,
            color=INK,
            ha="center",
            va="bottom",
        )
    room_pt = _AXES_PT * (right - written_s) / (right - left)
    if room_pt > _SHIFT_PT + width_pt("answered within", size_pt=8.0):
        axes.annotate(
            meaning,
            (written_s, 1.01),
            (_SHIFT_PT, 0),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            fontsize=8,
            color=INK,
            va="bottom",
            fontstyle="italic",
        )
