"""How well a phrase suits a parameter: by role, cue in front, names and the tool's nouns."""

from __future__ import annotations

import re

from livekit_nb.server.thinking.cutting import TRIM, Phrase, is_about, known_nouns
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.given_names import GIVEN_NAMES
from livekit_nb.server.thinking.lexicon import GENRES, LANGUAGES, ROOMS, related
from livekit_nb.server.thinking.roles import direction_of, role_of
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.units import find_measures
from livekit_nb.server.thinking.words import stem, word_set

# How well a cue (preposition, ``object``, ``before`` a noun of the tool, ``named``) suits a role.
CUES: dict[str, dict[str, float]] = {
    "place": {
        "in": 1,
        "at": 0.8,
        "for": 0.7,
        "near": 0.9,
        "around": 0.8,
        "of": 0.6,
        "to": 0.5,
        "from": 0.3,
        "before": 0.6,
        "object": 0.35,
        "on": 0.3,
        "by": 0.4,
        "possessive": 0.7,
        "toward": 0.5,
    },
    "origin": {"from": 1, "between": 0.9, "at": 0.3, "in": 0.2},
    "destination": {
        "to": 1,
        "for": 0.6,
        "into": 0.7,
        "towards": 0.9,
        "toward": 0.9,
        "in": 0.4,
        "at": 0.4,
        "object": 0.45,
        "and": 0.6,
        "on": 0.3,
    },
    "person": {
        "to": 0.9,
        "with": 0.95,
        "for": 0.7,
        "object": 0.7,
        "under": 1,
        "named": 0.8,
        "by": 0.3,
        "from": 0.4,
        "of": 0.3,
        "before": 0.3,
        "subject": 0.5,
    },
    "email": {"to": 0.6, "object": 0.3},
    "phone": {},
    "body": {"named": 0.9, "object": 0.4, "about": 0.6, "of": 0.2, "for": 0.3},
    "task": {"about": 0.8, "named": 0.9, "object": 0.5, "for": 0.45, "to": 0.4},
    "subject": {"about": 1, "regarding": 1, "on": 0.6, "named": 0.6, "of": 0.4, "for": 0.3},
    "query": {
        "for": 0.9,
        "about": 1,
        "on": 0.6,
        "object": 0.8,
        "of": 0.5,
        "with": 0.4,
        "before": 0.6,
        "named": 0.8,
        "regarding": 0.8,
    },
    "item": {"object": 1, "for": 0.4, "of": 0.6, "named": 0.6, "before": 0.3, "subject": 0.6},
    "artist": {"by": 1, "from": 0.5, "of": 0.3, "object": 0.35, "before": 0.4, "possessive": 0.5},
    "genre": {"before": 1, "object": 0.6, "with": 0.7, "of": 0.5, "named": 0.4},
    "media": {
        "object": 1,
        "named": 1,
        "before": 0.4,
        "for": 0.6,
        "to": 0.5,
        "of": 0.4,
        "possessive": 0.3,
    },
    "list": {"to": 0.8, "on": 0.8, "onto": 0.8, "from": 0.7, "in": 0.5, "before": 0.4, "into": 0.8},
    "symbol": {
        "of": 1,
        "for": 0.9,
        "object": 0.6,
        "before": 0.8,
        "in": 0.5,
        "possessive": 0.9,
        "subject": 0.8,
    },
    "room": {
        "in": 1,
        "before": 0.9,
        "possessive": 0.9,
        "for": 0.6,
        "object": 0.4,
        "on": 0.3,
        "at": 0.3,
        "of": 0.3,
    },
    "door": {"object": 1, "before": 0.6, "of": 0.4, "to": 0.3, "in": 0.2, "subject": 0.8},
    "device": {"object": 1, "before": 0.7, "on": 0.4, "in": 0.3, "subject": 0.6, "of": 0.4},
    "restaurant": {
        "at": 1,
        "object": 0.6,
        "in": 0.4,
        "from": 0.7,
        "with": 0.4,
        "named": 0.9,
        "of": 0.3,
        "for": 0.3,
        "to": 0.4,
        "before": 0.4,
    },
    "label": {
        "because": 1,
        "on": 0.3,
        "named": 1,
        "under": 0.9,
        "for": 0.55,
        "about": 0.5,
        "object": 0.35,
        "before": 0.5,
        "with": 0.3,
        "of": 0.36,
    },
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
    "text": {
        "because": 0.6,
        "object": 0.6,
        "for": 0.6,
        "about": 0.5,
        "named": 0.7,
        "in": 0.5,
        "with": 0.5,
        "to": 0.4,
        "of": 0.5,
        "at": 0.4,
        "on": 0.4,
        "from": 0.4,
        "before": 0.4,
        "by": 0.3,
        "subject": 0.4,
    },
}


