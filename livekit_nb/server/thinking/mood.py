"""What kind of utterance it is: a request, a question, a statement; and whether it is finished."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from livekit_nb.server.thinking.lexicon import REQUEST_STEMS
from livekit_nb.server.thinking.quantities import number_at
from livekit_nb.server.thinking.words import (
    AUXILIARIES,
    DETERMINERS,
    FILLERS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    Utterance,
    stem,
    word_set,
)

_OPINION = re.compile(
    r"^(?:so |and |but |well )*(?:do|did|have|are|were|would|don't|does|can) you "
    r"(?:ever |really |also )?"
    r"(?:like|think|know how|feel|feeling|believe|enjoy|love|hate|prefer|remember when|been|"
    r"ever|agree|dream|eat|sleep|have (?:a |any )?(?:feelings|friends|family|favorite|favourite))\b"
    r"|^what do you (?:think|feel|like|prefer)|^what's your (?:favorite|favourite|opinion)"
    r"|^why (?:do|does|did|is|are|was|were|can't|don't)\b|^how (?:do|does|did) (?!i say|you say)"
    r"(?:\w+ )+(?:work|works|made)$|^what (?:is|are) (?:an? )\w+$|^who (?:invented|"
    r"discovered|wrote)"
)
_WISH = re.compile(
    r"^(?:(?:um|uh|so|well|okay|ok|and|then|please|hey|hi|hello|yes|yeah) )*"
    r"(?:(?:i'd|we'd|i would|we would)(?: really| also| just)? like|"
    r"(?:i|we|i'd|we'd|i'm|we're|i'll|we'll|i've) (?:(?:really|just|also|still|"
    r"would|might|could|will|do) )*"
    r"(?:want|need|wanna|wish|love to|have to|gonna|going to need|got to|looking|take|get|have "
    r"(?:the|a|an|two|three|four)|should|am looking|feel like|forgot to))\b"
)
_RELATIVE_WISH = re.compile(
    r"\b(?:i|we) (?:want|need|wish|have) to (?:\w+)$|\b(?:i'm|we're|i am|we are) ready to \w+"
)
_NOW_WISH = re.compile(
    r"^(?:\w+ )?(?:i'd like|i would like|i need|i want|we need|we want) (?:(?!that|when).)*$"
)
_STATEMENT = re.compile(
    r"^(?:(?:um|uh|so|well|okay|ok|and|then|yes|yeah|no|but|oh|wow|haha|actually|"
    r"because|guess what) )*"
    r"(?:\w+s (?:are|were|have|taste|look|seem) (?:my|so|too|very|really|the|always|not)\b|"
    r"(?:i|we|he|she|they|it|you|there|somebody|someone|everybody|nobody|people|something|everything|nothing)\b"
    r"|(?:i'm|i've|it's|he's|she's|they're|we're|that's|there's|i'd|i'll|you're)\b"
    r"|(?:my|the|this|that|these|those|our|his|her|their|your|a|an|some|last|yesterday|every) "
    r"(?:[\w'-]+ ){1,4}?(?:is|are|was|were|has|had|looks|look|seems|said|told|went|"
    r"likes|like|loves|"
    r"hates|lives|works|wants|wanted|needs to|thinks|hopes|plans|keeps|feels|"
    r"makes|made|came|got|always|never|just|called|broke|stopped|will|sounds|"
    r"tastes|smells|can|cannot|can't|runs|takes|costs|means|starts|started|does|did|doesn't|"
    r"won't|isn't|aren't|wasn't|don't|didn't|stays?|remains?|shows|leaks?|hurts?|freezes|crashes|"
    r"flickers|beeps|prints)\b)"
)
_PLAIN_FACT = re.compile(
    r"^(?:(?:the|a|an|my|our|your|this|that|these|those|all|most) )?"
    r"(?:\w+ ){1,2}(?:is|are|was|were) "
)
_ORDER_AT_END = re.compile(
    r"\b(?:log|add|note|write|save|record|put|order|book|send|track|remember|set|start|turn|make) "
    r"(?:it|that|this|them)(?: (?:down|please|for me|(?:to|on) (?:my|the) [\w ]+|off|on))*$"
)
_PAST = re.compile(
    r"\b(?:yesterday|last (?:night|week|year|month|time|summer|winter)|ago|was|were|"
    r"went|met|had|did|"
    r"used to|saw|bought|told|said|made|came|got|took|loved|called|ordered|visited|booked)\b"
)
_OWNERS = word_set("the my our his her their your this that")
_TOLD_END = re.compile(
    r"\b(?:sank|broke|fell|died|won|lost|ran|flew|grew|rang|left|arrived|burned|burnt|failed|crashed|"
    r"stopped|started|worked|disappeared|escaped|hurts?|aches?|sucks?|stinks?|rocks)$"
)
_ASKING = re.compile(r"\b(?:please|can you|could you|would you|will you|want you to|need you to)\b")

_OPEN_ENDINGS = (
    PREPOSITIONS
    | DETERMINERS
    | word_set(
        "and or but um uh uhm er erm hmm because if so then please and to than as with the is are "
        "was were am be been have has can could would should will i you we they he she i'm i'd "
        "i'll it's what's where's who's how's your their very really some any no called named "
        "saying say from between let's like well my set add turn make order book play send tell "
        "remind when where which also plus maybe number"
    )
) - word_set("in on off up down it this that over under around about inside through")
_MAYBE_ENDINGS = word_set("in on about over under around inside this that through")
_HESITATIONS = word_set("um uh uhm er erm eh ah hm hmm mm")
# Verbs after which something is still to be named, and what comes right before them.
_WANTS_OBJECT = word_set("buy bring fetch find get give make need order put wear want")
_BEFORE_VERB = word_set("to i we you please and me would should can could")
# "What do you need it for?" is finished; "I am going to" and "What are you going to" are not.
_STRANDED = word_set("with for from to about at of like")
_NOT_STRANDED_AFTER = word_set("going want wants have has need needs able used got like love try")
_TELLING = word_set("tell say saying text message remind know note write so")
_SHORT_ANSWERS = word_set(
    "yes no yeah yep nope sure okay ok thanks stop hello hi bye goodbye cancel correct right wait "
    "repeat continue please maybe exactly never nothing"
)
_CUTTING_IN = word_set("stop wait hold hang on no okay please")
_LONE_STARTS = word_set(
    "what who where when why how can could would will do does is are i we the a an"
)


def kind_of(utterance: Utterance) -> str:
    """Return ``request``, ``wish``, ``question``, ``opinion``, ``statement`` or ``fragment``."""
    return _kind_of(utterance.text)


@lru_cache(maxsize=512)
def _kind_of(text: str) -> str:
    utterance = Utterance(text)
    line = utterance.line
    if _OPINION.match(line):
        return "opinion"
    lows = _without_lead(utterance.lows)
    if not lows:
        return "fragment"
    if _WISH.match(line) and (_NOW_WISH.match(line) or not _PAST.search(line)):
        return "wish"
    if _RELATIVE_WISH.search(line) and not _PAST.search(line):
        return "wish"
    if _ASKING.search(line):
        return "request"
    if lows[0] in QUESTION_WORDS or lows[0] in AUXILIARIES - {"get", "it's", "there's"}:
        return "question"
    if stem(lows[0]) in REQUEST_STEMS:
        return "request"
    is_fact = _PLAIN_FACT.match(line) and number_at(lows, 0) is None
    if _ORDER_AT_END.search(line) and not utterance.text.endswith("?"):
        return "request"
    if (_STATEMENT.match(line) or is_fact) and not utterance.text.endswith("?"):
        return "statement"
    if utterance.text.endswith("?"):
        return "question"
    if lows[0] in _OWNERS and _TOLD_END.search(line) and 2 < len(lows) < 6:
        return "statement"
    if len(lows) > 3 and _PAST.search(line):
        return "statement"
    return "fragment"


STATIVE = word_set("is are was do does did which what what's when where who how how's")


def first_act(utterance: Utterance) -> str:
    """Return the word that tells the act: the first verb of a request, the question word."""
    if kind_of(utterance) == "question":
        for low in utterance.lows:
            if low in STATIVE:
                return low
    before = ""
    for low in utterance.lows:
        is_noun = before in DETERMINERS - {"this", "that"}  # "my list", "the book"
        if stem(low) in REQUEST_STEMS and low not in ("tell", "give", "let") and not is_noun:
            return low
        before = low
    return utterance.lows[0] if utterance.lows else ""


def is_unintelligible(utterance: Utterance) -> bool:
    """Tell whether words make no phrase, as a recogniser writes noise ("blue the of")."""
    lows = utterance.lows
    if kind_of(utterance) not in ("fragment", "statement") or not lows:
        return False
    small = DETERMINERS | PREPOSITIONS | AUXILIARIES
    if lows[-1] in small - {"it", "that", "this", "on", "in", "off", "about"} and len(lows) > 1:
        return True
    if any(a in DETERMINERS and b in small for a, b in pairwise(lows)):
        return True
    is_bare = not any(low in small | PRONOUNS or stem(low) in REQUEST_STEMS for low in lows)
    return len(lows) < 4 and is_bare


def _without_lead(lows: tuple[str, ...]) -> tuple[str, ...]:
    index = 0
    while index < len(lows) and lows[index] in FILLERS | {"and", "but", "then", "no"}:
        index += 1
    return lows[index:]


def looks_complete(text: str) -> float:
    """Tell how finished an utterance reads, for deciding when a turn is over.

    Parameters
    ----------
    text : str
        What was recognised so far.

    Returns
    -------
    float
        0 (surely goes on: "Set a timer for") to 1 (surely finished: "Yes.").
    """
    utterance = Utterance(text)
    lows = utterance.lows
    if not lows:
        return 0.0
    last = lows[-1]
    end = utterance.words[-1].after
    if "..." in end or "…" in end or end.endswith((",", "-", ":", ";")):
        # Recognisers write a comma after one in ten short follow-ups ("And in Berlin,").
        brief = end == "," and 1 < len(lows) <= 5 and last not in _OPEN_ENDINGS | _MAYBE_ENDINGS
        if brief and lows[0] == "and":
            return 0.65
        return 0.5 if brief and lows[0] in PREPOSITIONS else 0.1
    if last in _HESITATIONS - (set() if len(lows) > 1 else {"ah", "eh", "hm", "mm"}):
        return 0.02
    if set(lows) <= _CUTTING_IN and {"stop", "wait", "hold", "hang"} & set(lows):
        return 0.6  # what is wanted instead often follows
    if len(lows) == 1:
        if last in _SHORT_ANSWERS:
            return 0.95
        return 0.1 if last in _OPEN_ENDINGS | _LONE_STARTS else 0.8
    if len(lows) == 2 and lows[0] in AUXILIARIES and last in PRONOUNS:
        return 0.15
    is_whole = end.endswith("?") or (lows[0] in QUESTION_WORDS and len(lows) > 2)
    if last in ("you", "i", "we", "they") and is_whole:
        return 0.85
    if last == "that" and _TELLING.intersection(lows[-4:-1]):
        return 0.05
    if end.endswith("?") and last in _STRANDED and _asks_of_what(lows):
        return 0.78
    if last in _WANTS_OBJECT and lows[-2] in _BEFORE_VERB and lows[0] not in QUESTION_WORDS:
        return 0.3
    if last in _OPEN_ENDINGS:
        if last in ("please", "so", "then", "no", "order", "book", "number", "am"):
            return 0.9 if last in ("please", "no") else 0.6
        if (
            last in ("is", "are", "was", "do", "have", "has", "can", "will")
            and lows[0] in QUESTION_WORDS
        ):
            return 0.5
        return 0.04
    if last in _MAYBE_ENDINGS:
        turned = any(low in ("turn", "switch", "turned", "put") for low in lows)
        return 0.9 if (turned and last == "on") else 0.6 if last in ("this", "that") else 0.15
    if len(lows) > 1 and lows[-2] in ("for", "in") and last in ("half", "a", "twenty", "thirty"):
        return 0.35
    if lows[0] in ("if", "when", "because", "while") and "then" not in lows and len(lows) < 7:
        return 0.4
    if end.endswith(("?", "!", ".")):
        return 0.97
    return 0.75 if kind_of(utterance) == "fragment" and len(lows) < 3 else 0.85


def _asks_of_what(lows: tuple[str, ...]) -> bool:
    """Whether a question's last preposition belongs to its first word: "Who are you with?"."""
    if len(lows) < 4 or lows[0] not in {"what", "who", "which", "where"}:
        return False
    turned = lows[1] in AUXILIARIES and lows[2] in PRONOUNS
    return turned and lows[-2] not in _NOT_STRANDED_AFTER
