"""What goes to the model: microphone frames and messages, in the order they happened.

Everything that was sent is kept until the model has answered it, because a session is resumed as
it was before: what was said since has to be said again. So one list
(:mod:`livekit_nb.session.connection.backlog`) holds, in order, what was sent and may be needed
again, and behind it what waits to be sent. A connection that ends moves the border back;
:meth:`Uplink.run` goes on from there over the next one.
"""

from __future__ import annotations

import asyncio
from typing import Final, NoReturn

from livekit_nb.audio.pcm import FRAME_MS, INPUT_RATE_HZ
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.connection.backlog import AUDIO, SHORTLY, SPOKEN, VIDEO, Backlog, Item
from livekit_nb.session.connection.connection import Connection
from livekit_nb.session.connection.ear import Ear
from livekit_nb.wire.codec import encode
from livekit_nb.wire.kinds import kind_of
from livekit_nb.wire.messages import Blob, ClientMessage, RealtimeInput

__all__ = ["MAX_KEPT_S", "Uplink"]

MAX_KEPT_S: Final = 30.0
"""Seconds of microphone audio that are kept at most: a model that hears more of it late cannot
converse."""

_MAX_FRAMES: Final = round(MAX_KEPT_S * 1000 / FRAME_MS)
_PAUSE: Final = range(round(100 / FRAME_MS), round(1500 / FRAME_MS))  # frames of it in real time
_TOLD_AT_ONCE: Final = round(1000 / FRAME_MS)
_RECENT: Final = round(3000 / FRAME_MS)  # what was said longer ago than this has been heard
_JUST_S: Final = 0.1  # nobody answers somebody who spoke but now
_MIME_TYPE: Final = f"audio/pcm;rate={INPUT_RATE_HZ}"


