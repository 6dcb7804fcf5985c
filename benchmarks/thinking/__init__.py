"""Dialogues with tools the local server has never seen, and small talk without any.

``README.md`` says what stands in ``tune.json`` (for mending) and ``test.json`` (for reporting) and
how turns are judged. ``python -m benchmarks thinking`` reports the test part, and
``python -m benchmarks.thinking`` lists what goes wrong in the tune part.

When the test part was first run, 129 of 195 clear requests were carried out exactly, 45 of 62 turns
that hang on earlier ones were right, 36 of 42 were asked back, 2 of 58 requests that fit no tool
called one, and 27 of 30 replies of ordinary conversation passed. In the tune part, by which the
agent had been mended, it was 155 of 156, 43 of 43, 34 of 34, 0 of 44 and 30 of 30 (before: 116 of
156, 29 of 43, 18 of 34, 4 of 44 and 26 of 30): what was written anew is harder by far.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.table import Row, percentiles
from livekit_nb.server.thinking import Plan, PlannedCall, Thinker, Tool, ToolResult

NOW = datetime(2026, 11, 20, 9, 30)
CLEAR = ("single", "date", "time", "amount", "name", "spelled", "parallel")
HANGING = ("follow_up", "correction", "answer", "confirm_yes")
ASKING = ("missing", "confirm_ask")
LEFT_ALONE = ("confirm_no", "none_small_talk", "none_other_task", "none_near_miss")


@dataclass(frozen=True)
class Judged:
    """One turn: what was said, how it was taken, and whether that was right."""

    category: str
    said: str
    right: bool
    wrong_call: bool
    taken_s: float
    told: str


def same(wanted: Any, given: Any) -> bool:
    """Compare an argument as ``README.md`` says."""
    if isinstance(wanted, dict) and "any_of" in wanted:
        return any(same(each, given) for each in wanted["any_of"])
    if isinstance(wanted, dict):
        return (
            isinstance(given, dict)
            and wanted.keys() == given.keys()
            and all(same(value, given[key]) for key, value in wanted.items())
        )
    if isinstance(wanted, list):
        return (
            isinstance(given, list)
            and len(wanted) == len(given)
            and all(same(one, other) for one, other in zip(wanted, given, strict=True))
        )
    if isinstance(wanted, str) and isinstance(given, str):
        return _plain(wanted) == _plain(given)
    return bool(wanted == given) and isinstance(wanted, bool) == isinstance(given, bool)


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(" .,!?;:")


def as_wanted(wanted: list[dict[str, Any]], made: tuple[PlannedCall, ...]) -> bool:
    """Whether exactly the wanted calls were made, in any order."""
    left = list(made)
    for call in wanted:
        free = set(call.get("optional_ok", ()))
        fitting = (
            one
            for one in left
            if one.name == call["tool"]
            and call["args"].keys() <= one.args.keys()
            and one.args.keys() - call["args"].keys() <= free
            and all(same(value, one.args[name]) for name, value in call["args"].items())
        )
        found = next(fitting, None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _asked_for(thinker: Thinker) -> str:
    """Name the argument the thinker asks for, ``confirm`` if it asks whether it may go on."""
    if thinker.confirms:
        return "confirm"
    return thinker.lacks[1] if thinker.lacks else ""


def _judge(turn: dict[str, Any], plan: Plan, asked: str) -> bool:
    if "calls" in turn:
        return as_wanted(turn["calls"], plan.calls)
    if "asks" in turn:
        named = (asked, asked.split(".")[0], asked.rpartition(".")[2])  # "address.city"
        return not plan.calls and any(same(turn["asks"], name) for name in named)
    return not plan.calls


def _told(plan: Plan, asked: str) -> str:
    calls = [f"{call.name}({dict(call.args)})" for call in plan.calls]
    return " + ".join(calls) or f"{plan.say!r}" + (f" [{asked}]" if asked else "")


def dialogues(part: str) -> Iterator[Judged]:
    """Play the dialogues of a part, one turn after the other."""
    for group in _read(part)["groups"]:
        tools = [Tool.from_declaration(declaration) for declaration in group["tools"]]
        for dialogue in group["dialogues"]:
            thinker = Thinker(
                instructions=group.get("instructions", ""), tools=tools, clock=lambda: NOW
            )
            for turn in dialogue["turns"]:
                begun_s = time.perf_counter()
                plan = thinker.hear(turn["say"])
                taken_s = time.perf_counter() - begun_s
                asked = _asked_for(thinker)
                right = _judge(turn, plan, asked)
                wrong_call = bool(plan.calls) and "calls" not in turn
                told = _told(plan, asked)
                yield Judged(turn["category"], turn["say"], right, wrong_call, taken_s, told)
                thinker.spoken(plan.say, interrupted=False)
                if plan.calls:
                    answers = turn.get("results", {})
                    results = [
                        ToolResult(c.name, c.args, answers.get(c.name, {"ok": True}))
                        for c in plan.calls
                    ]
                    thinker.spoken(thinker.tool_results(results).say, interrupted=False)


def conversation(part: str) -> Iterator[Judged]:
    """Say the prompts of ordinary conversation, each in a conversation of its own."""
    for case in _read(part)["conversation"]:
        thinker = Thinker(clock=lambda: NOW)
        for before in case.get("before", ()):
            thinker.spoken(thinker.hear(before).say, interrupted=False)
        begun_s = time.perf_counter()
        plan = thinker.hear(case["say"])
        taken_s = time.perf_counter() - begun_s
        right = holds(case["check"], plan.say)
        yield Judged(case["category"], case["say"], right, False, taken_s, repr(plan.say))


def holds(check: dict[str, Any], reply: str) -> bool:
    """Whether a reply passes its check."""
    spoken = f" {_words(reply)} "
    some = check.get("must_contain_any")
    return (
        (some is None or any(f" {_words(phrase)} " in spoken for phrase in some))
        and len(reply.split()) >= check.get("min_words", 0)
        and not any(f" {_words(phrase)} " in spoken for phrase in check.get("must_not_claim", ()))
    )


def _words(text: str) -> str:
    text = text.lower().replace("\u2019", "'").replace("\u2018", "'")
    return " ".join(re.sub(r"[^a-z0-9':]", " ", text).split())


def _read(part: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((Path(__file__).parent / f"{part}.json").read_text())
    return read


def _row(what: str, judged: list[Judged]) -> Row:
    counts = [
        f"{name} {sum(j.right for j in judged if j.category == name)}/"
        f"{sum(j.category == name for j in judged)}"
        for name in dict.fromkeys(j.category for j in judged)
    ]
    figure = f"{sum(j.right for j in judged)} of {len(judged)}"
    return Row(what, figure, ", ".join(sorted(counts)))


def rows(played: list[Judged], talked: list[Judged]) -> list[Row]:
    """Return the figures as rows: per kind of turn, and per category beside it."""
    left_alone = [j for j in played if j.category.startswith("none_")]
    kinds = (
        ("clear requests carried out exactly", CLEAR),
        ("turns that hang on earlier ones", HANGING),
        ("asked back", ASKING),
        ("left alone", LEFT_ALONE),
    )
    made = sum(j.wrong_call for j in left_alone)
    return [
        *(_row(what, [j for j in played if j.category in names]) for what, names in kinds),
        Row("calls for requests that fit no tool", f"{made} of {len(left_alone)}"),
        Row("calls where none was wanted, in all", str(sum(j.wrong_call for j in played))),
        _row("ordinary conversation", talked),
        Row("a decision, p50 / p95", percentiles([j.taken_s for j in played])),
    ]


def run(part: str = "test") -> list[Row]:
    """Play a part and return its figures."""
    return rows(list(dialogues(part)), list(conversation(part)))
