"""Evidence for and against a tool beside likeness of meaning: frames and contradictions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from livekit_nb.server.thinking.acts import commits
from livekit_nb.server.thinking.arithmetic import expression_at
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import (
    GENERIC_WORDS,
    MUTATING,
    OPPOSITES,
    REQUEST_STEMS,
    SERVICES,
    opposed,
    related,
)
from livekit_nb.server.thinking.mood import STATIVE, first_act, kind_of
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.slots import SWITCHING_VERBS
from livekit_nb.server.thinking.tool import Parameter, Tool
from livekit_nb.server.thinking.vocabulary import acts_of, vocabulary
from livekit_nb.server.thinking.words import (
    AUXILIARIES,
    DETERMINERS,
    FILLERS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    Utterance,
    stem,
    stem_set,
    word_set,
)

_THING_ROLES = word_set("item text room door genre media person label")
_LOGGING = stem_set("log record track save report")
_FRAME_ROLES = word_set("body task query subject destination")
_FRAME_VERBS = word_set(
    "tell text message let ask remind note write translate say search look define find email send "
    "take bring drive inform notify post"
)
CLOSED_ROLES = word_set(
    "enum boolean number date time moment duration language currency unit "
    "color email phone code expression"
)


def is_all_closed(filling: Filling, closed: Sequence[Parameter]) -> bool:
    """Tell whether two or more closed values, a choice among them, say the whole request."""
    required = [p for p in filling.tool.slots if p.required]
    chosen = any(role_of(p) == "enum" for p in closed)
    return chosen and len(closed) > 1 and all(p in closed for p in required)


def is_verbless(utterance: Utterance) -> bool:
    """Tell whether an utterance names things and measures only ("two minutes for the tea")."""
    lows = [low for low in utterance.lows if low not in FILLERS]
    verbs = AUXILIARIES | PRONOUNS | QUESTION_WORDS | {"not", "no"}
    return len(lows) > 2 and not any(low in verbs or stem(low) in REQUEST_STEMS for low in lows)


def may_frame(tool: Tool, utterance: Utterance) -> bool:
    """Tell whether a tool takes whole tails and the utterance has a verb that brings one."""
    roles = {role_of(p) for p in tool.slots}
    said = set(utterance.lows)
    return bool(
        (_FRAME_ROLES & roles and _FRAME_VERBS & said)
        or ("device" in roles and SWITCHING_VERBS & said)
        or ("expression" in roles and expression_at(utterance.lows))
        or (roles & {"item"} and kind_of(utterance) == "wish")
    )


def closed_words(filling: Filling) -> set[int]:
    """Return the taken words that gave closed values (those may still anchor the tool)."""
    open_words: set[int] = set()
    for parameter in filling.tool.slots:
        if role_of(parameter) in CLOSED_ROLES:
            continue
        for value in filling.values.get(parameter.name, ()):
            said = tuple(Utterance(str(value)).lows)
            for start in range(len(filling.utterance) - len(said) + 1):
                if filling.utterance.lows[start : start + len(said)] == said:
                    open_words.update(range(start, start + len(said)))
    return filling.used - open_words


def _is_other_service(tool: Tool, filling: Filling) -> bool:
    """Tell whether what would be ordered or opened is a service of another kind ("a taxi")."""
    known = vocabulary(tool)
    for parameter in tool.slots:
        if role_of(parameter) not in _THING_ROLES:
            continue
        for value in filling.values.get(parameter.name, ()):
            head = stem(str(value).lower().split()[-1]) if str(value).split() else ""
            if role_of(parameter) == "room" and head == stem("garage"):
                continue
            if head in SERVICES and not any(related(head, word) for word in known):
                return True
    return False


def objections(tool: Tool, utterance: Utterance, filling: Filling, frame: bool) -> float:
    """Add up what speaks against a tool."""
    kind = kind_of(utterance)
    if kind == "statement" and filling.stems[:1] and filling.stems[0] in acts_of(tool):
        kind = "request"  # a verb of the tool's own
    against = {"statement": 0.8, "opinion": 0.8}.get(kind, 0.0)
    if _is_other_service(tool, filling) and not filling.framed:
        against += 0.45
    acts = acts_of(tool) if tool.description else frozenset(stem(w) for w in tool.words)
    if kind == "statement" and acts & _LOGGING and not filling.missing and filling.values:
        against = 0.0
    said = frozenset(s for i, s in enumerate(filling.stems) if i not in filling.used or s in _ACTS)
    taken = {s for i, s in enumerate(filling.stems) if i in filling.used and s in _ACTS}
    if opposed(acts, said - taken) and not frame:
        against += 0.45
    if kind in ("request", "wish") and not frame and _is_for_later(tool, filling):
        against += 0.3
    if commits(tool) and utterance.line.startswith(
        ("should i", "should we", "shall i", "do i need")
    ):
        against += 0.6  # advice is asked for
    lead = first_act(utterance)
    if kind == "question" and lead in STATIVE and not frame:
        changes = acts & (MUTATING | _ACTING) and not acts & {
            "get",
            "check",
            "find",
            "search",
            "list",
            "show",
        }
        reads_well = utterance.line.startswith(("how about", "what about"))
        if changes and not reads_well:
            is_doubt = lead in ("is", "are", "was") and not _MAY.search(utterance.line)
            against += 0.6 if is_doubt or lead in ("where", "why", "who") else 0.4
    verb = stem(lead)
    if kind == "request" and filling.missing and not frame and verb in REQUEST_STEMS:
        known = vocabulary(tool)
        if verb not in GENERIC_WORDS | MUTATING and not any(related(verb, w) for w in known):
            against += 0.25  # "wash the car" to who rents cars
    if kind in ("request", "wish") and verb in MUTATING and verb not in acts:
        reads = acts & {"get", "check", "find", "search", "list", "show", "read", "lookup"}
        if reads and not acts & MUTATING:
            against += 0.2
    return against


def asks_of_others(filling: Filling, unexplained: Sequence[int]) -> bool:
    """Tell whether a question is about something or somebody that a tool knows nothing of.

    "How many steps does the Eiffel Tower have?" is none for who counts the user's steps, and
    "How do I choose a good password?" none for who resets them.
    """
    tool, utterance = filling.tool, filling.utterance
    lows = utterance.lows
    at = next((i for i, low in enumerate(lows) if low in ("do", "does", "did")), len(lows))
    if kind_of(utterance) != "question" or at + 2 >= len(lows):
        return False
    subject, verb = lows[at + 1], lows[at + 2]
    if subject not in PRONOUNS | {"that", "this"}:
        is_vague = bool(filling.missing) and not filling.values  # "How high do planes fly?"
        return is_vague or any(index > at for index in unexplained)
    is_advice = "how" in lows[:at] and subject in ("i", "you", "we", "one", "people")
    return is_advice and at + 2 in unexplained and stem(verb) not in acts_of(tool)


_WHEN_ROLES = word_set("time moment date number duration")


def _is_for_later(tool: Tool, filling: Filling) -> bool:
    """Tell whether a time of day was said to a tool that acts at once."""
    said = [c for c in filling.times if c.sure and (c.half in ("am", "pm") or c.word)]
    takes = any(role_of(p) in _WHEN_ROLES - {"number"} for p in tool.slots)
    return bool(said) and not takes and filling.is_free(said[0].start, said[0].end)


_ACTING = REQUEST_STEMS - stem_set(
    "get find show check tell give look read search list translate convert calculate compute "
    "define return exchange split spell explain describe count weigh measure compare estimate "
    "predict report track record rate recommend suggest fetch request summarize summarise locate "
    "verify google multiply divide subtract sum scan play open"
)
_MAY = re.compile(r"\b(?:possible|way|able|chance|okay|ok|time to)\b")
_ACTS = frozenset(word for pair in OPPOSITES for side in pair for word in side)


def says_only_choice(filling: Filling, content: Sequence[int]) -> bool:
    """Tell whether no more than one of the choices of a tool was said: "candle, please"."""
    required = [p for p in filling.tool.slots if p.required]
    if len(required) != 1 or role_of(required[0]) != "enum" or len(content) > 3:
        return False
    values = filling.values.get(required[0].name, [])
    said = [
        low
        for low in filling.utterance.lows
        if low not in FILLERS | DETERMINERS | {"thanks", "and"}
    ]
    return len(values) == 1 and said == re.split(r"[ _-]", str(values[0]).lower())


_OBJECT_STOPS = PREPOSITIONS | {"and", "or", "but", "so", "please", "off", "up", "down", "out"}


def object_span(utterance: Utterance) -> range:
    """Return the words an order is about: "turn on the *television* in the den"."""
    if kind_of(utterance) not in ("request", "wish"):
        return range(0)
    lows = utterance.lows
    verb = first_act(utterance)
    if verb not in lows or stem(verb) not in REQUEST_STEMS:
        return range(0)
    index = lows.index(verb) + 1
    small = DETERMINERS | {"on", "off", "up", "down", "out", "me", "us", "all", "both"}
    while index < len(lows) and lows[index] in small:
        index += 1
    end = index
    while (
        end < len(lows)
        and lows[end] not in _OBJECT_STOPS | AUXILIARIES | PRONOUNS | FILLERS | DETERMINERS
        and not (end > index and utterance.words[end - 1].after)
        and not lows[end][0].isdigit()
    ):
        end += 1
    return range(index, end) if end <= index + 4 else range(0)
