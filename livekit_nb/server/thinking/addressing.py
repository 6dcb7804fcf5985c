"""Whether something was said to the agent, or to somebody else in the room.

Only where a model may choose what to answer (proactive audio). Not answering somebody is worse than
answering once too often, so the question is not who was meant, but whether anything tells that the
agent was not:

* *Sure signs* count always: another name in front ("Anna, could you …"), "honey", an order for a
  body ("come here", "pass me the salt"), a question about what only people do ("did you feed the
  cat?"), an advertisement. What one of the declared tools can do is no order for a body.
* *Weak signs* count when the agent has not been talking for a while: somebody asks about "us", or
  speaks of "him", tells something that is neither about "me" nor "you", or just reacts ("Really?").
  In the seconds after a reply, and before the first one, that is said to the agent.
* Who was just talking to somebody else goes on with that: then weak signs count at any time, and
  what is told about "me" is for the other, too.

Its own name, an answer to its question, and a request it can carry out are for the agent whatever
else was said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from livekit_nb.server.thinking.given_names import GIVEN_NAMES
from livekit_nb.server.thinking.mood import kind_of
from livekit_nb.server.thinking.overheard import (
    AGENTS,
    ALSO_WORDS,
    AMONG_PEOPLE,
    BODY,
    CLOSERS,
    DEAR,
    EXCLAIMS,
    LEADS,
    OTHER_AGENTS,
    OTHERS,
    PEOPLE_DO,
    REACTION,
    REQUEST,
    SELF,
    SELLS,
    TAG,
    TO_SOMEBODY,
    US,
)
from livekit_nb.server.thinking.words import Utterance

__all__ = ["FOLLOW_UP_S", "Situation", "is_addressed", "waits_for_its_name"]

FOLLOW_UP_S = 10.0  #: so long after a reply what is said goes on with it
ANSWER_S = 60.0  #: so long a question of the agent waits for its answer
BRIEF = 2  #: so few words without a verb ask for nothing: "Yeah, right."
LONG = 7  #: and so many are a piece of what goes on elsewhere
SHORT_ANSWER = 5  #: words; a longer answer to a question of the agent has to look like one

_BY_NAME = re.compile(
    r"\bonly (?:ever )?(?:answer|respond|reply|speak|talk|chime in|react)\b[^.!;\n]*?\b"
    r"(?:your name|by name|call(?:s|ed)? you|address(?:es|ed)? (?:you )?(?:as|directly|by))"
    r"|\b(?:do not|don't|never) (?:answer|respond|reply|speak|talk|react)\b[^.!;\n]*?\bunless\b"
    r"[^.!;\n]*?\b(?:your name|by name|call(?:s|ed)? you)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Situation:
    """In which something was said.

    Parameters
    ----------
    names : frozenset of str
        The agent's names, in lower case.
    quiet_s : float or None
        Seconds since the agent's last reply; None before the first.
    asked : bool
        Whether that reply asked something.
    continues : bool
        Whether something was said to the agent that "and in Berlin?" could go on with.
    fits : callable
        Whether the agent can do or answer what is asked; it may take long, so it is asked last.
    company : bool
        Whether what was said before this was said to somebody else.
    by_name : bool
        Whether it was told to answer only when it is called by its name.
    """

    names: frozenset[str] = frozenset()
    quiet_s: float | None = None
    asked: bool = False
    continues: bool = False
    fits: Callable[[], bool] = lambda: False
    company: bool = False
    by_name: bool = False

    @property
    def talking(self) -> bool:
        """Whether the agent and the user are talking to each other."""
        return not self.company and (self.quiet_s is None or self.quiet_s <= FOLLOW_UP_S)

    @property
    def awaits(self) -> bool:
        """Whether the agent has asked something that may be answered yet."""
        return self.asked and not self.company and (self.quiet_s or 0.0) <= ANSWER_S


def is_addressed(utterance: Utterance, situation: Situation) -> bool:
    """Tell whether an utterance was said to the agent, as far as anything tells that it was not."""
    if not len(utterance) or _calls(utterance, situation.names | AGENTS):
        return True
    if situation.by_name:
        return situation.quiet_s is not None and situation.talking
    answers = situation.awaits and len(utterance) <= SHORT_ANSWER
    if answers and len(utterance) <= 2:
        return True
    if _calls(utterance, OTHER_AGENTS | DEAR) or (not answers and _names_somebody(utterance)):
        return False
    if SELLS.search(utterance.line):
        return False
    if answers:
        return True
    line = utterance.line
    if BODY.match(line) or PEOPLE_DO.search(line):
        return situation.fits()
    if situation.talking or not _is_idle(utterance, situation):
        return True
    return situation.fits()


def waits_for_its_name(instructions: str) -> bool:
    """Tell whether instructions say to answer only when called by name."""
    return bool(_BY_NAME.search(instructions))


def _is_idle(utterance: Utterance, situation: Situation) -> bool:
    """Tell whether it asks nothing of the agent that has been silent for a while."""
    line, lows = utterance.line, utterance.lows
    short = len(lows) <= SHORT_ANSWER and not OTHERS & set(lows)
    if situation.continues and short and (lows[0] == "and" or line.startswith("what about")):
        return False
    kind = kind_of(utterance)
    if EXCLAIMS.match(line) and not utterance.text.endswith("?"):
        return True
    if any(sign.match(line) for sign in (REACTION, US, AMONG_PEOPLE)) or TAG.search(line):
        return True
    if kind not in ("statement", "fragment", "question"):
        return situation.company and kind == "wish"
    of_self = bool(SELF & set(lows))
    if kind == "question" and not OTHERS & set(lows):
        return situation.company and of_self and not REQUEST.match(line)
    if OTHERS & set(lows) or situation.company:
        return True
    if kind == "fragment":
        return len(lows) <= BRIEF or (len(lows) >= LONG and not of_self and "please" not in lows)
    return not of_self


def _calls(utterance: Utterance, names: frozenset[str]) -> bool:
    """Tell whether somebody of these names is spoken to, at the start or the end."""
    lows, words = utterance.lows, utterance.words
    at = _start(utterance)
    for start in {0, at}:
        for size in (2, 1):
            if " ".join(lows[start : start + size]) in names and _is_called(utterance, start, size):
                return True
    for size in (2, 1):
        is_last = len(lows) > size and " ".join(lows[-size:]) in names
        if is_last and "," in words[-size - 1].after:
            return True
    closer = CLOSERS.search(utterance.line)
    return closer is not None and closer["name"] in names


def _is_called(utterance: Utterance, start: int, size: int) -> bool:
    """Tell whether the name there is followed by a comma, or by what is said to somebody."""
    end = start + size
    lows, words = utterance.lows, utterance.words
    if end >= len(lows):
        return start > 0 or size == len(lows)
    return (
        bool(words[end - 1].after)
        or lows[end] in TO_SOMEBODY
        or (start > 0 and lows[start - 1] in ("hey", "hi", "hello"))
    )


def _names_somebody(utterance: Utterance) -> bool:
    """Tell whether somebody is called by a given name; one that is a word too needs its comma."""
    if _calls(utterance, GIVEN_NAMES - ALSO_WORDS):
        return True
    at = _start(utterance)
    first, *rest = utterance.words[at : at + 2]
    return (
        bool(rest)
        and (first.low in ALSO_WORDS and first.after == ",")
        and (rest[0].low in TO_SOMEBODY)
    )


def _start(utterance: Utterance) -> int:
    """Index of the first word after "hey", "oh, sorry" and the like."""
    lows = utterance.lows
    at = 0
    while at < len(lows) - 1 and lows[at] in LEADS:
        at += 1
    return at
