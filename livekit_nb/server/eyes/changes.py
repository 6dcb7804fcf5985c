"""What is different between two pictures, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from livekit_nb.server.eyes.glance import SMALL_SIDE, Scene

__all__ = ["POSSIBLE", "changes"]

POSSIBLE = 0.4  #: how sure a guess must be to count
_LIGHT = 0.12  #: change of the mean lightness that a person notices
_CELLS = 8  #: the picture is compared in so many rows and columns
_DIFFERENT = 0.1  #: mean change of a cell that is more than noise
_FEW, _MOST = 0.03, 0.6  #: share of cells that changed: nothing below, everything above


def changes(before: Scene, now: Scene) -> tuple[str, ...]:
    """Say what changed.

    Parameters
    ----------
    before, now : Scene
        With text and guesses where somebody has looked for them.

    Returns
    -------
    tuple of str
        Clauses such as "it is darker", the most important first; none if nothing changed that
        can be told.
    """
    if now.covered != before.covered:
        return ("the camera is covered" if now.covered else "the camera is no longer covered",)
    if now.covered:
        return ()
    said = []
    if abs(now.lightness - before.lightness) > _LIGHT:
        said.append(f"it is {'lighter' if now.lightness > before.lightness else 'darker'}")
    moved = _moved(before, now)
    thing, earlier = _thing(now), _thing(before)
    if thing and thing != earlier:
        was = f", before I took it for {earlier}" if earlier else ""
        said.append(f"what I see now looks like {thing}{was}")
    elif earlier and not thing and now.guesses is not None:
        said.append(f"I no longer see what looked like {earlier}")
    if moved and before.colour != now.colour:
        said.append(f"it is mostly {now.colour} now, it was mostly {before.colour}")
    said += _lines("the print", before.text, now.text)
    said += _lines("the code", before.codes, now.codes)
    if moved and not said:
        said.append(moved)
    return tuple(said)


def _thing(scene: Scene) -> str:
    name, sureness = scene.guesses[0] if scene.guesses else ("", 0.0)
    return name if sureness >= POSSIBLE else ""


def _lines(what: str, before: Sequence[str] | None, now: Sequence[str] | None) -> list[str]:
    if before is None or now is None:
        return []
    known, seen = {_plain(line) for line in before}, {_plain(line) for line in now}
    said = []
    new = [line for line in now if _plain(line) not in known]
    gone = [line for line in before if _plain(line) not in seen]
    if new:
        said.append(f"{what} {'now' if gone or not known else 'also'} says {', '.join(new)}")
    elif gone:
        said.append(f"{what} {', '.join(gone)} is gone")
    return said


def _plain(line: str) -> str:
    """Compare without case, spaces and marks: a reader is not sure of these."""
    return "".join(char for char in line.lower() if char.isalnum())


def _moved(before: Scene, now: Scene) -> str:
    """Say how much of the picture is another, and where; ``""`` if none of it."""
    if not (before.small and now.small):
        return ""
    apart = np.abs(_cells(now) - _cells(before)).max(axis=-1) > _DIFFERENT
    share = float(apart.mean())
    if share < _FEW:
        return ""
    if share > _MOST:
        return "nearly all of the picture is different, as if the camera had moved"
    rows, columns = np.nonzero(apart)
    return f"something changed {_side(float(columns.mean()), float(rows.mean()))}"


def _side(column: float, row: float) -> str:
    across, down = ((value + 0.5) / _CELLS for value in (column, row))
    if across < 1 / 3:
        return "on the left of the picture"
    if across > 2 / 3:
        return "on the right of the picture"
    if down < 1 / 3:
        return "at the top of the picture"
    if down > 2 / 3:
        return "at the bottom of the picture"
    return "in the middle of the picture"


def _cells(scene: Scene) -> npt.NDArray[np.float32]:
    """Mean colour of each cell, without the lightness of the picture as a whole."""
    step = SMALL_SIDE // _CELLS
    small = np.frombuffer(scene.small, np.uint8).astype(np.float32) / 255.0
    cells = small.reshape(_CELLS, step, _CELLS, step, 3).mean(axis=(1, 3))
    level: npt.NDArray[np.float32] = cells - cells.mean(axis=(0, 1)).mean()
    return level
