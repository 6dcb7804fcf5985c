"""The one pen that writes a recording, with the one clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from livekit_nb.audio.pcm import samples_of_pcm16
from livekit_nb.errors import RecordingError
from livekit_nb.recording.events import Event, plain
from livekit_nb.recording.messages import Direction
from livekit_nb.recording.recording import Recording
from livekit_nb.recording.tracks import Lane
from livekit_nb.recording.words import without_words

if TYPE_CHECKING:
    from livekit_nb.recording.disk.writer import DiskWriter

__all__ = ["Recorder"]

_log = logging.getLogger(__name__)

_USER_JITTER_S: Final = 0.04
_AGENT_JITTER_S: Final = 0.01


class Recorder:
    """Writes down what happens while it happens.

    Everything with a time passes through here. Times given are those of ``clock``; times in the
    recording are seconds since the recorder was made. Call it from one thread (the engine's);
    the recording may be read from any.

    Parameters
    ----------
    clock : callable
        Monotonic seconds of the kernel.
    limit_s : float
        Seconds of audio that are kept in memory, two hours by default (up to 230 MB for two hours
        of uninterrupted microphone, 345 MB each for the agent's voice as it was sent and as it was
        heard). Sound beyond it is dropped and counted in `Recording.dropped`; events are always
        kept.
    path : path-like, optional
        A folder to write the recording to as it happens (``docs/liverec.md``); it must not be there
        yet. Sound and pictures that are written leave memory, and there is no limit to their
        length. Call `finish` at the end.
    record : bool
        Whether sound, pictures and words are kept; see `record`.
    memory_s : float
        With ``path``: seconds of sound that stay in memory all the same.

    Raises
    ------
    RecordingError
        If nothing can be written there.

    Attributes
    ----------
    recording : Recording
        A live view of everything recorded so far.
    clock : callable
        The clock it was given, for those who need its times before they have an event.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        limit_s: float = 7200.0,
        path: str | PathLike[str] | None = None,
        memory_s: float = 600.0,
        record: bool = True,
    ) -> None:
        self.clock = clock
        self._origin_s = clock()
        self._callbacks: list[Callable[[Event], object]] = []
        self.recording = Recording(limit_s=limit_s, now_s=lambda: self.now_s)
        self.recording.started_at = datetime.now(UTC)
        self._user_lane = Lane(self.recording._user, _USER_JITTER_S)
        self._agent_lane = Lane(self.recording._agent, _AGENT_JITTER_S)
        self._received = 0
        self._disk: DiskWriter | None = None
        if path is not None:
            self.write(path, memory_s=memory_s)
        if not record:
            self.record(False)

    def write(self, path: str | PathLike[str], *, memory_s: float = 600.0) -> None:
        """Write the recording to a folder from now on, all that is recorded so far included.

        Raises
        ------
        RecordingError
            If it is written already, or nothing can be written there.
        """
        from livekit_nb.recording.disk.writer import DiskWriter

        if self._disk is not None:
            raise RecordingError(f"The recording is written to {self.recording.path} already.")
        self._disk = DiskWriter(self.recording, Path(path), memory_s=memory_s)
        self.recording.path = Path(path)
        self.recording._marks.unlimited()

    @property
    def keeps(self) -> bool:
        """Whether sound, pictures and words are kept."""
        return self.recording._keeps

    def record(self, on: bool) -> None:
        """Keep sound, pictures and words from here on, or do not: an event tells which.

        While they are not kept, they are neither in memory nor written, but for the second or two
        of sound in which speech is still looked for. When who spoke, turns, latency and everything
        else that is no words is recorded all the same. Subscribers are told of events as they are.
        """
        recording = self.recording
        with recording._lock:
            if recording._keeps == on:
                return
            recording._keeps = recording._messages.keeps_bodies = on
        self.event("recording.resumed" if on else "recording.paused")

    def finish(self) -> None:
        """Write what is still to be written; returns when it is on disk. Nothing without a path."""
        with self.recording._lock:
            for track in self.recording._tracks.values():
                track.forget(track.length)
        if self._disk is not None:
            self._disk.finish()
            self._tell_of_disk()

    def _tell_of_disk(self) -> None:
        while self._disk is not None and (news := self._disk.news()) is not None:
            self.event(news[0], **news[1])

    @property
    def origin_s(self) -> float:
        """Kernel time of the recording's start."""
        return self._origin_s

    @property
    def now_s(self) -> float:
        """Seconds since the recording's start."""
        return self.clock() - self._origin_s

    def event(self, kind: str, /, at: float | None = None, **data: Any) -> Event:
        """Write down that something happened.

        Parameters
        ----------
        kind : str
            What happened; see `livekit_nb.recording.events`.
        at : float, optional
            When, on the kernel's clock; now by default.
        **data : Any
            JSON-like details; copied.

        Returns
        -------
        Event
            The event; while nothing is kept it is recorded without words.
        """
        event = Event(
            self.clock() - self._origin_s if at is None else at - self._origin_s, kind, plain(data)
        )
        self.recording._add_event(event if self.keeps else without_words(event))
        for callback in tuple(self._callbacks):
            try:
                callback(event)
            except Exception as error:
                # The text of a foreign error may hold a transcript; its type does not.
                _log.warning("A recording's subscriber failed with %s", type(error).__name__)
        return event

    def subscribe(self, callback: Callable[[Event], object]) -> Callable[[], None]:
        """Have ``callback(event)`` called on the recorder's thread for every event from now on.

        A callback that raises is reported by the type of its error and called again next time.

        Returns
        -------
        callable
            Ends the subscription; may be called more than once.
        """
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return unsubscribe

    def frame(self, picture: bytes, width: int, height: int, *, at: float | None = None) -> Event:
        """Record a picture that is sent to the agent: an event ``video.frame``, and the file.

        Parameters
        ----------
        picture : bytes
            The file, as it is sent: a JPEG, from a camera.
        width, height : int
            In pixels.
        at : float, optional
            When, on the kernel's clock; now by default.
        """
        frames = self.recording._frames
        number = frames.next_number
        event = self.event(
            "video.frame", at, width=width, height=height, bytes=len(picture), number=number
        )
        if self.keeps:
            with self.recording._lock:
                frames.keep(number, bytes(picture))
        return event

    @property
    def keeps_words(self) -> bool:
        """Whether texts of messages are kept; otherwise nobody need prepare any."""
        return self.recording._messages.keeps_bodies

    def message(
        self,
        direction: Direction,
        kind: str,
        size: int,
        body: str | None = None,
        *,
        connection: int = 0,
        samples: tuple[int, int] | None = None,
        at: float | None = None,
    ) -> int:
        """Record a message of the Live API.

        Sound that is told to `agent_received` between this and the next one is of this message.

        Parameters
        ----------
        direction : {"sent", "received"}
            Which way it went.
        kind : str
            What it carries, by its fields' names on the wire.
        size : int
            Bytes on the wire.
        body : str, optional
            Its text, without sound, pictures and secrets.
        connection : int
            Number of the connection it went over.
        samples : tuple of int, optional
            First one and how many of the received samples it brought, where that is known.
        at : float, optional
            When it was written or read, on the kernel's clock; now by default.

        Returns
        -------
        int
            Its number, from 0.
        """
        t = (self.clock() if at is None else at) - self._origin_s
        return self.recording._messages.add(
            t, direction, kind, size, body, connection=connection, samples=samples
        )

    def user_audio(self, pcm: bytes, captured_s: float, arrived_s: float | None = None) -> None:
        """Record what the microphone captured.

        Parameters
        ----------
        pcm : bytes
            s16le mono at 16 kHz.
        captured_s : float
            Kernel time of the first sample. Jitter up to ±40 ms is absorbed; larger gaps stay
            silent on the axis.
        arrived_s : float, optional
            Kernel time at which the frame reached the kernel, if it is known.
        """
        samples = samples_of_pcm16(pcm)
        arrived = None if arrived_s is None else arrived_s - self._origin_s
        captured = captured_s - self._origin_s
        recording = self.recording
        self._tell_of_disk()
        with recording._lock:
            first, _ = self._user_lane.place(samples, captured, keep=recording._keeps)
            recording._marks.captured(first, len(samples), captured, arrived)
            recording._heard_user()

    def user_sent(self, samples: int, sent_s: float) -> None:
        """Note that the next ``samples`` captured samples were written to the Live socket."""
        with self.recording._lock:
            self.recording._marks.passed(samples, sent_s - self._origin_s)

    def user_unsent(self, samples: int) -> None:
        """Note that the next ``samples`` captured samples will never be sent.

        Call it for recorded frames that are not sent: captured before the session was ready, or
        dropped from a full queue. Otherwise later frames get wrong sending times.
        """
        with self.recording._lock:
            self.recording._marks.passed(samples, None)

    def agent_received(self, pcm: bytes, received_s: float) -> None:
        """Note sound of the agent's reply (s16le mono, 24 kHz) that arrived on the Live socket."""
        recording = self.recording
        with recording._lock:
            recording._replies.received(len(pcm) // 2, received_s - self._origin_s)
            samples = samples_of_pcm16(pcm[: len(pcm) // 2 * 2])
            recording._received.write(self._received, samples, keep=recording._keeps)
            recording._received.forget(self._received + len(samples))
            recording._messages.brought(self._received, len(pcm) // 2)
            self._received += len(pcm) // 2
            recording._touch()

    def agent_handed(self, samples: int, handed_s: float) -> None:
        """Note that the next ``samples`` received samples went to the page or loudspeaker."""
        with self.recording._lock:
            self.recording._replies.handed(samples, handed_s - self._origin_s)
            self.recording._touch()

    def agent_played(self, pcm: bytes, start_s: float) -> None:
        """Record what was really heard of the agent.

        Parameters
        ----------
        pcm : bytes
            s16le mono at 24 kHz.
        start_s : float
            Kernel time at which its first sample reached the loudspeaker.
        """
        samples = samples_of_pcm16(pcm)
        recording = self.recording
        with recording._lock:
            first, stop = self._agent_lane.place(
                samples, start_s - self._origin_s, keep=recording._keeps
            )
            rate_hz = recording._agent.rate_hz
            recording._replies.played(len(samples), first / rate_hz, stop / rate_hz)
            recording._heard_agent()
