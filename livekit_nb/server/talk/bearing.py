"""How a reply suits the way the user spoke: softer, slower, brisker, calmer.

Only what was measured counts (:mod:`livekit_nb.audio.tone`), and only what is far from the user's
own turns before; without any, only what no voice does by habit: whispering, and a pace beyond what
people keep up. Loudness is compared twice, with earlier turns and with the room: a microphone that
is turned up changes the first and not the second, a noise that begins the second and not the first.
Nothing is ever said about feelings, because none were measured.

Ordinary pace is 4 to 6 syllables a second, pauses not counted (reading aloud: 2.1 to 4.7 in ten
recordings of people); a change of loudness by 6 dB and of pitch by two semitones is well above what
the same person does from one sentence to the next without meaning anything.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median
from typing import Final, Literal

import numpy as np

from livekit_nb.audio.tone import Tone
from livekit_nb.server.thinking import Manner, Plan
from livekit_nb.server.thinking.manner import FASTEST, LOUDEST_DB, QUIETEST_DB, SLOWEST

__all__ = ["Bearing", "Bearings", "in_short"]

KEPT: Final = 12  #: turns that tell what is usual; who changes for good is soon usual again
FEWEST: Final = 2  #: turns before anything is compared
LEAST_SYLLABLES: Final = 6  #: shorter turns have no pace: their last syllable is drawn out
SURE_SYLLABLES: Final = 8  #: likewise when there is nothing to compare with
FAST, SLOW = 6.8, 2.2  #: syllables a second, whoever speaks
FASTER, SLOWER = 1.3, 0.72  #: times one's own pace
CHANGED_DB: Final = 6.0
RAISED_SEMITONES: Final = 2.0
UNVOICED: Final = 0.06  #: share of speech with a pitch, at most, in a whisper
WHISPERED_S: Final = 0.7  #: of it are needed, so much above the room, for noise hides a pitch too
CLEAR_DB: Final = 12.0

PACES: Final = {"fast": 1.15, "slow": 0.85}
SOFTER: Final = {"whisper": (0.92, -8.0), "soft": (0.96, -4.0), "raised": (0.94, -2.0)}

_OFFERS = re.compile(
    r"\s*(?:What can I do for you|How can I help(?: you)?|What would you like|And you|"
    r"(?:Is there )?[Aa]nything else(?: I can (?:do|help)[\w ]*)?|"
    r"(?:What|How) else can I (?:do|help)[\w ]*|Would you like (?:anything else|to know more))\?"
    r"|\s*(?:I can also|Interrupt me|Let me know if|Feel free to)\b[^.!?]*[.!]"
)
_TAKEN_IN = re.compile(
    r"(?:okay|ok|all right|alright|sure|yes|no|good|hello|hi|sorry|you are welcome|goodbye|bye|"
    r"done)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bearing:
    """What was unusual about the way something was said.

    Attributes
    ----------
    pace : {"", "fast", "slow"}
    voice : {"", "whisper", "soft", "raised"}
        ``raised`` is louder and higher.
    """

    pace: Literal["", "fast", "slow"] = ""
    voice: Literal["", "whisper", "soft", "raised"] = ""

    def manner(self, usual: Manner) -> Manner:
        """Return how to speak the reply, from how it would have been spoken."""
        pace = usual.pace * PACES.get(self.pace, 1.0)
        slower, softer_db = SOFTER.get(self.voice, (1.0, 0.0))
        level_db = usual.loudness_db + softer_db
        return replace(
            usual,
            pace=min(max(pace * slower, SLOWEST), FASTEST),
            loudness_db=min(max(level_db, QUIETEST_DB), LOUDEST_DB),
        )

    @property
    def thought(self) -> str:
        """What was noticed and follows from it, in words; empty when nothing was."""
        noticed = {
            "fast": "That was said fast: I answer faster, and in few words.",
            "slow": "That was said slowly: I answer more slowly.",
            "whisper": "That was whispered: I answer softly.",
            "soft": "That was said more quietly than before: I answer more softly.",
            "raised": "That was said louder and higher than before: I answer calmly.",
        }
        return " ".join(noticed[way] for way in (self.voice, self.pace) if way)


USUAL: Final = Bearing()


class Bearings:
    """Follows how a user speaks from turn to turn, and suits the replies to it."""

    def __init__(self) -> None:
        self.present = USUAL
        """What was noticed about what was said last."""
        self._before: deque[Tone] = deque(maxlen=KEPT)
        self._acknowledges = False

    def heard(self, tone: Tone | None) -> Bearing:
        """Take note of how something was said, None for what was typed or could not be measured."""
        last = self.present
        self.present = USUAL if tone is None else self._judge(tone)
        self._acknowledges = self.present.voice == "raised" != last.voice
        if tone is not None:
            self._before.append(tone)
        return self.present

    def suit(self, plan: Plan) -> Plan:
        """Return a plan for a reply that suits what was said last."""
        bearing = self.present
        if bearing == USUAL:
            return plan
        say = in_short(plan.say) if bearing.pace == "fast" else plan.say
        if self._acknowledges and say:
            self._acknowledges = False
            say = say if _TAKEN_IN.match(say) else f"All right. {say}"
        thought = f"{bearing.thought} {plan.thought}" if plan.thought else ""
        return replace(plan, say=say, thought=thought, manner=bearing.manner(plan.manner))

    def _judge(self, tone: Tone) -> Bearing:
        return Bearing(self._pace(tone), self._voice(tone))

    def _pace(self, tone: Tone) -> Literal["", "fast", "slow"]:
        rate = tone.syllables_per_s
        if rate is None or tone.syllables < LEAST_SYLLABLES:
            return ""
        usual = self._usual(
            before.syllables_per_s for before in self._before if before.syllables >= LEAST_SYLLABLES
        )
        if usual is None:
            if tone.syllables < SURE_SYLLABLES:
                return ""
            return "fast" if rate > FAST else "slow" if rate < SLOW else ""
        return "fast" if rate > FASTER * usual else "slow" if rate < SLOWER * usual else ""

    def _voice(self, tone: Tone) -> Literal["", "whisper", "soft", "raised"]:
        if self._whispered(tone):
            return "whisper"
        spoken = [before for before in self._before if not _toneless(before)]
        level = self._usual(before.level_dbfs for before in spoken)
        above = self._usual(before.above_room_db for before in spoken)
        if level is None or above is None:
            return ""
        louder_db = tone.level_dbfs - level, tone.above_room_db - above
        if max(louder_db) <= -CHANGED_DB:
            return "soft"
        pitch = self._usual(before.pitch_hz for before in spoken)
        if min(louder_db) < CHANGED_DB or pitch is None or tone.pitch_hz is None:
            return ""
        return "raised" if 12 * np.log2(tone.pitch_hz / pitch) >= RAISED_SEMITONES else ""

    def _whispered(self, tone: Tone) -> bool:
        """Tell a whisper from a voice without pitch (through a telephone) by the turns before."""
        if not _toneless(tone) or tone.speech_s < WHISPERED_S or tone.above_room_db < CLEAR_DB:
            return False
        spoken = [not _toneless(before) for before in self._before]
        return not spoken or any(spoken)

    @staticmethod
    def _usual(values: Iterable[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return median(known) if len(known) >= FEWEST else None


def in_short(text: str) -> str:
    """Leave out offers that nobody in a hurry waits for.

    >>> in_short("Hello. What can I do for you?")
    'Hello.'
    """
    short = _OFFERS.sub("", text).strip()
    return short or text


def _toneless(tone: Tone) -> bool:
    return tone.voiced <= UNVOICED
