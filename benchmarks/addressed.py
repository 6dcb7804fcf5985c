"""How well the local server tells what is said to it from what is said to somebody else.

``addressed.json`` holds sentences as they are said in a room with an agent: to it and to others, a
minute after its last reply and three seconds after one, each by itself, and talks in which one
follows the other after so many seconds. The rules were made with the *tune* part;
the *test* part was written after them, by the same author, and nothing is mended by it. Both are
put to the thinker as a recogniser would write them, and once more without commas and capitals,
which recognisers leave out at times.

Wrongly ignored is what was said to the agent and gets no answer, wrongly answered the reverse.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.table import Row
from livekit_nb.server.thinking import Thinker, Tool

SETS = Path(__file__).with_suffix(".json")
QUIET_S = {"long_ago": 60.0, "just_now": 3.0}


def bare(text: str) -> str:
    """Leave out capitals and all punctuation but the mark at the end."""
    return re.sub(r"[,;:]", "", text).lower()


def wrong(part: dict[str, Any], tools: list[Tool], *, punctuated: bool) -> dict[str, list[str]]:
    """Return what was taken for the other thing, by whom it was said to."""
    found: dict[str, list[str]] = {"agent": [], "other": []}
    for when, quiet_s in QUIET_S.items():
        for whom, mistaken in found.items():
            for said in part[when][whom]:
                thinker = Thinker(instructions=part["instructions"], tools=tools)
                thinker.hear(part["just_now"]["after"])
                text = said if punctuated else bare(said)
                if thinker.is_meant(text, quiet_s) != (whom == "agent"):
                    mistaken.append(said)
    for talk in part["talks"]:
        thinker, quiet_s = Thinker(instructions=part["instructions"], tools=tools), None
        for whom, gap_s, said in talk:
            quiet_s = None if quiet_s is None else quiet_s + gap_s
            text = said if punctuated else bare(said)
            if thinker.is_meant(text, quiet_s) != (whom == "agent"):
                found[whom].append(said)
            if whom == "agent":
                thinker.hear(text)
                quiet_s = 0.0
    return found


def run() -> list[Row]:
    """Judge every sentence in a conversation of its own."""
    sets = json.loads(SETS.read_text(encoding="utf-8"))
    tools = [Tool.from_declaration(declaration) for declaration in sets["tools"]]
    rows = []
    for name in ("tune", "test"):
        part = sets[name]
        talks = [whom for talk in part["talks"] for whom, _, _ in talk]
        said = {
            whom: sum(len(part[when][whom]) for when in QUIET_S) + talks.count(whom)
            for whom in ("agent", "other")
        }
        whole, plain = (wrong(part, tools, punctuated=with_marks) for with_marks in (True, False))
        for whom, what in (("agent", "wrongly ignored"), ("other", "wrongly answered")):
            of = said[whom]
            rows.append(
                Row(
                    f"{what} ({name})",
                    f"{len(whole[whom])} of {of} ({len(whole[whom]) / of:.0%})",
                    f"{len(plain[whom])} of {of} without commas and capitals",
                )
            )
    return rows
