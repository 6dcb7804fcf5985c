"""What was sent and may be needed again, and behind it what waits to be sent: one list, in order.

It knows nothing of connections and of time. Items have positions, counted from the conversation's
beginning; a border runs through the list, and :meth:`Backlog.rewind` moves it back to the front.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from livekit_nb.audio.pcm import FRAME_MS

__all__ = ["AUDIO", "SHORTLY", "SPOKEN", "VIDEO", "Backlog", "Item", "Rewound"]

AUDIO: Final = "realtimeInput.audio"
VIDEO: Final = "realtimeInput.video"
SPOKEN: Final = ("realtimeInput.activityEnd", "realtimeInput.audioStreamEnd")
"""Kinds of messages that say that somebody has spoken to the end."""

SHORTLY: Final = round(300 / FRAME_MS)
"""Frames that are on their way, or a breath."""

_TYPED: Final = ("realtimeInput.text", "clientContent")
_RESULT: Final = "toolResponse"
_SOUND: Final = (AUDIO, "realtimeInput.activityStart", *SPOKEN)  # and what bounds it
_MAX_MESSAGES: Final = 256  # kept after they were sent, in case they are needed again
_PRE_ROLL: Final = round(500 / FRAME_MS)  # frames before speech that are sent again with it
_POST_ROLL: Final = round(1500 / FRAME_MS)  # and after it: a server must notice that it is over
_LATE: Final = round(100 / FRAME_MS)  # fewer frames than that always wait for a moment
_SAID: Final = round(200 / FRAME_MS)  # loud frames that are no cough


@dataclass(slots=True, eq=False)
class Item:
    """A microphone frame (as PCM) or an encoded message."""

    position: int  # counted from the conversation's beginning
    kind: str
    data: bytes
    loud: bool = False  # a sound; of a tool's result: it interrupts what is said
    told: bool = False  # the recorder knows what became of the frame
    connection: int | None = None  # the only one it may go to
    index: int = -1  # as the server counts the messages of the present connection


class Rewound(NamedTuple):
    """What became of that which was sent and not acknowledged.

    Attributes
    ----------
    frames : int
        How many frames will be sent again.
    cut : Item or None
        A frame that broke off while it was written, and will not be.
    refused : list of Item
        Messages that will not be, since one of them may be what the server has choked on.
    """

    frames: int
    cut: Item | None
    refused: list[Item]


class Backlog:
    """The list described above.

    Attributes
    ----------
    end : int
        Where the next item to be queued will stand.
    frames : int
        How many microphone frames it holds.
    spoken_to : int
        Position behind the last frame with a sound.
    said_from : int
        Position of the first frame of what was, or is being, said last: sound with no longer
        breaks than a breath.
    """

    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._sent = 0  # how many of the items have been sent
        self.end = 0
        self.frames = 0
        self.spoken_to = 0
        self.said_from = 0

    def __len__(self) -> int:
        return len(self._items)

    # In and out -----------------------------------------------------------------------------------

    def append(
        self, kind: str, data: bytes, *, loud: bool = False, connection: int | None = None
    ) -> None:
        """Queue an item."""
        if kind == VIDEO:
            self._drop_waiting_picture()
        self._items.append(Item(self.end, kind, data, loud=loud, connection=connection))
        self.end += 1
        if kind != AUDIO:
            return
        self.frames += 1
        if not loud:
            self._forget_silence()
            return
        if self.end - 1 - self.spoken_to > SHORTLY:
            self.said_from = self.end - 1
        self.spoken_to = self.end

    def take(self) -> Item | None:
        """Return the next item to be sent, which counts as sent from now on."""
        if self.drained:
            return None
        self._sent += 1
        return self._items[self._sent - 1]

    @property
    def drained(self) -> bool:
        """Whether nothing waits to be sent."""
        return self._sent == len(self._items)

    @property
    def position(self) -> int:
        """Where the next item to be sent stands."""
        return self.end if self.drained else self._items[self._sent].position

    def silence_before_speech(self) -> bool:
        """Whether silence is to be sent next, and speech waits behind it."""
        if len(self._items) - self._sent < _LATE:
            return False
        item = self._items[self._sent]
        if item.kind != AUDIO or item.loud:
            return False
        return any(later.loud for later in islice(self._items, self._sent, None))

    # What has been going on -----------------------------------------------------------------------

    def active_since(self, position: int, *, heard: bool) -> bool:
        """Whether something was sent since a position that may interrupt a reply.

        Parameters
        ----------
        position : int
            Where the reply began. A message may have been on its way then.
        heard : bool
            Whether sound may have been, too.
        """
        shortly = position - SHORTLY
        return any(
            item.position >= (position if item.kind == AUDIO and not heard else shortly)
            and (item.loud if item.kind in (AUDIO, _RESULT) else item.kind not in (VIDEO, *SPOKEN))
            for item in self._items
        )

    def spoke_up(self, position: int) -> bool:
        """Whether somebody began to say something after a position, and not as it was reached.

        Who is still speaking when a reply begins was not done: that is no new beginning.
        """
        since = [item for item in self._items if item.position >= position]
        if any(item.kind in _TYPED for item in since):
            return True
        frames = [item.loud for item in since if item.kind == AUDIO]
        return not any(frames[:SHORTLY]) and sum(frames) >= _SAID

    # Forgetting what has been taken in ------------------------------------------------------------

    def acknowledge(self, position: int) -> None:
        """Forget what was sent before a position: the model has answered it."""
        while self._sent and self._items[0].position < position:
            self._pop_oldest()

    def acknowledge_index(self, index: int) -> None:
        """Forget what the server says it has taken in, up to its `index` on this connection."""
        while self._sent and self._items[0].index <= index:
            self._pop_oldest()

    def rewind(self, *, only_audio: bool = False) -> Rewound:
        """Have everything that was not acknowledged sent again.

        Silence is not: of the audio that was sent, what comes before the first sound is left out.
        Tool responses are not either, as they belong to the connection that asked.

        Parameters
        ----------
        only_audio : bool
            Leave out messages, one of which the server has choked on, but those that say where
            speech begins and ends.

        """
        sent = [self._items.popleft() for _ in range(self._sent)]
        audio = [number for number, item in enumerate(sent) if item.kind == AUDIO]
        self.frames -= len(audio)
        loud = next((n for n, number in enumerate(audio) if sent[number].loud), len(audio))
        begin = audio[max(0, loud - _PRE_ROLL)] if loud < len(audio) else len(sent)
        needed = [
            item
            for number, item in enumerate(sent)
            if (number >= begin if item.kind == AUDIO else item.kind != _RESULT)
        ]
        kept = [item for item in needed if item.kind in _SOUND or not only_audio]
        refused = [item for item in needed if item.kind not in (*_SOUND, VIDEO) and only_audio]
        last = sent[audio[-1]] if audio else None
        cut = last if last is not None and not last.told and last not in kept else None
        self._items.extendleft(reversed(kept))
        self._sent = 0
        again = sum(item.kind == AUDIO for item in kept)
        self.frames += again
        for item in self._items:
            item.index = -1
        return Rewound(again, cut, refused)

    def skip(self, position: int) -> int:
        """Leave out what was to be sent again from before a position; returns how many frames."""
        before = self.frames
        while self._items and not self._sent and self._items[0].position < position:
            self.frames -= self._items.popleft().kind == AUDIO
        return before - self.frames

    # Dropping -------------------------------------------------------------------------------------

    def drop_oldest_frame(self) -> Item | None:
        """Drop and return the oldest frame, sent or not."""
        for number, item in enumerate(self._items):
            if item.kind == AUDIO:
                self._delete(number)
                return item
        return None

    def forget(self, item: Item) -> None:
        """Forget an item that was sent, such as a picture: the next one will be newer than it."""
        for number in range(self._sent - 1, -1, -1):
            if self._items[number] is item:
                self._delete(number)
                return

    def trim_messages(self) -> None:
        """Forget the oldest messages that were sent, when there are too many of them."""
        surplus = len(self._items) - self.frames - _MAX_MESSAGES
        if surplus > 0:
            messages = [n for n in range(self._sent) if self._items[n].kind != AUDIO]
            for number in reversed(messages[:surplus]):
                self._delete(number)

    def _drop_waiting_picture(self) -> None:
        """Keep no more than one picture waiting; the rest would be sent in a burst, too late."""
        for number in range(len(self._items) - 1, self._sent - 1, -1):
            if self._items[number].kind == VIDEO:
                self._delete(number)
                return

    def _forget_silence(self) -> None:
        """Forget the frame of half a second ago if there was no sound for long on either side."""
        number = len(self._items) - 1 - _PRE_ROLL
        if 0 <= number < self._sent:
            item = self._items[number]
            if item.kind == AUDIO and item.told and item.position - self.spoken_to > _POST_ROLL:
                self._delete(number)

    def _pop_oldest(self) -> None:
        item = self._items.popleft()
        self._sent -= 1
        self.frames -= item.kind == AUDIO

    def _delete(self, number: int) -> None:
        item = self._items[number]
        del self._items[number]
        self.frames -= item.kind == AUDIO
        if number < self._sent:
            self._sent -= 1