class Uplink:
    """What fills the list described above, and empties it into a connection.

    Of audio at most 30 s are kept, sent or not; long silence is forgotten once it was sent. The
    oldest frame is dropped for a new one: if it was never sent, it is counted in
    :attr:`lost_frames` and told in an ``uplink.lost`` event; one that was sent and not yet
    answered is only missed when the connection ends before the answer,
    and counted then. Messages that wait are never dropped, except pictures: while there is no
    connection only the newest waits.

    Attributes
    ----------
    lost_frames : int
        Microphone frames lost so far.
    refused : list of int
        Positions of messages that were left out when it was rewound last.
    ear : Ear
        Knows whether somebody speaks.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._backlog = Backlog()
        self._forgotten = 0  # frames with sound that would be needed if the connection ended now
        self._wake = asyncio.Event()
        self.lost_frames = 0
        self.refused: list[int] = []
        self._told_frames = 0
        self._silent = 0  # frames without a sound that were sent last
        self.ear = Ear()

    # In ----------------------------------------------------------------------------------------

    def frame(self, pcm: bytes, captured_s: float, arrived_s: float) -> bool:
        """Record and queue one microphone frame (16 kHz s16le mono; kernel times).

        Returns
        -------
        bool
            Whether with it an utterance is over that certainly was speech.
        """
        self._recorder.user_audio(pcm, captured_s, arrived_s)
        spoken = self.ear.hear(pcm)
        if self._backlog.frames >= _MAX_FRAMES:
            self._drop_oldest_frame()
        self._backlog.append(AUDIO, pcm, loud=self.ear.audible)
        self._wake.set()
        return spoken

    def message(self, message: ClientMessage, *, connection: int | None = None) -> bool:
        """Queue a message behind the audio that came before it.

        Parameters
        ----------
        message : ClientMessage
        connection : int, optional
            Number of the only connection it may go to; over another it is not sent.

        Returns
        -------
        bool
            Whether it tells the end of an utterance that certainly was speech.

        Raises
        ------
        ValueError
            If it cannot be written, such as text with half a surrogate pair.
        """
        kind = kind_of(message)
        results = message.tool_response.function_responses if message.tool_response else []
        self._backlog.append(
            kind,
            encode(message),
            loud=any(result.scheduling == "INTERRUPT" for result in results),
            connection=connection,
        )
        self._wake.set()
        return kind in SPOKEN and self.ear.stop()

    # Out ----------------------------------------------------------------------------------------

    async def run(self, connection: Connection) -> NoReturn:
        """Write what is queued, and what will be, over a connection until that ends.

        What waits is sent as fast as it can be, but a pause takes its time: only so can a server
        tell two things that were said from one. Breaths are too short for that, and of long
        silence some is enough, or the model would never catch up.

        Raises
        ------
        SessionClosedError
            When it ends.
        """
        while True:
            while not self._backlog.drained:
                if self._silent in _PAUSE and self._backlog.silence_before_speech():
                    await asyncio.sleep(FRAME_MS / 1000)
                item = self._backlog.take()
                if item is None:
                    break  # what waited was dropped meanwhile
                self._silent = 0 if item.loud else self._silent + (item.kind == AUDIO)
                await self._write(item, connection)
                if item.kind == VIDEO:
                    self._backlog.forget(item)
            self._backlog.trim_messages()
            self.tell_losses()
            self._wake.clear()
            await self._wake.wait()

    async def _write(self, item: Item, connection: Connection) -> None:
        if item.kind != AUDIO:
            if item.connection in (None, connection.number):
                item.index = connection.index + 1
                await connection.write(item.data, item.kind)
            return
        blob = Blob(data=item.data, mime_type=_MIME_TYPE)
        frame = encode(ClientMessage(realtime_input=RealtimeInput(audio=blob)))
        item.index = connection.index + 1
        await connection.write(frame, AUDIO)
        if not item.told:
            item.told = True
            self._recorder.user_sent(len(item.data) // 2, self._recorder.clock())

    # What has been taken in, and what is to be said again -----------------------------------------

    @property
    def position(self) -> int:
        """Where the next item to be sent stands, counted from the conversation's beginning."""
        return self._backlog.position

    @property
    def end(self) -> int:
        """Where the next item to be queued will stand."""
        return self._backlog.end

    @property
    def spoken_to(self) -> int:
        """Position behind the last frame with a sound."""
        return self._backlog.spoken_to

    @property
    def drained(self) -> bool:
        """Whether nothing waits to be sent."""
        return self._backlog.drained

    def answerable(self, *, cut: bool = False) -> int:
        """Return up to where a reply can be about what was said, if it begins now.

        What somebody is saying at this moment it cannot: its voice has been on the way, and so has
        theirs.

        Parameters
        ----------
        cut : bool
            The reply is interrupted now: by what was said last, even if that is over.
        """
        here = self._backlog.position
        if not cut and self.ear.silent_s >= _JUST_S:
            return here
        return min(here, max(self._backlog.said_from - SHORTLY, here - _RECENT))

    def active_since(self, position: int, *, heard: bool) -> bool:
        """Whether a reply may have been interrupted; as :meth:`Backlog.active_since`."""
        return self._backlog.active_since(position, heard=heard)

    def spoke_up(self, position: int) -> bool:
        """Whether somebody began to say something; as :meth:`Backlog.spoke_up`."""
        return self._backlog.spoke_up(position)

    def acknowledge(self, position: int) -> None:
        """Forget what was sent before a position: the model has answered it."""
        self._backlog.acknowledge(position)
        self._forgotten = 0

    def acknowledge_index(self, index: int) -> None:
        """Forget what the server says it has taken in, up to its `index` on this connection."""
        self._backlog.acknowledge_index(index)
        self._forgotten = 0

    def rewind(self, *, only_audio: bool = False) -> int:
        """Have everything that was not acknowledged sent again over the next connection.

        Messages left out are told in a ``message.lost`` event. Parameters as of
        :meth:`Backlog.rewind`.

        Returns
        -------
        int
            How many frames will be sent again.
        """
        if self._forgotten:
            self._lose(self._forgotten)
            self._forgotten = 0
        frames, cut, refused = self._backlog.rewind(only_audio=only_audio)
        self.refused = [item.position for item in refused]
        if refused:
            kinds = [item.kind for item in refused]
            self._recorder.event("message.lost", messages=len(kinds), kinds=kinds)
        if cut is not None:
            self._unsent(cut)
        self._wake.set()
        return frames

    def skip(self, position: int) -> int:
        """Leave out what was to be sent again from before a position; returns how many frames."""
        return self._backlog.skip(position)

    # Losses ---------------------------------------------------------------------------------------

    def _drop_oldest_frame(self) -> None:
        item = self._backlog.drop_oldest_frame()
        if item is None:
            return
        if not item.told:
            self._unsent(item)
            self._lose(1)
        elif item.loud:
            self._forgotten += 1

    def _unsent(self, item: Item) -> None:
        item.told = True
        self._recorder.user_unsent(len(item.data) // 2)

    def _lose(self, frames: int) -> None:
        self.lost_frames += frames
        if self.lost_frames - self._told_frames >= _TOLD_AT_ONCE or not self._told_frames:
            self.tell_losses()

    def tell_losses(self) -> None:
        """Record how many frames were lost; while they are being lost, once a second at most."""
        if self.lost_frames > self._told_frames:
            fresh = self.lost_frames - self._told_frames
            self._told_frames = self.lost_frames
            self._recorder.event("uplink.lost", frames=fresh)
