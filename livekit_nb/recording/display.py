"""How a recording shows itself, without knowing who draws.

`livekit_nb.plots` draws recordings and therefore imports this room, so this room cannot import it.
Instead the plots register their drawer here when they are imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["picture", "set_picture"]

Drawer = Callable[["Recording"], tuple[bytes, str]]

_drawer: list[Drawer] = []


def set_picture(draw: Drawer | None) -> None:
    """Register what draws a recording.

    Parameters
    ----------
    draw : callable or None
        Takes a recording, returns a PNG and its alternative text. ``None`` removes it: recordings
        then show as text.
    """
    _drawer[:] = [] if draw is None else [draw]


def picture(recording: Recording) -> tuple[bytes, str] | None:
    """Draw a recording as (PNG, alternative text), ``None`` when no drawer is registered."""
    return _drawer[0](recording) if _drawer else None
