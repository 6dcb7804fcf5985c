"""What pictures of several recordings share: names, colours, how far their axes reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from livekit_nb.errors import RecordingError
from livekit_nb.plots.figure import DASHES, SERIES, drawable
from livekit_nb.plots.subject import Drawable, recording_of
from livekit_nb.recording import Recording

__all__ = ["Named", "longest_shown", "named"]

_MOST: Final = 12
_LONGEST_NAME: Final = 28
_LONG: Final = 2.5


@dataclass(frozen=True, slots=True)
class Named:
    """A recording with the name and the look it has in a picture."""

    recording: Recording
    name: str
    """As it was given."""
    colour: str
    dash: Any

    @property
    def label(self) -> str:
        """The name as it can be drawn, not too long."""
        name = drawable(self.name)
        return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def named(recordings: Sequence[Drawable], names: Sequence[str] | None) -> list[Named]:
    """Give each recording a name and a look.

    Raises
    ------
    RecordingError
        If there is no recording, something else is among them, there are too many to tell apart,
        or the names are not one for each.
    """
    drawn = [recording_of(one) for one in recordings]
    if not 1 <= len(recordings) <= _MOST:
        raise RecordingError(
            f"There are {len(recordings)} recordings to draw; 1 to {_MOST} can be told apart. "
            "Pass them one after the other, and draw more in several pictures."
        )
    if isinstance(names, str) or (names is not None and len(names) != len(recordings)):
        raise RecordingError(
            f"{len(recordings)} recordings want a list of as many names, not {names!r}."
        )
    given = [f"recording {n + 1}" for n in range(len(recordings))] if names is None else names
    return [
        Named(recording, str(name), SERIES[n % len(SERIES)], DASHES[n % len(DASHES)])
        for n, (recording, name) in enumerate(zip(drawn, given, strict=True))
    ]


def longest_shown(groups: Sequence[npt.NDArray[np.float64]], least: float) -> float:
    """Find how far an axis reaches: to the largest value, unless few would squeeze all others.

    That is `least` at least, and 2.5 times the largest of the groups' 95th percentiles at most.
    """
    known = [group for group in groups if len(group)]
    if not known:
        return least
    usual = max(float(np.percentile(group, 95)) for group in known)
    return max(least, min(1.05 * max(float(group.max()) for group in known), _LONG * usual))
