"""Token counts of a conversation, as the Live API reports them, and its sliding window.

Rates (ai.google.dev, Live API and token documentation): audio 25 tokens per second in either
direction, an image or video frame 258 tokens (64 at low resolution). Text is counted as one token
for every four characters, which is the documented rule of thumb, not Google's tokenizer.

Each turn's prompt holds everything the model has in its context: instructions, tools, what both
sides said before, and the new input. That is also how the service bills it. With context window
compression the oldest turns leave the context; the instructions and tools stay.
"""

from __future__ import annotations

import copy
import math
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from livekit_nb.wire.messages import ModalityTokenCount, UsageMetadata

__all__ = [
    "AUDIO_TOKENS_PER_S",
    "FRAME_TOKENS",
    "FRAME_TOKENS_LOW",
    "WINDOW_TOKENS",
    "TokenCount",
    "text_tokens",
]

AUDIO_TOKENS_PER_S = 25
FRAME_TOKENS = 258
FRAME_TOKENS_LOW = 64
WINDOW_TOKENS = 131_072  #: context window of every generation known here


def text_tokens(text: str) -> int:
    """Tokens of a text, by the rule of thumb of four characters each."""
    return math.ceil(len(text) / 4)


@dataclass
class _Turn:
    """What one turn adds to the context: tokens, and audio in seconds."""

    tokens: Counter[str] = field(default_factory=Counter)
    audio_s: float = 0.0
    asked: int = 0


class TokenCount:
    """Counts what goes into and comes out of one session.

    Parameters
    ----------
    frame_tokens : int
        Tokens of one image or video frame; may be changed.
    """

    def __init__(self, frame_tokens: int = FRAME_TOKENS) -> None:
        self.frame_tokens = frame_tokens
        self._preamble = 0
        self._turns: deque[_Turn] = deque()
        self._context = _Turn()  # the sum of these turns
        self._open = _Turn()
        self._response_s = 0.0
        self._thoughts = 0

    def copy(self) -> TokenCount:
        """Return a count that goes on by itself from here; turns that are over are shared."""
        twin = copy.copy(self)
        twin._turns = self._turns.copy()
        twin._context = replace(self._context, tokens=self._context.tokens.copy())
        twin._open = replace(self._open, tokens=self._open.tokens.copy())
        return twin

    def instruct(self, texts: Iterable[str]) -> None:
        """Count instructions and declarations, in place of those before."""
        self._preamble = sum(map(text_tokens, texts))

    def asked(self) -> None:
        """Note that the user's words of the present turn went to the thinker."""
        self._open.asked += 1

    def read(self, text: str) -> None:
        """Count text of the prompt: typed input, tool results."""
        self._open.tokens["TEXT"] += text_tokens(text)

    def heard(self, seconds: float) -> None:
        """Count the user's speech."""
        self._open.audio_s += seconds

    def saw(self, modality: str = "VIDEO") -> None:
        """Count one picture, of modality ``VIDEO`` or ``IMAGE``."""
        self._open.tokens[modality] += self.frame_tokens

    def thought(self, text: str) -> None:
        """Count a thought of the present reply; thoughts do not stay in the context."""
        self._thoughts += text_tokens(text)

    def spoke(self, seconds: float) -> None:
        """Count audio of the present reply that was sent."""
        self._response_s += seconds

    def turn(self) -> UsageMetadata:
        """Return the counts of the turn that ends now; its reply becomes part of the context."""
        prompt = self._context.tokens + self._open.tokens
        prompt["TEXT"] += self._preamble
        prompt["AUDIO"] += _audio_tokens(self._context.audio_s + self._open.audio_s)
        response = Counter({"AUDIO": _audio_tokens(self._response_s)})
        thoughts = self._thoughts
        self._open.audio_s += self._response_s
        self._add(self._open)
        self._open, self._response_s, self._thoughts = _Turn(), 0.0, 0
        return UsageMetadata(
            prompt_token_count=prompt.total(),
            response_token_count=response.total(),
            thoughts_token_count=thoughts or None,
            total_token_count=prompt.total() + response.total() + thoughts,
            prompt_tokens_details=_details(prompt),
            response_tokens_details=_details(response),
        )

    def _add(self, turn: _Turn) -> None:
        self._turns.append(turn)
        self._context.tokens += turn.tokens
        self._context.audio_s += turn.audio_s
        self._context.asked += turn.asked

    @property
    def context(self) -> int:
        """Tokens of everything that is in the context between two turns."""
        return self._preamble + self._context.tokens.total() + _audio_tokens(self._context.audio_s)

    def slide(self, trigger_tokens: int, target_tokens: int) -> int | None:
        """Let the oldest turns leave the context when it holds more than `trigger_tokens`.

        Parameters
        ----------
        trigger_tokens, target_tokens : int
            More than the one starts it; it stops at the other, but the last turn stays.

        Returns
        -------
        int or None
            How many of the user's turns are still in the context; None when none had to go.
        """
        if self.context <= trigger_tokens:
            return None
        gone = 0
        while self.context > target_tokens and len(self._turns) > 1:
            turn = self._turns.popleft()
            self._context.tokens -= turn.tokens
            self._context.audio_s -= turn.audio_s
            self._context.asked -= turn.asked
            gone += 1
        return self._context.asked if gone else None


def _audio_tokens(seconds: float) -> int:
    return round(seconds * AUDIO_TOKENS_PER_S)


def _details(counts: Counter[str]) -> list[ModalityTokenCount]:
    return [
        ModalityTokenCount(modality=modality, token_count=tokens)
        for modality, tokens in sorted(counts.items())
        if tokens
    ]
