"""Which tool the local server calls, with which arguments, for tools it has never seen.

``tool_choice.json`` holds fifteen sets of tools (timers, lights, orders, bookings, conversion) and
140 requests, written by somebody who knew nothing of the code. When it was first run, 80 of 82
clear requests were carried out exactly, 20 of 22 incomplete ones asked for what was missing, and
none of the 36 that fit no tool called one. It tells of new requests only as long as nobody mends
the code by it; whoever does should write another set first.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.table import Row
from livekit_nb.server.thinking import Plan, Thinker, Tool

SETS = Path(__file__).with_suffix(".json")


def same(wanted: Any, given: Any) -> bool:
    """Compare an argument; text without case, and several answers may be right."""
    if isinstance(wanted, dict) and "any_of" in wanted:
        return any(same(each, given) for each in wanted["any_of"])
    if isinstance(wanted, str) and isinstance(given, str):
        return " ".join(wanted.lower().split()) == " ".join(given.lower().split())
    return bool(wanted == given) and isinstance(wanted, bool) == isinstance(given, bool)


def carried_out(case: dict[str, Any], plan: Plan) -> bool:
    """Whether exactly the wanted calls are made."""
    wanted = case.get("calls") or [case]
    left = list(plan.calls)
    for call in wanted:
        free = {*case.get("optional_ok", ()), *call.get("optional_ok", ())}
        for made in left:
            right = made.name == call["tool"] and all(
                name in made.args and same(value, made.args[name])
                for name, value in call["args"].items()
            )
            if right and made.args.keys() - call["args"].keys() <= free:
                left.remove(made)
                break
        else:
            return False
    return not left


def run() -> list[Row]:
    """Ask everything once, each in a conversation of its own."""
    right = {"call": 0, "ask": 0, "none": 0}
    asked = dict.fromkeys(right, 0)
    wrong_calls = 0
    for group in json.loads(SETS.read_text()):
        tools = [Tool.from_declaration(declaration) for declaration in group["tools"]]
        for case in group["cases"]:
            thinker = Thinker(tools=tools, clock=lambda: datetime(2026, 11, 20, 9, 30))
            plan = thinker.hear(case["say"])
            kind = case["expect"]
            asked[kind] += 1
            if kind == "call":
                right[kind] += carried_out(case, plan)
            else:
                right[kind] += not plan.calls and (kind == "none" or plan.say.endswith("?"))
                wrong_calls += bool(plan.calls)
    return [
        Row("clear requests carried out exactly", f"{right['call']} of {asked['call']}"),
        Row("incomplete requests asked back", f"{right['ask']} of {asked['ask']}"),
        Row("requests for no tool left alone", f"{right['none']} of {asked['none']}"),
        Row("calls where none was wanted", str(wrong_calls)),
    ]
