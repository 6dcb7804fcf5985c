"""The pictures of one conversation that may still be asked about: few, and small."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from livekit_nb.server.eyes.changes import POSSIBLE, changes
from livekit_nb.server.eyes.closer import BROKEN, Closer, Detail
from livekit_nb.server.eyes.glance import Scene

__all__ = ["Album", "Shot", "examine", "too_late"]

KEPT = 3  #: older pictures, beside the newest and the one that was talked about
APART_S = 3.0  #: between two of these
TALKED_S = 600.0  #: a picture that was talked about is compared with for so long
MAX_BYTES = 1_000_000  #: of a picture that is kept; a larger one is only glanced at

_LATE = "I was not quick enough to look closely, please ask me again"
_FAILED = "I tried to look closely, but that failed here"
_TOO_LARGE = "The picture is too large for a closer look"
_LACKING = (
    "I can't look that closely here, for livekit-nb was installed without the extra called seeing"
)


@dataclass(eq=False)
class Shot:
    """A picture, and what was found in it so far."""

    scene: Scene
    image: bytes = field(repr=False)
    at: float
    details: dict[str, Detail] = field(default_factory=dict, repr=False)


class Album:
    """Keeps pictures; times are those of any clock, in seconds."""

    def __init__(self) -> None:
        self._newest: Shot | None = None
        self._older: deque[Shot] = deque(maxlen=KEPT)
        self._talked: Shot | None = None

    def add(self, scene: Scene, image: bytes, now: float) -> None:
        """Take in the newest picture."""
        last = self._newest
        if last is not None and (not self._older or last.at - self._older[-1].at >= APART_S):
            self._older.append(last)
        self._newest = Shot(scene, image if len(image) <= MAX_BYTES else b"", now)

    def pair(self, now: float) -> tuple[Shot, Shot | None] | None:
        """Return the newest picture and the one to compare it with, if there are any.

        That is the one which was talked about last, or else the oldest that is kept.
        """
        if self._newest is None:
            return None
        talked = self._talked
        if talked is not None and talked is not self._newest and now - talked.at <= TALKED_S:
            return self._newest, talked
        return self._newest, self._older[0] if self._older else None

    def talk_about(self, shot: Shot) -> None:
        """Take note that the user is told about a picture."""
        self._talked = shot


def examine(
    closer: Closer, shot: Shot, before: Shot | None, wanted: frozenset[str], now: float
) -> Scene:
    """Look closely at a picture, as far as is wanted; call it on the closer's thread.

    Parameters
    ----------
    closer : Closer
    shot, before : Shot
        The picture, and one to compare it with.
    wanted : frozenset of str
        Any of ``text``, ``things``, ``changes``, and ``label``: text on a thing that is not known.
    now : float

    Returns
    -------
    Scene
    """
    seen = _examined(closer, shot, wanted)
    if "changes" in wanted and before is not None:
        seen = replace(seen, changes=changes(_examined(closer, before, wanted), seen))
    return seen.aged(now - shot.at)


def too_late(shot: Shot, now: float) -> Scene:
    """Return what a glance showed, where a closer look takes too long."""
    return replace(shot.scene, lacking=_LATE, age_s=now - shot.at)


def _examined(closer: Closer, shot: Shot, wanted: frozenset[str]) -> Scene:
    """Add what is wanted to a scene; what was found before is not looked for again."""
    scene = shot.scene
    if scene.covered:
        return scene
    if not shot.image:
        return replace(scene, lacking=_TOO_LARGE)
    if wanted & {"things", "changes"}:
        detail = _detail(closer, shot, "things")
        scene = replace(scene, guesses=detail.guesses, lacking=_spoken(detail))
    sure = scene.guesses[0][1] if scene.guesses else 0.0
    if wanted & {"text", "changes"} or ("label" in wanted and sure < POSSIBLE):
        detail = _detail(closer, shot, "text")
        lines = None if detail.text is None else tuple(line.text for line in detail.text)
        scene = replace(scene, text=lines, lacking=scene.lacking or _spoken(detail))
    return scene


def _detail(closer: Closer, shot: Shot, kind: str) -> Detail:
    if kind not in shot.details:
        found = closer.look(shot.image, text=kind == "text", things=kind == "things")
        if found.lacking:
            return found  # it may be there the next time
        shot.details[kind] = found
    return shot.details[kind]


def _spoken(detail: Detail) -> str:
    """Say why there is no detail."""
    if not detail.lacking:
        return ""
    return _FAILED if detail.lacking == BROKEN else _LACKING
