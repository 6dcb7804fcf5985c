"""Arguments that run to the end of a request: messages, reminders, notes, translations, searches.

"Tell Anna that I'm late" names a person and then quotes; nothing inside the quoted part may be
taken for another argument. What such requests look like is told in `frames`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from livekit_nb.server.thinking.amounts import number_value
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.frames import FRAMES_BY_KIND
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.units import find_measures
from livekit_nb.server.thinking.words import STOP, Utterance, stem, word_set

_STOCK = word_set("product products shop store catalog catalogue inventory stock menu")
_POLITE_END = re.compile(r"(?: (?:please|thanks|thank you|now))+$")


@lru_cache(maxsize=2048)
def _match(number: int, line: str) -> re.Match[str] | None:
    """Match a frame; the tools of a session look at the same line one after the other."""
    return FRAMES_BY_KIND[number][1].match(line)


def fill_tails(filling: Filling) -> None:
    """Fill the parameters that take a whole tail, with what the frame names besides."""
    bodies = filling.open("body", "label") if filling.open("body") else filling.open("body")
    bodies = [p for p in bodies if p in filling.open("body")] or bodies
    tasks = filling.open("task", "label")
    queries = filling.open("query")
    subjects = filling.open("subject")
    languages = filling.open("language")
    translating = languages or any(
        p.enum and "language" in f"{p.name} {p.description}".lower() for p in filling.tool.slots
    )
    told = tuple(re.findall(r"[a-z]+", filling.tool.description.lower()))
    takers = {
        "body": [] if translating else bodies,
        "task": _tasks(filling, tasks, bodies),
        "stock": queries if _STOCK.intersection(filling.tool.words + told) else [],
        "query": queries or ([] if bodies else subjects),
        "subject": subjects or bodies,
        "translate": (bodies or queries or filling.open("text")) if translating else [],
    }
    if not any(takers.values()):
        return
    for number, (kind, _) in enumerate(FRAMES_BY_KIND):
        wanted = takers[kind]
        if not wanted:
            continue
        match = _match(number, filling.utterance.line)
        if match and _apply(filling, kind, match, wanted[0], subjects):
            return


def _tasks(filling: Filling, tasks: list[Parameter], bodies: list[Parameter]) -> list[Parameter]:
    """Return what may hold a task; a label only when the tool is about tasks or reminders."""
    is_about = {"remind", "reminder", "reminders", "task", "tasks", "todo", "todos", "event"}
    named = is_about.intersection(filling.tool.words)
    plain = [p for p in tasks if p in filling.open("task")]
    return plain or ([*tasks, *bodies] if named else [])


def _apply(
    filling: Filling,
    kind: str,
    match: re.Match[str],
    parameter: Parameter,
    subjects: list[Parameter],
) -> bool:
    utterance = filling.utterance
    group = {"translate": "body", "stock": "query"}.get(kind, kind)
    start, end = span_words(utterance, *match.span(group))
    if any(m.start == start and m.end == end for m in find_measures(utterance.lows)):
        return False
    groups = match.groupdict()
    if kind == "task" and _inside_time(filling, start - 1):
        return False
    if groups.get("person") in STOP:
        return False
    receivers = filling.open("person", "email", "phone", "destination")
    if groups.get("person") and not receivers:
        return False
    if groups.get("person"):
        who_start, who_end = span_words(utterance, *match.span("person"))
        start = _claim_person(filling, who_start, who_end, start)
    if kind in ("task", "body"):
        end = _without_named_choice(filling, start, end)
    if kind != "translate":
        start, end = _without_moments(filling, start, end, kind)
    polite = _POLITE_END.search(" ".join(utterance.lows[start:end]))
    if polite and kind != "translate":
        end -= len(polite.group().split())
    if kind == "query":
        end = _without_source(filling, start, end)
        end = _without_limit(filling, start, end)
    if start >= end:
        return False
    text = utterance.said(start, end).strip(" \"'.,;:?!")
    filling.take(parameter, [text], start, end)
    filling.framed.add(parameter.name)
    if kind == "body" and groups.get("subject") and subjects:
        filling.take(
            subjects[0], [groups["subject"]], *span_words(utterance, *match.span("subject"))
        )
    return True


def _claim_person(filling: Filling, start: int, end: int, body_start: int) -> int:
    """Give the person named to its parameter; a capital surname belongs to it."""
    words = filling.utterance.words
    while (
        end == body_start
        and body_start < len(words) - 1
        and words[end].is_capital
        and words[end].low not in ("i", "i'm", "i'll", "i've", "i'd")
        and not words[end - 1].after
        and words[end - 1].is_capital
    ):
        end += 1
        body_start += 1
    people = filling.open("person", "email", "phone", "destination")
    if people:
        name = filling.utterance.said(start, end)
        first, _, rest = name.partition(" ")
        name = rest if rest and first.lower() in ("my", "the", "our") else name
        filling.take(people[0], [name], start, end)
        filling.framed.add(people[0].name)
    return body_start


def _without_named_choice(filling: Filling, start: int, end: int) -> int:
    """Cut "with high priority" from the end when the tool has that choice."""
    lows, stems = filling.utterance.lows, filling.stems
    for parameter in filling.open("enum"):
        names = {stem(word) for word in parameter.words}
        values = {stem(str(value)) for value in parameter.enum}
        if end - start > 3 and stems[end - 1] in names and stems[end - 2] in values:
            end -= 2
            while end > start and lows[end - 1] in ("with", "a", "and", "at", "as", "the"):
                end -= 1
    return end


def _without_source(filling: Filling, start: int, end: int) -> int:
    """Cut "in the encyclopedia" from a search when that is what the tool searches."""
    lows = filling.utterance.lows
    source = f"{' '.join(filling.tool.words)} {filling.tool.description.lower()}".split()
    is_source = end - start > 3 and lows[end - 1] in (word.strip(".,") for word in source)
    if is_source and lows[end - 2] in ("the", "my") and lows[end - 3] in ("in", "on", "from"):
        return end - 3
    return end


_LIMITS = word_set("under below over above for than to at most least around about less up more")


def _without_limit(filling: Filling, start: int, end: int) -> int:
    """Cut "under 60 euros" from a search when the tool takes a number for it."""
    lows = filling.utterance.lows
    for measure in find_measures(lows):
        sized = measure.currency or measure.unit
        if not sized or measure.end != end or measure.start <= start + 1:
            continue
        if any(number_value(p, measure) is not None for p in filling.open("number")):
            end = measure.start
            while end - 1 > start and lows[end - 1] in _LIMITS:
                end -= 1
    return end


def _inside_time(filling: Filling, index: int) -> bool:
    return any(clock.start <= index < clock.end for clock in filling.times)


def _without_moments(filling: Filling, start: int, end: int, kind: str) -> tuple[int, int]:
    """Cut a time or date from the ends of a task when the tool has a place for it."""
    if not filling.open("time", "date", "moment", "duration") and not (
        kind == "task" and filling.open("number")
    ):
        return start, end
    if kind not in ("task", "body"):
        return start, end
    lows = filling.utterance.lows
    spans = [(day.start, day.end) for day in filling.days]
    spans += [(clock.start, clock.end) for clock in filling.times]
    spans += [
        (m.start, m.end) for m in find_measures(lows) if m.unit and m.unit.dimension == "time"
    ]
    is_trimmed = True
    while is_trimmed:
        is_trimmed = False
        for left, right in spans:
            if right == end and left > start:
                end, is_trimmed = left, True
                while end - 1 > start and lows[end - 1] in ("at", "on", "in", "by", "for", "from"):
                    end -= 1
            if left == start and right < end and lows[right] in ("to", "that", "about"):
                start, is_trimmed = right + 1, True
    return start, end


def span_words(utterance: Utterance, start: int, end: int) -> tuple[int, int]:
    """Turn a span of characters of ``utterance.line`` into a span of words."""
    first = utterance.line[:start].count(" ")
    return first, first + len(utterance.line[start:end].split())