_NEVER_KINDS = frozenset({"body", "subject", "task", "label", "media", "person", "text"})
_NEVER = word_set(
    "it me you them him her us that this there here one i we what which "
    "something anything someone somewhere anywhere lot on off up down out everything all whole "
    "entire"
)


_KIND_NOUNS = word_set(
    "text message note email mail sms reminder task memo song music track something timer alarm "
    "meeting event call title name"
)


_QUOTING = word_set("body query text label expression subject task media duration")
_ATTRIBUTES = word_set("colour color hue shade brightness intensity level state status")


def suits(filling: Filling, parameter: Parameter, phrase: Phrase) -> float:
    """Score how well a phrase suits a parameter, from 0."""
    role = role_of(parameter)
    score = CUES[role].get(phrase.cue, 0.0)
    if phrase.cue == "with" and {"ingredient", "ingredients"} & set(parameter.words):
        score = 1.0
    lows = filling.utterance.lows[phrase.start : phrase.end]
    if not lows or all(low in _NEVER for low in lows):
        return 0.0
    if role == "label" and parameter.required and phrase.cue == "object":
        score = 0.6
    if set(parameter.words) & {phrase.cue}:
        score = 1.05
    if role == "room" and lows[-1] in ROOMS and phrase.cue == "object":
        score = 0.7
    if role == "artist" and phrase.cue == "to" and "listen" in filling.utterance.lows:
        score = 0.95
    if _is_introduced(filling, parameter, phrase):
        score = 1.05
    if role == "place" and score:
        score += _as_address(filling, parameter, phrase)
    side = direction_of(parameter)
    if side and phrase.cue == side:
        score = max(score, 1.0)
    elif side and phrase.cue in ("from", "to"):
        score = 0.0
    elif side == "from" and phrase.cue == "object" and role in ("label", "text") and score:
        score = 0.8  # "rename the roast timer to turkey"
    words = filling.utterance.words[phrase.start : phrase.end]
    is_name = any(
        w.is_capital and (w.start > 0 or w.low in GIVEN_NAMES) and w.low not in ("i", "i'm")
        for w in words
    )
    if role == "person" and phrase.cue == "subject" and not is_name:
        return 0.0
    if is_name and role in (
        "place",
        "person",
        "symbol",
        "restaurant",
        "artist",
        "destination",
        "room",
    ):
        score += 0.1 if score else 0.3
    if is_name and role == "label" and parameter.required and phrase.cue != "with":
        score = max(score, 0.4)
    if is_name and score and (role == "text" or (role == "label" and phrase.cue != "with")):
        score += 0.25
    nouns = known_nouns(filling)
    is_own = all(stem(low) in nouns or low in TRIM for low in lows)
    article = filling.utterance.lows[phrase.start - 1] if phrase.start else ""
    is_named = role in ("list", "door", "device") and article not in ("a", "an", "any", "some")
    is_named = is_named and filling.utterance.lows[phrase.start - 3 : phrase.start - 1] != (
        "one",
        "of",
    )
    if is_own and not is_named:
        return 0.0
    if all(low in _ATTRIBUTES or low in TRIM for low in lows):
        return 0.0
    if role == "color" and lows[-1] in _ATTRIBUTES:
        return 0.0
    if any(
        m.unit
        and (role not in _QUOTING or (role == "text" and m.unit.dimension != "time"))
        and m.start <= phrase.start
        and m.end >= phrase.end
        for m in find_measures(filling.utterance.lows)
    ):
        return 0.0
    if role == "person" and not is_name and _is_topic(filling, lows):
        return 0.0
    about = all(stem(low) in nouns or low in TRIM or is_about(filling, stem(low)) for low in lows)
    is_side = not parameter.required and role in ("text", "subject", "body", "label")
    if (role in ("place", "person", "symbol") or is_side) and not is_name:
        topics = [stem(word) for word in filling.tool.words]
        if all(any(related(stem(low), topic) for topic in topics) for low in lows):
            return 0.0
    is_kind = all(low in _KIND_NOUNS or low in TRIM for low in lows)
    is_entry = role == "label" and parameter.required and phrase.cue == "object" and not about
    if is_kind and is_entry and lows[-1] in ("meeting", "call", "appointment"):
        return 0.4  # for want of a better title
    if is_kind and not is_name and role in _NEVER_KINDS:
        return 0.0
    if about and not is_name and role not in ("item", "door", "device", "list", "query", "room"):
        return 0.0
    if about and role == "room" and phrase.cue in ("object", "subject"):
        return 0.0
    if phrase.cue in ("before", "possessive") and role in ("item", "door", "device"):
        score = min(score, 0.34)
    if role == "genre" and lows[0] in GENRES and phrase.cue in ("before", "object", "subject"):
        score = max(score, 0.9) if len(lows) > 1 and phrase.cue != "before" else 1.1
    if role == "media" and all(low in GENRES for low in lows):
        score = min(score, 0.5)
    following = filling.utterance.lows[phrase.end : phrase.end + 1]
    if role == "origin" and phrase.cue in ("object", "before") and following == ("to",):
        score = max(score, 0.8)
    if role == "language" and not lows[-1].endswith(("ish", "ese", "ian")):
        return 0.0
    if lows[0] in LANGUAGES and role not in ("language", "genre"):
        score *= 0.6
    return score


