"""From a map of where text is to one tilted rectangle for each line of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Line", "in_reading_order", "lines_in"]

Array = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]

_LIKELY = 0.3  #: a cell from this probability on may be text
_SURE = 0.6  #: mean probability from which on a patch is text
_CELL = 2  #: pixels of the map that are looked at as one
_SMALLEST = 3.0  #: pixels of the map that a patch must be high and wide
_GROWTH = 1.6  #: the map shows the core of a line; so much of area / perimeter lies around it


class Line(NamedTuple):
    """A tilted rectangle around a line of text.

    Attributes
    ----------
    corners : ndarray, shape (4, 2)
        x and y; top left, top right, bottom right, bottom left, as the text is read.
    width, height : float
        Lengths of its sides.
    """

    corners: Points
    width: float
    height: float

    def turned(self) -> Line:
        """Return the same line, read from the other end."""
        return self._replace(corners=np.roll(self.corners, 2, axis=0))


def lines_in(probability: Array, limit: int) -> list[Line]:
    """Find lines of text, the largest `limit` of them.

    Parameters
    ----------
    probability : ndarray, shape (height, width)
        How surely each pixel belongs to text, 0 to 1.
    limit : int

    Returns
    -------
    list of Line
        In pixels of the map, the largest first.
    """
    height, width = (side // _CELL * _CELL for side in probability.shape)
    cells = probability[:height, :width]
    cells = cells.reshape(height // _CELL, _CELL, width // _CELL, _CELL).mean(axis=(1, 3))
    found = []
    for rows, columns in _patches(cells > _LIKELY):
        if float(cells[rows, columns].mean()) < _SURE:
            continue
        points = np.stack([columns, rows], axis=1).astype(float)
        # The four corners of every cell, so that a patch of one row has a height.
        corners = np.concatenate([points + d for d in ((0, 0), (1, 0), (0, 1), (1, 1))]) * _CELL
        line = _rectangle(_hull(corners))
        if min(line.width, line.height) >= _SMALLEST:
            found.append(_grown(line))
    found.sort(key=lambda line: -line.width * line.height)
    return found[:limit]


def _patches(mask: npt.NDArray[np.bool_]) -> list[tuple[npt.NDArray[np.int64], ...]]:
    """Rows and columns of each patch of true cells that touch, also at corners."""
    parent: list[int] = []

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    runs: list[tuple[int, int, int]] = []  # row, first column, column behind the last
    before: list[int] = []
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    for row in range(len(mask)):
        starts, ends = np.flatnonzero(edges[row] == 1), np.flatnonzero(edges[row] == -1)
        here = []
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            run = len(runs)
            runs.append((row, start, end))
            parent.append(run)
            here.append(run)
            for other in before:
                if runs[other][1] <= end and runs[other][2] >= start:
                    parent[root(other)] = root(run)
        before = here
    grouped: dict[int, list[tuple[int, int, int]]] = {}
    for run, what in enumerate(runs):
        grouped.setdefault(root(run), []).append(what)
    return [
        (
            np.concatenate([np.full(end - start, row) for row, start, end in members]),
            np.concatenate([np.arange(start, end) for _, start, end in members]),
        )
        for members in grouped.values()
    ]


def _hull(points: Points) -> Points:
    """Corners of the smallest convex shape around `points`."""
    ordered = np.unique(points, axis=0)
    if len(ordered) < 3:
        return ordered

    def half(sequence: Points) -> list[Points]:
        out: list[Points] = []
        for point in sequence:
            while len(out) > 1:
                one, two = out[-1] - out[-2], point - out[-2]
                if one[0] * two[1] - one[1] * two[0] > 0:
                    break
                out.pop()
            out.append(point)
        return out[:-1]

    # Only the first and the last point of each row can be corners: that keeps the loop short.
    rows = ordered[np.lexsort((ordered[:, 0], ordered[:, 1]))]
    first = np.r_[True, rows[1:, 1] != rows[:-1, 1]]
    outer = np.unique(rows[first | np.r_[first[1:], True]], axis=0)
    return np.array(half(outer) + half(outer[::-1]))


def _rectangle(hull: Points) -> Line:
    """Return the smallest rectangle around a hull; one of its sides lies on a side of the hull."""
    sides = np.roll(hull, -1, axis=0) - hull
    angles = np.unique(np.round(np.arctan2(sides[:, 1], sides[:, 0]) % (np.pi / 2), 4))
    best: tuple[float, Line] | None = None
    for angle in angles:
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        u, v = hull @ along, hull @ across
        left, right, top, bottom = u.min(), u.max(), v.min(), v.max()
        area = (right - left) * (bottom - top)
        if best is None or area < best[0] - 1e-9:
            places = ((left, top), (right, top), (right, bottom), (left, bottom))
            corners = np.array([x * along + y * across for x, y in places])
            best = float(area), Line(corners, float(right - left), float(bottom - top))
    assert best is not None
    return _upright(best[1])


def _upright(line: Line) -> Line:
    """Turn the corners so that the text runs to the right, or downwards if it is much higher."""
    corners, width, height = line
    if height > 1.5 * width:
        # A line that climbs or falls: its long side is its width. Which end is first is tried out.
        corners, width, height = np.roll(corners, -1, axis=0), height, width
    along = corners[1] - corners[0]
    if along[0] < -1e-6 or (abs(along[0]) <= 1e-6 and along[1] < 0):
        corners = np.roll(corners, 2, axis=0)
    return Line(corners, width, height)


def _grown(line: Line) -> Line:
    corners, width, height = line
    margin = _GROWTH * width * height / (2 * (width + height))
    along = (corners[1] - corners[0]) / max(width, 1e-6)
    across = (corners[3] - corners[0]) / max(height, 1e-6)
    moves = np.array([-along - across, along - across, along + across, across - along])
    return Line(corners + margin * moves, width + 2 * margin, height + 2 * margin)


def in_reading_order(lines: Sequence[Line]) -> list[int]:
    """Return the places of `lines` in the order in which one reads them.

    That is from top to bottom, and what stands side by side from left to right, where "right" is
    the direction in which most of the text runs.
    """
    if not lines:
        return []
    runs = [line.corners[1] - line.corners[0] for line in lines]
    along = np.sum(runs, axis=0)
    along = along / max(float(np.hypot(*along)), 1e-6)
    down = np.array([-along[1], along[0]])
    places = [(float(line.corners.mean(axis=0) @ down), index) for index, line in enumerate(lines)]
    rows: list[list[int]] = []
    last = -np.inf
    for place, index in sorted(places):
        if rows and place - last < 0.5 * min(lines[index].height, lines[rows[-1][-1]].height):
            rows[-1].append(index)
        else:
            rows.append([index])
        last = place
    return [
        index
        for row in rows
        for index in sorted(row, key=lambda index: float(lines[index].corners.mean(axis=0) @ along))
    ]
