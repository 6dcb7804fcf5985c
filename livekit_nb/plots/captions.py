"""What was said, written beside the sound: words that never lie over each other.

A caption begins where its sound does, and has the room up to the next one, two lines of it. What
does not fit there goes into a row further out, if there is room, and a thin line leads to its
sound; otherwise its end is cut. In a long recording, where hardly any caption would have room,
there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from matplotlib.axes import Axes

from livekit_nb.plots.figure import CHARACTER_PT, FONT_PT, drawable, width_pt
from livekit_nb.plots.view import View

__all__ = ["Captions", "captions"]

_LINES: Final = 2
_BETWEEN_PT: Final = 6.0
_LEAST_PT: Final = 8 * CHARACTER_PT  # less says nothing
_LONG: Final = 16  # characters of a word that may be broken
_PITCH: Final = 0.185  # of a line, in heights of the timeline's lanes
_WIDEST_PT: Final = 170.0
_CLOSE_PT: Final = 6.0  # points a second, from which on there is a row further out
_MARGIN: Final = 0.06


@dataclass(frozen=True, slots=True)
class _Caption:
    said_s: float
    """When its sound begins."""
    written_s: float
    """Where it is written from."""
    lines: list[str]


@dataclass(slots=True)
class Captions:
    """Where captions are written.

    Attributes
    ----------
    near, far : list
        Those beside the lane, and those further out.
    """

    near: list[_Caption] = field(default_factory=list)
    far: list[_Caption] = field(default_factory=list)

    @property
    def height(self) -> float:
        """Height of the lane that holds them."""
        return 2 * _MARGIN + self._beside + _PITCH * _most(self.far)

    @property
    def _beside(self) -> float:
        return _PITCH * _most(self.near)

    def write(self, axes: Axes, y: float, *, colour: str, above: bool) -> None:
        """Write them above a lane whose upper edge is `y`, or below one whose lower edge it is."""
        for row, rows in ((0.0, self.near), (self._beside, self.far)):
            for caption in rows:
                inner = y + (row + _MARGIN) * (1.0 if above else -1.0)
                if rows is self.far:
                    low, high = sorted((y, inner))
                    axes.vlines(caption.said_s, low, high, color=colour, linewidth=0.6, alpha=0.7)
                top = inner + _PITCH * len(caption.lines) if above else inner
                for number, line in enumerate(caption.lines):
                    axes.text(
                        caption.written_s,
                        top - (number + 0.76) * _PITCH,
                        line,
                        fontsize=FONT_PT,
                        color=colour,
                        va="baseline",
                        parse_math=False,
                    )


def captions(view: View, said: Sequence[tuple[float, str]]) -> Captions:
    """Find room for what was said.

    Parameters
    ----------
    view : View
    said : sequence of (float, str)
        When each begins, in recording seconds and in order, and its text.
    """
    found = Captions()
    scale = view.points_per_s
    width = (view.end_s - view.start_s) * scale
    if len(said) * _LEAST_PT > 2.0 * width:
        return found  # before they are all measured
    places = [(max(start, view.start_s) - view.start_s) * scale for start, _ in said]
    near_end = far_end = 0.0  # in points, as all that follows
    for number, ((_, text), place) in enumerate(zip(said, places, strict=True)):
        last = number + 1 == len(said)
        limit = width if last else places[number + 1] - _BETWEEN_PT
        words = drawable(text)
        lines = _fitted(words, limit - place)
        at = place
        if last and scale >= _CLOSE_PT and not _whole(lines, words):
            # The picture ends, so it is written further to the left.
            at = max(near_end, min(place, width - _wanted(words)))
            lines = _fitted(words, width - at)
        further = []
        if scale >= _CLOSE_PT and not _whole(lines, words) and place >= far_end:
            out = max(far_end, min(place, width - _wanted(words)))
            further = _fitted(words, min(width - out, _wanted(words)))
        if sum(map(len, further)) > sum(map(len, lines)):
            found.far.append(_Caption(_seconds(view, place), _seconds(view, out), further))
            far_end = out + _widest(further) + _BETWEEN_PT
            near_end = max(near_end, place + _BETWEEN_PT)  # its line goes through there
        elif lines:
            found.near.append(_Caption(_seconds(view, place), _seconds(view, at), lines))
            near_end = at + _widest(lines) + _BETWEEN_PT
    if 2 * (len(found.near) + len(found.far)) < len(said):
        return Captions()
    return found


def _seconds(view: View, place_pt: float) -> float:
    return view.start_s + place_pt / view.points_per_s


def _most(rows: Sequence[_Caption]) -> int:
    return max((len(caption.lines) for caption in rows), default=0)


def _widest(lines: Sequence[str]) -> float:
    return max(map(width_pt, lines), default=0.0)


def _whole(lines: Sequence[str], text: str) -> bool:
    return " ".join(lines) == text


def _wanted(text: str) -> float:
    """How much room a text wants to stand there whole in two lines, within reason."""
    words = text.split()
    ways = (
        max(width_pt(" ".join(words[:n])), width_pt(" ".join(words[n:])))
        for n in range(1, len(words) + 1)
    )
    return min(_WIDEST_PT, 1.0 + min(ways, default=0.0)) if len(words) < 40 else _WIDEST_PT


def _fitted(text: str, room_pt: float) -> list[str]:
    """At most two lines of at most so many points; none if that would say nothing."""
    whole = width_pt(text) if len(text) < 200 else float("inf")
    if room_pt < min(_LEAST_PT, whole):
        return []
    lines: list[str] = []
    rest = text
    while rest and len(lines) < _LINES:
        line = _first(rest, room_pt)
        if not line:
            break
        rest = rest[len(line) :].strip()
        lines.append(line.rstrip())
    if rest and lines:
        last = lines[-1]
        while last and width_pt(f"{last}…") > room_pt:
            last = last[:-1].rstrip()
        lines[-1] = f"{last}…"
    return lines


def _first(text: str, room_pt: float) -> str:
    """Return what of a text fits into a line: whole words, unless the first is too long."""
    if len(text) < 200 and width_pt(text) <= room_pt:
        return text
    most = 1
    while most < len(text) and width_pt(text[: most + 1].rstrip()) <= room_pt:
        most += 1
    space = text.rfind(" ", 1, most + 1)
    if space > 0:
        return text[:space]
    return text[:most] if len(text.partition(" ")[0]) > _LONG else ""
