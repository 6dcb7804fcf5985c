"""What somebody says to a recording that is played back: when they begin, and when they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from livekit_nb.audio.following import SILENCE_S, SpeechFollower
from livekit_nb.wire.messages import RealtimeInput

__all__ = ["Listening"]

_SHORTEST_S: Final = 0.25


class Listening:
    """Follows the user.

    Parameters
    ----------
    clock : callable
        Returns seconds of the world.
    quickest_s : float
        How soon somebody may want to answer: no less silence than that ends what is said, within
        0.25 and 0.5 s.

    Attributes
    ----------
    speaking : bool
        Whether they speak, pauses included.
    ended_s : float or None
        When they finished saying or typing something that nothing has answered, in seconds of the
        world.
    """

    def __init__(self, clock: Callable[[], float], quickest_s: float = SILENCE_S) -> None:
        self.speaking = False
        self.ended_s: float | None = None
        self._clock = clock
        self._silence_s = min(max(quickest_s, _SHORTEST_S), SILENCE_S)
        self._follower = SpeechFollower(self._silence_s)
        self._marked = False  # they say themselves when they begin and end

    @property
    def began(self) -> bool:
        """Whether they have begun to say something that nothing has answered."""
        return self.speaking or self.ended_s is not None

    def answered(self) -> None:
        """Know that what was said up to now is being answered."""
        self.ended_s = None

    def typed(self) -> None:
        """Know that they wrote something, and want an answer."""
        self.ended_s = self._clock()

    def hear(self, said: RealtimeInput) -> bool:
        """Take in what was sent; returns whether that changed anything."""
        before = (self.speaking, self.ended_s)
        if said.activity_start is not None:
            self._marked = self.speaking = True
        if said.audio is not None and not self._marked:
            if self._follower.hear(said.audio.data):
                self.ended_s = self._clock() - self._silence_s
            self.speaking = self._follower.speaking
        if said.audio_stream_end and self.speaking:
            self._follower.reset()
            self.speaking = False
            self.ended_s = self._clock()
        if said.activity_end is not None:
            self.speaking = False
            self.ended_s = self._clock()
        if said.text:
            self.typed()
        return before != (self.speaking, self.ended_s)
