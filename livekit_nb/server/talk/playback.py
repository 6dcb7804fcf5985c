"""What the listener has heard so far of a reply that was sent faster than real time.

The server cannot see the client's loudspeaker. It assumes what the service assumes: that audio is
played from the moment the first piece was sent, at its own speed, each piece after the one
before. While that lasts, the user's speech is an interruption, and what was not yet played was
not said.
"""

from __future__ import annotations

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ

__all__ = ["AssumedPlayback", "Piece", "pieces"]

PIECE_S = 0.16  #: length of one audio message; the service's have been seen from 0.16 to 0.24 s

Piece = tuple[bytes, str]
"""s16le 24 kHz audio, and what is said in it."""


def seconds_of(pcm: bytes) -> float:
    """Length of s16le 24 kHz audio in seconds."""
    return len(pcm) / 2 / OUTPUT_RATE_HZ


def pieces(pcm: bytes, caption: str) -> list[Piece]:
    """Cut a clause into messages, with the words spread over them in proportion.

    The captions joined are `caption`; a word belongs to the piece in which it begins.
    """
    size = 2 * int(PIECE_S * OUTPUT_RATE_HZ)
    cuts = [pcm[start : start + size] for start in range(0, len(pcm), size)]
    result: list[Piece] = []
    done = 0
    for number, cut in enumerate(cuts, 1):
        upto = len(caption) * number // len(cuts)
        while 0 < upto < len(caption) and not caption[upto - 1].isspace():
            upto += 1
        upto = max(upto, done)
        result.append((cut, caption[done:upto]))
        done = upto
    return result


class AssumedPlayback:
    """Follows the playback of one reply on the server's clock (seconds)."""

    def __init__(self) -> None:
        self._plays: list[tuple[float, float, str]] = []  # start, duration, caption
        self.ends_at = float("-inf")
        """When everything sent so far will have been played."""
        self.sent_s = 0.0
        """Seconds of audio sent so far."""

    def sent(self, pcm: bytes, caption: str, now: float) -> None:
        """Note that a piece of the reply was sent."""
        duration = seconds_of(pcm)
        start = max(now, self.ends_at)
        self._plays.append((start, duration, caption))
        self.ends_at = start + duration
        self.sent_s += duration

    def playing(self, now: float) -> bool:
        """Whether the listener is assumed to be hearing the reply."""
        return now < self.ends_at

    def heard_s(self, now: float) -> float:
        """Seconds of the reply that were heard."""
        return sum(min(max(now - start, 0.0), duration) for start, duration, _ in self._plays)

    def heard_text(self, now: float) -> str:
        """Words that were heard: those of every piece of which at least half was played."""
        return "".join(
            caption for start, duration, caption in self._plays if now >= start + duration / 2
        )
