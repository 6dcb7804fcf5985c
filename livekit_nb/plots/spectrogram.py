"""What the voices sound like: spectrograms of both sides on one time axis."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import FixedLocator, FuncFormatter

from livekit_nb.audio import spectrum
from livekit_nb.audio.spectrum import FLOOR_DB, hz_of_mel, mel_of_hz, mel_spectrogram
from livekit_nb.errors import RecordingError
from livekit_nb.plots.figure import (
    AGENT,
    INK,
    USER,
    Picture,
    legend_above,
    plain_axes,
    say,
    time_axis,
)
from livekit_nb.plots.happenings import unkept_mark, unkept_spans
from livekit_nb.plots.subject import Drawable
from livekit_nb.plots.view import WIDTH_IN, View, view_of
from livekit_nb.recording import Recording
from livekit_nb.recording.display import counted

__all__ = ["spectrogram"]

Side = Literal["user", "agent"]
Scale = Literal["mel", "linear"]

_SIDES: Final[tuple[Side, ...]] = ("user", "agent")
_NAMES: Final = {"user": ("you", USER), "agent": ("agent", AGENT)}
_MAP: Final = "magma"  # perceptually uniform, and grows lighter steadily: it reads without colour
_RANGE_DB: Final = 70.0
_TOP_DB: Final = -20.0
_COLUMNS: Final = 1200
_PER_COLUMN: Final = 6
_CHUNK_S: Final = 60.0
_FRAME_S: Final = 0.02
_SHORT_FRAME_S: Final = 0.01
_SHORT_S: Final = 3.0
_BANDS: Final = 96
_BARS: Final = 0.09  # of the lane's height, for where somebody speaks
_FMIN_HZ: Final = 50.0
_FMAX_HZ: Final = 8000.0
_UNKEPT: Final = "the sound was not kept"
_TICKS_HZ: Final = {
    "mel": (100, 500, 1000, 2000, 4000, 8000),
    "linear": (0, 2000, 4000, 6000, 8000),
}


class _Lane(NamedTuple):
    """Levels of one side, in decibels of full scale: columns of time, rows of frequency."""

    side: Side
    levels: npt.NDArray[np.float32]
    end_s: float


def spectrogram(
    recording: Drawable,
    *,
    side: Side | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
    scale: Scale = "mel",
) -> Picture:
    """Draw how loud which frequency is when.

    Levels are in decibels of full scale (a full-scale sine has -3 dB, spread over its bands), the
    same colours for both sides. The bars above each lane are where the recording finds speech.
    Where sound was not kept there are dots and no level. Stretches of more than some 20 s are
    summarised: each column shows the mean power of up to six frames spread over its time, so an
    hour is drawn in seconds.

    Parameters
    ----------
    recording : Recording, or what has one (Studio, session, Player)
        Whose sound.
    side : {"user", "agent"}, optional
        One side alone; by default both.
    start_s, end_s : float, optional
        The part to show, in recording seconds; by default all of it.
    scale : {"mel", "linear"}
        How frequencies are spaced: as we hear them (96 mel bands, 50 Hz to 8 kHz), or evenly.

    Returns
    -------
    Picture
        With alternative text.

    Raises
    ------
    RecordingError
        If the part does not exist, or there is no such side or scale.
    """
    if side not in (None, *_SIDES) or scale not in ("mel", "linear"):
        raise RecordingError(
            f"There is no spectrogram of side {side!r} on the scale {scale!r}: a side is "
            '"user" or "agent" (or None for both), a scale "mel" or "linear".'
        )
    view = view_of(recording, start_s, end_s)
    recording = view.recording
    sides = _SIDES if side is None else (side,)
    lanes = [_lane(recording, which, view.start_s, view.end_s, scale) for which in sides]
    figure = Picture(
        width_in=WIDTH_IN,
        height_in=0.75 + 1.65 * len(lanes),
        alt=_alt(recording, lanes, view.start_s, view.end_s) + view.unkept_in_words,
    )
    panels = figure.subplots(len(lanes), 1, sharex=True, squeeze=False)[:, 0]
    loudest = max([float(lane.levels.max(initial=FLOOR_DB)) for lane in lanes])
    top = max(loudest, FLOOR_DB + _RANGE_DB) if loudest < _TOP_DB else loudest
    image = None
    for axes, lane in zip(panels, lanes, strict=True):
        plain_axes(axes)
        axes.set_xlim(view.start_s, view.end_s)
        _frequencies(axes, lane, scale)
        _speech(axes, recording, lane)
        unkept_spans(axes, view)
        if view.all_unkept or not lane.levels.max(initial=FLOOR_DB) > FLOOR_DB:
            say(axes, _UNKEPT if view.all_unkept else "no sound")
            continue
        image = axes.imshow(
            _without(lane, view).T,
            origin="lower",
            aspect="auto",
            cmap=_MAP,
            vmin=top - _RANGE_DB,
            vmax=top,
            extent=(view.start_s, lane.end_s, *_extent(scale)),
        )
        axes.set(xlim=(view.start_s, view.end_s), ylim=_with_bars(scale))
    time_axis(panels[-1])
    if image is not None:
        bar = figure.colorbar(image, ax=list(panels), pad=0.015, aspect=12 * len(lanes))
        bar.set_label("level in dB of full scale", color=INK, fontsize=9)
        bar.ax.tick_params(colors=INK, labelsize=8)
        bar.outline.set_visible(False)
        if view.unkept:  # otherwise the lanes say so
            legend_above(figure, [unkept_mark()])
    return figure


def _without(lane: _Lane, view: View) -> npt.NDArray[np.float32]:
    """Levels with nothing (not silence) where sound was not kept."""
    levels = lane.levels.copy()
    step_s = (lane.end_s - view.start_s) / len(levels)
    middles = view.start_s + (np.arange(len(levels)) + 0.5) * step_s
    for start, end in view.unkept:
        levels[(middles >= start) & (middles < end)] = np.nan
    return levels


def _lane(recording: Recording, side: Side, start_s: float, end_s: float, scale: Scale) -> _Lane:
    """Levels in at most 1200 columns, the mean of the power of some frames in each."""
    end_s = min(end_s, recording.duration_s)
    listen = recording.user_audio if side == "user" else recording.agent_audio
    length_s = max(0.0, end_s - start_s)
    frame_s = _SHORT_FRAME_S if length_s <= _SHORT_S else _FRAME_S
    frames = int(length_s / frame_s + 1e-6)
    columns = min(frames, _COLUMNS)
    edges = np.linspace(0, frames, columns + 1).astype(int)
    pieces: list[npt.NDArray[np.float32]] = []
    per_chunk = max(1, int(_CHUNK_S / max(length_s, 1e-9) * columns))
    for first in range(0, columns, per_chunk):
        own = edges[first : first + per_chunk + 1]
        # A frame more on either side, since windows reach into the neighbours.
        before = min(int(own[0]), 1)
        begin_s = start_s + (int(own[0]) - before) * frame_s
        sound, rate_hz = listen(begin_s, min(end_s, start_s + (int(own[-1]) + 1) * frame_s))
        chosen, owners = _chosen(own - own[0] + before)
        kept = chosen < len(sound) // round(frame_s * rate_hz)
        levels = _levels(sound, rate_hz, frame_s, scale, chosen[kept])
        pieces.append(_means(levels, owners[kept], len(own) - 1))
    if not pieces:
        return _Lane(side, np.zeros((0, 0), dtype=np.float32), start_s)
    return _Lane(side, np.concatenate(pieces), start_s + frames * frame_s)


def _chosen(edges: npt.NDArray[Any]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Frames of each column, evenly spread if there are many, and whose they are."""
    frames, owners = [], []
    for column, (first, stop) in enumerate(pairwise(edges.tolist())):
        count = min(stop - first, _PER_COLUMN)
        frames.append(first + (np.arange(count) + 0.5) * (stop - first) / max(count, 1))
        owners.append(np.full(count, column))
    return np.concatenate(frames).astype(np.intp), np.concatenate(owners)


