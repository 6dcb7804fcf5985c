"""Splitting what was enumerated: "milk, eggs and bread", also as heard without commas."""

from __future__ import annotations

from livekit_nb.server.thinking.cutting import trimmed
from livekit_nb.server.thinking.filling import EXPANDING_ROLES, Filling
from livekit_nb.server.thinking.quantities import number_at
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.units import unit_at
from livekit_nb.server.thinking.words import DETERMINERS, PREPOSITIONS, word_set

# Pairs that name one thing.
_TWINS = frozenset(
    pair
    for line in (
        "gin tonic, vodka tonic, rum coke, whiskey soda, scotch soda, mac cheese, macaroni cheese",
        "fish chips, chips salsa, rice beans, spaghetti meatballs, ham cheese, bacon eggs",
        "sausage mash, bangers mash, salt pepper, salt vinegar, oil vinegar, sweet sour",
        "cookies cream, black white, rock roll, rhythm blues, drum bass, bed breakfast",
    )
    for pair in line.split(", ")
)
# Nouns of things that are not counted: alone they are whole, in front of few others they tell
# the kind ("milk chocolate").
_MASS = word_set(
    "milk bread butter rice cheese sugar salt flour pasta coffee tea juice water yogurt yoghurt "
    "ham bacon honey oil soap shampoo toothpaste detergent pepper cream jam ketchup mustard mayo "
    "spinach broccoli lettuce garlic ginger celery beef pork chicken fish salmon tuna tofu beer "
    "wine cereal oatmeal spaghetti paper"
)
_MASS_HEADS = word_set(
    "bag bags bean beans cake cakes cracker crackers crumb crumbs powder filter filters oil sauce "
    "cream chocolate bar bars noodle noodles pudding roll rolls paste mix flakes cubes towel "
    "towels breast breasts wing wings thighs burger burgers salad soup sandwich sandwiches stock "
    "broth dish knife holder pot cup cups glasses bottle bottles bread cookies cheese juice wrap "
    "wraps nuggets curry pie steak fingers sticks machine maker milk butter ale peanuts dressing "
    "shaker mill pepper plates clips chops ribs belly fillets fillet steaks"
)
_LIST_ROLES = ("item", "text", "task")


def conjuncts(
    filling: Filling, parameter: Parameter, start: int, end: int
) -> list[tuple[int, int]]:
    """Split a phrase into its parts where the parameter allows more than one.

    Parameters
    ----------
    filling : Filling
        Whose words they are.
    parameter : Parameter
        What the phrase is for.
    start, end : int
        Word span of the phrase, end exclusive.

    Returns
    -------
    list of (int, int)
        Word spans of the parts, the phrase itself when nothing is enumerated.
    """
    role = role_of(parameter)
    is_array = parameter.type == "array"
    if not is_array and role not in EXPANDING_ROLES:
        return [(start, end)]
    lows, words = filling.utterance.lows, filling.utterance.words
    is_list = is_array or role == "item" or "and" in lows[start:end]
    parts: list[tuple[int, int]] = []
    left = start
    for index in range(start, end):
        comma = index > start and "," in words[index - 1].after and is_list
        if lows[index] == "and" and _goes_on_otherwise(filling, index + 1):
            parts.append(trimmed(filling, left, index))
            left = end
            break
        if (lows[index] == "and" and not _is_twin(lows, start, index, end)) or (
            lows[index] == "or" and is_array
        ):
            parts.append(trimmed(filling, left, index))
            left = index + 1
        elif comma:
            parts.append(trimmed(filling, left, index))
            left = index
    if left < end:
        parts.append(trimmed(filling, left, end))
    parts = [part for part in parts if part[0] < part[1]] or [(start, end)]
    is_bare = len(parts) > 1 and not any("," in w.after for w in words[start : end - 1])
    if is_bare and (is_array or role in _LIST_ROLES):
        parts = [piece for part in parts for piece in _run_apart(lows, *part)]
    return parts


def _goes_on_otherwise(filling: Filling, index: int) -> bool:
    """Tell whether an order or another argument follows "and": "and avoid tolls"."""
    word = filling.utterance.lows[index] if index < len(filling.utterance) else ""
    names = {name for p in filling.tool.slots for name in p.words if p.name in filling.values}
    return word in names or (index + 1 < len(filling.utterance) and word in ("set", "make", "put"))


def _is_twin(lows: tuple[str, ...], start: int, index: int, end: int) -> bool:
    """Tell whether "and" joins one thing: "gin and tonic", "three gin and tonics"."""
    if not start < index < end - 1:
        return False
    left, right = lows[index - 1], lows[index + 1]
    if {f"{left} {right}", f"{left} {right.removesuffix('s')}"} & _TWINS:
        return True
    counted = number_at(lows, index - 2) if index > 1 else None
    plural = right.endswith("s") and not right.endswith("ss")
    is_counted = counted is not None and counted[0] > 1 and counted[1] == index - 1
    return is_counted and plural and not left.endswith("s") and unit_at(lows, index - 1) is None


def _run_apart(lows: tuple[str, ...], start: int, end: int) -> list[tuple[int, int]]:
    """Split "milk eggs bread": after a plural, and after what stands for itself."""
    if any(low in DETERMINERS | PREPOSITIONS for low in lows[start:end]):
        return [(start, end)]
    parts, left = [], start
    for index in range(start, end - 1):
        low, follow = lows[index], lows[index + 1]
        is_plural = len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "'s"))
        if is_plural or (low in _MASS and follow not in _MASS_HEADS):
            parts.append((left, index + 1))
            left = index + 1
    return [*parts, (left, end)]
