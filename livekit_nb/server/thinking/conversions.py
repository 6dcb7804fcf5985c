"""Which units a tool converts between, when its name or purpose fixes them."""

from __future__ import annotations

import re
from functools import lru_cache

from livekit_nb.server.thinking.tool import Tool
from livekit_nb.server.thinking.units import UNITS, find_measures
from livekit_nb.server.thinking.words import Utterance

_PAIR = re.compile(r"\b([a-z°]+) (?:in)?to ([a-z]+)\b")
_IN_UNIT = re.compile(r"\b(?:in|into|to|as|many|much) (?:degrees )?([a-z]+)\b")
_DIMENSIONS = {
    "length": "length distance height",
    "mass": "weight mass",
    "temperature": "temperature temperatures",
    "volume": "volume volumes capacity",
    "speed": "speed speeds velocity",
    "time": "time duration",
    "data": "data storage",
}


@lru_cache(maxsize=512)
def _fixed_conversion(tool: Tool) -> tuple[str, str] | None:
    """Return the units a tool converts between when its name or purpose fixes them."""
    for text in (" ".join(tool.words), tool.description.lower()):
        text = text.replace("km/h", "kmh").replace("mi/h", "mph")
        for left, right in _PAIR.findall(text):
            source, target = UNITS.get(left), UNITS.get(right)
            if source and target and source.dimension == target.dimension:
                return source.name, target.name
    return None


@lru_cache(maxsize=512)
def _converted_dimensions(tool: Tool) -> frozenset[str]:
    """Return the dimensions that a converting tool names, empty for any or for other tools."""
    words = {*tool.words, *re.findall(r"[a-z]+", tool.description.lower())}
    if not any(word.startswith("conver") for word in words):
        return frozenset()
    return frozenset(name for name, said in _DIMENSIONS.items() if words & set(said.split()))


def converts_otherwise(tool: Tool, utterance: Utterance) -> bool:
    """Tell whether a tool converts between other units, or the other way round, than asked."""
    pair = _fixed_conversion(tool)
    said = [m.unit for m in find_measures(utterance.lows) if m.unit is not None]
    if pair is None:
        wanted_dimensions = _converted_dimensions(tool)
        dimensions = {unit.dimension for unit in said} - {"degrees"}
        return bool(wanted_dimensions and dimensions and not dimensions & wanted_dimensions)
    source, target = (UNITS[name] for name in pair)
    wanted = [UNITS[word] for word in _IN_UNIT.findall(utterance.line) if word in UNITS]
    wanted = [unit for unit in wanted if unit not in said]
    if any(unit != source and unit.dimension != "degrees" for unit in said):
        return True
    return any(unit != target for unit in wanted)
