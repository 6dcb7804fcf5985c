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

from livekit_nb.server.thinking.amounts import COUNT_NAMES
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
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.slots import SWITCHING_VERBS, fill
from livekit_nb.server.thinking.tool import Parameter, Tool
from livekit_nb.server.thinking.vocabulary import (
    acts_of,
    content_words,
    shared_weight,
    vocabulary,
    wordings,
)
from livekit_nb.server.thinking.words import Utterance, stem, stem_set, word_set

ACCEPT = 0.62


_CANDIDATES = 7


_COMPLETE_MARGIN = 0.12


_ORDER_CLOSENESS = 0.25
_COUNTED_CLOSENESS = 0.1  # "can we have four spring rolls" counts things to be served
_GOODS_CLOSENESS = 0.35
_VERB_ANCHOR = 0.6
_NOUN_WEIGHT = 0.75  # weight of a noun of the tool's name or description
_IN_VALUE = 0.8  # such a noun counts for less inside an argument


_SELLING = stem_set("order buy purchase")
_THING_ROLES = word_set("item text room door genre media person label")
_GOODS = stem_set("type kind item product name dish drink flavor flavour variety")
_LOGGING = stem_set("log record track save report")


_FRAME_ROLES = word_set("body task query subject destination")


_FRAME_VERBS = word_set(
    "tell text message let ask remind note write translate say search look define find email send "
    "take bring drive inform notify post"
)


_CLOSED_ROLES = word_set(
    "enum boolean number date time moment duration language currency unit "
    "color email phone code expression"
)