def _levels(
    sound: npt.NDArray[np.float32],
    rate_hz: int,
    frame_s: float,
    scale: Scale,
    frames: npt.NDArray[np.intp],
) -> npt.NDArray[np.float32]:
    if scale == "mel":
        return mel_spectrogram(
            sound,
            rate_hz,
            frame_s=frame_s,
            bands=_BANDS,
            fmin_hz=_FMIN_HZ,
            fmax_hz=_FMAX_HZ,
            frames=frames,
        )
    levels = spectrum.spectrogram(sound, rate_hz, frame_s=frame_s, frames=frames)
    step_hz = rate_hz / 2 / (levels.shape[1] - 1)
    return levels[:, : int(_FMAX_HZ / step_hz) + 1]


def _means(
    levels: npt.NDArray[np.float32], owners: npt.NDArray[np.intp], columns: int
) -> npt.NDArray[np.float32]:
    """Mean power of each column's frames, in decibels."""
    powers = np.full((columns, levels.shape[1]), 10.0 ** (FLOOR_DB / 10.0))
    if len(owners):
        present, starts, counts = np.unique(owners, return_index=True, return_counts=True)
        sums = np.add.reduceat(10.0 ** (levels.astype(np.float64) / 10.0), starts, axis=0)
        powers[present] = sums / counts[:, None]
    means: npt.NDArray[np.float32] = (10.0 * np.log10(powers)).astype(np.float32)
    return means


