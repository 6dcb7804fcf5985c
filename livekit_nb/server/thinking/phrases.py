"""Open texts: cutting a request into phrases and giving each to the parameter it suits.

A request is a verb, its object and prepositional phrases ("book | a table | at Luigi's | for
Anna"). What no closed form has taken is cut into such phrases; a parameter's role says which
cues it likes (a place likes "in", a recipient "to", an item the object).
"""

from __future__ import annotations

from livekit_nb.server.thinking.cutting import (
    ROOM_KINDS,
    Phrase,
    cut,
    is_about,
    known_nouns,
    trimmed,
)
from livekit_nb.server.thinking.filling import EXPANDING_ROLES, Filling
from livekit_nb.server.thinking.lexicon import related
from livekit_nb.server.thinking.lists import conjuncts
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.suiting import CUES, suits
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.values import cleaned
from livekit_nb.server.thinking.words import (
    DETERMINERS,
    PREPOSITIONS,
    QUESTION_WORDS,
    stem,
    word_set,
)

_OWN_NOUNS = {"item": (), "door": (), "device": (), "media": (), "restaurant": ()}


_LOOKUPS = word_set("find get search show lookup check fetch look")


_PRAISE = word_set("good best nice great cheap nearby any latest newest new fresh")


_ABSORBING = word_set(
    "item media query symbol task body text restaurant subject label place destination origin"
)


_FORMED = word_set("code url expression unit currency phone email color language duration")


_REQUIRED_FIRST = 0.25  # a required argument gets a phrase that an optional one suits a little more


_CLAUSE_WORDS = word_set("because if when while but so which who and")


