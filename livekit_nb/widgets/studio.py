"""The Studio: microphone, voice, camera, captions and timeline of a conversation, in one widget."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Unpack

import anywidget
import ipywidgets
import traitlets

from livekit_nb.browser.comm_watch import CommReader, shared_cells
from livekit_nb.browser.link import BrowserLink
from livekit_nb.engine import engine
from livekit_nb.errors import SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.session.access.credentials import Key, as_credential
from livekit_nb.session.access.endpoint import LOCAL, in_words
from livekit_nb.session.access.local_server import local_server
from livekit_nb.session.connect import as_address, modelled, open_session, who_answers
from livekit_nb.session.keeping import Record, as_record
from livekit_nb.session.replay.replay import Recorded, recorded
from livekit_nb.session.session import Session
from livekit_nb.session.setup.keywords import Keywords, refuse_unknown, settings_of, takes_settings
from livekit_nb.session.status import StatusHandler
from livekit_nb.widgets.desk import Desk

__all__ = ["Studio"]

STARTING: Final = "starting the local server …"

_STATIC: Final = Path(__file__).parent / "static"


class Studio(anywidget.AnyWidget):
    """Talk to the agent in the notebook: show it, press Start, speak.

    Parameters
    ----------
    tools, instructions
        What the agent may call, and who it is: as for :func:`livekit_nb.connect`, whose help
        (``live.connect?``) explains these and the next.
    endpoint, api_key
        Who answers: likewise. Without, the local server answers, or Google if there is a
        ``GEMINI_API_KEY`` in the environment. The key is in no trait, no repr and no saved
        notebook.
    stream : ipywebrtc.MediaStream, optional
        Talk with the sound (and look with the picture) of this stream instead of the microphone
        (and camera) of the browser; what it lacks still comes from there. A recording plays from
        Start on, over and over unless its widget says ``loop=False``:
        ``AudioStream(audio=Audio.from_file("question.wav", autoplay=False, loop=False))``.
    record : bool or path
        Whether and where conversations are recorded: in memory, in a folder such as
        ``"talk.liverec"`` as they happen (the next Starts write ``talk-2.liverec`` and so on), or,
        with ``False``, without sound, pictures and words. The Studio shows it, and a click on what
        it shows switches it off and on in mid-conversation.
    **given
        Model, voice, whose turn it is and all the other settings of :func:`livekit_nb.connect`.

    Notes
    -----
    Keys, while the focus is in the Studio: M mutes; with ``activity="manual"`` the space bar talks
    while it is held, as the button does. A message can be typed at any time. When the local server
    answers, a menu above the timeline makes things go wrong, for teaching.

    Keys of the timeline: the arrows go from one thing to the next, ``[`` and ``]`` from turn to
    turn, and what is there is shown and read out; Shift and the arrows scroll; ``+`` and ``-``,
    or Ctrl (⌘) and the wheel, or two fingers, zoom; Home shows everything, End goes to now; P lets
    the picture stand still while the recording goes on; S shows spectrograms; Esc leaves; ``?``
    lists them. The pointer tells what is under it.

    *Messages*, folded away below the timeline, lists every message of the Live API both ways, with
    time, size and kind; a click, or Enter, shows what one says. Sound, pictures, keys and handles
    are in none; ``studio.recording.messages`` is the same in Python.

    Raises
    ------
    SettingsError, ToolDeclarationError
        At once, if a setting would be refused later.
    EndpointError
        At once, if there is no such endpoint or no key for it.

    Examples
    --------
    >>> studio = Studio(tools=[get_weather])      # doctest: +SKIP
    >>> studio                                    # doctest: +SKIP
    >>> studio.recording.turns                    # doctest: +SKIP
    """

    _esm = _STATIC / "studio.js"
    _css = _STATIC / "studio.css"

    stream = traitlets.Instance(ipywidgets.Widget, allow_none=True).tag(
        sync=True, **ipywidgets.widget_serialization
    )

    @takes_settings
    def __init__(
        self,
        tools: Iterable[Any] | None = None,
        instructions: str = "",
        *,
        endpoint: str | Path | Recording | None = None,
        api_key: str | Key | None = None,
        stream: ipywidgets.Widget | None = None,
        record: Record = True,
        layout: Any = None,
        **given: Unpack[Keywords],
    ) -> None:
        # First, so that no traceback with variables shows it.
        key = api_key = as_credential(api_key)
        refuse_unknown("Studio", Studio.__init__, given)
        answering = recorded(endpoint) or as_address(endpoint)
        settings = settings_of(tools, instructions, **modelled(given, answering))
        who = who_answers(answering, key)
        kept = as_record(record)
        layout_trait = {} if layout is None else {"layout": layout}
        super().__init__(stream=_checked_stream(stream), **layout_trait)

        async def open_(link: BrowserLink, recorder: Recorder, on_status: StatusHandler) -> Session:
            return await open_session(
                settings,
                endpoint=answering,
                api_key=key,
                source=link.microphone,
                sink=link.loudspeaker,
                video=link,
                recorder=recorder,
                on_status=on_status,
            )

        def warm_up() -> None:
            if who == LOCAL:
                local_server().warm_up()

        def waiting_for() -> str:
            return STARTING if who == LOCAL and not local_server().ready else ""

        played_back = isinstance(answering, Recorded)
        label = who if played_back else in_words(who, settings.model)
        self._desk = Desk(
            open_,
            label,
            self._post,
            warm_up=warm_up,
            waiting_for=waiting_for,
            moment=CommReader(shared_cells()).moment,
            manual=settings.activity == "manual",
            faults=who == LOCAL,
            record=kept,
        )
        self.on_msg(self._on_message)

    @property
    def status(self) -> str:
        """What is going on.

        ``idle``, ``connecting``, ``listening``, ``thinking``, ``speaking``, ``reconnecting``,
        ``stopped``, or ``error: …`` with the reason.
        """
        return self._desk.status

    @property
    def endpoint(self) -> str:
        """Who answers, in words."""
        return self._desk.endpoint

    @property
    def recording(self) -> Recording:
        """What happened since Start was last pressed; empty before. It grows while you talk."""
        return self._desk.recorder.recording

    @property
    def session(self) -> Session | None:
        """The conversation that goes on, or the last one; ``None`` before the first."""
        return self._desk.session

    @property
    def link(self) -> BrowserLink:
        """The way to the page, with its clock and counters; for those who measure."""
        return self._desk.link

    def stop(self) -> None:
        """End the conversation, as the Stop button does; returns at once."""
        engine().call(self._desk.stop)

    def close(self) -> None:
        """End the conversation and remove the widget."""
        desk = getattr(self, "_desk", None)  # closed by __del__ when the constructor raised
        if desk is not None:
            engine().call(desk.close)
        super().close()

    def __repr__(self) -> str:
        if not hasattr(self, "_desk"):  # a traceback may show it before it is made
            return "<Studio>"
        return f"<Studio with {self._desk.endpoint}: {self._desk.status}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the widget; where there is no front end for it, say how to use it."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = (
                f"{self!r}\nRun this cell in JupyterLab and press Start to talk. "
                "Without a browser: live.connect()."
            )
        return bundle

    # On Jupyter's threads: whichever handles comms just now. So no state is touched here.

    def _on_message(self, _widget: object, content: object, buffers: list[memoryview]) -> None:
        if isinstance(content, dict):
            copies = [bytes(buffer) for buffer in buffers]
            engine().call(self._desk.comm_message, content, copies)

    def _post(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        if self.comm is not None:
            self.send(content, buffers)


def _checked_stream(stream: object) -> object:
    if stream is None or "stream" in type(stream).__name__.lower():
        return stream
    raise SettingsError(
        f"stream is an ipywebrtc stream such as CameraStream or AudioStream, not "
        f"{type(stream).__name__}. Leave it out to use the browser's microphone."
    )
