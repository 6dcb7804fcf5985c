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
from livekit_nb.server.thinking.words import Utterance, word_set

__all__ = ["FOLLOW_UP_S", "Situation", "is_addressed", "waits_for_its_name"]

FOLLOW_UP_S = 10.0  #: so long after a reply what is said goes on with it
ANSWER_S = 60.0  #: so long a question of the agent waits for its answer
SHORT_ANSWER = 5  #: words; a longer answer to a question of the agent has to look like one

_AGENTS = word_set("computer assistant agent robot bot server machine gemini ai")
_OTHER_AGENTS = word_set("alexa siri cortana bixby google")
_DEAR = word_set(
    "honey hon sweetie sweetheart darling dear babe baby love mom mum mommy mummy mama dad daddy "
    "papa grandma grandpa granny nana auntie aunt uncle kids guys folks boys girls ladies bro sis "
    "kiddo sir madam ma'am officer doctor professor coach"
)
_ALSO_WORDS = word_set(
    "will may mark rose grace april june jack art bill rob pat sue grant chase faith hope joy drew "
    "frank max paris sydney austin madison charlotte victoria florence chelsea brooklyn georgia "
    "virginia jordan dallas ray gene dean earl duke"
)
_LEAD = (
    r"(?:(?:um|uh|oh|hey|hi|hello|okay|ok|so|well|and|but|yo|no|yes|yeah|sorry|excuse me|wait|"
    r"listen|look|please|now|then|just|thanks|thank you|good morning|good night|bye|come on|right|"
    r"alright|all right) )*"
)
_LEADS = word_set(
    "um uh oh hey hi hello okay ok so well and but yo no yes yeah sorry wait listen look please "
    "now thanks bye right alright good morning night thank you come on excuse me all"
)
_CLOSERS = re.compile(
    r"\b(?:thanks|thank you|good night|good morning|bye|goodbye|hi|hello|hey|okay|ok|yes|no|sorry|"
    r"come on|love you|please|not now|in a minute) (?P<name>[\w'-]+)$"
)
_TO_SOMEBODY = word_set(
    "can could would will do did don't are have where where's what what's why when how please come "
    "look stop let's you your you're who who's hurry wait"
)
_BODY = re.compile(
    rf"^{_LEAD}(?:(?:can|could|would|will) you (?:please )?(?:just )?|don't |stop )?(?:"
    r"come (?:here|on|in|over|back|with|down|up|upstairs|downstairs|home|inside|outside|and|eat)\b|"
    r"(?:sit|stand|lie|calm|slow) (?:down|still|up|back)\b|hurry(?: up)?$|hurry up\b|move over\b|"
    r"get (?:up|down|dressed|ready|back here|over here|off|in the|into the|out of|in here|"
    r"(?:your|my|the) (?:shoes?|coat|bag|jacket|hands?|keys?|mail|door|ball|salt|milk))\b|"
    r"put (?:your|on your|that down|it down|that back|it back|it away|(?:the|that|those) [\w ]+? "
    r"(?:down|away|back|in the|on the (?:table|counter|shelf|floor)))|"
    r"take (?:your|off your|out the|the (?:dog|trash|garbage|kids|bus|next|second|first)|a bite)\b|"
    r"take (?:him|her|them) |hold (?:this|that|these|still|my|onto|the (?:door|ladder|baby))\b|"
    r"(?:pass|hand) (?:me|the|us|that|over)\b|give (?:me (?:a hand|your|that|those|a (?:hug|kiss|"
    r"bite|lift|ride|minute|second|sec)|the (?:salt|keys?|remote|phone|ball|scissors|box|bag|"
    r"hammer))|it (?:to|back)|him|her|them|grandma|your)\b|bring (?:me|it here|that|your|us|the "
    r"(?:salt|keys?|plates?|bags?))\b|help (?:me (?:with (?:this|that|the|these)|carry|"
    r"lift|move|up|out|find my|get)|him|her|your)\b|wait (?:for me|up|here|outside)\b|"
    r"(?:be|being) (?:careful|nice|good|quiet|gentle)"
    r"(?: (?:with|to)|$)|watch (?:out|your|him|her|the (?:kids|baby|step))|"
    r"(?:brush|wash|eat|finish|drink|tidy|pack|zip|tie|button|mind|use|clean up|clean) your\b|"
    r"leave (?:him|her|them|your|it|me) (?:alone|there|here)\b|"
    r"(?:touch|hit|hitting|kick|kicking|fight|fighting|yell|yelling|running|run|cry|crying|push|"
    r"pushing|bother|wake) (?:that|your|the|him|her|it|around|in|each)\b|"
    r"(?:forget|lose) your\b|go (?:to (?:bed|sleep|your)|upstairs|outside|inside|home|and|ask|get|"
    r"play|away|wash|brush|say)\b|(?:answer|get) the (?:door|phone)\b|"
    r"pick (?:me|him|her|it|that|those|them|your \w+) up\b|pick up (?:your|the (?:kids|toys))\b|"
    r"pick (?:him|her|them) |(?:try|taste|smell) (?:this|it|some|one)\b|"
    r"(?:let|take) the (?:dog|cat) |walk the dog|turn around\b|"
    r"(?:set|clear) the table\b|do (?:the dishes|your homework|your)\b|"
    r"say (?:hi|hello|goodbye|sorry|thank you|bye|please) to\b|scoot\b|"
    r"let's (?:go|eat|leave|get|have|watch|order|take|meet|see|head|ask|sit)\b)"
)
_PEOPLE_DO = re.compile(
    r"\b(?:did|have|haven't|didn't|are|aren't|were|will|won't|do|don't|would|should|when|where|"
    r"what|why|who|how|how long|what time) "
    r"(?:(?:did|didn't|don't|aren't|do|are|will|have|would|were|should|time|else|kind of \w+) )*"
    r"(?:you|you're|the kids|you guys|you two) "
    r"(?:(?:guys|two|all|already|even|still|ever|just|finally|really|not|going to|gonna|"
    r"remember to|forget to|manage to|have to|want to|need to|get to) )*(?:"
    r"feed|fed|eat anything|eaten|ate|had (?:lunch|dinner|breakfast|enough)|have (?:lunch|dinner|"
    r"breakfast|enough|a meeting|plans|time (?:for|to|tonight|tomorrow)|school|work|homework|any "
    r"(?:homework|plans))|want (?:for|some|any|more|another|it|one|me to|to (?:come|go|watch|eat|"
    r"join|play|sit|order|grab|get))|wanna|come|coming|going|go|gone|been (?:to|all|waiting)|"
    r"seen (?:my|the|his|her|our|that|them|him)|see (?:my|the game|the game|him|her|them|that|"
    r"what (?:he|she|they))|lock|locked|take|took|taken|pick|picked|call|called|talk to|talked|"
    r"spoken|speak to|buy|bought|brush|brushed|wash|washed|sleep well|sleep okay|home|ready|free|"
    r"drive|drove|pay|paid|working|at work|at school|finish|finished|done with|bring|brought|leave|"
    r"left|leaving|put (?:the|my|it|that|on)|move|moved|borrow|borrowed|wear|wearing|park|parked|"
    r"cook|cooked|cooking|make|making|made|meet|meeting|met|mind (?:if|holding|passing|moving)|"
    r"pack|packed|staying|stay|visiting|visit|watching|doing (?:tonight|this|tomorrow|after|over|"
    r"here|there|up|that|with|on)|up to (?:tonight|this|tomorrow)|crying|laughing|upset with|angry "
    r"at|late|sure about|serious|kidding|okay with|hurt|turn off|turned off|leave|get (?:home|back|"
    r"the|my|a|that|some|your|paid)|got (?:the|my|your|any)|hear (?:about|from|what|him|her|back)|"
    r"heard (?:about|from|back)|tell (?:him|her|them|your)|told|ask (?:him|her|them|your)|asked|"
    r"invited|know (?:him|her|where (?:my|the|he|she|they)|(?:if|what) (?:he|she|they)))"
    r"\b"
)
_SELLS = re.compile(
    r"\b(?:call now|order now|act now|visit (?:our|us)|our website|stay tuned|coming up next|"
    r"after the break|we'll be right back|terms and conditions|limited time|brought to you by|"
    r"back to you in the studio|this just in|breaking news|your local dealer|ask your doctor|"
    r"subscribe to (?:our|the) channel|welcome back to|free shipping|money back|in theaters)\b"
)
_TAG = re.compile(
    r"\b(?:isn't it|isn't he|isn't she|aren't they|aren't we|wasn't it|doesn't it|don't they|right|"
    r"huh|you know|you know what i mean|don't you think|eh|know what i mean|didn't we|won't it|"
    r"can you believe (?:it|that))$"
)
_REACTION = re.compile(
    rf"^{_LEAD}(?:(?:really|seriously|what|is that so|are you serious|are you kidding(?: me)?|"
    r"you're kidding|no way|oh my (?:god|gosh)|did (?:he|she|they)|does (?:he|she)|is (?:he|she)|"
    r"you did|you do|you are|did you|do you|have you|are you|who told you(?: that)?|"
    r"how so|why not|since when|says who) ?)+$"
)
_EXCLAIMS = re.compile(r"^(?:what an?|how (?:nice|sad|sweet|cute|lovely|awful|weird|funny))\b")
_OTHERS = word_set(
    "he she him her his hers they them their he's she's they're he'll she'll they'll"
)
_REQUEST = re.compile(rf"^{_LEAD}(?:(?:can|could|would|will) you|(?:can|could|may) i)\b")
_SELF = word_set(
    "i i'm i've i'd i'll me my mine myself you you're you've you'd you'll your yours yourself we "
    "we're we've we'd we'll us our ours"
)
_US = re.compile(
    r"^" + _LEAD + r"(?:(?:what|where|when|how|why|which|who|what time) )?(?:else )?"
    r"(?:should|shall|are|do|did|can|could|will|have|were|don't|aren't|must|would) we\b"
)
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
        Whether there is something "and in Berlin?" could go on with.
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
    if not len(utterance) or _calls(utterance, situation.names | _AGENTS):
        return True
    if situation.by_name:
        return situation.quiet_s is not None and situation.talking
    answers = situation.awaits and len(utterance) <= SHORT_ANSWER
    if answers and len(utterance) <= 2:
        return True
    if _calls(utterance, _OTHER_AGENTS | _DEAR) or (not answers and _names_somebody(utterance)):
        return False
    if _SELLS.search(utterance.line):
        return False
    if answers:
        return True
    line = utterance.line
    if _BODY.match(line) or _PEOPLE_DO.search(line):
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
    if situation.continues and (lows[0] == "and" or line.startswith("what about")):
        return False
    kind = kind_of(utterance)
    if _EXCLAIMS.match(line) and not utterance.text.endswith("?"):
        return True
    if _TAG.search(line) or _REACTION.match(line) or _US.match(line):
        return True
    if kind not in ("statement", "fragment", "question"):
        return False
    of_self = bool(_SELF & set(lows))
    if kind == "question" and not _OTHERS & set(lows):
        return situation.company and of_self and not _REQUEST.match(line)
    return bool(_OTHERS & set(lows)) or situation.company or not of_self


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
    closer = _CLOSERS.search(utterance.line)
    return closer is not None and closer["name"] in names


def _is_called(utterance: Utterance, start: int, size: int) -> bool:
    """Tell whether the name there is followed by a comma, or by what is said to somebody."""
    end = start + size
    lows, words = utterance.lows, utterance.words
    if end >= len(lows):
        return start > 0 or size == len(lows)
    return (
        bool(words[end - 1].after)
        or lows[end] in _TO_SOMEBODY
        or (start > 0 and lows[start - 1] in ("hey", "hi", "hello"))
    )


def _names_somebody(utterance: Utterance) -> bool:
    """Tell whether somebody is called by a given name; one that is a word too needs its comma."""
    if _calls(utterance, GIVEN_NAMES - _ALSO_WORDS):
        return True
    at = _start(utterance)
    first, *rest = utterance.words[at : at + 2]
    return (
        bool(rest)
        and (first.low in _ALSO_WORDS and first.after == ",")
        and (rest[0].low in _TO_SOMEBODY)
    )


def _start(utterance: Utterance) -> int:
    """Index of the first word after "hey", "oh, sorry" and the like."""
    lows = utterance.lows
    at = 0
    while at < len(lows) - 1 and lows[at] in _LEADS:
        at += 1
    return at
