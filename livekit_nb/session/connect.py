"""The way into a conversation."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Generator, Iterable, Mapping
from types import TracebackType
from typing import Any

from livekit_nb.engine import bridge, engine
from livekit_nb.errors import SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.endpoint import Key, checked_key, choose, resolve
from livekit_nb.session.io import AudioSink, AudioSource, VideoSource
from livekit_nb.session.session import Session
from livekit_nb.session.settings import Settings
from livekit_nb.session.status import StatusHandler
from livekit_nb.session.tools import as_tools
from livekit_nb.wire.profiles import DEFAULT_MODEL

__all__ = ["Connecting", "connect", "open_session", "refuse_unknown", "settings_of"]


def refuse_unknown(
    what: str, function: Callable[..., object], unknown: Mapping[str, object]
) -> None:
    """Raise :class:`SettingsError` for settings that `function` does not know, with a hint."""
    if not unknown:
        return
    parameters = inspect.signature(function).parameters.values()
    known = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD and p.name != "self"]
    name = next(iter(unknown))
    near = difflib.get_close_matches(name, known, n=1)
    meant = {"tools": "tools=[…]"}
    hint = (
        f"Did you mean {meant.get(near[0], f'{near[0]}=…')}?"
        if near
        else f"It takes {', '.join(known)}."
    )
    raise SettingsError(f"{what} has no setting {name}=. {hint}")


def settings_of(
    *,
    tools: Iterable[Callable[..., Any]] | None,
    instructions: str,
    model: str | None,
    voice: str | None,
) -> Settings:
    """Return settings from what a user passes.

    Raises
    ------
    SettingsError, ToolDeclarationError
        If something in it cannot be told to a model.
    """
    settings = Settings(
        model=model if model is not None else DEFAULT_MODEL,
        instructions=instructions,
        tools=tuple(as_tools(tools)),
        voice=voice,
    )
    settings.setup()  # refuse now what the model would refuse later
    return settings


async def open_session(
    settings: Settings,
    *,
    endpoint: str | None = None,
    api_key: Key | None = None,
    source: AudioSource | None = None,
    sink: AudioSink | None = None,
    video: VideoSource | None = None,
    recorder: Recorder | None = None,
    on_status: StatusHandler | None = None,
) -> Session:
    """Open a conversation; runs on the engine. Parameters as of :class:`Session`."""
    answering = await resolve(endpoint, api_key)
    session = Session(
        settings,
        answering,
        source=source,
        sink=sink,
        video=video,
        recorder=recorder,
        on_status=on_status,
    )
    await session.open()
    return session


class Connecting:
    """What :func:`connect` returns: await it, or enter it with ``async with``."""

    def __init__(self, settings: Settings, endpoint: str | None, api_key: Key | None) -> None:
        self._label = choose(endpoint, api_key)
        self._settings = settings
        self._endpoint = endpoint
        self._api_key = api_key
        self._session: Session | None = None

    async def _open(self) -> Session:
        opening = open_session(self._settings, endpoint=self._endpoint, api_key=self._api_key)
        return await bridge(opening, unclaimed=_close)

    def __await__(self) -> Generator[Any, None, Session]:
        return self._open().__await__()

    async def __aenter__(self) -> Session:
        self._session = await self._open()
        return self._session

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._session is not None
        await self._session.close()

    def __repr__(self) -> str:
        return f"<connect to {self._label}, not yet awaited>"


def _close(session: Session) -> None:
    engine().submit(session.close())


def connect(
    *,
    tools: Iterable[Callable[..., Any]] | None = None,
    instructions: str = "",
    model: str | None = None,
    voice: str | None = None,
    endpoint: str | None = None,
    api_key: str | None = None,
    **unknown: Any,
) -> Connecting:
    """Begin a conversation without a browser: for scripts, sweeps and tests.

    Parameters
    ----------
    tools : iterable of functions, optional
        What the agent may call; see :func:`livekit_nb.tool`.
    instructions : str
        Who the agent is and how it behaves.
    model : str, optional
        Live model; the current stable one by default.
    voice : str, optional
        Name of one of the service's voices, such as ``"Kore"``.
    endpoint : str, optional
        ``"google"``, ``"local"`` or a URL. By default Google if there is a key (`api_key`, or
        ``GEMINI_API_KEY`` in the environment), otherwise the embedded server.
    api_key : str, optional
        Kept in memory only.

    Returns
    -------
    Connecting
        ``async with connect(…) as session`` or ``session = await connect(…)``.

    Raises
    ------
    SettingsError, ToolDeclarationError, EndpointError
        At once, if a setting would be refused, or there is no such endpoint or key.
    ConnectError, ServerStartError
        When awaited, if nobody answers.

    Examples
    --------
    >>> async with connect(tools=[get_weather]) as session:      # doctest: +SKIP
    ...     await session.say(speech("What's the weather in Paris?"))
    ...     turn = await session.next_turn()
    """
    refuse_unknown("live.connect", connect, unknown)
    settings = settings_of(tools=tools, instructions=instructions, model=model, voice=voice)
    return Connecting(settings, endpoint, None if api_key is None else checked_key(api_key))
