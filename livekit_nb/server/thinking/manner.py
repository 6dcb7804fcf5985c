"""How one wants to be spoken to: slower, faster, louder, quieter, or as before."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

__all__ = ["USUAL", "Manner", "asked_manner", "told_manner"]

STEP = 1.25  #: what one "slower" or "faster" changes the pace by; well audible, still natural
SLOWEST, FASTEST = 0.6, 1.6
STEP_DB = 6.0  #: what one "louder" or "quieter" changes the level by
QUIETEST_DB, LOUDEST_DB = -18.0, 12.0

_WAYS = {
    "slow": r"slow(?:er|ly)?(?: down)?|less quickly|not so fast|less fast|too fast",
    "fast": r"fast(?:er)?|quick(?:er|ly)|speed up|hurry up|too slow(?:ly)?|not so slow(?:ly)?",
    "loud": r"loud(?:er|ly)?|speak up|talk up|turn (?:up your voice|your voice up)|"
    r"too quiet(?:ly)?|not so quiet|raise your voice|hardly hear you|can't hear you(?: well)?",
    "quiet": r"quiet(?:er|ly)|soft(?:er|ly)|not so loud|less loud(?:ly)?|too loud(?:ly)?|"
    r"whisper|lower your voice|keep your voice down|"
    r"turn (?:down your voice|your voice down)",
    "normal": r"normal(?:ly)?|(?:as|like) before|usual|regular(?:ly)?",
}
_WAY = re.compile("|".join(rf"(?P<{way}>\b(?:{said})\b)" for way, said in _WAYS.items()))
_VOICE = re.compile(
    r"\b(?:speak|speaking|talk|talking|say|repeat|whisper|your (?:voice|speech)|hear you)\b"
    r"|\byou(?:'re| are) (?:much |far |a (?:bit|little) )?too\b"
)
_AGAIN = re.compile(r"\b(?:repeat|say (?:that|it)|again|once more|hear you)\b")
_BARE = re.compile(
    r"^(?:(?:please|can|could|would|you|a|bit|little|lot|much|more|even|too|but|and|okay|now|"
    r"again|be|go|do|it|that|get|sorry|um|still|slow|down|speed|up|not|so|less|"
    r"slower|slowly|faster|quicker|quickly|fast|louder|loudly|loud|quieter|quietly|softer|softly) ?"
    r")+$"
)
_SPEAK = re.compile(r"\b(?:speak|talk)\b")
_AT_RATE = re.compile(
    r"\b(?:at|in|your|with) (?:an? |your |the )?\w+ (?:speed|pace|volume|voice)\b"
)


@dataclass(frozen=True, slots=True)
class Manner:
    """How to speak.

    Parameters
    ----------
    pace : float
        Speed, 1 as usual, less for slower.
    loudness_db : float
        Level beside the usual one, in decibels.
    """

    pace: float = 1.0
    loudness_db: float = 0.0

    def more(self, way: str) -> Manner:
        """Return it one step slower, faster, louder or quieter (``slow``, ``fast``, …)."""
        if way in ("slow", "fast"):
            pace = self.pace * (STEP if way == "fast" else 1 / STEP)
            return replace(self, pace=min(max(pace, SLOWEST), FASTEST))
        if way in ("loud", "quiet"):
            level = self.loudness_db + (STEP_DB if way == "loud" else -STEP_DB)
            return replace(self, loudness_db=min(max(level, QUIETEST_DB), LOUDEST_DB))
        return Manner()

    def answer_to(self, way: str, before: Manner) -> str:
        """Say what changes, or that no more is possible."""
        if way != "normal" and self == before:
            limit = {"slow": "slowly", "fast": "fast", "loud": "loudly", "quiet": "quietly"}[way]
            return f"I already speak as {limit} as I can."
        how = {
            "slow": "more slowly",
            "fast": "faster",
            "loud": "louder",
            "quiet": "more quietly",
            "normal": "as usual again",
        }[way]
        return f"Okay, I speak {how} now."


USUAL = Manner()


def asked_manner(line: str, *, bare: bool) -> tuple[str, bool] | None:
    """Read a wish for another manner of speaking.

    Parameters
    ----------
    line : str
        The utterance in lower case without punctuation.
    bare : bool
        Whether a mere "louder" counts too, which may be meant for a tool.

    Returns
    -------
    tuple of (str, bool) or None
        Which way (``slow``, ``fast``, ``loud``, ``quiet``, ``normal``), and whether the last reply
        is wanted again in it.
    """
    found = _WAY.search(line)
    if found is None or len(line.split()) > 14:
        return None
    of_voice = bool(_VOICE.search(line)) or "your" in line.split()
    if found.lastgroup == "normal":
        of_voice = of_voice and bool(_AT_RATE.search(line) or _SPEAK.search(line))
        bare = False
    if not of_voice and not (bare and _BARE.match(line)):
        return None
    return found.lastgroup or "", bool(_AGAIN.search(line)) and found.lastgroup != "normal"


def told_manner(instructions: str) -> Manner:
    """Read how to speak from system instructions ("Speak slowly and quietly.")."""
    manner = Manner()
    for sentence in re.split(r"(?<=[.!?;])\s+|\n", instructions.lower()):
        if re.search(r"\b(?:speak|talk|speech|voice|pace)\b", sentence):
            if re.search(r"\b(?:don't|do not|never|not)\b", sentence):
                continue
            for found in _WAY.finditer(sentence):
                manner = manner.more(found.lastgroup or "normal")
    return manner
