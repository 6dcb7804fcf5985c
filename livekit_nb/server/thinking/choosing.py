"""Choosing the tool a request is for, or none.

Evidence for a tool: how close the request's meaning is to the tool's description (sentence
embedding), whether they share content words or concepts, whether the arguments could be filled, and
whether it does what is asked to be done (`acts`). Evidence against it: content words that neither
the tool nor its arguments explain, most of all the object of the verb; another act; a question put
to a tool that changes things; a mere statement (`evidence`). A tool is chosen only with enough in
sum *and* a lexical anchor; a wrong call is worse than a question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from livekit_nb.server.thinking.acts import agreement, commits, undoes_unasked
from livekit_nb.server.thinking.conversions import converts_otherwise
from livekit_nb.server.thinking.embedding import Vectors, embedder
from livekit_nb.server.thinking.evidence import (
    CLOSED_ROLES,
    asks_of_others,
    closed_words,
    is_all_closed,
    is_verbless,
    may_frame,
    object_span,
    objections,
    says_only_choice,
)
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.lexicon import GENERIC_WORDS, related
from livekit_nb.server.thinking.mood import STATIVE, first_act, kind_of
from livekit_nb.server.thinking.orders import is_order, sells_one_kind
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.slots import fill
from livekit_nb.server.thinking.tool import Tool
from livekit_nb.server.thinking.vocabulary import (
    acts_of,
    content_words,
    shared_weight,
    vocabulary,
    wordings,
)
from livekit_nb.server.thinking.words import Utterance, stem

ACCEPT = 0.62


_CANDIDATES = 7


_COMPLETE_MARGIN = 0.12


_ORDER_CLOSENESS = 0.25
_GOODS_CLOSENESS = 0.35
_STRANGE_OBJECT = 0.45
_STRANGE_PREDICATE = 0.25  # "is the lake deep?" to the weather at the lake
_OTHER_CONVERSION = 0.6
_ASKED = 0.15  # a question whose every word is explained, to a tool that answers
_ENTRY = 0.25
_ELLIPTIC = 0.3  # "two minutes for the tea": nothing else than arguments, and all of them
_VERB_ANCHOR = 0.6
_NOUN_WEIGHT = 0.75  # weight of a noun of the tool's name or description
_IN_VALUE = 0.8  # such a noun counts for less inside an argument


@dataclass(frozen=True)
class Choice:
    """A tool with what was found for it and how sure that is."""

    tool: Tool
    filling: Filling
    score: float
    anchor: float
    closeness: float
    rank: float = 0.0  # the score with what only tells tools of one kind apart
    agreement: float = 0.0  # of the acts asked for and performed

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

    def choose(
        self, utterance: Utterance, now: datetime, context: Utterance | None = None
    ) -> list[Choice]:
        """Return all tools as choices, best first.

        Parameters
        ----------
        utterance : Utterance
            What asks for something.
        now : datetime
            For relative dates.
        context : Utterance, optional
            What was said around it; arguments that must be given may come from there.
        """
        if not self.tools or not len(utterance):
            return []
        query = embedder().embed([utterance.line])[0]
        cosines = (self._vectors @ query).reshape(len(self.tools), -1).max(axis=1)
        promise = [
            (
                float(cosine)
                + 0.4 * shared_weight(words, utterance)
                + 0.3 * may_frame(tool, utterance),
                n,
            )
            for n, (tool, words, cosine) in enumerate(
                zip(self.tools, self._vocabularies, cosines, strict=True)
            )
        ]
        nearest = sorted(promise, key=lambda entry: -entry[0])[:_CANDIDATES]
        choices = [self._weigh(n, utterance, now, float(cosines[n]), context) for _, n in nearest]
        choices.sort(key=lambda c: -c.rank)
        best = choices[0]
        if best.filling.missing:
            for other in choices[1:]:
                complete = other.is_sure and not other.filling.missing and other.anchor >= 0.5
                complete = complete and other.agreement >= best.agreement
                if complete and other.rank >= best.rank - _COMPLETE_MARGIN:
                    return [other, *(c for c in choices if c is not other)]
        return choices

    def _weigh(
        self,
        number: int,
        utterance: Utterance,
        now: datetime,
        cosine: float,
        context: Utterance | None,
    ) -> Choice:
        tool, words = self.tools[number], self._vocabularies[number]
        filling = fill(tool, utterance, now)
        if context is not None:
            around = fill(tool, context, now).values
            leans = {"it", "that", "this", "them"}.intersection(utterance.lows)  # "log that"
            filling.values |= {
                p.name: around[p.name]
                for p in tool.slots
                if p.name in around and p.name not in filling.values and (p.required or leans)
            }
        content = content_words(utterance)
        closed_span = closed_words(filling)
        anchors: list[float] = []
        frame = bool(filling.framed) or is_order(tool, utterance, filling, cosine)
        acts = acts_of(tool)
        unexplained: list[int] = []
        joined = _joined_words(tool, utterance)
        if joined:
            anchors.append(1.0)
            content = [index for index in content if index not in joined]
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
                unexplained.append(index)
        left_over = len(unexplained)
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
            not tool.slots and left_over == 0 and kind_of(utterance) in ("request", "wish")
        ):
            score += 0.1
        if required and not filling.values and cosine < _ORDER_CLOSENESS + 0.1:
            score -= 0.15
        closed = [p for p in tool.slots if p.name in filling.values and role_of(p) in CLOSED_ROLES]
        score += 0.05 * min(2, len(closed))
        if len(closed) > 2 and not filling.missing:
            score += 0.15
        score -= objections(tool, utterance, filling, frame)
        span = [i for i in object_span(utterance) if i in content]
        if span and not frame and set(span) <= set(unexplained) - filling.used:
            score -= _STRANGE_OBJECT
        if not required and not filling.values and content and content[-1] in unexplained:
            score -= _STRANGE_PREDICATE * (first_act(utterance) in ("is", "are", "was"))
        if not frame and asks_of_others(filling, unexplained):
            score -= _STRANGE_OBJECT
        if converts_otherwise(tool, utterance):
            score -= _OTHER_CONVERSION
        is_whole = left_over == 0 and bool(required) and not filling.missing
        if is_whole and (is_all_closed(filling, closed) or len(required) > 2):
            score += 0.15
        if is_whole and says_only_choice(filling, content):
            anchor, score = max(anchor, 0.8), score + 0.35
        if anchor <= _VERB_ANCHOR and cosine < _GOODS_CLOSENESS and sells_one_kind(tool):
            score -= 0.25
        elliptic = is_whole and is_verbless(utterance) and len(filling.values) > 1 and bool(closed)
        if elliptic and not undoes_unasked(tool, utterance):
            score += _ELLIPTIC
        named = closed or (is_whole and _names_something(filling))
        is_told = elliptic or (left_over == 0 and named and stem(first_act(utterance)) in acts)
        if anchor < 0.3 and cosine < 0.5 and len(closed) < 2 and not is_told:
            score = min(score, ACCEPT - 0.05)
        if is_told and kind_of(utterance) == "request":
            score += 0.1
        if left_over == 0 and is_whole and named and kind_of(utterance) == "question":
            score += _ASKED if agreement(tool, utterance) > 0 else 0.0
        if left_over == 0 and _is_entry(tool, filling) and agreement(tool, utterance) > 0:
            score += _ENTRY
        acts_agree = agreement(tool, utterance)
        if frame or joined:  # what is asked for is sure, but not what is to be done about it
            asks_only = utterance.lows[0] in STATIVE and commits(tool)
            acts_agree = min(0.0, acts_agree) if asks_only else 0.0
        if frame and undoes_unasked(tool, utterance):
            acts_agree = -0.25
        score += min(0.0, acts_agree)
        rank = score + max(0.0, acts_agree) - 0.08 * (0 if frame else _unsaid(tool, filling))
        return Choice(tool, filling, score, anchor, cosine, rank, acts_agree)


def _names_something(filling: Filling) -> bool:
    """Tell whether a name was given to an open text ("switch over to BBC One")."""
    words = filling.utterance.words
    return any(words[index].is_capital and index > 0 for index in filling.used)


def _is_entry(tool: Tool, filling: Filling) -> bool:
    """Tell whether something was named together with its day or time ("a yoga class on Friday")."""
    found = {role_of(p) for p in tool.slots if p.name in filling.values}
    return bool(found & {"label", "task", "text"} and found & {"date", "time", "moment"})


def _joined_words(tool: Tool, utterance: Utterance) -> set[int]:
    """Return the words that together spell a word of the tool's name ("check out")."""
    lows = utterance.lows
    pairs = (i for i in range(len(lows) - 1) if lows[i] + lows[i + 1] in tool.words)
    return {index for first in pairs for index in (first, first + 1)}


def _unsaid(tool: Tool, filling: Filling) -> int:
    """Count the words of a tool's name that nothing in the utterance speaks of."""
    names = {stem(word) for word in tool.words} - GENERIC_WORDS - acts_of(tool)
    return sum(not any(related(said, name) for said in filling.stems) for name in names)
