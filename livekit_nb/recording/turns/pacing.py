"""When the words of a reply were spoken, as far as its captions tell.

Captions come in fragments, beside the sound and without times. Where a fragment lies in the sound
is guessed from how much sound had arrived when it came: it tells what was said since the fragment
before. Fragments that run ahead of the sound follow each other at a quick speaker's pace.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["Fragment", "Pacing"]

_PACE_PER_S: Final = 20.0  # characters; English is spoken at 12 to 18
_RATE_HZ: Final = 24_000

_WORD: Final = re.compile(r"\S+")


class Fragment(NamedTuple):
    """A piece of caption, and which samples of the reply it tells."""

    text: str
    start: int
    stop: int


class Pacing:
    """The caption of one reply, with guesses of when each word was spoken."""

    def __init__(self) -> None:
        self.fragments: list[Fragment] = []

    @property
    def text(self) -> str:
        """All that was captioned, as it came."""
        return "".join(fragment.text for fragment in self.fragments)

    def add(self, text: str, received: int) -> None:
        """Add a fragment that came when `received` samples of the reply had arrived."""
        start = self.fragments[-1].stop if self.fragments else 0
        least = start + round(len(text) / _PACE_PER_S * _RATE_HZ)
        self.fragments.append(Fragment(text, start, max(received, least)))

    def trail(self, text: str) -> None:
        """Add a fragment that came after the reply was over: its sound arrived long before."""
        if self.fragments:
            last = self.fragments.pop()
            self.fragments.append(last._replace(text=last.text + text))
        else:
            self.add(text, 0)

    def heard(self, samples: int) -> int:
        """Return how many characters of :attr:`text` were spoken in the first `samples` samples.

        Words are whole: one counts when half of it was heard.
        """
        count = before = 0
        for fragment in self.fragments:
            for word in _WORD.finditer(fragment.text):
                middle = (word.start() + word.end()) / 2 / len(fragment.text)
                at = fragment.start + middle * (fragment.stop - fragment.start)
                if at > samples:
                    return count
                count = before + word.end()
            before += len(fragment.text)
        return before
