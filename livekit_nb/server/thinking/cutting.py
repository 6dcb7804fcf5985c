"""Cutting the words no closed form took into phrases: the object and the prepositional ones."""

from __future__ import annotations

import re
from dataclasses import dataclass

from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import GENERIC_WORDS, REQUEST_STEMS
from livekit_nb.server.thinking.times import MONTHS, WEEKDAYS
from livekit_nb.server.thinking.words import (
    AUXILIARIES,
    DETERMINERS,
    FILLERS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    stem,
    stem_set,
    word_set,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of words no closed form took: word span and the cue in front of it."""

    cue: str
    start: int
    end: int


_MEASURE_NOUNS = word_set(
    "bottle cup glass box bag pack can loaf piece slice kilo pound bunch jar carton packet gallon "
    "liter litre dozen bowl plate pair set tin tube bar head clove bucket order"
)


_BECAUSE = word_set("because due")
_NAMING = word_set("call name label title tag")
_NAMED = word_set("called named titled labelled labeled saying")


TRIM = (
    (DETERMINERS | AUXILIARIES | PRONOUNS | FILLERS | QUESTION_WORDS)
    | word_set(
        "me please thanks now right again too instead and or of then also with by for "
        "some more much many another there today's half way halfway as"
    )
) - {"one", "ones", "us"}


_PLACE_ADVERBS = word_set("upstairs downstairs everywhere outdoors indoors")


_PARTICLES = word_set("up off down out on over back")
_INNER = word_set("the a an my our another")
_SWITCHING = word_set("turn turned switch switched put power shut flip get leave keep lights light")


_CLAUSE_VERBS = stem_set("takes needs costs uses has contains starts leaves arrives serves lasts")


_WISH_VERBS = stem_set("hear listen watch see eat drink fly travel visit have know learn go")


_BEFORE_VERBS = word_set("to like i we")


ROOM_KINDS = word_set(
    "living dining bath guest laundry sitting family meeting conference bed play store rest"
)


def cut(filling: Filling) -> list[Phrase]:
    """Cut the free words into phrases with their cues."""
    lows = filling.utterance.lows
    words = filling.utterance.words
    phrases: list[Phrase] = []
    index = _skip_lead(filling)
    cue = "object" if index and lows[index - 1] not in QUESTION_WORDS else "subject"
    blocked = set(filling.used)
    spans = [(day.start, day.end) for day in filling.days]
    spans += [(clock.start, clock.end) for clock in filling.times if clock.sure]
    for left, right in spans:
        if not _is_title(filling, left):
            blocked.update(range(left, right))
    blocked.update(_particles(filling))
    start = index
    while index <= len(lows):
        low = lows[index] if index < len(lows) else ""
        is_end = index == len(lows) or index in blocked
        is_named = low in _NAMED or (
            index > 0 and low in ("it", "them", "that") and lows[index - 1] in _NAMING
        )
        if low in _PLACE_ADVERBS and index > start and index not in blocked:
            phrases += _phrase(filling, cue, start, index)
            phrases.append(Phrase("in", index, index + 1))
            cue, start = "object", index + 1
        is_preposition = low in PREPOSITIONS and not (low == "on" and index + 1 == len(lows))
        if is_preposition and (_is_in_title(filling, index) or _is_in_name(filling, index)):
            is_preposition = False
        if low in _BECAUSE:
            is_preposition = True
        if low in ("of", "to") and index and lows[index - 1] in _BECAUSE:
            start = index + 1
            index += 1
            continue
        if low == "of" and index > start and stem(lows[index - 1]) in _MEASURE_NOUNS:
            is_preposition = False
        is_preposition |= low == "off" and index not in blocked and index > start
        is_preposition |= low == "out" and lows[index + 1 : index + 2] in (("of",), ("from",))
        if is_end or is_preposition or is_named or low == "if" or _opens_clause(lows, index):
            phrases += _phrase(filling, cue, start, index)
            cue = "named" if is_named else low if is_preposition else "object"
            cue = "because" if low in _BECAUSE else cue
            if low == "of" and index - 1 in filling.used:
                cue = "object"  # "two kilos of apples"
            if is_end and index < len(lows) and phrases == [] and cue == "object":
                cue = "object"
            start = index + 1
        elif (index > start and _begins_another(filling, start, index)) or (
            index > start
            and (
                words[index - 1].after in (".", ";", "?", "!")
                or ("," in words[index - 1].after and _begins_clause(filling, start, index))
            )
        ):
            phrases += _phrase(filling, cue, start, index)
            cue, start = "object", index
        index += 1
    return phrases


def _is_in_title(filling: Filling, index: int) -> bool:
    """Tell whether a preposition is written as part of a name: "Inside Out", "Up in the Air"."""
    words = filling.utterance.words
    if index == 0 or not words[index].is_capital or filling.utterance.text.istitle():
        return False
    near = words[index + 1 : index + 2] + words[index - 1 : index] * (index > 1)
    return any(word.is_capital and word.low not in ("i", "i'm") for word in near)


def _is_in_name(filling: Filling, index: int) -> bool:
    """Tell whether "of" joins two parts of a name: "the Museum of Modern Art"."""
    words = filling.utterance.words
    if words[index].low != "of" or filling.utterance.text.istitle() or index < 2:
        return False
    after = [word for word in words[index + 1 : index + 3] if word.low != "the"]
    return words[index - 1].is_capital and bool(after) and after[0].is_capital


def _particles(filling: Filling) -> list[int]:
    """Return where "on" and "off" belong to the verb: "turn the radio off"."""
    lows = filling.utterance.lows
    if not _SWITCHING.intersection(lows):
        return []
    return [
        index
        for index, low in enumerate(lows)
        if (low == "off" and not {"take", "cross", "tick"}.intersection(lows))
        or (low in ("up", "down") and lows[index + 1 : index + 2] in ((), ("to",), ("by",)))
        or (low == "on" and (index + 1 == len(lows) or lows[index - 1] in _SWITCHING))
    ]


def _begins_another(filling: Filling, start: int, index: int) -> bool:
    """Tell whether an article opens a second noun phrase: "give the potato timer *another* …"."""
    words, lows = filling.utterance.words, filling.utterance.lows
    if lows[index] not in _INNER or words[index].is_capital or words[index - 1].is_capital:
        return False
    return lows[index - 1] not in TRIM and any(low not in TRIM for low in lows[start:index])


def _opens_clause(lows: tuple[str, ...], index: int) -> bool:
    """Tell whether a relative clause starts here ("that takes …", "which is …")."""
    if index == 0 or index + 1 >= len(lows) or lows[index] not in ("that", "which", "who"):
        return False
    verb = lows[index + 1]
    return verb in AUXILIARIES or (verb.endswith("s") and stem(verb) in _CLAUSE_VERBS)


def _is_title(filling: Filling, index: int) -> bool:
    """Tell whether a word like "Yesterday" is written as a name rather than meant as a day."""
    word = filling.utterance.words[index]
    ordinary = word.low in (*WEEKDAYS, *MONTHS)
    return index > 0 and word.is_capital and not ordinary and not filling.utterance.text.istitle()


def _begins_clause(filling: Filling, start: int, index: int) -> bool:
    """Tell whether another clause or a new phrase starts behind a comma."""
    lows = filling.utterance.lows
    if _is_command(lows, index):
        return True
    if lows[index] in QUESTION_WORDS | (PRONOUNS - {"here", "there", "one", "ones"}):
        return True
    nouns = known_nouns(filling)
    return all(
        low in TRIM or filling.stems[start + at] in nouns
        for at, low in enumerate(lows[start:index])
    )  # "New event, parents' evening"


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
    verbs = verbs | (_WISH_VERBS if index and lows[index - 1] in _BEFORE_VERBS else frozenset())
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
    while (
        head > start
        and (stems[head - 1] in nouns or is_about(filling, stems[head - 1]))
        and not low[head - 1].endswith("'s")
    ):
        if head - 2 >= start and is_name_at(filling, head - 2):
            break  # "Union Station" is a name as a whole
        if stems[head - 1] == "room" and head - 2 >= start and low[head - 2] in ROOM_KINDS:
            break
        head -= 1
    if start < head < end:
        is_possessive = low[head - 1].endswith("'s")
        made.append(Phrase("possessive" if is_possessive else "before", start, head))
    made.append(Phrase(cue, start, end))
    return made


def is_about(filling: Filling, word: str) -> bool:
    """Tell whether a word is a noun of what the tool is about, as told by its description."""
    first = re.split(r"[.(;]|\be\.g|\bsuch as", filling.tool.description.lower())[0]
    return word in {stem(w) for w in re.findall(r"[a-z]+", first)} - {"a", "the", "for"}


def is_name_at(filling: Filling, index: int) -> bool:
    """Tell whether a small word with a capital begins a name ("This American Life")."""
    words = filling.utterance.words
    if index == 0 or index + 1 >= len(words) or words[index - 1].after[-1:] in (*".?!",):
        return False
    is_pronoun = words[index].low.split("'")[0] == "i"
    return words[index].is_capital and words[index + 1].is_capital and not is_pronoun


def trimmed(filling: Filling, start: int, end: int) -> tuple[int, int]:
    """Cut small words and taken words from both ends of a span."""
    lows = filling.utterance.lows
    while start < end and (
        start in filling.used or (lows[start] in TRIM and not is_name_at(filling, start))
    ):
        start += 1
    while end > start and (lows[end - 1] in TRIM or end - 1 in filling.used):
        end -= 1
    return start, end