_STATIVE = word_set("is are was do does did which what what's when where who how how's")


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
        texts = [text for tool in self.tools for text in wordings(tool)]
        self._vectors: Vectors = embedder().embed(texts)

    def choose(self, utterance: Utterance, now: datetime) -> list[Choice]:
        """Return all tools as choices, best first."""
        if not self.tools or not len(utterance):
            return []
        query = embedder().embed([utterance.line])[0]
        cosines = (self._vectors @ query).reshape(len(self.tools), -1).max(axis=1)
        promise = [
            (
                float(cosine)
                + 0.4 * shared_weight(words, utterance)
                + 0.3 * _may_frame(tool, utterance),
                n,
            )
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
        frame = bool(filling.framed) or _is_order(tool, utterance, filling, cosine)
        acts = acts_of(tool)
        left_over = 0
        for index in content:
            word = filling.stems[index]
            weight = max(
                (
                    w * (1.0 if word == known else 0.75)
                    for known, w in words.items()
                    if related(word, known)
                ),
                default=0.0,
            )
            in_value = index in filling.used and index not in closed_span
            if weight and not in_value:
                anchors.append(weight)
            elif words.get(word, 0.0) >= _NOUN_WEIGHT and word not in acts and not frame:
                anchors.append(_IN_VALUE * weight)
            elif (index not in filling.used or index in filling.weak) and word not in GENERIC_WORDS:
                left_over += 1
        anchor = max(anchors, default=0.0)
        anchor = min(1.2, anchor + 0.15 * (len(anchors) - 1)) if anchors else 0.0
        if frame:
            anchor = max(anchor, 0.8 if len(filling.framed) < 2 else 1.1)
        total = max(1, len([i for i in content if filling.stems[i] not in GENERIC_WORDS]))
        score = cosine + 0.4 * anchor - 0.4 * left_over / total
        required = [p for p in tool.slots if p.required]
        if required:
            score += 0.2 * (1 - len(filling.missing) / len(required))
        elif filling.values or (
            not tool.slots and left_over == 0 and kind_of(utterance) == "request"
        ):
            score += 0.1
        if required and not filling.values and cosine < _ORDER_CLOSENESS + 0.1:
            score -= 0.15
        closed = [p for p in tool.slots if p.name in filling.values and role_of(p) in _CLOSED_ROLES]
        score += 0.05 * min(2, len(closed))
        if len(closed) > 2 and not filling.missing:
            score += 0.15
        score -= _objections(tool, utterance, filling, frame)
        if left_over == 0 and not filling.missing and _is_all_closed(filling, closed):
            score += 0.15
        if anchor <= _VERB_ANCHOR and cosine < _GOODS_CLOSENESS and _sells_one_kind(tool):
            score -= 0.25
        if anchor < 0.3 and cosine < 0.5 and len(closed) < 2:
            score = min(score, ACCEPT - 0.05)
        return Choice(tool, filling, score, anchor, cosine)


def _is_bare_order(tool: Tool, utterance: Utterance, left_over: int) -> bool:
    """Tell whether a tool without arguments is ordered and nothing else is said."""
    return not tool.slots and left_over == 0 and kind_of(utterance) == "request"


def _is_all_closed(filling: Filling, closed: Sequence[Parameter]) -> bool:
    """Tell whether two or more closed values, a choice among them, say the whole request."""
    required = [p for p in filling.tool.slots if p.required]
    chosen = any(role_of(p) == "enum" for p in closed)
    return chosen and len(closed) > 1 and all(p in closed for p in required)


def _is_order(tool: Tool, utterance: Utterance, filling: Filling, cosine: float) -> bool:
    """Tell whether "I'd like a …" orders from a tool that orders or buys, close in meaning."""
    sells = _SELLING & {stem(w) for w in tool.words}
    if not sells:
        return False
    named = any(role_of(p) == "item" and p.name in filling.values for p in tool.slots)
    kind = kind_of(utterance)
    if _BRING_ME.search(utterance.line):
        kind = "wish"
    counted = _SERVE.search(utterance.line) and any(
        COUNT_NAMES.intersection(p.words) and filling.values.get(p.name) for p in tool.slots
    )
    counted = counted and not _NEVER_SERVED.intersection(filling.stems)
    if named and kind == "wish" and cosine >= (_COUNTED_CLOSENESS if counted else _ORDER_CLOSENESS):
        return True
    return _names_goods(tool, filling) and kind in ("wish", "request", "fragment")


def _names_goods(tool: Tool, filling: Filling) -> bool:
    """Tell whether one of the goods that a tool lists as its choices was named."""
    own = {stem(word) for word in tool.words}
    return any(
        role_of(p) == "enum" and p.required and p.name in filling.values
        for p in tool.slots
        if (own | _GOODS) & {stem(word) for word in p.words} and not _is_size(p)
    )


def _is_size(parameter: Parameter) -> bool:
    values = {str(value).lower() for value in parameter.enum}
    return "size" in parameter.words or bool(values & {"small", "medium", "large"})


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


def _sells_one_kind(tool: Tool) -> bool:
    """Tell whether a tool orders one kind of goods ("order_food"), not any ("order_item")."""
    words = {stem(word) for word in tool.words}
    return bool(words & _SELLING) and bool(words - _SELLING - GENERIC_WORDS)


def _is_other_service(tool: Tool, filling: Filling) -> bool:
    """Tell whether what would be ordered or opened is a service of another kind ("a taxi")."""
    known = vocabulary(tool)
    for parameter in tool.slots:
        if role_of(parameter) not in _THING_ROLES:
            continue
        for value in filling.values.get(parameter.name, ()):
            head = stem(str(value).lower().split()[-1]) if str(value).split() else ""
            if head in SERVICES and not any(related(head, word) for word in known):
                return True
    return False


def _objections(tool: Tool, utterance: Utterance, filling: Filling, frame: bool) -> float:
    """Add up what speaks against a tool."""
    kind = kind_of(utterance)
    against = {"statement": 0.8, "opinion": 0.8}.get(kind, 0.0)
    if _is_other_service(tool, filling) and not filling.framed:
        against += 0.45
    acts = frozenset(stem(w) for w in tool.words) | acts_of(tool)
    if kind == "statement" and acts & _LOGGING and not filling.missing and filling.values:
        against = 0.0
    said = frozenset(s for i, s in enumerate(filling.stems) if i not in filling.used or s in _ACTS)
    taken = {s for i, s in enumerate(filling.stems) if i in filling.used and s in _ACTS}
    if opposed(acts, said - taken) and not frame:
        against += 0.45
    lead = _first_word(utterance)
    if kind == "question" and lead in _STATIVE and not frame:
        changes = acts & MUTATING and not acts & {"get", "check", "find", "search", "list", "show"}
        reads_well = utterance.line.startswith(("how about", "what about"))
        if changes and not reads_well:
            is_doubt = lead in ("is", "are", "was") and not _MAY.search(utterance.line)
            against += 0.6 if is_doubt or lead in ("where", "why", "who") else 0.4
    verb = stem(lead)
    if kind in ("request", "wish") and verb in MUTATING and verb not in acts:
        reads = acts & {"get", "check", "find", "search", "list", "show", "read", "lookup"}
        if reads and not acts & MUTATING:
            against += 0.2
    return against


_BRING_ME = re.compile(
    r"^(?:\w+ )?(?:get|give|bring|fetch) (?:me|us)\b|\b(?:can|could|may) (?:i|we) (?:get|have)\b"
)
_NEVER_SERVED = stem_set(
    "friend child children kid person people man men woman women day week month year question "
    "favor favour idea thing word problem time"
)
_SERVE = re.compile(
    r"\b(?:(?:i'd|we'd|would)(?: also| really)? like|(?:can|could|may) (?:i|we) (?:have|get)|"
    r"(?:i'll|we'll)(?: also)? (?:have|take))\b"
)
_MAY = re.compile(r"\b(?:possible|way|able|chance|okay|ok|time to)\b")
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