def _is_introduced(filling: Filling, parameter: Parameter, phrase: Phrase) -> bool:
    """Tell whether a value follows its own noun: "user miller", "platform nine"."""
    lead = phrase.start if phrase.end - phrase.start > 1 else phrase.start - 1
    if lead < 0 or phrase.end - lead > 4 or filling.utterance.words[lead].after:
        return False
    low = filling.utterance.lows[lead]
    own = [word for word in parameter.words if word not in ("name", "id", "number", "text")]
    return len(low) > 3 and any(word == low or word == f"{low}name" for word in own)


_STREETS = word_set("street road lane avenue square drive way close row boulevard place court hill")


def _as_address(filling: Filling, parameter: Parameter, phrase: Phrase) -> float:
    """Tell a street with its number from a city: how much that speaks for a parameter."""
    lows = filling.utterance.lows[phrase.start : phrase.end]
    is_street = lows[0][:1].isdigit() or bool(_STREETS.intersection(lows))
    wanted = parameter.words[-1] if parameter.words else ""
    if wanted in ("street", "road"):
        return 0.4 if is_street else -0.5
    return -0.5 if is_street and wanted in ("city", "town", "country", "state", "region") else 0.0


def _is_topic(filling: Filling, lows: tuple[str, ...]) -> bool:
    """Tell whether words are of the concepts the tool's description speaks of."""
    told = {stem(word) for word in re.findall(r"[a-z]+", filling.tool.description.lower())}
    return all(any(related(stem(low), word) for word in told) for low in lows)
