"""How a recording shows itself, without knowing who draws.

`livekit_nb.plots` draws recordings and therefore imports this room, so this room cannot import it.
Instead the plots register their drawer here when they are imported.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["counted", "image_html", "picture", "set_picture"]

Drawer = Callable[["Recording"], tuple[bytes, str]]

_NARROWEST_PX: Final = 540
"""Where there is less room pictures scroll sideways; smaller, nobody could read them."""

_WIDEST_PX: Final = 920

_drawer: list[Drawer] = []


def counted(number: int, noun: str) -> str:
    """Return how many there are, such as ``"1 turn"``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


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


def image_html(png: bytes, alt: str) -> str:
    """Return HTML that shows a PNG as wide as there is room for, within reason."""
    data = base64.b64encode(png).decode()
    return (
        f'<div style="overflow-x:auto"><img alt="{escape(alt)}" '
        f'style="width:100%;min-width:{_NARROWEST_PX}px;max-width:{_WIDEST_PX}px" '
        f'src="data:image/png;base64,{data}"></div>'
    )
