"""What of a model's text is spoken, as it comes: clauses of plain words, without its thoughts.

Models write markdown however they are asked not to, and some put what they think before the answer
as ``<think>…</think>``. Neither is for ears.
"""

from __future__ import annotations

import re

from livekit_nb.server.speaking.clauses import ready

__all__ = ["SpokenText", "plain"]

MAX_CHARACTERS = 4_000  #: of one answer; it is ended there, about four minutes of speech
MAX_THOUGHT_CHARACTERS = 4_000
_OPEN, _CLOSE = "<think>", "</think>"

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_LINE_START = re.compile(r"(?m)^\s*(?:#{1,6}|[-*+•]|>)\s+")
_MARKS = re.compile(r"\*+|`+|~~|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)")
_PICTOGRAMS = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")


def plain(text: str) -> str:
    """Return text without markdown, pictograms and line breaks; white space at its ends stays."""
    text = _LINE_START.sub("", _LINK.sub(r"\1", text))
    text = _PICTOGRAMS.sub("", _MARKS.sub("", text))
    return re.sub(r"\s+", " ", text)


class SpokenText:
    """Takes a model's text piece by piece and gives back what can be spoken already."""

    def __init__(self) -> None:
        self.thought = ""
        """What the model thought before it answered, at most its beginning."""
        self.full = False
        """Whether more was written than is spoken."""
        self._text = ""
        self._thinking: bool | None = None  # None until the first characters tell
        self._begun = False
        self._spoken = 0

    def think(self, text: str) -> None:
        """Take a piece of what the model thinks."""
        self.thought = (self.thought + text)[:MAX_THOUGHT_CHARACTERS]

    def feed(self, text: str) -> list[str]:
        """Take a piece of the answer; return the clauses it completes."""
        self._text += text
        self._sort_out()
        if not self._begun and not self._thinking:
            self._text = self._text.lstrip()
        clauses = []
        while self._thinking is False and (end := ready(self._text, begun=self._begun)):
            clauses += self._clause(end)
        return clauses

    def finish(self) -> list[str]:
        """Return what is left when the answer is over."""
        return self._clause(len(self._text)) if not self._thinking else []

    def _sort_out(self) -> None:
        """Take thoughts out of the text."""
        if self._thinking is None:
            begun = self._text.lstrip()
            if begun.startswith(_OPEN):
                self._thinking, self._text = True, begun.removeprefix(_OPEN)
            elif begun and not _OPEN.startswith(begun):
                self._thinking = False
        if self._thinking:
            thought, closed, rest = self._text.partition(_CLOSE)
            if closed:
                self._thinking = False
                self._text = rest
                self.think(thought.strip())
            else:  # the end mark may be half here
                self.think(self._text[: -len(_CLOSE)])
                self._text = self._text[-len(_CLOSE) :]

    def _clause(self, end: int) -> list[str]:
        clause, self._text = plain(self._text[:end]), self._text[end:]
        if self.full or not re.search(r"\w", clause):
            return []
        self._begun = True
        self._spoken += len(clause)
        self.full = self._spoken >= MAX_CHARACTERS
        return [clause]
