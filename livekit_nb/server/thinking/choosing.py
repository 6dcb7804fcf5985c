"""Choosing the tool a request is for, or none.

Evidence for a tool: how close the request's meaning is to the tool's description (sentence
embedding), whether they share content words or concepts, and whether the arguments could be
filled. Evidence against it: content words that neither the tool nor its arguments explain, an
opposite verb, a question put to a tool that changes things, a mere statement. A tool is chosen only
with enough in sum *and* a lexical anchor; a wrong call is worse than a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from livekit_nb.server.thinking.arithmetic import expression_at
from livekit_nb.server.thinking.embedding import Vectors, embedder
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
from livekit_nb.server.thinking.mood import kind_of
from livekit_nb.server.thinking.quantities import number_at
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.slots import SWITCHING_VERBS, fill
from livekit_nb.server.thinking.tool import Tool
from livekit_nb.server.thinking.units import UNITS
from livekit_nb.server.thinking.words import STOP, Utterance, stem

ACCEPT = 0.62
_CANDIDATES = 7
_COMPLETE_MARGIN = 0.12
_ORDER_CLOSENESS = 0.25
_ADDING = frozenset("add remove create delete".split())
_LOGGING = frozenset(stem(word) for word in "log record track save report".split())
_FRAME_ROLES = frozenset("body task query subject destination".split())
_FRAME_VERBS = frozenset(
    "tell text message let ask remind note write translate say search look define find email send "
    "take bring drive inform notify post".split()
)
_CLOSED_ROLES = frozenset("enum boolean number date time moment duration language currency unit "
                          "color email phone code expression".split())
_STATIVE = frozenset("is are was do does did which what what's when where who how how's".split())


@dataclass(frozen=True)
class Choice:
    """A tool with what was found for it and how sure that is."""

    tool: Tool
    filling: Filling
    score: float
    anchor: float
    closeness: float

    @property
    def is_sure(self) -> bool:
        """Whether calling (or asking for what is missing) is justified."""
        return self.score >= ACCEPT


class Chooser:
    """Chooses among one session's tools.

    Parameters
    ----------
    tools : Sequence of Tool
        What the client declared; their embeddings are computed here, once.
    """

    def __init__(self, tools: Sequence[Tool]) -> None:
        self.tools = tuple(tools)
        self._vocabularies = [vocabulary(tool) for tool in self.tools]
        texts = [text for tool in self.tools for text in _texts(tool)]
        self._vectors: Vectors = embedder().embed(texts)

    def choose(self, utterance: Utterance, now: datetime) -> list[Choice]:
        """Return all tools as choices, best first."""
        if not self.tools or not len(utterance):
            return []
        query = embedder().embed([utterance.line])[0]
        cosines = (self._vectors @ query).reshape(len(self.tools), -1).max(axis=1)
        promise = [
            (float(cosine) + 0.4 * _shared(words, utterance) + 0.3 * _may_frame(tool, utterance), n)
            for n, (tool, words, cosine) in enumerate(
                zip(self.tools, self._vocabularies, cosines, strict=True)
            )
        ]
        nearest = sorted(promise, key=lambda entry: -entry[0])[:_CANDIDATES]
        choices = [
            self._weigh(self.tools[n], self._vocabularies[n], utterance, now, float(cosines[n]))
            for _, n in nearest
        ]
        choices.sort(key=lambda c: -c.score)
        best = choices[0]
        if best.filling.missing:
            for other in choices[1:]:
                complete = other.is_sure and not other.filling.missing and other.anchor >= 0.5
                if complete and other.score >= best.score - _COMPLETE_MARGIN:
                    return [other, *(c for c in choices if c is not other)]
        return choices

    def _weigh(
        self,
        tool: Tool,
        words: dict[str, float],
        utterance: Utterance,
        now: datetime,
        cosine: float,
    ) -> Choice:
        filling = fill(tool, utterance, now)
        content = content_words(utterance)
        closed_span = _closed_words(filling)
        anchors: list[float] = []
        left_over = 0
        for index in content:
            word = filling.stems[index]
            weight = max(
                (w * (1.0 if word == known else 0.75) for known, w in words.items()
                 if related(word, known)),
                default=0.0,
            )
            in_value = index in filling.used and index not in closed_span
            if weight and not in_value:
                anchors.append(weight)
            elif (
                index not in filling.used or index in filling.weak
            ) and word not in GENERIC_WORDS:
                left_over += 1
        frame = bool(filling.framed) or _is_order(tool, utterance, filling, cosine)
        anchor = max(anchors, default=0.0)
        anchor = min(1.2, anchor + 0.15 * (len(anchors) - 1)) if anchors else 0.0
        if frame:
            anchor = max(anchor, 0.8 if len(filling.framed) < 2 else 1.1)
        total = max(1, len([i for i in content if filling.stems[i] not in GENERIC_WORDS]))
        score = cosine + 0.4 * anchor - 0.4 * left_over / total
        required = [p for p in tool.slots if p.required]
        if required:
            score += 0.2 * (1 - len(filling.missing) / len(required))
        elif filling.values:
            score += 0.1
        closed = [p for p in tool.slots if p.name in filling.values and role_of(p) in _CLOSED_ROLES]
        score += 0.05 * min(2, len(closed))
        if len(closed) > 2 and not filling.missing:
            score += 0.15
        score -= _objections(tool, utterance, filling, frame)
        if anchor < 0.3 and cosine < 0.5 and len(closed) < 2:
            score = min(score, ACCEPT - 0.05)
        return Choice(tool, filling, score, anchor, cosine)


def _is_order(tool: Tool, utterance: Utterance, filling: Filling, cosine: float) -> bool:
    """Tell whether "I'd like a …" orders from a tool that orders or buys, close in meaning."""
    sells = {"order", "buy", "purchas"} & {stem(w) for w in tool.words}
    named = any(role_of(p) == "item" and p.name in filling.values for p in tool.slots)
    return bool(sells) and named and kind_of(utterance) == "wish" and cosine >= _ORDER_CLOSENESS


def _shared(words: dict[str, float], utterance: Utterance) -> float:
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


def _may_frame(tool: Tool, utterance: Utterance) -> bool:
    """Tell whether a tool takes whole tails and the utterance has a verb that brings one."""
    roles = {role_of(p) for p in tool.slots}
    said = set(utterance.lows)
    return bool(
        (_FRAME_ROLES & roles and _FRAME_VERBS & said)
        or ("device" in roles and SWITCHING_VERBS & said)
        or ("expression" in roles and expression_at(utterance.lows))
        or (roles & {"item"} and kind_of(utterance) == "wish")
    )


def _texts(tool: Tool) -> tuple[str, str, str]:
    """Return three wordings of a tool to embed: its name, its description, and both."""
    name = " ".join(tool.words)
    first = _without_examples(tool.description)
    return name, first or name, f"{name}: {first}" if first else name


def _without_examples(text: str) -> str:
    text = re.sub(r"\([^)]*\)", "", text)
    return re.split(r"\be\.g\.?|\bfor example|\bsuch as|\bArgs:|\n\n", text)[0].strip()


def acts_of(tool: Tool) -> frozenset[str]:
    """Return stems of the verbs a tool is introduced with: first of its name and description."""
    first = re.findall(r"[a-z]+", tool.description.lower())[:1]
    return frozenset(stem(word) for word in (*tool.words[:1], *first))


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
    add(re.findall(r"[a-z][a-z'-]+", _without_examples(tool.description).lower()), 0.75)
    for parameter in tool.slots:
        add(parameter.words, 0.5)
        told = _without_examples(parameter.description).lower()
        add(re.findall(r"[a-z][a-z'-]+", told), 0.3)
        if role_of(parameter) == "enum":
            add([w for v in parameter.enum for w in str(v).lower().split("_")], 0.3)
    return words


def content_words(utterance: Utterance) -> list[int]:
    """Return the indices of words that mean something: no function words, no numbers."""
    return [
        index
        for index, low in enumerate(utterance.lows)
        if low not in STOP and number_at((low,), 0) is None and not low[0].isdigit()
    ]


def _closed_words(filling: Filling) -> set[int]:
    """Return the taken words that gave closed values (those may still anchor the tool)."""
    open_words: set[int] = set()
    for parameter in filling.tool.slots:
        if role_of(parameter) in _CLOSED_ROLES:
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
        if role_of(parameter) not in ("item", "text", "room", "door"):
            continue
        for value in filling.values.get(parameter.name, ()):
            head = stem(str(value).lower().split()[-1]) if str(value).split() else ""
            if head in SERVICES and not any(related(head, word) for word in known):
                return True
    return False


def _objections(tool: Tool, utterance: Utterance, filling: Filling, frame: bool) -> float:
    """Add up what speaks against a tool."""
    kind = kind_of(utterance)
    against = {"statement": 0.6, "opinion": 0.6}.get(kind, 0.0)
    if _is_other_service(tool, filling) and not frame:
        against += 0.45
    acts = frozenset(stem(w) for w in tool.words) | acts_of(tool)
    if kind == "statement" and acts & _LOGGING and not filling.missing and filling.values:
        against = 0.0
    said = frozenset(
        s for i, s in enumerate(filling.stems) if i not in filling.used or s in _ACTS
    )
    taken = {
        s
        for i, s in enumerate(filling.stems)
        if i in filling.used and s in _ACTS
    }
    if opposed(acts, said - taken) and not frame:
        against += 0.45
    lead = _first_word(utterance)
    if kind == "question" and lead in _STATIVE and not frame:
        changes = acts & MUTATING and not acts & {"get", "check", "find", "search", "list", "show"}
        reads_well = utterance.line.startswith(("how about", "what about"))
        if changes and not reads_well:
            against += 0.6 if lead in ("where", "why", "who") else 0.4
    verb = stem(lead)
    if kind in ("request", "wish") and verb in MUTATING and verb not in acts:
        reads = acts & {"get", "check", "find", "search", "list", "show", "read", "lookup"}
        if reads and not acts & MUTATING:
            against += 0.2
    return against


_ACTS = frozenset(word for pair in OPPOSITES for side in pair for word in side)


def _first_word(utterance: Utterance) -> str:
    """Return the word that tells the act: the first verb of a request, the question word."""
    if kind_of(utterance) == "question":
        for low in utterance.lows:
            if low in _STATIVE:
                return low
    for low in utterance.lows:
        if stem(low) in REQUEST_STEMS and low not in ("tell", "give", "let"):
            return low
    return utterance.lows[0] if utterance.lows else ""


__all__ = ["ACCEPT", "Choice", "Chooser", "content_words", "vocabulary"]
