"""When a pause is the end of a turn.

When the client states ``silenceDurationMs``, a pause of that length ends the turn, as with the
real service. When it leaves that open, what was said so far decides: a very short pause starts a
provisional recognition, and the more finished the words read, the shorter the wait. "What's the
weather in Paris?" is answered after a sixth of a second of silence, "Set a timer for" after more
than one. If the person goes on, the recognition is thrown away.

The pause is measured in audio, not by the clock, so that a late or a fast client is judged alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from livekit_nb.wire.messages import AutomaticActivityDetection

__all__ = ["Endpointer", "Patience", "Verdict"]


class Verdict(Enum):
    """What to do about a pause."""

    WAIT = "wait"
    RECOGNISE = "recognise"  #: recognise what was said so far
    END = "end"  #: the turn is over
    APART = "apart"  #: the turn is over, though its words are not known yet
    DROP = "drop"  #: there were no words; it was no turn


@dataclass(frozen=True)
class Patience:
    """How long to wait in a pause, in seconds of audio.

    Attributes
    ----------
    recognise_s : float
        Pause after which recognition begins.
    fixed_s : float or None
        Pause which ends the turn whatever was said, as the client asked for; None to judge by
        the words.
    complete_s, unclear_s, incomplete_s : float
        Pause which ends the turn when the words read as finished (completeness 0.8 and above),
        could be either (0.5), or surely go on (0.2 and below); between these, in proportion.
    brief_s : float
        At least so long a pause is waited for after one or two words: "Hello there" and "Wait"
        are complete, but people go on from there.
    wordless_s : float
        Pause after which noise without words is forgotten.
    sign_s : float
        Pause after which a reply is gone on with that was broken off for a listener's sign
        ("mhm", "yeah") or for noise.
    """

    recognise_s: float = 0.032
    fixed_s: float | None = None
    complete_s: float = 0.15
    unclear_s: float = 0.7
    incomplete_s: float = 1.4
    brief_s: float = 0.32
    wordless_s: float = 0.7
    sign_s: float = 0.12

    @classmethod
    def of(cls, settings: AutomaticActivityDetection | None) -> Patience:
        """Read the client's ``silenceDurationMs`` and ``endOfSpeechSensitivity``."""
        if settings is None:
            return cls()
        if settings.silence_duration_ms is not None:
            fixed_s = min(max(settings.silence_duration_ms / 1000, 0.032), 30.0)
            return cls(recognise_s=min(cls.recognise_s, fixed_s), fixed_s=fixed_s)
        if str(settings.end_of_speech_sensitivity).upper().endswith("LOW"):
            return cls(complete_s=0.5, unclear_s=1.0, incomplete_s=2.0)
        return cls()

    def wait_s(self, completeness: float, words: int = 3) -> float:
        """Pause that ends a turn of so many words, finished to the degree 0..1."""
        if self.fixed_s is not None:
            return self.fixed_s
        if words <= 2:
            return max(self.brief_s, self.wait_s(completeness))
        if completeness >= 0.5:
            share = min((completeness - 0.5) / 0.3, 1.0)
            return self.unclear_s + share * (self.complete_s - self.unclear_s)
        share = min((0.5 - completeness) / 0.3, 1.0)
        return self.unclear_s + share * (self.incomplete_s - self.unclear_s)

    @property
    def longest_s(self) -> float:
        """Pause that ends a turn whatever was said."""
        return self.incomplete_s if self.fixed_s is None else self.fixed_s


class Endpointer:
    """Judges the pauses of one utterance.

    A pause is named by the position of the last voiced sample before it: when that has moved,
    the person went on, and a recognition under way is about the past.
    """

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._recognising: int | None = None
        self._result: tuple[str, float] | None = None
        self._sign = False
        self._closing = False
        self._held_back: int | None = None

    @property
    def text(self) -> str:
        """Words recognised in the present pause, empty when there are none yet."""
        return self._result[0] if self._result else ""

    @property
    def completeness(self) -> float:
        """How finished these words read, 0..1."""
        return self._result[1] if self._result else 0.0

    def judge(self, voiced_until: int, pause_s: float) -> Verdict:
        """Judge a pause of `pause_s` seconds after the sample `voiced_until`."""
        if self._recognising is not None and self._recognising != voiced_until:
            self._recognising = self._result = None  # the person went on
        if self._recognising is None:
            if pause_s < self.patience.recognise_s and not self._closing:
                return Verdict.WAIT
            self._recognising = voiced_until
            return Verdict.RECOGNISE
        if self._result is None:
            # No words could make the wait longer. The audio came faster than it was recognised:
            # the network had held it up, or a client says again what was lost.
            return Verdict.APART if pause_s >= self.patience.longest_s else Verdict.WAIT
        text, completeness = self._result
        if not text:
            wait_s = self.patience.sign_s if self._sign else self.patience.wordless_s
            over = self._closing or pause_s >= wait_s
            return Verdict.DROP if over else Verdict.WAIT
        wait_s = self.patience.wait_s(completeness, len(text.split()))
        if self._sign:
            wait_s = min(wait_s, self.patience.sign_s)
        over = self._closing or pause_s >= wait_s
        return Verdict.END if over else Verdict.WAIT

    def holds_back(self, pause_s: float) -> bool:
        """Whether an unfinished sentence is waited for; said once of each pause.

        That is so when the pause is already as long as would end a turn whose words could be
        either, but these surely go on.
        """
        if self.patience.fixed_s is not None or not self.text or self.completeness >= 0.5:
            return False
        if pause_s < self.patience.unclear_s or self._held_back == self._recognising:
            return False
        self._held_back = self._recognising
        return True

    def recognised(
        self, voiced_until: int, text: str, completeness: float, *, sign: bool = False
    ) -> None:
        """Take the result of the recognition begun in the pause after `voiced_until`.

        A listener's `sign`, or noise, which broke a reply off is not waited for long.
        """
        if voiced_until == self._recognising:
            self._result, self._sign = (text, completeness), sign

    def close(self) -> None:
        """No more audio will come: end as soon as the words are known."""
        self._closing = True
