"""Where the suite's conversations are held: over the wire in real time, or in accelerated time."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from random import Random
from typing import Any, ParamSpec, TypeVar

from livekit_nb.audio.pcm import Samples
from livekit_nb.lab.in_memory import InMemoryServer
from livekit_nb.lab.synthetic import QuickModels
from livekit_nb.recording.recorder import Recorder
from livekit_nb.server.hearing.activity import Probability
from livekit_nb.server.hearing.recogniser import Recogniser, Transcript
from livekit_nb.session.access.credentials import Key
from livekit_nb.session.connect import open_session
from livekit_nb.session.io import AudioSink, AudioSource
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings

__all__ = ["Accelerated", "Known", "OverTheWire"]

P = ParamSpec("P")
T = TypeVar("T")


class OverTheWire:
    """Any Live endpoint, in real time; use it on the engine.

    Parameters
    ----------
    endpoint : str, optional
        As for :func:`livekit_nb.connect`.
    settings : Settings
    api_key : Key, optional
    """

    def __init__(
        self, endpoint: str | None, settings: Settings | None = None, api_key: Key | None = None
    ) -> None:
        self._endpoint = endpoint
        self._settings = settings or Settings()
        self._api_key = api_key

    def clock(self) -> float:
        """Kernel time in seconds."""
        return time.monotonic()

    async def open(self, source: AudioSource, sink: AudioSink, recorder: Recorder) -> Session:
        """Begin a conversation."""
        return await open_session(
            self._settings,
            endpoint=self._endpoint,
            api_key=self._api_key,
            source=source,
            sink=sink,
            recorder=recorder,
        )


class Accelerated:
    """The embedded server in memory with its real models, in accelerated time.

    For quick trying-out: use it in :func:`livekit_nb.lab.fast_time.run`. What the models compute
    is charged with the processor time it took, so how busy the machine is does not matter much;
    the way over the network, and the detector's work, are not charged.

    Parameters
    ----------
    models : Models
        Its recogniser may be a :class:`Known` one, which serves several stages.
    settings : Settings
    """

    def __init__(self, models: Any, settings: Settings | None = None) -> None:
        self._server = InMemoryServer(_Charged(models))
        self._settings = settings or Settings()

    def clock(self) -> float:
        """Seconds of the accelerated time."""
        return asyncio.get_running_loop().time()

    async def open(self, source: AudioSource, sink: AudioSink, recorder: Recorder) -> Session:
        """Begin a conversation."""
        session = Session(
            self._settings,
            self._server.endpoint,
            source=source,
            sink=sink,
            recorder=recorder,
            open_transport=self._server.open,
            random=Random(0),  # noqa: S311 - nothing is to be kept secret
        )
        await session.open()
        return session

    async def close(self) -> None:
        """Close what is open."""
        await self._server.close()


class Known:
    """A recogniser that knows again what it heard before, and says what that had cost.

    Conversations in accelerated time begin alike, so trying something out is quicker.
    """

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._known: dict[bytes, tuple[Transcript, float]] = {}
        self.saved_s = 0.0

    def transcribe(self, samples: Samples, wanted: Callable[[], bool]) -> Transcript:
        """Recognise one utterance, or know it again."""
        sound = hashlib.sha256(samples.tobytes()).digest()
        if sound not in self._known:
            begun_s = time.thread_time()
            found = self._recogniser.transcribe(samples, wanted)
            if not wanted():
                return found
            self._known[sound] = found, time.thread_time() - begun_s
            return found
        found, took_s = self._known[sound]
        self.saved_s += took_s
        return found

    def take_saved_s(self) -> float:
        """Return the processor time saved since it was last asked for."""
        saved_s, self.saved_s = self.saved_s, 0.0
        return saved_s


class _Charged(QuickModels):
    """Real models whose work is done at once and takes its processor time."""

    def __init__(self, models: Any) -> None:
        super().__init__()
        self._models = models
        known = models.recogniser
        if not isinstance(known, Known):
            known = Known(known)
        for name in ("ears", "minds", "mouths", "eyes"):
            setattr(self, name, _Charging(known.take_saved_s))
        self.recogniser: Any = known
        self.voice: Any = models.voice

    def detector(self) -> Probability:
        """Return a fresh detector."""
        detector: Probability = self._models.detector()
        return detector


class _Charging(Executor):
    """Does work at once, on the loop, and lets it be done after the time it took."""

    def __init__(self, saved_s: Callable[[], float]) -> None:
        self._saved_s = saved_s

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it."""
        future: Future[T] = Future()
        begun_s = time.thread_time()
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            future.set_exception(error)
            return future
        took_s = time.thread_time() - begun_s + self._saved_s()

        def done() -> None:
            if future.set_running_or_notify_cancel():
                future.set_result(result)

        asyncio.get_running_loop().call_later(took_s, done)
        return future
