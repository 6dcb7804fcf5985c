"""Several things said in one turn, as in "Tell me a story. What is twelve times four?".

That is common where somebody adds something while an answer is being prepared: both are then one
turn, and both want an answer.
"""

from __future__ import annotations

import re

from livekit_nb.server.thinking.smalltalk import Talk, answer_asked, is_pleasantry
from livekit_nb.server.thinking.words import Utterance

__all__ = ["Part", "answers_in_order", "parts_of", "sentences_of"]

_END = re.compile(r"(?<=[\w%)][.?!])(?:\s+|(?=[A-Z][a-z]))(?=[A-Z0-9\"'])")
_TITLE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|Mt|Prof|No|[A-Z]|[ap]\.m)\.$")
_LONG = 200  # characters of an answer that is better given last

Part = tuple[Utterance, str | None]
"""A sentence, and the answer to it if it needs no tool."""


def parts_of(talk: Talk, text: str) -> list[Part]:
    """Return the sentences of a turn that want an answer each, or nothing if it is one matter.

    Pleasantries between them are left out.
    """
    parts: list[Part] = []
    for sentence in sentences_of(text):
        utterance = Utterance(sentence)
        said = answer_asked(talk, utterance) if len(utterance) else None
        if said is not None or not (len(utterance) == 0 or is_pleasantry(talk, utterance)):
            parts.append((utterance, said))
    asked = sum(said is not None for _, said in parts)
    return parts if asked and len(parts) > 1 else []


def answers_in_order(said: list[str]) -> str:
    """Return several answers as one, a story after whatever is short."""
    return " ".join(sorted(said, key=lambda answer: len(answer) > _LONG))


def sentences_of(text: str) -> list[str]:
    """Cut a text behind its full stops, question and exclamation marks.

    >>> sentences_of("My name is Dr. Grey. What is 3.5 plus 4?Go on.")
    ['My name is Dr. Grey.', 'What is 3.5 plus 4?', 'Go on.']
    """
    sentences: list[str] = []
    for piece in _END.split(text):
        if sentences and _TITLE.search(sentences[-1]):
            sentences[-1] = f"{sentences[-1]} {piece}"
        else:
            sentences.append(piece)
    return [sentence.strip() for sentence in sentences if sentence.strip()]
