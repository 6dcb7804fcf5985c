"""What kind of act a request asks for and a tool performs: create, cancel, pause, extend, read.

Tools of one client often differ only in their act (``pauseTimer``, ``resumeTimer``,
``extendTimer``), so the act decides between tools about the same thing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from livekit_nb.server.thinking.mood import first_act, kind_of
from livekit_nb.server.thinking.tool import Tool
from livekit_nb.server.thinking.words import Utterance, stem, stem_set

_CLASSES = {
    "create": "set create make add schedule begin new start book reserve order buy put insert "
    "log record save launch run place register",
    "cancel": "cancel delete remove clear drop release revoke end erase discard dismiss stop kill "
    "cross",
    "pause": "pause hold freeze stop",
    "resume": "resume continue unpause play start",
    "extend": "extend prolong lengthen add",
    "move": "move reschedule postpone shift push change update",
    "change": "change update modify edit adjust set rename make put",
    "read": "list show get check find search look read view see query fetch lookup track tell",
}
_BY_VERB: dict[str, frozenset[str]] = {}
for _name, _verbs in _CLASSES.items():
    for _verb in _verbs.split():
        _BY_VERB[stem(_verb)] = _BY_VERB.get(stem(_verb), frozenset()) | {_name}

_MORE = re.compile(
    r"\b(?:another|extra|additional|further|\w+ more)\b.*"
    r"\b(?:seconds?|minutes?|hours?|days?|time)\b"
    r"|\b(?:minutes?|hours?|seconds?|days?) (?:more|longer)\b"
)
_NO_LONGER = re.compile(r"\b(?:don't|do not|won't|no longer) (?:need|want|be needing)\b")
_TAKE_OUT = re.compile(r"\btake\b.+\b(?:out|off|away)\b")
_WISH = re.compile(
    r"\b(?:i'd like|i would like|i need|i want|get me|can i (?:have|get)) (?!to\b|you\b)"
)


@lru_cache(maxsize=512)
def act_of_tool(tool: Tool) -> frozenset[str]:
    """Return the classes of acts a tool may perform, empty when its verb tells none."""
    told = re.findall(r"[a-z]+", tool.description.lower())[:1]
    named = [word for word in tool.words if stem(word) in _BY_VERB]
    verbs = [stem(word) for word in (*named[:1], *told)]
    if re.match(r"\w+ (?:more )?(?:time|minutes)\b", tool.description.lower()) and "add" in told:
        return frozenset({"extend"})
    known = [_BY_VERB[verb] for verb in verbs if verb in _BY_VERB]
    return frozenset().union(*known)


def act_of_request(utterance: Utterance) -> frozenset[str]:
    """Return the classes of acts an utterance may ask for, empty when nothing tells."""
    if _MORE.search(utterance.line):
        return frozenset({"extend"})
    if _NO_LONGER.search(utterance.line) or _TAKE_OUT.search(utterance.line):
        return frozenset({"cancel"})
    verb = stem(first_act(utterance))
    kind = kind_of(utterance)
    if verb in _BY_VERB and (kind != "question" or utterance.lows[0] != verb):
        return _BY_VERB[verb]
    if kind == "wish" and _WISH.search(utterance.line):
        return frozenset({"create"})
    return frozenset({"read"}) if kind == "question" else frozenset()


_COMMITTING = stem_set("order buy book reserve purchase pay transfer send rent hire cancel delete")
_UNDOING = frozenset({"cancel", "pause"})


def undoes_unasked(tool: Tool, utterance: Utterance) -> bool:
    """Tell whether a tool would cancel something though nothing was said of cancelling."""
    return act_of_tool(tool) == {"cancel"} and "cancel" not in act_of_request(utterance)


def commits(tool: Tool) -> bool:
    """Tell whether a tool orders, books or pays, which no question asks for."""
    return bool(_COMMITTING & {stem(word) for word in first_verbs(tool)})


def first_verbs(tool: Tool) -> list[str]:
    """Return the first words of a tool's name and description."""
    return [*tool.words[:1], *re.findall(r"[a-z]+", tool.description.lower())[:1]]


def agreement(tool: Tool, utterance: Utterance) -> float:
    """Say how well the acts agree: positive for the same, negative for different ones."""
    asked, done = act_of_request(utterance), act_of_tool(tool)
    if not asked or not done:
        return -0.2 if done and done <= _UNDOING and kind_of(utterance) == "request" else 0.0
    if not asked & done:
        return -0.2
    verb = stem(first_act(utterance))
    return 0.15 if verb in {stem(word) for word in tool.words} else 0.1
