"""Token counts of a conversation, as the Live API reports them.

Rates (ai.google.dev, Live API and token documentation): audio 25 tokens per second in either
direction, an image or video frame 258 tokens (64 at low resolution). Text is counted as one token
for every four characters, which is the documented rule of thumb, not Google's tokenizer.

Each turn's prompt holds everything the model has in its context: instructions, tools, what both
sides said before, and the new input. That is also how the service bills it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from livekit_nb.wire.messages import ModalityTokenCount, UsageMetadata

__all__ = ["AUDIO_TOKENS_PER_S", "FRAME_TOKENS", "FRAME_TOKENS_LOW", "TokenCount", "text_tokens"]

AUDIO_TOKENS_PER_S = 25
FRAME_TOKENS = 258
FRAME_TOKENS_LOW = 64


def text_tokens(text: str) -> int:
    """Tokens of a text, by the rule of thumb of four characters each."""
    return math.ceil(len(text) / 4)


class TokenCount:
    """Counts what goes into and comes out of one conversation.

    Parameters
    ----------
    frame_tokens : int
        Tokens of one image or video frame.
    """

    def __init__(self, frame_tokens: int = FRAME_TOKENS) -> None:
        self._frame_tokens = frame_tokens
        self._preamble = 0
        self._context: Counter[str] = Counter()
        self._heard_s = 0.0
        self._spoken_s = 0.0
        self._response_s = 0.0

    def instruct(self, texts: Iterable[str]) -> None:
        """Count instructions and declarations, in place of those before."""
        self._preamble = sum(map(text_tokens, texts))

    def read(self, text: str) -> None:
        """Count text of the prompt: typed input, tool results."""
        self._context["TEXT"] += text_tokens(text)

    def heard(self, seconds: float) -> None:
        """Count the user's speech."""
        self._heard_s += seconds

    def saw(self, modality: str = "VIDEO") -> None:
        """Count one picture, of modality ``VIDEO`` or ``IMAGE``."""
        self._context[modality] += self._frame_tokens

    def spoke(self, seconds: float) -> None:
        """Count audio of the present reply that was sent."""
        self._response_s += seconds

    def turn(self) -> UsageMetadata:
        """Return the counts of the turn that ends now; its reply becomes part of the context."""
        prompt = Counter(self._context)
        prompt["TEXT"] += self._preamble
        prompt["AUDIO"] += _audio_tokens(self._heard_s + self._spoken_s)
        response = Counter({"AUDIO": _audio_tokens(self._response_s)})
        self._spoken_s += self._response_s
        self._response_s = 0.0
        return UsageMetadata(
            prompt_token_count=prompt.total(),
            response_token_count=response.total(),
            total_token_count=prompt.total() + response.total(),
            prompt_tokens_details=_details(prompt),
            response_tokens_details=_details(response),
        )


def _audio_tokens(seconds: float) -> int:
    return round(seconds * AUDIO_TOKENS_PER_S)


def _details(counts: Counter[str]) -> list[ModalityTokenCount]:
    return [
        ModalityTokenCount(modality=modality, token_count=tokens)
        for modality, tokens in sorted(counts.items())
        if tokens
    ]
