"""Words for the tests of thinking: a thinker over some tools, and what it should do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from livekit_nb.server.thinking import Plan, Thinker, Tool

Calls = list[tuple[str, dict[str, Any]]]

SUNDAY = datetime(2026, 11, 22, 10, 5)


def thinker_with(tools: dict[str, Tool], names: str = "all", instructions: str = "") -> Thinker:
    """Return a thinker over tools of a set ("all" or names separated by commas) on a Sunday."""
    chosen = list(tools.values()) if names == "all" else [tools[n] for n in names.split(",")]
    return Thinker(tools=chosen, instructions=instructions, clock=lambda: SUNDAY)


def same_calls(plan: Plan, expected: Calls) -> bool:
    """Compare calls; letter case and a leading article of texts do not matter, types do."""
    got = [(call.name, _plain(dict(call.args))) for call in plan.calls]
    return got == [(name, _plain(args)) for name, args in expected]


def assert_calls(plan: Plan, expected: Calls) -> None:
    told = f"planned {[(c.name, dict(c.args)) for c in plan.calls]}, said {plan.say!r}"
    assert same_calls(plan, expected), told


def as_lazily_recognised(text: str) -> str:
    """Return a text in lower case without punctuation, except inside numbers."""
    return re.sub(r"[.,?!:](?!\d)", "", text).lower()


def lost_in_recognition(
    tools: dict[str, Tool], requests: Sequence[tuple[str, str, Calls]]
) -> list[str]:
    """Return the requests that call something else when recognised lazily."""
    return [
        said
        for names, said, calls in requests
        if not same_calls(thinker_with(tools, names).hear(as_lazily_recognised(said)), calls)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool):
        return ("flag", value)
    if isinstance(value, int | float):
        return float(value)
    return re.sub(r"^(?:the|a|an|my) ", "", str(value).lower())
