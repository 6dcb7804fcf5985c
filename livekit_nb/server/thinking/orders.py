"""Orders: "I'd like a …", "two lattes, please", said to a tool that orders or sells."""

from __future__ import annotations

import re
from functools import lru_cache

from livekit_nb.server.thinking.acts import act_of_tool
from livekit_nb.server.thinking.counting import COUNT_NAMES
from livekit_nb.server.thinking.evidence import CLOSED_ROLES
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import GENERIC_WORDS
from livekit_nb.server.thinking.mood import kind_of
from livekit_nb.server.thinking.quantities import number_at
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.tool import Parameter, Tool
from livekit_nb.server.thinking.vocabulary import vocabulary
from livekit_nb.server.thinking.words import FILLERS, Utterance, stem, stem_set

_ORDER_CLOSENESS = 0.25
_COUNTED_CLOSENESS = 0.05  # "can we have four spring rolls" counts things to be served
_SELLING = stem_set("order buy purchase")
_GOODS = stem_set("type kind item product name dish drink flavor flavour variety")
_ADDS_TO_ORDER = re.compile(
    r"^(?:adds?|puts?|places?|takes?|orders?|buys?|sells?)\b.*\b(?:order|orders|bill|tab|cart|basket|trolley|bag)\b"
    r"|^orders?\b"
)
_BRING_ME = re.compile(
    r"^(?:\w+ )?(?:get|give|bring|fetch|send|deliver) (?:me|us)\b"
    r"|\b(?:can|could|may) (?:i|we) (?:get|have)\b"
)
_SOLD = 0.7  # weight of the nouns of a tool's name and description
_NEVER_SERVED = stem_set(
    "friend child children kid person people man men woman women day week month year question "
    "favor favour idea thing word problem time"
)
_SERVE = re.compile(
    r"\b(?:(?:i'd|we'd|would)(?: also| really)? like|(?:can|could|may) (?:i|we) (?:have|get)|"
    r"(?:i'll|we'll)(?: also)? (?:have|take))\b"
)


def is_order(tool: Tool, utterance: Utterance, filling: Filling, cosine: float) -> bool:
    """Tell whether "I'd like a …" orders from a tool that orders or buys, close in meaning."""
    if not _sells(tool):
        return False
    named = any(
        (role_of(p) == "item" or (p.required and role_of(p) not in CLOSED_ROLES))
        and p.name in filling.values
        for p in tool.slots
    )
    kind = kind_of(utterance)
    if _BRING_ME.search(utterance.line) or (
        kind in ("fragment", "request") and _names_count(utterance)
    ):
        kind = "wish"
    counted = _SERVE.search(utterance.line) and any(
        COUNT_NAMES.intersection(p.words) and filling.values.get(p.name) for p in tool.slots
    )
    counted = counted or (_names_count(utterance) and number_at(utterance.lows, 0) is not None)
    counted = counted and not _NEVER_SERVED.intersection(filling.stems)
    if named and kind == "wish" and cosine >= (_COUNTED_CLOSENESS if counted else _ORDER_CLOSENESS):
        return True
    return _names_goods(tool, filling) and kind in ("wish", "request", "fragment")


@lru_cache(maxsize=512)
def _sells(tool: Tool) -> bool:
    """Tell whether a tool takes orders, by its name or by the order it adds to."""
    if act_of_tool(tool) and not act_of_tool(tool) & {"create", "extend"}:
        return False
    named = {stem(word) for word in tool.words}
    return bool(_SELLING & named or _ADDS_TO_ORDER.search(tool.description.lower()))


def _names_count(utterance: Utterance) -> bool:
    """Tell whether a mere noun phrase says how many: "two glasses of orange juice"."""
    lows = tuple(low for low in utterance.lows if low not in FILLERS | {"and"})
    return bool(lows) and (lows[0] in ("a", "an", "another") or number_at(lows, 0) is not None)


def _names_goods(tool: Tool, filling: Filling) -> bool:
    """Tell whether one of the goods that a tool lists as its choices was named."""
    own = {word for word, weight in vocabulary(tool).items() if weight >= _SOLD}
    return any(
        role_of(p) == "enum" and p.required and p.name in filling.values
        for p in tool.slots
        if (own | _GOODS) & {stem(word) for word in p.words} and not _is_size(p)
    )


def _is_size(parameter: Parameter) -> bool:
    values = {str(value).lower() for value in parameter.enum}
    return "size" in parameter.words or bool(values & {"small", "medium", "large"})


def sells_one_kind(tool: Tool) -> bool:
    """Tell whether a tool orders one kind of goods ("order_food"), not any ("order_item")."""
    words = {stem(word) for word in tool.words}
    return bool(words & _SELLING) and bool(words - _SELLING - GENERIC_WORDS)
