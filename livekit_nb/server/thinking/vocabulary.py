"""What a tool is about: its words with their weights, its verbs, and wordings to embed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from livekit_nb.server.thinking.lexicon import GENERIC_WORDS, REQUEST_STEMS, related
from livekit_nb.server.thinking.quantities import number_at
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.tool import Tool
from livekit_nb.server.thinking.units import UNITS
from livekit_nb.server.thinking.words import STOP, Utterance, stem, word_set


def _without_examples(text: str) -> str:
    text = re.sub(r"\([^)]*\)", "", text)
    return re.split(r"\be\.g\.?|\bfor example|\bsuch as|\bArgs:|\n\n", text)[0].strip()


@lru_cache(maxsize=512)
def vocabulary(tool: Tool) -> dict[str, float]:
    """Return the stems a tool is about with their weight, from its name, description, arguments."""
    words: dict[str, float] = {}
    acts = acts_of(tool) & REQUEST_STEMS
    only_generic = all(stem(word) in GENERIC_WORDS for word in tool.words)

    def add(texts: Sequence[str], weight: float) -> None:
        for text in texts:
            word = stem(text)
            if text in STOP or len(word) < 2 or (weight < 0.75 and text in UNITS):
                continue
            cut = 1.0
            if word in GENERIC_WORDS:
                cut = 0.8 if only_generic and word not in REQUEST_STEMS else 0.25
                cut = 0.5 if text in _ADDING else cut
            elif word in acts:
                cut = 0.6
            words[word] = max(words.get(word, 0.0), weight * cut)

    add(tool.words, 1.0)
    if tool.words[-1] == "time":
        words[stem("time")] = max(words.get(stem("time"), 0.0), 0.7)
    add(re.findall(r"[a-z][a-z'-]+", _without_examples(tool.description).lower()), 0.75)
    for parameter in tool.slots:
        add(parameter.words, 0.5)
        told = _without_examples(parameter.description).lower()
        add(re.findall(r"[a-z][a-z'-]+", told), 0.3)
        if role_of(parameter) == "enum":
            add([w for v in parameter.enum for w in str(v).lower().split("_")], 0.3)
    return words


@lru_cache(maxsize=512)
def acts_of(tool: Tool) -> frozenset[str]:
    """Return stems of the verbs a tool is introduced with: first of its name and description."""
    first = re.findall(r"[a-z]+", tool.description.lower())[:1]
    lead = tool.words[:1]
    if len(tool.words) > 1 and lead[0].endswith("ing"):
        lead = ()  # "opening hours" opens nothing
    return frozenset(stem(word) for word in (*lead, *first))


def content_words(utterance: Utterance) -> list[int]:
    """Return the indices of words that mean something: no function words, no numbers."""
    return list(_content_words(utterance.lows))


@lru_cache(maxsize=256)
def _content_words(lows: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(
        index
        for index, low in enumerate(lows)
        if low not in STOP and number_at((low,), 0) is None and not low[0].isdigit()
    )


def wordings(tool: Tool) -> tuple[str, str, str]:
    """Return three wordings of a tool to embed: its name, its description, and both."""
    name = " ".join(tool.words)
    first = _without_examples(tool.description)
    return name, first or name, f"{name}: {first}" if first else name


def shared_weight(words: dict[str, float], utterance: Utterance) -> float:
    """Return the weight of the weightiest word or concept an utterance shares with a tool."""
    return max(
        (
            weight
            for index in content_words(utterance)
            for known, weight in words.items()
            if related(stem(utterance.lows[index]), known)
        ),
        default=0.0,
    )


_ADDING = word_set("add remove create delete")
