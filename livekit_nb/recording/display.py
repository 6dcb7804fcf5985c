"""How a recording shows itself, without knowing who draws.

`livekit_nb.plots` draws recordings and therefore imports this room, so this room cannot import it.
Instead the plots register their drawer here when they are imported.

What a picture is in a notebook is decided here, too. Three forms go into the saved notebook:

* HTML with the PNG in it and alternative text. JupyterLab, Notebook, VS Code, nbviewer and GitHub
  prefer HTML to images, and it is the only form for which JupyterLab takes alternative text at all
  (its renderer of ``image/png`` knows a width and a background, no ``alt``). JupyterLab's sanitizer
  leaves ``data:`` sources of images alone, so notebooks that are not trusted show it; GitHub drops
  styles, so the width is an attribute, too.
* The PNG by itself, with the alternative text as metadata, for what takes no HTML: PDF by way of
  LaTeX, and simple viewers.
* Text without anybody's words, for consoles, diffs and screens that show nothing else.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["Bundle", "bundle", "counted", "image_html", "picture", "set_picture"]

Bundle = tuple[dict[str, Any], dict[str, Any]]
"""What a notebook takes: contents by MIME type, and what is to be known of each."""

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
        f'<div style="overflow-x:auto"><img alt="{escape(alt)}" width="{_WIDEST_PX}" '
        f'style="width:100%;min-width:{_NARROWEST_PX}px;max-width:{_WIDEST_PX}px" '
        f'src="data:image/png;base64,{data}"></div>'
    )


def bundle(png: bytes, alt: str, text: str) -> Bundle:
    """Return what a picture is in a notebook.

    Parameters
    ----------
    png : bytes
        The picture.
    alt : str
        What it shows, in words.
    text : str
        What stands for it where no picture can.

    Returns
    -------
    data : dict
        MIME type → content.
    metadata : dict
        MIME type → what is to be known of it.
    """
    data = {
        "text/html": image_html(png, alt),
        "image/png": base64.b64encode(png).decode(),
        "text/plain": text,
    }
    return data, {"image/png": {"alt": alt, "width": _WIDEST_PX}}
