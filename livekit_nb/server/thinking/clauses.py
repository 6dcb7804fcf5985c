"""Several requests in one sentence: where it may be cut, and elements that share their verb."""

from __future__ import annotations

from livekit_nb.server.thinking.lexicon import REQUEST_STEMS
from livekit_nb.server.thinking.quantities import number_at
from livekit_nb.server.thinking.units import unit_at
from livekit_nb.server.thinking.words import AUXILIARIES, QUESTION_WORDS, Utterance, stem, word_set

_JOINTS = word_set("and then also plus")
_STARTS = QUESTION_WORDS | AUXILIARIES | word_set("please remind let's tell i i'd another one")
_CUT_LIMIT = 4


def cuts(utterance: Utterance) -> list[tuple[Utterance, Utterance]]:
    """Return the ways to cut an utterance into two requests, earliest cut first."""
    words, lows = utterance.words, utterance.lows
    found: list[tuple[Utterance, Utterance]] = []
    for index in range(1, len(words)):
        start = index
        ended = any(mark in words[index - 1].after for mark in ".?!;")
        if not ended and lows[index] not in _JOINTS:
            continue
        while start < len(lows) and lows[start] in _JOINTS:
            start += 1
        if start >= len(lows) or lows[index - 1] in _JOINTS:
            continue
        is_start = stem(lows[start]) in REQUEST_STEMS or lows[start] in _STARTS
        if ended or is_start:
            left, right = utterance.part(0, index), utterance.part(start, len(words))
            if len(left) and len(right):
                found.append((left, right))
    return found[:_CUT_LIMIT]


def elements(utterance: Utterance) -> list[Utterance]:
    """Give each counted thing its own request: "order two teas and one coffee".

    Returns
    -------
    list of Utterance
        One per element, the words before the first and after the last shared; empty when nothing
        is enumerated that way.
    """
    lows = utterance.lows
    starts = [
        i
        for i in range(len(lows))
        if (lows[i] in ("a", "an", "one") or number_at(lows, i)) and _counts_things(lows, i)
    ]
    joined = [
        i for i in starts if i and (lows[i - 1] == "and" or "," in utterance.words[i - 1].after)
    ]
    if not joined or starts[0] >= joined[0]:
        return []
    first = starts[0]
    bounds = [first, *joined]
    made: list[Utterance] = []
    for left, right in zip(bounds, [*joined, len(lows)], strict=True):
        end = right - 1 if right < len(lows) and lows[right - 1] == "and" else right
        made.append(Utterance(f"{utterance.said(0, first)} {utterance.said(left, end)}"))
    return made


def _counts_things(lows: tuple[str, ...], index: int) -> bool:
    hit = number_at(lows, index)
    end = hit[1] if hit else index + 1
    if end >= len(lows) or unit_at(lows, end) or lows[end] in _JOINTS:
        return False
    return index == 0 or lows[index - 1] not in ("at", "by", "until", "to", "for", "in", "number")
