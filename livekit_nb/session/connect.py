"""The way into a conversation."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, TypeAlias, Unpack, cast

from livekit_nb.engine import bridge, engine
from livekit_nb.errors import RecordingError, SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.session.access.credentials import Key, as_credential
from livekit_nb.session.access.endpoint import choose, resolve
from livekit_nb.session.access.tokens import overridden
from livekit_nb.session.io import AudioSink, AudioSource, VideoSource
from livekit_nb.session.keeping import Record, as_record
from livekit_nb.session.replay.replay import Recorded, recorded
from livekit_nb.session.session import Session
from livekit_nb.session.setup.keywords import Keywords, refuse_unknown, settings_of, takes_settings
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.status import StatusHandler

__all__ = [
    "Answering",
    "Connecting",
    "as_address",
    "connect",
    "modelled",
    "open_session",
    "who_answers",
]

Answering: TypeAlias = "str | Recorded | None"
"""Who is to answer: as for :func:`connect`, once it is known that a recording is one."""


async def open_session(
    settings: Settings,
    *,
    endpoint: Answering = None,
    api_key: Key | None = None,
    source: AudioSource | None = None,
    sink: AudioSink | None = None,
    video: VideoSource | None = None,
    recorder: Recorder | None = None,
    on_status: StatusHandler | None = None,
    record: bool | Path = True,
) -> Session:
    """Open a conversation; runs on the engine.

    Parameters are those of :class:`Session`. Without a `recorder` there is one from when it is
    known who answers: an embedded server that starts first is no part of the recording. `record` is
    for that one: with a path the recording is written there once the conversation has begun; one
    that never did leaves nothing in the way of the next.
    """
    replay = None
    if (known := recorded(endpoint)) is not None:
        replay = known.play(told=1 if settings.history else 0)
        settings = replace(settings, resumption=False)  # there is no connection to be lost
        answering = replay.endpoint
    else:
        answering = await resolve(as_address(endpoint), api_key)
    recorder = recorder or Recorder(record=record is not False)
    session = Session(
        settings,
        answering.alpha() if settings.alpha else answering,
        source=source,
        sink=sink,
        video=video,
        recorder=recorder,
        on_status=on_status,
        replay=replay,
    )
    await session.open()
    if isinstance(record, Path):
        try:
            recorder.write(record)
        except RecordingError:
            await session.close()
            raise
    return session


def who_answers(endpoint: Answering, api_key: Key | None) -> str:
    """Say who would answer, without connecting; as :func:`choose`."""
    if isinstance(endpoint, Recorded):
        return endpoint.label
    return choose(endpoint, api_key)


def as_address(endpoint: object) -> str | None:
    """Return an ``endpoint=`` that is no recording; what is none at all is refused later."""
    return cast("str | None", endpoint)


def modelled(settings: Keywords, endpoint: Answering) -> Keywords:
    """Return the settings; of a recording that is played back, with its model, unless one is given.

    A model that is not known is treated as the default one.
    """
    if not isinstance(endpoint, Recorded) or settings.get("model") or not endpoint.model:
        return settings
    return {**settings, "model": endpoint.model}


class Connecting:
    """What :func:`connect` returns: await it, or enter it with ``async with``."""

    _label = "nobody"  # a traceback may show it before it is made

    def __init__(
        self,
        settings: Settings,
        endpoint: Answering,
        api_key: Key | None,
        record: bool | Path = True,
    ) -> None:
        self._label = who_answers(endpoint, api_key)
        self._record = record
        self._settings = settings
        self._endpoint = endpoint
        self._api_key = api_key
        self._session: Session | None = None

    async def _open(self) -> Session:
        opening = open_session(
            self._settings,
            endpoint=self._endpoint,
            api_key=self._api_key,
            record=self._record,
        )
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

    def __getattr__(self, name: str) -> NoReturn:
        if name in dir(Session) and not name.startswith("_"):
            raise AttributeError(
                f"There is no conversation yet that .{name} could be asked of: connect() is to be "
                "awaited. Write session = await live.connect(…), or "
                "async with live.connect(…) as session: …"
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __enter__(self) -> NoReturn:
        raise SettingsError("connect() is entered with async with, not with with.")

    def __exit__(self, *_: object) -> None:
        """Never reached."""

    def __repr__(self) -> str:
        return f"<connect to {self._label}, not yet awaited>"


def _close(session: Session) -> None:
    engine().submit(session.close())


@takes_settings
def connect(
    *,
    tools: Iterable[Any] | None = None,
    instructions: str = "",
    endpoint: str | Path | Recording | None = None,
    api_key: str | Key | None = None,
    record: Record = True,
    **settings: Unpack[Keywords],
) -> Connecting:
    """Begin a conversation without a browser: for scripts, sweeps and tests.

    Parameters
    ----------
    endpoint : str, Recording or path, optional
        ``"google"``, ``"local"`` or a URL; or a recording (or the path of a ``.liverec``), which is
        played back: its agent answers as it did then, when you have spoken, whatever you say;
        ``session.say(recording)`` has its user speak. By default Google if there is a key
        (`api_key`, one entered with :func:`livekit_nb.enter_key`, or ``GEMINI_API_KEY`` in the
        environment), otherwise the embedded server.
    api_key : str or Token, optional
        A key, or what :func:`livekit_nb.mint_token` returned. Kept in memory only.
    record : bool or path
        Whether and where the conversation is recorded. ``True``: in memory, two hours of it. A path
        such as ``"talk.liverec"``: a folder is written there as it happens, which
        :func:`livekit_nb.load` loads even if the kernel is killed; it must not be there yet.
        ``False``: sound, pictures and words are not kept, so turns have no text, only times;
        ``session.record()`` changes that in mid-conversation.
    **settings

    Returns
    -------
    Connecting
        ``async with connect(…) as session`` or ``session = await connect(…)``.

    Raises
    ------
    SettingsError, ToolDeclarationError, EndpointError, RecordingError
        At once, if a setting would be refused, or there is no such endpoint, key or recording.
    ConnectError, ServerStartError
        When awaited, if nobody answers.

    Examples
    --------
    >>> async with connect(tools=[get_weather]) as session:      # doctest: +SKIP
    ...     await session.say(speech("What's the weather in Paris?"))
    ...     turn = await session.next_turn()
    """
    api_key = as_credential(api_key)  # first, so that no traceback with variables shows it
    refuse_unknown("live.connect", connect, settings)
    answering = recorded(endpoint) or as_address(endpoint)
    given = modelled(settings, answering)
    kept = as_record(record)
    connecting = Connecting(settings_of(tools, instructions, **given), answering, api_key, kept)
    told = [*settings, *(["tools"] if tools else []), *(["instructions"] if instructions else [])]
    if lost := overridden(told, api_key):
        warnings.warn(
            f"The token was minted with its own {', '.join(lost)}, so what is given here does not "
            "count. Leave it out, or mint a token that does not lock it.",
            stacklevel=2,
        )
    return connecting
