"""Open texts: cutting a request into phrases and giving each to the parameter it suits.

A request is a verb, its object and prepositional phrases ("book | a table | at Luigi's | for
Anna"). What no closed form has taken is cut into such phrases; a parameter's role says which
cues it likes (a place likes "in", a recipient "to", an item the object).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from livekit_nb.server.thinking.filling import EXPANDING_ROLES, Filling
from livekit_nb.server.thinking.lexicon import GENERIC_WORDS, GENRES, LANGUAGES, REQUEST_STEMS, related
from livekit_nb.server.thinking.roles import direction_of, role_of
from livekit_nb.server.thinking.times import MONTHS, WEEKDAYS
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.words import (
    AUXILIARIES,
    DETERMINERS,
    FILLERS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    singular,
    stem,
)

# How well a cue (preposition, ``object``, ``before`` a noun the tool knows, ``named``) suits a role.
_CUES: dict[str, dict[str, float]] = {
    "place": {"in": 1, "at": 0.8, "for": 0.7, "near": 0.9, "around": 0.8, "of": 0.6, "to": 0.5,
              "from": 0.3, "before": 0.6, "object": 0.35, "on": 0.3, "by": 0.4, "possessive": 0.7,
              "toward": 0.5},
    "origin": {"from": 1, "between": 0.9, "at": 0.3, "in": 0.2},
    "destination": {"to": 1, "for": 0.6, "into": 0.7, "towards": 0.9, "toward": 0.9, "in": 0.4,
                    "at": 0.4, "object": 0.45, "and": 0.6, "on": 0.3},
    "person": {"to": 0.9, "with": 0.95, "for": 0.7, "object": 0.7, "under": 1, "named": 0.8,
               "by": 0.3, "from": 0.4, "of": 0.3, "before": 0.3},
    "email": {"to": 0.6, "object": 0.3},
    "phone": {},
    "body": {"named": 0.9, "object": 0.4, "about": 0.6, "of": 0.2, "for": 0.3},
    "task": {"about": 0.8, "named": 0.9, "object": 0.5, "for": 0.45, "to": 0.4},
    "subject": {"about": 1, "regarding": 1, "on": 0.6, "named": 0.6, "of": 0.4, "for": 0.3},
    "query": {"for": 0.9, "about": 1, "on": 0.6, "object": 0.8, "of": 0.5, "with": 0.4,
              "before": 0.6, "named": 0.8, "regarding": 0.8},
    "item": {"object": 1, "for": 0.4, "of": 0.6, "named": 0.6, "before": 0.3, "subject": 0.6},
    "artist": {"by": 1, "from": 0.5, "of": 0.3, "object": 0.35, "before": 0.4, "possessive": 0.5},
    "genre": {"before": 1, "object": 0.6, "with": 0.7, "of": 0.5, "named": 0.4},
    "media": {"object": 1, "named": 1, "before": 0.4, "for": 0.6, "to": 0.5, "of": 0.4, "possessive": 0.3},
    "list": {"to": 0.8, "on": 0.8, "onto": 0.8, "from": 0.7, "in": 0.5, "before": 0.4, "into": 0.8},
    "symbol": {"of": 1, "for": 0.9, "object": 0.6, "before": 0.8, "in": 0.5, "possessive": 0.9,
               "subject": 0.8},
    "room": {"in": 1, "before": 0.9, "possessive": 0.9, "for": 0.6, "object": 0.4, "on": 0.3,
             "at": 0.3, "of": 0.3},
    "door": {"object": 1, "before": 0.6, "of": 0.4, "to": 0.3, "in": 0.2, "subject": 0.8},
    "device": {"object": 1, "before": 0.7, "on": 0.4, "in": 0.3, "subject": 0.6, "of": 0.4},
    "restaurant": {"at": 1, "object": 0.6, "in": 0.4, "from": 0.7, "with": 0.4, "named": 0.9,
                   "of": 0.3, "for": 0.3, "to": 0.4, "before": 0.4},
    "label": {"named": 1, "for": 0.55, "about": 0.5, "object": 0.35, "before": 0.5, "with": 0.3},
    "code": {"object": 0.2},
    "unit": {},
    "currency": {},
    "language": {"in": 0.5, "to": 0.5},
    "color": {"to": 0.6, "object": 0.2},
    "expression": {"object": 0.3},
    "url": {"object": 0.4},
    "duration": {},
    "time": {},
    "date": {},
    "moment": {},
    "text": {"object": 0.6, "for": 0.6, "about": 0.5, "named": 0.7, "in": 0.5, "with": 0.5,
             "to": 0.4, "of": 0.5, "at": 0.4, "on": 0.4, "from": 0.4, "before": 0.4, "by": 0.3,
             "subject": 0.4},
}
_MEASURE_NOUNS = frozenset(
    "bottle cup glass box bag pack can loaf piece slice kilo pound bunch jar carton packet gallon "
    "liter litre dozen bowl plate pair set tin tube bar head clove bucket order".split()
)
_NAMED = frozenset("called named titled labelled labeled saying".split())
_TRIM = (
    (DETERMINERS | AUXILIARIES | PRONOUNS | FILLERS | QUESTION_WORDS)
    | frozenset("me please thanks now right again too instead and or of then also with by for "
                "some more much many there today's".split())
) - {"one", "ones", "us"}
_NEVER = frozenset("it me you them him her us that this there here one i we what which "
                   "something anything someone somewhere anywhere".split())
_PARTICLES = frozenset("up off down out on over back".split())
_OWN_NOUNS = {"item": (), "door": (), "device": (), "media": (), "restaurant": ()}
_WISH_VERBS = frozenset(
    stem(w) for w in "hear listen watch see eat drink fly travel visit have know learn go".split()
)
_KIND_NOUNS = frozenset(
    "text message note email mail sms reminder task memo song music track something timer alarm "
    "meeting event call title name".split()
)
_LOOKUPS = frozenset("find get search show lookup check fetch look".split())
_PRAISE = frozenset("good best nice great cheap nearby any latest new fresh".split())
_ROOM_KINDS = frozenset(
    "living dining bath guest laundry sitting family meeting conference bed play store rest".split()
)
_ABSORBING = frozenset("item media query symbol task body text restaurant subject label".split())
_CLAUSE_WORDS = frozenset("because if when while but so which who and".split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of words no closed form took: word span and the cue in front of it."""

    cue: str
    start: int
    end: int


