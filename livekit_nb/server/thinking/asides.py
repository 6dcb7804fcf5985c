"""What stands around a request: polite carriers in front of it, remarks before and after it.

"It's dark in here, would you mind putting the lights on?" asks one thing. `plain_request` turns
carriers into the bare order; `core_of` finds the one clause that asks, so that the remarks beside
it neither count against a tool nor decide what is done.
"""

from __future__ import annotations

import re

from livekit_nb.server.thinking.lexicon import REQUEST_VERBS
from livekit_nb.server.thinking.mood import kind_of
from livekit_nb.server.thinking.words import (
    DETERMINERS,
    FILLERS,
    PRONOUNS,
    QUESTION_WORDS,
    Utterance,
    stem,
    word_set,
)

_BY_STEM = {stem(verb): verb for verb in sorted(REQUEST_VERBS)}
_START = r"^(?P<lead>(?:(?:um|uh|so|well|okay|ok|and|then|hey|hi|hello|yes|yeah|please|now),? )*)"
_CARRIERS = re.compile(
    _START + r"(?:i was wondering if you (?:could|can)|i wonder if you (?:could|can)|"
    r"(?:it would|it'd) be (?:great|nice|lovely) if you (?:could|would)|"
    r"(?:do you think|any chance|is there any chance|is it possible(?: that)?) (?:that )?"
    r"you (?:could|can)|why don't you|do me a (?:favor|favour) and|be so kind(?: as)? to|"
    r"be an? \w+ and|go ahead and|feel free to|(?:see|check) if you can|"
    r"(?:i'd|i would) (?:like|love) you to|i (?:want|need) you to|(?:can|could) i ask you to|"
    r"i (?:was|am) hoping you (?:could|can)|i'm hoping you (?:could|can)|"
    r"you (?:can|could|may|might|should)(?: now| just| please)?|"
    r"(?:can|could|would|will) you (?:please |kindly )?go ahead and|make sure (?:to|you)|"
    r"(?:would|could|can) you be so kind(?: as)? to) (?=\w)",
    re.I,
)
_MINDING = re.compile(_START + r"(?:would|do) you mind (?P<verb>\w+ing)\b", re.I)
_REPLACED = (
    (re.compile(_START + r"get rid of\b", re.I), r"\g<lead>remove"),
    (re.compile(_START + r"(?:carry on|keep going|go on) with\b", re.I), r"\g<lead>resume"),
    (re.compile(_START + r"call off\b", re.I), r"\g<lead>cancel"),
    (re.compile(_START + r"put off\b", re.I), r"\g<lead>postpone"),
    (
        re.compile(_START + r"give (?P<who>[\w' ]+?) a (?:ring|call|buzz)\b", re.I),
        r"\g<lead>call \g<who>",
    ),
    (
        re.compile(_START + r"time (?P<what>(?:the|my|our|this|these) .+?) for (?=\S+ )", re.I),
        r"\g<lead>start a timer for \g<what> for ",
    ),
    (
        re.compile(_START + r"(?:have|let|get) (?:the|our|my) (?:robot )?(?=vacuum)", re.I),
        r"\g<lead>",
    ),
)
_CUT_IN = re.compile(
    r"^(?:(?:no|oh|okay|ok|wait|sorry|please|stop|stop it|hold on|hang on|enough|be quiet)"
    r"[\s,.!;]+)+(?=(?P<next>[\w']+) \w)",
    re.I,
)
_MARKS = ".?!;"
_BREAKS = word_set("so but because since and then")
_WANTING = word_set("need want buy get have of bought forgot finished order like needs")
_TRAILING = word_set("anymore any more left now today again either please too")
_LONGEST_THING = 4
_ASKING_KINDS = ("request", "wish", "question", "opinion")
_OPENERS = QUESTION_WORDS | word_set(
    "can could would will please i i'd i'll let's you we is are do does did"
)


def after_cutting_in(text: str) -> str:
    """Drop the "stop" of someone who interrupts, if a request follows.

    >>> after_cutting_in("Wait, stop. What's the weather in Rome?")
    "What's the weather in Rome?"
    >>> after_cutting_in("Stop the timer.")
    'Stop the timer.'
    """
    match = _CUT_IN.match(text)
    if not match or not {"stop", "on", "enough", "quiet"} & set(Utterance(match[0]).lows):
        return text
    following = match["next"].lower()
    return text[match.end() :] if following in _OPENERS or stem(following) in _BY_STEM else text


