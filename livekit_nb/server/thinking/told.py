"""What the system instructions tell about the world: facts to answer questions with.

Instructions say how to be ("Be brief.") and what is so ("We open at nine."). A question that no
tool takes is answered with the sentence of the second kind that is nearest to it in meaning, if it
is near enough and speaks of the same thing.
"""

from __future__ import annotations

import re
from functools import cached_property

from livekit_nb.server.thinking.embedding import Vectors, embedder
from livekit_nb.server.thinking.lexicon import GENERIC_WORDS, related
from livekit_nb.server.thinking.mood import kind_of
from livekit_nb.server.thinking.several import sentences_of
from livekit_nb.server.thinking.vocabulary import content_words
from livekit_nb.server.thinking.words import Utterance, stem

__all__ = ["Told"]

_NEAR = 0.36  # closeness of meaning that lets a fact answer a question
_NEAR_ALONE = 0.6  # and without a word in common
_FACTS_LIMIT = 60
_FACT = re.compile(
    r"\b(?:is|are|was|were|has|have|costs?|opens?|closes?|sells?|offers?|takes?|starts?|ends?|"
    r"includes?|contains?|lies|stands|serves?|delivers?|accepts?|allows?|needs?|lasts?|runs?|"
    r"leaves?|arrives?|stays?|begins?|comes?|can|cannot|will)\b"
)
_ORDER = re.compile(
    r"^(?:you|your|you're|be|always|never|do|don't|answer|speak|talk|if|when|please|keep|use|call|"
    r"ask|greet|act|only|say|tell|help|respond|reply|stay|avoid|offer|confirm|make|let|address|"
    r"end|begin|start|give|remember|behave|pretend|play|welcome|name|role|style|tone)\b",
    re.I,
)


class Told:
    """Facts of the client's system instructions.

    Parameters
    ----------
    instructions : str
        Plain English, possibly empty.
    """

    def __init__(self, instructions: str) -> None:
        lines = instructions.splitlines()
        sentences = [sentence for line in lines for sentence in sentences_of(line)]
        facts = [" ".join(sentence.strip(" -*\u2022\t").split()) for sentence in sentences]
        self.facts = [f for f in facts if _FACT.search(f.lower()) and not _ORDER.match(f)]
        self.facts = self.facts[:_FACTS_LIMIT]

    @cached_property
    def _vectors(self) -> Vectors:
        return embedder().embed(self.facts)

    def answer(self, utterance: Utterance) -> str | None:
        """Return the fact that answers a question, or None."""
        if not self.facts or kind_of(utterance) not in ("question", "opinion"):
            return None
        nearness = self._vectors @ embedder().embed([utterance.line])[0]
        best = int(nearness.argmax())
        fact = self.facts[best]
        least = _NEAR if _share_word(utterance, Utterance(fact)) else _NEAR_ALONE
        if nearness[best] < least:
            return None
        return fact if fact.endswith((".", "!", "?")) else f"{fact}."


def _share_word(question: Utterance, fact: Utterance) -> bool:
    asked = {stem(question.lows[index]) for index in content_words(question)} - GENERIC_WORDS
    known = {stem(fact.lows[index]) for index in content_words(fact)}
    return any(related(one, other) for one in asked for other in known)