def fill_open_texts(filling: Filling) -> None:
    """Give the phrases left over to the open texts they suit, best match first."""
    parameters = [p for p in filling.tool.slots if p.name not in filling.values]
    parameters = [p for p in parameters if role_of(p) in _CUES and _CUES[role_of(p)]]
    if not parameters:
        return
    _fill_introduced(filling, parameters)
    phrases = cut(filling)
    ranked = sorted(
        (
            (_suits(filling, p, phrase), p.required, -n, -m, p, phrase)
            for n, p in enumerate(parameters)
            for m, phrase in enumerate(phrases)
        ),
        key=lambda entry: entry[:4],
        reverse=True,
    )
    for score, required, _, _, parameter, phrase in ranked:
        if score < (0.35 if required else 0.5) or parameter.name in filling.values:
            continue
        if not filling.is_free(phrase.start, phrase.end):
            continue
        before = set(filling.used)
        take_phrase(filling, parameter, phrase, phrases)
        _take_siblings(filling, parameter, phrase, phrases)
        if score < 0.5:
            filling.weak |= filling.used - before


def take_phrase(
    filling: Filling, parameter: Parameter, phrase: Phrase, phrases: list[Phrase]
) -> None:
    """Give a phrase to a parameter, trimmed to what its role holds."""
    role = role_of(parameter)
    start, end = trimmed(filling, phrase.start, phrase.end)
    while role in ("genre", "item", "restaurant") and filling.utterance.lows[start:end][:1] and (
        filling.utterance.lows[start] in _PRAISE and end - start > 1
    ):
        start += 1
    if role in _ABSORBING:
        end = _absorbed(filling, parameter, end, phrases)
    if phrase.cue in ("object", "subject") or role in ("room", "label", "genre", "symbol"):
        start, end = _without_known_nouns(filling, parameter, start, end)
    if start >= end:
        return
    values = [_clean(filling, parameter, a, b) for a, b in _conjuncts(filling, parameter, start, end)]
    values = [value for value in values if value]
    if values:
        filling.take(parameter, values, phrase.start, max(phrase.end, end))


