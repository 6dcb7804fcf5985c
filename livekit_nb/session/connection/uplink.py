"""What goes to the model: microphone frames and messages, in the order they happened.

Everything that was sent is kept until the model has answered it, because a session is resumed as
it was before: what was said since has to be said again. So one list holds, in order, what was sent
and may be needed again, and behind it what waits to be sent. A connection that ends moves the
border back; :meth:`Uplink.run` goes on from there over the next one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final, NoReturn

from livekit_nb.audio.pcm import FRAME_MS, INPUT_RATE_HZ
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.connection.connection import Connection, kind_of
from livekit_nb.session.connection.ear import Ear
from livekit_nb.wire.codec import encode
from livekit_nb.wire.messages import Blob, ClientMessage, RealtimeInput

__all__ = ["MAX_KEPT_S", "Uplink"]

MAX_KEPT_S: Final = 30.0
"""Seconds of microphone audio that are kept at most: a model that hears more of it late cannot
converse."""

_MAX_FRAMES: Final = round(MAX_KEPT_S * 1000 / FRAME_MS)
_MAX_MESSAGES: Final = 256  # kept after they were sent, in case they are needed again
_PRE_ROLL: Final = round(500 / FRAME_MS)  # frames before speech that are sent again with it
_POST_ROLL: Final = round(1500 / FRAME_MS)  # and after it: a server must notice that it is over
_PAUSE: Final = range(round(300 / FRAME_MS), round(1500 / FRAME_MS))  # frames of it in real time
_TOLD_AT_ONCE: Final = round(1000 / FRAME_MS)
_SHORTLY: Final = round(300 / FRAME_MS)
_SAID: Final = round(200 / FRAME_MS)  # loud frames that are no cough
_TYPED: Final = ("realtimeInput.text", "clientContent")
_AUDIO: Final = "realtimeInput.audio"
_VIDEO: Final = "realtimeInput.video"
_RESULT: Final = "toolResponse"
_SPOKEN: Final = ("realtimeInput.activityEnd", "realtimeInput.audioStreamEnd")
_SOUND: Final = (_AUDIO, "realtimeInput.activityStart", *_SPOKEN)  # and what bounds it
_MIME_TYPE: Final = f"audio/pcm;rate={INPUT_RATE_HZ}"


@dataclass(slots=True, eq=False)
class _Item:
    """A microphone frame (as PCM) or an encoded message."""

    position: int  # counted from the conversation's beginning
    kind: str
    data: bytes
    loud: bool = False
    told: bool = False  # the recorder knows what became of the frame
    connection: int | None = None  # the only one it may go to
    index: int = -1  # as the server counts the messages of the present connection


class Uplink:
    """The list described above, and what empties it into a connection.

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
    ear : Ear
        Knows whether somebody speaks.
    spoken_to : int
        Position behind the last frame with a sound.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._items: deque[_Item] = deque()
        self._sent = 0  # how many of the items have been sent
        self._next = 0  # position of the next item to be queued
        self._frames = 0
        self._forgotten = 0  # frames with sound that would be needed if the connection ended now
        self._wake = asyncio.Event()
        self.lost_frames = 0
        self._told_frames = 0
        self._silent = 0  # frames without a sound that were sent last
        self.spoken_to = 0
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
        if self._frames >= _MAX_FRAMES:
            self._drop_oldest_frame()
        self._append(_Item(self._next, _AUDIO, pcm, loud=self.ear.audible))
        self._frames += 1
        if self.ear.audible:
            self.spoken_to = self._next
        else:
            self._forget_silence()
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
        item = _Item(self._next, kind, encode(message), connection=connection)
        if kind == _VIDEO:
            self._drop_waiting_picture()
        self._append(item)
        return kind in _SPOKEN and self.ear.stop()

    def _append(self, item: _Item) -> None:
        self._items.append(item)
        self._next += 1
        self._wake.set()

    # Out ----------------------------------------------------------------------------------------

    async def run(self, connection: Connection) -> NoReturn:
        """Write what is queued, and what will be, over a connection until that ends.

        Raises
        ------
        SessionClosedError
            When it ends.
        """
        while True:
            while self._sent < len(self._items):
                if self._pausing:
                    await asyncio.sleep(FRAME_MS / 1000)
                    if self._sent >= len(self._items):
                        break  # what waited was dropped meanwhile
                item = self._items[self._sent]
                self._sent += 1
                self._silent = 0 if item.loud else self._silent + (item.kind == _AUDIO)
                await self._write(item, connection)
                if item.kind == _VIDEO:
                    self._forget_sent(item)
            self._trim_messages()
            self.tell_losses()
            self._wake.clear()
            await self._wake.wait()

    @property
    def _pausing(self) -> bool:
        """Whether silence is next, with more speech waiting behind it.

        What waits is sent as fast as it can be, but a pause takes its time: only so can a server
        tell two things that were said from one. Breaths are too short for that, and of long
        silence some is enough, or the model would never catch up.
        """
        if self._silent not in _PAUSE:
            return False
        waiting = len(self._items) - self._sent
        item = self._items[self._sent]
        if waiting < _PRE_ROLL or item.kind != _AUDIO or item.loud:
            return False
        return any(later.loud for later in islice(self._items, self._sent, None))

    async def _write(self, item: _Item, connection: Connection) -> None:
        if item.kind != _AUDIO:
            if item.connection in (None, connection.number):
                item.index = connection.index + 1
                await connection.write(item.data, item.kind)
            return
        blob = Blob(data=item.data, mime_type=_MIME_TYPE)
        frame = encode(ClientMessage(realtime_input=RealtimeInput(audio=blob)))
        item.index = connection.index + 1
        await connection.write(frame, _AUDIO)
        if not item.told:
            item.told = True
            self._recorder.user_sent(len(item.data) // 2, self._recorder.clock())

    # What has been taken in, and what is to be said again -----------------------------------------

    @property
    def position(self) -> int:
        """Where the next item to be sent stands, counted from the conversation's beginning."""
        return self._items[self._sent].position if self._sent < len(self._items) else self._next

    @property
    def end(self) -> int:
        """Where the next item to be queued will stand."""
        return self._next

    @property
    def drained(self) -> bool:
        """Whether nothing waits to be sent."""
        return self._sent == len(self._items)

    def active_since(self, position: int) -> bool:
        """Whether there was a sound, or a message, since a position (and shortly before it)."""
        return any(
            item.loud or item.kind not in (_AUDIO, _VIDEO)
            for item in self._items
            if item.position >= position - _SHORTLY
        )

    def spoke_up(self, position: int) -> bool:
        """Whether somebody began to say something after a position, and not as it was reached.

        Who is still speaking when a reply begins was not done: that is no new beginning.
        """
        since = [item for item in self._items if item.position >= position]
        if any(item.kind in _TYPED for item in since):
            return True
        frames = [item.loud for item in since if item.kind == _AUDIO]
        return not any(frames[:_SHORTLY]) and sum(frames) >= _SAID

    def acknowledge(self, position: int) -> None:
        """Forget what was sent before a position: the model has answered it."""
        while self._sent and self._items[0].position < position:
            self._pop_oldest()
        self._forgotten = 0

    def acknowledge_index(self, index: int) -> None:
        """Forget what the server says it has taken in, up to its `index` on this connection."""
        while self._sent and self._items[0].index <= index:
            self._pop_oldest()
        self._forgotten = 0

    def rewind(self, *, only_audio: bool = False) -> int:
        """Have everything that was not acknowledged sent again over the next connection.

        Silence is not: of the audio that was sent, what comes before the first sound is left out.
        Tool responses are not either, as they belong to the connection that asked.

        Parameters
        ----------
        only_audio : bool
            Leave out messages, one of which the server has choked on, but those that say where
            speech begins and ends.

        Returns
        -------
        int
            How many frames will be sent again.
        """
        if self._forgotten:
            self._lose(self._forgotten)
            self._forgotten = 0
        sent = [self._items.popleft() for _ in range(self._sent)]
        audio = [number for number, item in enumerate(sent) if item.kind == _AUDIO]
        self._frames -= len(audio)
        loud = next((n for n, number in enumerate(audio) if sent[number].loud), len(audio))
        begin = audio[max(0, loud - _PRE_ROLL)] if loud < len(audio) else len(sent)
        kept = [
            item
            for number, item in enumerate(sent)
            if (number >= begin if item.kind == _AUDIO else item.kind != _RESULT)
            and (item.kind in _SOUND or not only_audio)
        ]
        last = sent[audio[-1]] if audio else None
        if last is not None and not last.told and last not in kept:  # broke off while written
            last.told = True
            self._recorder.user_unsent(len(last.data) // 2)
        self._items.extendleft(reversed(kept))
        self._sent = 0
        frames = sum(item.kind == _AUDIO for item in kept)
        self._frames += frames
        for item in self._items:
            item.index = -1
        self._wake.set()
        return frames

    def skip(self, position: int) -> int:
        """Leave out what was to be sent again from before a position; returns how many frames."""
        before = self._frames
        while self._items and not self._sent and self._items[0].position < position:
            self._frames -= self._items.popleft().kind == _AUDIO
        return before - self._frames

    # Dropping -------------------------------------------------------------------------------------

    def _pop_oldest(self) -> None:
        item = self._items.popleft()
        self._sent -= 1
        self._frames -= item.kind == _AUDIO

    def _drop_oldest_frame(self) -> None:
        for number, item in enumerate(self._items):
            if item.kind == _AUDIO:
                self._delete(number)
                if not item.told:
                    item.told = True
                    self._recorder.user_unsent(len(item.data) // 2)
                    self._lose(1)
                elif item.loud:
                    self._forgotten += 1
                return

    def _lose(self, frames: int) -> None:
        self.lost_frames += frames
        if self.lost_frames - self._told_frames >= _TOLD_AT_ONCE or not self._told_frames:
            self.tell_losses()

    def tell_losses(self) -> None:
        """Record how many frames were lost; while they are being lost, once a second at most."""
        if self.lost_frames > self._told_frames:
            self._told_frames = self.lost_frames
            self._recorder.event("uplink.lost", frames=self.lost_frames)

    def _drop_waiting_picture(self) -> None:
        """Keep no more than one picture waiting; the rest would be sent in a burst, too late."""
        for number in range(len(self._items) - 1, self._sent - 1, -1):
            if self._items[number].kind == _VIDEO:
                self._delete(number)
                return

    def _forget_silence(self) -> None:
        """Forget the frame of half a second ago if there was no sound for long on either side."""
        number = len(self._items) - 1 - _PRE_ROLL
        if 0 <= number < self._sent:
            item = self._items[number]
            if item.kind == _AUDIO and item.told and item.position - self.spoken_to > _POST_ROLL:
                self._delete(number)

    def _forget_sent(self, item: _Item) -> None:
        """Forget a picture that was sent: the next one will be newer than it."""
        for number in range(self._sent - 1, -1, -1):
            if self._items[number] is item:
                self._delete(number)
                return

    def _trim_messages(self) -> None:
        """Forget the oldest messages that were sent, when there are too many of them."""
        surplus = len(self._items) - self._frames - _MAX_MESSAGES
        if surplus > 0:
            messages = [n for n in range(self._sent) if self._items[n].kind != _AUDIO]
            for number in reversed(messages[:surplus]):
                self._delete(number)

    def _delete(self, number: int) -> None:
        item = self._items[number]
        del self._items[number]
        self._frames -= item.kind == _AUDIO
        if number < self._sent:
            self._sent -= 1
