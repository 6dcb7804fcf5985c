"""One turn of the model: what is still to be said, what was sent, what was heard."""

from __future__ import annotations

from collections import deque

from livekit_nb.server.talk.playback import AssumedPlayback, Piece, pieces, seconds_of

__all__ = ["Reply"]

SPEED = 3.0  #: audio is sent at so many times its own speed
BURST_S = 0.8  #: and this much at once when nothing was sent for a while


class Reply:
    """A turn of the model, from the user's words to the end of its assumed playback.

    Parameters
    ----------
    number : int
        Names the reply in actions and results.
    asked : str
        What the user said; empty if the reply has another reason.
    completeness : float
        How finished that read, 0..1.
    """

    def __init__(self, number: int, asked: str = "", completeness: float = 1.0) -> None:
        self.number = number
        self.asked = asked
        self.completeness = completeness
        self.jobs = 0
        """Plans and speeches that are being worked on."""
        self.calls: set[str] = set()
        """Ids of tool calls whose results this reply waits for."""
        self.called_at: float | None = None
        """When tools were first called for it."""
        self.acted = False
        """Whether a tool has done something for it, so that it cannot be taken back."""
        self.declined = False
        """Whether what was said is left without an answer."""
        self.asks = False
        """Whether it asks for something without which a tool cannot be called."""
        self.quiet: deque[bool] = deque()
        """For each plan that is worked on, whether it is not spoken (results with ``SILENT``)."""
        self.touched = False
        """Whether the client has been sent anything of it."""
        self.generated = False
        """Whether ``generationComplete`` was sent."""
        self.playback = AssumedPlayback()
        self._said = ""  # the caption queued last
        self._queue: deque[Piece] = deque()
        self._playing: deque[tuple[float, Piece]] = deque()  # with the middle of its playback
        self._credit_s = BURST_S
        self._credit_at: float | None = None

    def add(self, pcm: bytes, caption: str) -> None:
        """Queue a clause to be sent; captions are joined as they are, so sentences need a space."""
        if self._said and caption[:1].strip() and self._said[-1:].strip():
            caption = f" {caption}"
        self._said = caption or self._said
        self._queue.extend(pieces(pcm, caption))

    @property
    def producing(self) -> bool:
        """Whether there is more to come without anybody's doing."""
        return bool(self.jobs or self._queue)

    def active(self, now: float) -> bool:
        """Whether the model is thinking or speaking, as the listener knows it."""
        return self.producing or self.playback.playing(now)

    @property
    def finished(self) -> bool:
        """Whether everything was said and every result is there."""
        return not self.producing and not self.calls

    def due(self, now: float) -> list[Piece]:
        """Take the pieces that may be sent now."""
        if self._credit_at is not None:
            self._credit_s = min(BURST_S, self._credit_s + (now - self._credit_at) * SPEED)
        self._credit_at = now
        taken = []
        while self._queue and self._credit_s > -1e-6:
            pcm, caption = self._queue.popleft()
            self._credit_s -= seconds_of(pcm)
            self.playback.sent(pcm, caption, now)
            middle = self.playback.ends_at - seconds_of(pcm) / 2
            self._playing.append((middle, (pcm, caption)))
            taken.append((pcm, caption))
        self._forget_heard(now)
        return taken

    def _forget_heard(self, now: float) -> None:
        while self._playing and now >= self._playing[0][0]:
            self._playing.popleft()

    def rewind(self, now: float) -> None:
        """Queue again what was not heard until `now`, when the client dropped it."""
        self._forget_heard(now)
        self._queue.extendleft(piece for _, piece in reversed(self._playing))
        self._playing.clear()
        self.playback = AssumedPlayback()
        self.generated = False

    @property
    def wake_at(self) -> float | None:
        """When something of this reply is due again."""
        if self._queue:
            wait_s = max(-self._credit_s, 0.0) / SPEED
            return (self._credit_at or 0.0) + wait_s
        return self.playback.ends_at if self.generated else None