def _take_siblings(
    filling: Filling, parameter: Parameter, phrase: Phrase, phrases: list[Phrase]
) -> None:
    """Take "and in Lisbon" along with "in Madrid"."""
    lows = filling.utterance.lows
    if role_of(parameter) not in EXPANDING_ROLES or parameter.name not in filling.values:
        return
    for other in phrases:
        joined = lows[max(0, other.start - 3) : other.start]
        if other.start >= phrase.end and other.cue == phrase.cue and phrase.cue in PREPOSITIONS:
            if "and" in joined and filling.is_free(other.start, other.end):
                take_phrase(filling, parameter, other, phrases)


def cut(filling: Filling) -> list[Phrase]:
    """Cut the free words into phrases with their cues."""
    lows = filling.utterance.lows
    words = filling.utterance.words
    phrases: list[Phrase] = []
    index = _skip_lead(filling)
    cue = "object" if index and lows[index - 1] not in QUESTION_WORDS else "subject"
    blocked = set(filling.used)
    for span in (*filling.days, *(c for c in filling.times if c.sure)):
        if not _is_title(filling, span.start):
            blocked.update(range(span.start, span.end))
    start = index
    while index <= len(lows):
        low = lows[index] if index < len(lows) else ""
        is_end = index == len(lows) or index in blocked
        is_named = low in _NAMED
        is_preposition = low in PREPOSITIONS and not (low == "on" and index + 1 == len(lows))
        if low == "of" and index > start and stem(lows[index - 1]) in _MEASURE_NOUNS:
            is_preposition = False
        if is_end or is_preposition or is_named or low in ("because", "if"):
            phrases += _phrase(filling, cue, start, index)
            cue = "named" if is_named else low if is_preposition else "object"
            if is_end and index < len(lows) and phrases == [] and cue == "object":
                cue = "object"
            start = index + 1
        elif index > start and (
            words[index - 1].after in (".", ";", "?", "!")
            or ("," in words[index - 1].after and _is_command(lows, index))
        ):
            phrases += _phrase(filling, cue, start, index)
            cue, start = "object", index
        index += 1
    return phrases


def _is_title(filling: Filling, index: int) -> bool:
    """Tell whether a word like "Yesterday" is written as a name rather than meant as a day."""
    word = filling.utterance.words[index]
    ordinary = word.low in (*WEEKDAYS, *MONTHS)
    return index > 0 and word.is_capital and not ordinary and not filling.utterance.text.istitle()


def _is_command(lows: tuple[str, ...], index: int) -> bool:
    """Tell whether a new command starts here: a verb with its object ("add them")."""
    follow = lows[index + 1] if index + 1 < len(lows) else ""
    return stem(lows[index]) in REQUEST_STEMS and follow in DETERMINERS | PRONOUNS


def _skip_lead(filling: Filling) -> int:
    """Return the index after fillers, request words and the leading verb with its particle."""
    lows = filling.utterance.lows
    tool_verbs = {stem(w) for w in filling.tool.words}
    verbs = REQUEST_STEMS | (tool_verbs - _nouns_of(filling))
    index = 0
    lead = FILLERS | AUXILIARIES | PRONOUNS | QUESTION_WORDS | {"want", "need", "to", "let's", "go"}
    while index < len(lows) and index not in filling.used and lows[index] in lead:
        index += 1
    verbs = verbs | (_WISH_VERBS if index and lows[index - 1] in ("to", "like") else frozenset())
    if index < len(lows) and stem(lows[index]) in verbs and index + 1 < len(lows):
        index += 1
        while index < len(lows) and lows[index] in {*_PARTICLES, "me", "us", "myself"}:
            index += 1
    return index


def _nouns_of(filling: Filling) -> set[str]:
    return {stem(w) for w in filling.tool.words[1:]}


def known_nouns(filling: Filling) -> set[str]:
    """Return stems of the nouns the tool itself is about: its name's and its parameters' names."""
    nouns = {stem(w) for w in filling.tool.words}
    nouns |= {stem(w) for p in filling.tool.slots for w in p.words}
    return nouns | GENERIC_WORDS


def _phrase(filling: Filling, cue: str, start: int, end: int) -> list[Phrase]:
    """Make phrases of a run: the words before a noun the tool knows, and the run itself."""
    start, end = trimmed(filling, start, end)
    if start >= end:
        return []
    made = []
    nouns = known_nouns(filling)
    stems = filling.stems
    low = filling.utterance.lows
    head = end
    while head > start and (
        stems[head - 1] in nouns or _is_about(filling, stems[head - 1])
    ) and not low[head - 1].endswith("'s"):
        if stems[head - 1] == "room" and head - 2 >= start and low[head - 2] in _ROOM_KINDS:
            break
        head -= 1
    if start < head < end:
        is_possessive = low[head - 1].endswith("'s")
        made.append(Phrase("possessive" if is_possessive else "before", start, head))
    made.append(Phrase(cue, start, end))
    return made