def _extent(scale: Scale) -> tuple[float, float]:
    """Lowest and highest value on the vertical axis that there is sound of."""
    if scale == "linear":
        return 0.0, _FMAX_HZ
    return float(mel_of_hz(_FMIN_HZ)), float(mel_of_hz(_FMAX_HZ))


def _with_bars(scale: Scale) -> tuple[float, float]:
    """Limits of the vertical axis: the bars of speech are above the sound."""
    low, high = _extent(scale)
    return low, high + _BARS * (high - low)


def _frequencies(axes: Axes, lane: _Lane, scale: Scale) -> None:
    """Label the vertical axis in kilohertz."""
    name, colour = _NAMES[lane.side]
    if scale == "mel":
        axes.yaxis.set_major_locator(
            FixedLocator([float(mel_of_hz(hz)) for hz in _TICKS_HZ[scale]])
        )
        axes.yaxis.set_major_formatter(FuncFormatter(lambda mel, _: f"{hz_of_mel(mel) / 1000:.2g}"))
    else:
        axes.yaxis.set_major_locator(FixedLocator(list(_TICKS_HZ[scale])))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda hz, _: f"{hz / 1000:g}"))
    axes.set_ylim(*_with_bars(scale))
    axes.set_ylabel(f"{name}: kHz", color=colour, fontsize=9, fontweight="bold")


def _speech(axes: Axes, recording: Recording, lane: _Lane) -> None:
    """Mark above the lane where somebody speaks."""
    start_s, end_s = axes.get_xlim()
    middle = 1.0 - 0.4 * _BARS
    segments = [
        ((max(s.start_s, start_s), middle), (min(s.end_s, end_s), middle))
        for s in recording.speech(lane.side)
        if s.end_s > start_s and s.start_s < end_s
    ]
    bars = LineCollection(
        segments,
        colors=[_NAMES[lane.side][1]],
        linewidths=3.0,
        transform=axes.get_xaxis_transform(),
    )
    bars.set_capstyle("butt")
    axes.add_collection(bars, autolim=False)


def _alt(recording: Recording, lanes: list[_Lane], start_s: float, end_s: float) -> str:
    parts = []
    for lane in lanes:
        spoken = [s for s in recording.speech(lane.side) if s.end_s > start_s and s.start_s < end_s]
        total_s = sum(min(s.end_s, end_s) - max(s.start_s, start_s) for s in spoken)
        parts.append(
            f"{_NAMES[lane.side][0]}: {total_s:.1f} seconds of speech in "
            f"{counted(len(spoken), 'part')}"
        )
    text = f"Spectrogram from {start_s:.1f} to {end_s:.1f} seconds, up to 8 kilohertz. "
    return text + "; ".join(parts) + "."
