"""The Player: a recording to listen to, with its timeline, captions and tool calls."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import PathLike
from pathlib import Path
from typing import Any, Final

import anywidget

from livekit_nb.browser.messages import encode
from livekit_nb.errors import LiveError, SettingsError
from livekit_nb.recording.answerer import answerer
from livekit_nb.recording.disk.loading import load
from livekit_nb.recording.recording import Recording
from livekit_nb.widgets.answers import answer
from livekit_nb.widgets.feed import Feed
from livekit_nb.widgets.reels import piece

__all__ = ["Player"]

MOST_WAITING: Final = 64

_STATIC: Final = Path(__file__).parent / "static"
_SILENT: Final = "The sound of this recording was taken out: it plays in silence."
_NOTHING: Final = "There is nothing to play: the recording is empty."


class Player(anywidget.AnyWidget):
    """Listen to a recording in the notebook: both voices, the timeline, what was said and called.

    The sound travels from the kernel in pieces of ten seconds while it is played, so a recording of
    hours begins at once. Nothing plays before Play is pressed. In a saved notebook the recording's
    picture and a summary stay.

    Parameters
    ----------
    recording : Recording or path
        What to play, or where it was saved. One that goes on is played as far as it is when the
        player is shown.

    Notes
    -----
    Keys, while the focus is in the player: space plays and pauses, the arrows go five seconds back
    and forth, Home and End to the beginning and the end, [ and ] from turn to turn. A click into
    the timeline or on what was said goes there.

    Raises
    ------
    RecordingError
        If there is no such recording, or it cannot be read.

    Examples
    --------
    >>> Player("first-talk.liverec")      # doctest: +SKIP
    """

    _esm = _STATIC / "player.js"
    _css = _STATIC / "player.css"

    def __init__(self, recording: Recording | str | PathLike[str], *, layout: Any = None) -> None:
        self._recording = _recording(recording)
        self._helper = ThreadPoolExecutor(1, "livekit_nb.player")
        self._waiting = 0
        super().__init__(**({} if layout is None else {"layout": layout}))
        self.on_msg(self._on_message)

    @property
    def recording(self) -> Recording:
        """What is played."""
        return self._recording

    def close(self) -> None:
        """Remove the widget."""
        helper = getattr(self, "_helper", None)  # closed by __del__ when the constructor raised
        if helper is not None:
            helper.shutdown(wait=False, cancel_futures=True)
        super().close()

    def __repr__(self) -> str:
        if not hasattr(self, "_recording"):  # a traceback may show it before it is made
            return "<Player>"
        return f"<Player of {self._recording!r}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the widget; where there is no kernel for it, the recording's picture or summary."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            shown = self._recording._repr_mimebundle_()
            shown = shown[0] if isinstance(shown, tuple) else shown
            data.update(
                {kind: shown[kind] for kind in ("text/plain", "text/html") if kind in shown}
            )
        return bundle

    # On Jupyter's threads: whichever handles comms just now. Everything is done on one of its own.

    def _on_message(self, _widget: object, content: object, _buffers: list[memoryview]) -> None:
        match content:
            case {"type": "open", "from": str(page)}:
                self._later(page, self._tell_all)
            case {"type": "sound", "from": str(page), "piece": int(number)}:
                self._later(page, lambda to: self._tell_sound(to, number))
            case {
                "type": "ask",
                "from": str(page),
                "id": int(number),
                "what": str(what),
                "about": dict(about),
            }:
                self._later(page, lambda to: self._tell(to, number, {**about, "what": what}))

    def _later(self, page: str, tell: Callable[[str], None]) -> None:
        """Do it after what was asked for before; a page that asks for too much is not heard."""
        if self._waiting >= MOST_WAITING or len(page) > 100:
            return
        self._waiting += 1

        def do() -> None:
            try:
                tell(page)
            finally:
                self._waiting -= 1

        try:
            self._helper.submit(do)
        except RuntimeError:  # it was closed meanwhile
            self._waiting -= 1

    def _tell_all(self, page: str) -> None:
        """Tell all that the timeline shows, and then that this was it."""
        recording = self._recording
        duration_s = recording.duration_s
        silent = "audio" in recording.without
        feed = Feed(recording)
        while (news := feed.news(duration_s)) is not None:
            self._post(page, news)
        self._post(
            page,
            {
                "type": "ready",
                "duration_s": duration_s,
                "label": answerer(recording),
                "problem": _SILENT if silent else "" if duration_s > 0 else _NOTHING,
            },
        )

    def _tell_sound(self, page: str, number: int) -> None:
        try:
            sound = piece(self._recording, number)
        except LiveError as error:
            self._post(page, {"type": "sound", "piece": number, "problem": str(error)})
        else:
            self._post(page, {"type": "sound", "piece": number, "problem": ""}, [sound])

    def _tell(self, page: str, number: int, question: dict[str, Any]) -> None:
        text = encode(answer(self._recording, question))
        self._post(page, {"type": "answer", "id": number, "text": text, "last": True})

    def _post(self, page: str, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        if self.comm is not None:
            self.send({**content, "to": page}, buffers or [])


def _recording(given: object) -> Recording:
    if isinstance(given, Recording):
        return given
    if isinstance(given, str | PathLike):
        return load(given)
    raise SettingsError(
        f"A Player plays a recording, or a path to one, not {type(given).__name__}. Pass "
        "studio.recording, session.recording, or the path of a .liverec."
    )