def _is_about(filling: Filling, word: str) -> bool:
    """Tell whether a word is a noun of what the tool is about, as told by its description."""
    first = re.split(r"[.(;]|\be\.g|\bsuch as", filling.tool.description.lower())[0]
    return word in {stem(w) for w in re.findall(r"[a-z]+", first)} - {"a", "the", "for"}


def trimmed(filling: Filling, start: int, end: int) -> tuple[int, int]:
    """Cut small words and taken words from both ends of a span."""
    lows = filling.utterance.lows
    while start < end and (lows[start] in _TRIM or start in filling.used):
        start += 1
    while end > start and (lows[end - 1] in _TRIM or end - 1 in filling.used):
        end -= 1
    return start, end


def _suits(filling: Filling, parameter: Parameter, phrase: Phrase) -> float:
    """Score how well a phrase suits a parameter, from 0."""
    role = role_of(parameter)
    score = _CUES[role].get(phrase.cue, 0.0)
    lows = filling.utterance.lows[phrase.start : phrase.end]
    if not lows or all(low in _NEVER for low in lows):
        return 0.0
    if role == "label" and parameter.required and phrase.cue == "object":
        score = 0.6
    if set(parameter.words) & {phrase.cue}:
        score = 1.05
    side = direction_of(parameter)
    if side and phrase.cue == side:
        score = max(score, 1.0)
    elif side and phrase.cue in ("from", "to"):
        score = 0.0
    words = filling.utterance.words[phrase.start : phrase.end]
    is_name = any(w.is_capital and w.start > 0 and w.low not in ("i", "i'm") for w in words)
    if is_name and role in ("place", "person", "symbol", "restaurant", "artist", "destination"):
        score += 0.1 if score else 0.3
    if is_name and role == "text" and score:
        score += 0.25
    nouns = known_nouns(filling)
    is_own = all(stem(low) in nouns or low in _TRIM for low in lows)
    if is_own and role not in ("list", "door", "device"):
        return 0.0
    about = all(
        stem(low) in nouns or low in _TRIM or _is_about(filling, stem(low)) for low in lows
    )
    if role in ("body", "subject", "task", "label", "media", "person", "text"):
        if all(low in _KIND_NOUNS or low in _TRIM for low in lows) and not is_name:
            return 0.0
    if about and not is_name and role not in ("item", "door", "device", "list", "query", "room"):
        return 0.0
    if phrase.cue in ("before", "possessive") and role in ("item", "door", "device"):
        score = min(score, 0.34)
    if role == "genre" and lows[0] in GENRES and phrase.cue in ("before", "object", "subject"):
        score = max(score, 0.9) if len(lows) > 1 and phrase.cue != "before" else 1.1
    if role == "media" and all(low in GENRES for low in lows):
        score = min(score, 0.5)
    if lows[0] in LANGUAGES and role not in ("language", "genre"):
        score *= 0.6
    return score


def _without_known_nouns(
    filling: Filling, parameter: Parameter, start: int, end: int
) -> tuple[int, int]:
    """Cut nouns of the tool's own ("bedroom lights" for a room) unless the parameter is that noun."""
    role = role_of(parameter)
    own = {stem(word) for word in parameter.words}
    nouns = known_nouns(filling)
    if role in ("symbol", "genre"):
        nouns = nouns | {s for s in filling.stems if any(related(s, noun) for noun in nouns)}
    left, right = start, end
    while right > left and filling.stems[right - 1] in nouns:
        is_compound = right - left > 1 and filling.utterance.lows[right - 2] in _ROOM_KINDS
        if role == "room" and filling.stems[right - 1] == "room" and is_compound:
            break
        if role in ("door", "device", "list", "item") and (
            filling.stems[right - 1] in own - {"nam", "item"}
            or role == "device"
            or (role == "item" and filling.tool.words[0] not in _LOOKUPS)
        ):
            break
        right -= 1
    if left < right - 1 and filling.utterance.lows[left] == "doctor":
        return left, right
    while left < right and filling.stems[left] in nouns and role not in ("item", "door", "device"):
        left += 1
    left, right = trimmed(filling, left, right)
    return (left, right) if left < right else (start, start)