def plain_request(text: str) -> str:
    """Turn a polite carrier into the bare order, which says the same.

    >>> plain_request("Would you mind turning off the lamp?")
    'please turn off the lamp?'
    """
    match = _CARRIERS.match(text)
    if match:
        return f"{match['lead']}please {text[match.end() :]}"
    match = _MINDING.match(text)
    verb = _BY_STEM.get(stem(match["verb"])) if match else None
    if match and verb:
        return f"{match['lead']}please {verb}{text[match.end() :]}"
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    return text


def core_of(utterance: Utterance) -> Utterance:
    """Return the one clause that asks for something; the utterance itself when there is no one."""
    spans = _clauses(utterance)
    if len(spans) < 2:
        return utterance
    parts = [Utterance(plain_request(utterance.part(a, b).text)) for a, b in spans]
    if len(parts) == 2 and (resolved := _with_antecedent(*parts)) is not None:
        return resolved
    asking = [part for part in parts if _asks(part)]
    remarks = [part for part in parts if part not in asking]
    if len(asking) != 1 or len(asking[0]) < 2 or not all(_remarks(part) for part in remarks):
        return utterance
    return asking[0]


def _with_antecedent(before: Utterance, order: Utterance) -> Utterance | None:
    """Put in what "it" stands for: "We are out of milk, put it on the list"."""
    lows = order.lows
    at = next((i for i, low in enumerate(lows[:-1]) if low in ("it", "them", "those")), 0)
    if not at or not _asks(order) or stem(lows[at - 1]) not in _BY_STEM:
        return None
    end = len(before)
    while end and before.lows[end - 1] in _TRAILING:
        end -= 1
    starts = [i + 1 for i, low in enumerate(before.lows[:end]) if low in _WANTING]
    if not starts or kind_of(before) == "question":
        return None
    start = starts[-1]
    while start < end and before.lows[start] in DETERMINERS | {"more", "new"}:
        start += 1
    thing = before.said(start, end)
    if not thing or end - start > _LONGEST_THING:
        return None
    return Utterance(f"{order.said(0, at)} {thing} {order.said(at + 1, len(order))}")


def remarks_of(utterance: Utterance) -> list[str]:
    """Return the statements beside a request, those that follow each other as one."""
    found: list[str] = []
    last = -1
    for start, end in _clauses(utterance):
        part = utterance.part(start, end)
        if kind_of(part) != "statement" or len(part) < 3:
            continue
        if found and last == start:
            first = utterance.text.index(found[-1])
            found[-1] = utterance.text[first : utterance.words[end - 1].end]
        else:
            found.append(utterance.said(start, end))
        last = end
    return found


def _clauses(utterance: Utterance) -> list[tuple[int, int]]:
    """Return the spans of clauses: cut at stops, and at commas or "so" where one may begin."""
    words, lows = utterance.words, utterance.lows
    begin = 0
    found: list[tuple[int, int]] = []
    for index in range(1, len(words)):
        mark = words[index - 1].after
        start = index
        if "," in mark or lows[index] == "so":
            while start < len(lows) and lows[start] in FILLERS | _BREAKS:
                start += 1
            follow = lows[start + 1] if start + 1 < len(lows) else ""
            opens = start < len(lows) and (
                lows[start] in _OPENERS
                or (stem(lows[start]) in _BY_STEM and follow and follow != "and")
                or _is_subject(lows, start)
            )
        else:
            opens = bool(mark) and mark[-1] in _MARKS
        if opens and start < len(lows) and begin < index:
            found.append((begin, index))
            begin = start
    return [*found, (begin, len(words))]


def _is_subject(lows: tuple[str, ...], start: int) -> bool:
    """Tell whether a remark begins: a subject with its verb ("our meeting got cancelled")."""
    if lows[start] in PRONOUNS or lows[start] in ("it's", "that's", "there's", "she's", "he's"):
        return True
    return lows[start] in DETERMINERS and kind_of(Utterance(" ".join(lows[start:]))) == "statement"


def _asks(part: Utterance) -> bool:
    return kind_of(part) in _ASKING_KINDS and len(part) > 1


def _remarks(part: Utterance) -> bool:
    return kind_of(part) == "statement"