def fill_open_texts(filling: Filling) -> None:
    """Give the phrases left over to the open texts they suit, best match first."""
    parameters = [p for p in filling.tool.slots if p.name not in filling.values]
    parameters = [p for p in parameters if role_of(p) in CUES and CUES[role_of(p)]]
    if not parameters:
        return
    _fill_introduced(filling, parameters)
    phrases = cut(filling)
    ranked = sorted(
        (
            (suits(filling, p, phrase), p.required, -n, -m, p, phrase)
            for n, p in enumerate(parameters)
            for m, phrase in enumerate(phrases)
        ),
        key=lambda entry: (entry[0] + _REQUIRED_FIRST * entry[1], *entry[2:4]),
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
    _fill_the_last(filling, parameters, phrases)


def _fill_the_last(filling: Filling, parameters: list[Parameter], phrases: list[Phrase]) -> None:
    """Give the only phrase left to the only open text left, when its kind allows it at all."""
    wanting = [p for p in parameters if p.name not in filling.values]
    required = [p for p in wanting if p.required]
    wanting = required or wanting
    if len(wanting) != 1 or (not required and len(filling.tool.slots) > 3):
        return
    parameter = wanting[0]
    if role_of(parameter) in _FORMED:
        return
    left = [
        phrase
        for phrase in phrases
        if filling.is_free(phrase.start, phrase.end)
        and suits(filling, parameter, phrase) >= (0.15 if required else 0.3)
        and not _is_own(filling, phrase)
        and (required or _is_plain_object(filling, phrase))
    ]
    if left and len({phrase.start for phrase in left}) == 1:
        take_phrase(filling, parameter, left[0], phrases)
        filling.weak |= set(range(left[0].start, left[0].end)) if required else set()


def _is_own(filling: Filling, phrase: Phrase) -> bool:
    """Tell whether a phrase speaks of what the tool itself is about."""
    return any(
        filling.stems[i] in known_nouns(filling) or is_about(filling, filling.stems[i])
        for i in range(phrase.start, phrase.end)
    )


def _is_plain_object(filling: Filling, phrase: Phrase) -> bool:
    """Tell whether a phrase is what the verb acts upon: "vacuum the hallway"."""
    article = filling.utterance.lows[phrase.start - 1] if phrase.start else ""
    return phrase.cue in ("object", "on", "of", "for") and article in DETERMINERS


def take_phrase(
    filling: Filling, parameter: Parameter, phrase: Phrase, phrases: list[Phrase]
) -> None:
    """Give a phrase to a parameter, trimmed to what its role holds."""
    role = role_of(parameter)
    start, end = trimmed(filling, phrase.start, phrase.end)
    while (
        role in ("genre", "item", "restaurant", "media", "label")
        and filling.utterance.lows[start:end][:1]
        and (filling.utterance.lows[start] in _PRAISE and end - start > 1)
    ):
        start += 1
    if role in ("room", "restaurant", "place"):
        start = _at_name(filling, start, end)
    while role == "person" and phrase.cue == "subject" and end - start > 1:
        if all(word.is_capital for word in filling.utterance.words[start:end]):
            break
        end -= 1
    if role in ("place", "destination", "person") and _ends_in_verb(filling, start, end):
        end -= 1
    if role in _ABSORBING:
        end = _absorbed(filling, parameter, end, phrases)
    if start + 1 < end and (role in ("person", "code") or _is_named_after(filling, start)):
        start += filling.utterance.lows[start] in _introducing(parameter)
    if phrase.cue in ("object", "subject") or role in ("room", "label", "genre", "symbol"):
        start, end = _without_known_nouns(filling, parameter, start, end)
    article = filling.utterance.lows[start - 1] if start else ""
    if start >= end or (role == "symbol" and article in ("a", "an")):
        return
    start, end = _whole_words(filling, start, end)
    values = [
        cleaned(filling, parameter, a, b) for a, b in conjuncts(filling, parameter, start, end)
    ]
    values = [value for value in values if value]
    if values:
        filling.take(parameter, values, phrase.start, max(phrase.end, end))


def _is_named_after(filling: Filling, start: int) -> bool:
    """Tell whether a name follows a common noun: "project Apollo"."""
    first, second = filling.utterance.words[start : start + 2]
    return second.is_capital and not first.is_capital


def _introducing(parameter: Parameter) -> set[str]:
    """Return the nouns that stand before a value of a parameter: "user miller"."""
    if role_of(parameter) != "person":
        return set(parameter.words) - {"name"}
    return {word.removesuffix("name") for word in parameter.words if word.endswith("name")}


def _whole_words(filling: Filling, start: int, end: int) -> tuple[int, int]:
    """Widen a span that would cut through a hyphen ("check-up")."""
    words, text = filling.utterance.words, filling.utterance.text
    while start > 0 and text[words[start - 1].end : words[start].start] == "-":
        start -= 1
    while end < len(words) and text[words[end - 1].end : words[end].start] == "-":
        end += 1
    return start, end


def _ends_in_verb(filling: Filling, start: int, end: int) -> bool:
    """Tell whether a name is followed by the question's verb: "what does it to Japan *cost*"."""
    words, lows = filling.utterance.words, filling.utterance.lows
    asked = end == len(words) and end - start > 1 and lows[0] in QUESTION_WORDS
    helped = bool({"do", "does", "did", "will", "can"}.intersection(lows[:start]))
    return asked and helped and words[start].is_capital and not words[end - 1].is_capital


def _at_name(filling: Filling, start: int, end: int) -> int:
    """Skip nouns of the tool in front of a name: "the meeting room Apollo"."""
    words = filling.utterance.words
    nouns = known_nouns(filling)
    index = start
    while (
        index + 1 < end
        and not words[index].is_capital
        and (filling.stems[index] in nouns or is_about(filling, filling.stems[index]))
    ):
        index += 1
    return index if words[index].is_capital else start


def _take_siblings(
    filling: Filling, parameter: Parameter, phrase: Phrase, phrases: list[Phrase]
) -> None:
    """Take "and in Lisbon" along with "in Madrid"."""
    lows = filling.utterance.lows
    if role_of(parameter) not in EXPANDING_ROLES or parameter.name not in filling.values:
        return
    for other in phrases:
        joined = lows[max(0, other.start - 3) : other.start]
        is_twin = other.start >= phrase.end and other.cue == phrase.cue
        is_twin = is_twin and phrase.cue in PREPOSITIONS and "and" in joined
        if is_twin and filling.is_free(other.start, other.end):
            take_phrase(filling, parameter, other, phrases)


def _without_known_nouns(
    filling: Filling, parameter: Parameter, start: int, end: int
) -> tuple[int, int]:
    """Cut nouns of the tool's own ("bedroom lights" for a room), not the parameter's."""
    role = role_of(parameter)
    own = {stem(word) for word in parameter.words}
    nouns = known_nouns(filling)
    if role in ("symbol", "genre"):
        nouns = nouns | {s for s in filling.stems if any(related(s, noun) for noun in nouns)}
    left, right = start, end
    while right > left and filling.stems[right - 1] in nouns:
        is_compound = right - left > 1 and filling.utterance.lows[right - 2] in ROOM_KINDS
        if role == "room" and filling.stems[right - 1] == "room" and is_compound:
            break
        if role in ("door", "device", "list", "item") and (
            filling.stems[right - 1] in own - {"nam", "item"}
            or role == "device"
            or (role == "item" and filling.tool.words[0] not in _LOOKUPS)
        ):
            break
        right -= 1
    while (
        role in ("label", "text", "subject")
        and left < right - 1
        and is_about(filling, filling.stems[left])
        and not filling.utterance.words[left].is_capital
        and not is_about(filling, filling.stems[right - 1])
    ):
        left += 1  # "the appointment budget review"
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
        runs_on = phrase.cue in ("of", "with", "without") or role in (
            "query",
            "media",
            "task",
            "body",
            "subject",
        )
        runs_on = runs_on and phrase.cue not in ("off", "out", "from")
        wanted = any(suits(filling, p, phrase) >= 0.5 for p in others if role_of(p) in CUES)
        if role == "media" and phrase.cue in ("in", "for", "on", "at", "by"):
            known = {stem(x) for x in lows[phrase.start : phrase.end]} <= known_nouns(filling)
            runs_on = runs_on and not known and phrase.cue != "by"
        if role == "item" and phrase.cue in ("with", "without") and wanted:
            runs_on = False
        if runs_on and not wanted:
            end = phrase.end
    return end


def _fill_introduced(filling: Filling, parameters: list[Parameter]) -> None:
    """Take what follows a parameter's own name: "with the title Groceries", "subject hello"."""
    lows = filling.utterance.lows
    words = filling.utterance.words
    for parameter in parameters:
        is_list = parameter.type == "array"
        if is_list or role_of(parameter) in ("place", "room", "item", "door", "device", "person"):
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
            stops = (PREPOSITIONS - {"of"}) | {"and"}
            while end < len(lows) and end not in filling.used and lows[end] not in stops:
                end += 1
                if words[end - 1].after:
                    break
            if follow < end and lows[follow] not in PREPOSITIONS:
                value = filling.utterance.said(follow, end).strip(" .,?!")
                filling.take(parameter, [value], index - 1, end)
                break