def _absorbed(filling: Filling, parameter: Parameter, end: int, phrases: list[Phrase]) -> int:
    """Let a title or a query run on over "of the Rings" when nobody else wants that phrase."""
    lows = filling.utterance.lows
    role = role_of(parameter)
    others = [p for p in filling.tool.slots if p.name not in filling.values and p != parameter]
    for phrase in phrases:
        gap = lows[end : phrase.start]
        if phrase.start <= end or not gap or any(i in filling.used for i in range(end, phrase.end)):
            continue
        if gap[0] != phrase.cue or len(gap) > 2:
            continue
        runs_on = phrase.cue in ("of", "with", "without") or role in ("query", "media", "task", "body",
                                                                      "subject")
        wanted = any(_suits(filling, p, phrase) >= 0.5 for p in others if role_of(p) in _CUES)
        if role == "media" and phrase.cue in ("in", "for", "on", "at", "by"):
            known = {stem(x) for x in lows[phrase.start : phrase.end]} <= known_nouns(filling)
            runs_on = runs_on and not known and phrase.cue != "by"
        if role == "item" and phrase.cue in ("with", "without") and wanted:
            runs_on = False
        if runs_on and not wanted:
            end = phrase.end
    return end


def _conjuncts(
    filling: Filling, parameter: Parameter, start: int, end: int
) -> list[tuple[int, int]]:
    """Split "milk, eggs and bread" into its parts where the role allows more than one."""
    role = role_of(parameter)
    may_split = parameter.type == "array" or role in EXPANDING_ROLES
    if not may_split:
        return [(start, end)]
    lows, words = filling.utterance.lows, filling.utterance.words
    is_list = parameter.type == "array" or role == "item" or "and" in lows[start:end]
    parts: list[tuple[int, int]] = []
    left = start
    for index in range(start, end):
        comma = index > start and "," in words[index - 1].after and is_list
        if lows[index] == "and" or (lows[index] == "or" and parameter.type == "array"):
            parts.append(trimmed(filling, left, index))
            left = index + 1
        elif comma:
            parts.append(trimmed(filling, left, index))
            left = index
    parts.append(trimmed(filling, left, end))
    return [part for part in parts if part[0] < part[1]] or [(start, end)]


def _clean(filling: Filling, parameter: Parameter, start: int, end: int) -> str:
    """Return the words of a value as they are wanted: no article, no possessive, no full stop."""
    role = role_of(parameter)
    text = filling.utterance.said(start, end).strip(" \"'.,;:?!")
    if role in ("symbol", "place", "room", "artist", "person") and text.endswith("'s"):
        text = text[:-2]
    if role == "item" and _counts_singly(filling):
        text = singular(text)
    names = parameter.words
    if names and names[-1] in ("symbol", "ticker") and len(text) <= 5 and " " not in text:
        text = text.upper() if text.isupper() or "ticker" in parameter.description else text
    return text


def _counts_singly(filling: Filling) -> bool:
    """Tell whether a number was said for the things and the tool orders, rather than lists, them."""
    counted = any(
        p.name in filling.values and role_of(p) == "number" for p in filling.tool.slots
    )
    return counted and "list" not in filling.tool.words


def _fill_introduced(filling: Filling, parameters: list[Parameter]) -> None:
    """Take what follows a parameter's own name: "with the title Groceries", "subject hello"."""
    lows = filling.utterance.lows
    words = filling.utterance.words
    for parameter in parameters:
        if role_of(parameter) in ("place", "room", "item", "door", "device", "person"):
            continue
        for name in parameter.words:
            if name not in lows or len(name) < 4 or name in filling.tool.words:
                continue
            index = lows.index(name)
            follow = index + 1
            if follow < len(lows) and lows[follow] in ("is", "of", "to", "named", "called"):
                follow += 1
            lead = lows[index - 1] if index else ""
            lead2 = lows[index - 2] if index > 1 else ""
            if lead not in ("with", "subject", "under") and lead2 not in ("with", "under"):
                continue
            end = follow
            while end < len(lows) and end not in filling.used and lows[end] not in ("and", "with"):
                end += 1
                if words[end - 1].after:
                    break
            if follow < end and lows[follow] not in PREPOSITIONS:
                value = filling.utterance.said(follow, end).strip(" .,?!")
                filling.take(parameter, [value], index - 1, end)
                break
