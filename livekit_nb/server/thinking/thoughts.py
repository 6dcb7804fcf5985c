"""What was decided, in words: the thoughts a client may ask to see.

They are read off the plan after it was made, so they say what was really decided, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence

from livekit_nb.server.thinking.plan import Plan, PlannedCall, ToolResult

__all__ = ["about_plan", "about_results"]


def about_plan(plan: Plan, lacking: tuple[str, str] | None, tools: int) -> str:
    """Say what was decided about what the user said.

    Parameters
    ----------
    plan : Plan
    lacking : tuple of (str, str) or None
        Name of a tool that is wanted and of the argument that is asked for.
    tools : int
        How many tools are declared.
    """
    if plan.calls:
        return f"This asks for {_listed([_call(call) for call in plan.calls])}: I call it."
    if lacking is not None:
        return f"This asks for {lacking[0]}, which needs {lacking[1]}: I ask for that."
    if tools:
        return f"None of the {tools} declared tools fits: I answer by myself."
    return "No tools are declared: I answer by myself."


def about_results(results: Sequence[ToolResult]) -> str:
    """Say what the tools brought."""
    told = [
        f"{item.name} {'failed' if item.error or 'error' in item.response else 'answered'}"
        for item in results
    ]
    return f"{_listed(told)}: I say so."


def _call(call: PlannedCall) -> str:
    args = ", ".join(f"{name}={value!r}" for name, value in call.args.items())
    return f"{call.name}({args})"


def _listed(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
