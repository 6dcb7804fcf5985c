"""Sentences that the agent says twice, though nobody asked for that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from livekit_nb.recording.diagnosis.evidence import Evidence, span_of
from livekit_nb.recording.diagnosis.finding import Finding
from livekit_nb.recording.turns.turn import Turn

__all__ = ["repeated_sentences"]

LEAST_WORDS: Final = (4, 6)
"""Words of a sentence whose repetition is told of: within a turn, and from one turn to the next,
where polite formulas ("is there anything else?") may come back."""

_SENTENCES: Final = re.compile(r"[^.!?\u2026\u3002\uff01\uff1f]+[.!?\u2026\u3002\uff01\uff1f]*")
_WORDS: Final = re.compile(r"[\w'\u2019]+")
_CARRIERS: Final = frozenset(
    {"oh", "ok", "okay", "well", "so", "um", "uh", "er", "hm", "sure", "alright", "right"}
    | {"yes", "no", "sorry", "please", "just", "now", "then"}
)
_DROPPED: Final = 7  # of so many words one may be left out the second time
_ASKED: Final = re.compile(
    r"\b(repeat|again|once more|one more time|say that|pardon|sorry\?|come again|excuse me\?|"
    r"what did you say|what was that|didn'?t (?:hear|catch|get|understand)|i beg|"
    r"noch ?mal|wiederhol\w*|wie bitte|répét\w*|encore une fois|repit\w*|otra vez)",
    re.IGNORECASE,
)
_ANEW: Final = "…"  # stands in a turn's text where an answer broke off and was given anew

_MODEL: Final = (
    "Models are known to say a sentence again before or after a tool call. Ask in the "
    "instructions to announce a tool once and to say only the result after it."
)
_CONFUSED: Final = (
    "The model may not have understood what was new: see whether the transcript of the question "
    "is right, and tell in the instructions what to do when something is unclear."
)


class _Sentence(NamedTuple):
    text: str
    words: tuple[str, ...]


def repeated_sentences(evidence: Evidence) -> Iterator[Finding]:
    """Find sentences said twice in a turn, or again in the next turn that was answered in words.

    Two are the same if their words are, but for carriers such as "okay", or one word left out.
    Nobody is blamed when the user asked to repeat it or put the same question again, when the
    answer before was cut, and when an answer broke off with its connection and was given anew.
    """
    before: Turn | None = None
    for turn in evidence.turns:
        if turn.agent is None or not turn.agent.text:
            continue
        said = _sentences(turn.agent.text)
        same = None if _given_anew(turn) else _within(said)
        if same is not None:
            yield _finding(turn, same, "twice in this turn", _MODEL)
        elif before is not None and before.agent is not None and _comparable(before, turn):
            earlier = _sentences(before.agent.text)
            same = _between(earlier, said)
            if same is not None:
                yield _finding(turn, same, f"again, as in turn {before.index}", _CONFUSED)
        before = turn


def _finding(turn: Turn, sentence: _Sentence, how: str, remedy: str) -> Finding:
    span = span_of(turn) or (0.0, 0.0)
    start_s = turn.agent.first_audible if turn.agent else None
    return Finding(
        "repeated_sentence",
        span[0] if start_s is None else start_s,
        span[1],
        turn.index,
        f"A sentence of {len(sentence.words)} words was said {how}.",
        remedy,
        float(len(sentence.words)),
        quote=sentence.text,
    )


def _sentences(text: str) -> list[_Sentence]:
    found = (match.group().strip() for match in _SENTENCES.finditer(text))
    return [_Sentence(sentence, _plain(sentence)) for sentence in found if _plain(sentence)]


def _plain(sentence: str) -> tuple[str, ...]:
    words = [word.lower().replace("\u2019", "'") for word in _WORDS.findall(sentence)]
    return tuple(word for word in words if word not in _CARRIERS)


def _within(said: Sequence[_Sentence]) -> _Sentence | None:
    for number, sentence in enumerate(said):
        if len(sentence.words) >= LEAST_WORDS[0] and any(
            _same(sentence.words, earlier.words) for earlier in said[:number]
        ):
            return sentence
    return None


def _between(earlier: Sequence[_Sentence], said: Sequence[_Sentence]) -> _Sentence | None:
    for sentence in said:
        if len(sentence.words) >= LEAST_WORDS[1] and any(
            _same(sentence.words, other.words) for other in earlier
        ):
            return sentence
    return None


def _same(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two sentences have the same words; a long one may lack one of them."""
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    if len(long) - len(short) != 1 or len(long) < _DROPPED:
        return False
    lacking = next((n for n, word in enumerate(short) if word != long[n]), len(short))
    return not long[lacking].isdigit() and short[lacking:] == long[lacking + 1 :]


def _comparable(before: Turn, turn: Turn) -> bool:
    """Whether there is no reason to say in a turn what was said in the one before."""
    if before.interrupted or _given_anew(before) or _given_anew(turn):
        return False
    if turn.user is None:
        return True
    asked, earlier = turn.user.text, before.user.text if before.user else ""
    return not _ASKED.search(asked) and not _alike(_plain(asked), _plain(earlier))


def _alike(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two questions are much the same."""
    if not first:
        return True  # nobody knows what was asked
    shared = len(set(first) & set(second))
    return shared >= 0.8 * max(len(set(first)), len(set(second)))


def _given_anew(turn: Turn) -> bool:
    return turn.agent is not None and _ANEW in turn.agent.text
