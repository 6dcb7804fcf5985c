"""Tokens, as the service reports them, counted once.

A report (the ``usage`` event) holds the prompt and the answer of one generation. The prompt is all
the model has in its context, so every generation is billed for all that was said before, too. That
was probed on the service in August 2026 (pydantic/pydantic-ai#7269): reports are of a turn, not of
the session so far. Within a turn they come in several manners, which are told apart like this:

* The prompt is the one of the report before, and the answer is no smaller: a running count of the
  same generation. Only what is new counts, also when it comes after the turn's end.
* There is no prompt, or it is the same and the answer is smaller: a count of just what was
  generated since (a delta). It is added; the prompt is not counted again.
* Nothing lies between the two (no tool's call or result, no end of a turn) and no number is
  smaller than before: a running count, while the user's sound still came in. Only what is new
  counts.
* Everything else is a generation of its own, billed whole: the next turn, or what the model says
  after a tool has answered.

On another connection counting begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from livekit_nb.recording.events import Event

__all__ = ["NOTHING", "Tally", "Tokens", "tokens_of"]

_BETWEEN = frozenset(
    {"agent.turn_complete", "agent.interrupted", "tool.call", "tool.response", "tool.progress"}
)
"""What lies between one generation and the next."""


@dataclass(frozen=True)
class Tokens:
    """Tokens by modality.

    Attributes
    ----------
    input : mapping of str to int
        What the model read: ``TEXT``, ``AUDIO``, ``IMAGE``, ``VIDEO``, ``DOCUMENT``; ``TOOL`` for
        prompts made of tools' results, ``UNKNOWN`` where the service did not say.
    output : mapping of str to int
        What it made: the same, and ``THOUGHTS``.
    """

    input: Mapping[str, int] = field(default_factory=dict)
    output: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All tokens."""
        return sum(self.input.values()) + sum(self.output.values())

    def __bool__(self) -> bool:
        return self.total > 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(_sum(self.input, other.input), _sum(self.output, other.output))

    def __sub__(self, other: Tokens) -> Tokens:
        """Return what is more here than there."""
        return Tokens(_more(self.input, other.input), _more(self.output, other.output))


NOTHING = Tokens()


def tokens_of(data: Mapping[str, Any]) -> Tokens:
    """Return what the data of a ``usage`` event reports.

    Tokens that no modality is told for are ``UNKNOWN``. Thoughts stand beside the answer, unless
    the report's total shows that they are a part of it.
    """
    read = _by_modality(data.get("prompt"), data.get("prompt_tokens"))
    said = _by_modality(data.get("response"), data.get("response_tokens"))
    tool = _count(data.get("tool_tokens"))
    thoughts = _count(data.get("thoughts_tokens"))
    told = sum(read.values()) + sum(said.values()) + tool
    if thoughts and _count(data.get("total_tokens")) == told:
        text = next((name for name in ("TEXT", "UNKNOWN") if said.get(name, 0) >= thoughts), None)
        if text is not None:
            said[text] -= thoughts
        else:
            thoughts = 0  # a part of the answer's tokens, and which is not told
    if tool:
        read["TOOL"] = tool
    if thoughts:
        said["THOUGHTS"] = thoughts
    return Tokens(_kept(read), _kept(said))


class Tally:
    """Adds reports up, each token once.

    Attributes
    ----------
    total : Tokens
    """

    def __init__(self) -> None:
        self.total = NOTHING
        self._last: Tokens | None = None  # of the generation that goes on
        self._passed = False  # something of _BETWEEN since

    def see(self, event: Event) -> None:
        """Take in an event that is no report: it may say that something new begins."""
        if event.kind in ("session.ready", "session.reconnecting", "session.resumed"):
            self._last = None
        elif event.kind in _BETWEEN:
            self._passed = True

    def add(self, report: Tokens) -> Tokens:
        """Take in a report; returns what of it was not counted before."""
        last, passed, self._passed = self._last, self._passed, False
        if last is None:
            new, self._last = report, report
        elif not report.input and not passed:
            new, self._last = report, last + report
        elif report.input == last.input and _no_less(report.output, last.output):
            new, self._last = report - last, report
        elif report.input == last.input and not passed:
            new = Tokens(output=report.output)
            self._last = last + new
        elif (
            not passed
            and _no_less(report.input, last.input)
            and _no_less(report.output, last.output)
        ):
            new, self._last = report - last, report
        else:
            new, self._last = report, report
        self.total += new
        return new


def _by_modality(details: object, count: object) -> dict[str, int]:
    counts: dict[str, int] = {}
    if isinstance(details, Mapping):
        for name, tokens in details.items():
            modality = str(name).upper().removeprefix("MODALITY_")
            if modality in ("", "UNSPECIFIED"):
                modality = "UNKNOWN"
            counts[modality] = counts.get(modality, 0) + _count(tokens)
    rest = _count(count) - sum(counts.values())
    if rest > 0:
        counts["UNKNOWN"] = counts.get("UNKNOWN", 0) + rest
    return counts


def _count(value: object) -> int:
    """Return a number of tokens; what is none counts as not told."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _kept(counts: dict[str, int]) -> Mapping[str, int]:
    return {name: tokens for name, tokens in counts.items() if tokens}


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    names = dict.fromkeys((*one, *other))
    return {name: one.get(name, 0) + other.get(name, 0) for name in names}


def _more(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return _kept({name: max(0, tokens - other.get(name, 0)) for name, tokens in one.items()})


def _no_less(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return all(one.get(name, 0) >= tokens for name, tokens in other.items())
