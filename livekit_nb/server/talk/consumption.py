"""Which of the client's messages a session includes, told with its resumption handles.

Whoever resumes the session sends what came after that message again, so nothing that is still to
be answered may be included: not the message in which speech began that goes on, nor the sound in
which it may just be beginning. What was answered has to be.
"""

from __future__ import annotations

from collections import deque

from livekit_nb.server.hearing.activity import PREROLL_S

__all__ = ["Consumption"]

MAX_POSITIONS = 256  #: audio messages of which is known where in the stream they are
DETECTION_S = 0.1  #: of speech that began is not known at once that it did


class Consumption:
    """Counts the client's messages, from 0 for the setup.

    Parameters
    ----------
    manual : bool
        Whether the client marks where its speech begins.
    needed_s : float
        How long speech must last to be taken for it.
    """

    def __init__(self, *, manual: bool, needed_s: float) -> None:
        self.received = 0
        """Number of the message that is being taken."""
        self.taken = 0
        """Number of the last message that was taken as a whole."""
        self._manual = manual
        self._late_s = PREROLL_S + needed_s + DETECTION_S
        # Of late audio messages: until which second of the stream they went, and their number.
        self._positions: deque[tuple[float, int]] = deque(maxlen=MAX_POSITIONS)
        self._settled = 0  # what came until then is not audio of something to be answered
        self._speech_from: int | None = None
        self._typed_from: int | None = None

    def heard(self, position_s: float) -> None:
        """Note that the message is audio, up to this second of the stream."""
        self._positions.append((position_s, self.received))

    def settle(self) -> None:
        """Note that the message is no mere audio."""
        self._settled = self.received

    def typed(self, *, waiting: bool) -> None:
        """Note that typed words wait for the rest of their turn, or no longer."""
        if not waiting:
            self._typed_from = None
        elif self._typed_from is None:
            self._typed_from = self.received

    def began(self, offset_s: float) -> None:
        """Note that speech began at this second of the stream."""
        if self._speech_from is None:
            self._speech_from = self._first(offset_s - PREROLL_S)

    def ended(self, offset_s: float, *, speaking: bool) -> None:
        """Note that a turn of speech is over, and whether another one goes on.

        Its words are known a while after its end; what came in between may be the beginning of
        something else.

        Parameters
        ----------
        offset_s : float
            Second of the stream at which its voiced audio ended.
        speaking : bool
        """
        if speaking:
            return
        self._speech_from = None
        if self._manual:
            self.settle()
            return
        within = (number for until_s, number in self._positions if until_s >= offset_s)
        self._settled = max(self._settled, next(within, self.received))

    def _first(self, from_s: float) -> int:
        """Return the number of the first message that holds sound from a second on."""
        if self._manual:
            return self.received
        numbers = (number for until_s, number in self._positions if until_s > from_s)
        return max(next(numbers, self.received), self._settled + 1)

    @property
    def last(self) -> int:
        """Number of the last message that is included."""
        firsts = [self.taken + 1]
        if self._typed_from is not None:
            firsts.append(self._typed_from)
        if self._speech_from is not None:
            firsts.append(self._speech_from)
        elif not self._manual and self._positions:
            firsts.append(self._first(self._positions[-1][0] - self._late_s))
        return min(firsts) - 1
