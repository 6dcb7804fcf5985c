"""What a sentence asks for: one request, several in a row, or one with remarks around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from livekit_nb.server.thinking.asides import core_of, plain_request
from livekit_nb.server.thinking.choosing import Choice, Chooser
from livekit_nb.server.thinking.clauses import cuts, elements
from livekit_nb.server.thinking.evidence import is_verbless
from livekit_nb.server.thinking.mood import kind_of
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.slots import fill
from livekit_nb.server.thinking.vocabulary import content_words
from livekit_nb.server.thinking.words import Utterance, word_set

CALL_LIMIT = 8
_CLEAR_PART = 0.9
_DEVICE_VERBS = word_set("set turn switch start play what what's how how's is")


def understand(chooser: Chooser, utterance: Utterance, now: datetime) -> list[Choice]:
    """Return the tools a sentence asks for, one choice per request; empty for none."""
    if not chooser.tools:
        return []
    utterance = Utterance(plain_request(utterance.text))
    whole = chooser.choose(utterance, now)[0]
    core = core_of(utterance)
    if core is not utterance and not (whole.is_sure and _quotes(whole)):
        alone = chooser.choose(core, now, utterance)[0]
        if alone.is_sure:
            return [alone]
    for left, right in cuts(utterance):
        if _keeps_together(whole, utterance, left, right):
            continue
        first = chooser.choose(left, now)[0]
        if not first.is_sure:
            continue
        rest = understand(chooser, right, now) or _another(first, right, now)
        if rest and _is_continued(whole, first, rest[0]):
            continue
        if rest:
            return [first, *rest][:CALL_LIMIT]
    if not whole.is_sure:
        return _last_sentence(chooser, utterance, now)
    if pair := _gapped(chooser, utterance, now):
        return pair
    parts = [chooser.choose(part, now)[0] for part in elements(utterance)]
    whole_parts = all(p.is_sure and not p.filling.missing for p in parts)
    same = whole_parts and all(p.tool is whole.tool for p in parts)
    clear = all(p.score >= _CLEAR_PART for p in parts)
    apart = whole_parts and clear and len({p.tool.name for p in parts}) == len(parts)
    listed = any(p.type == "array" for p in whole.tool.slots)
    if len(parts) > 1 and (apart or (same and not listed)):
        return parts[:CALL_LIMIT]
    return [whole]


def _keeps_together(whole: Choice, utterance: Utterance, left: Utterance, right: Utterance) -> bool:
    """Tell whether a cut would go through a quoted tail ("remind me to eat and call Bob")."""
    if not whole.is_sure or not whole.filling.framed:
        return False
    ended = left.text[-1:] in ".?!;" or utterance.words[len(left) - 1].after[:1] in (*".?!;",)
    roles = {role_of(p) for p in whole.tool.slots if p.name in whole.filling.framed}
    if ended or "also" in utterance.lows[len(left) : len(left) + 2]:
        return False
    if roles == {"body", "person"} and _tells_fact(whole, left) and _calls_somebody(right):
        return False
    return bool(roles - {"query"}) and right.lows[0] not in _DEVICE_VERBS


def _tells_fact(whole: Choice, left: Utterance) -> bool:
    """Tell whether the message is a clause by itself ("tell Anna that I'm late")."""
    return " that " in left.line and kind_of(left) == "request" and whole.is_sure


def _calls_somebody(right: Utterance) -> bool:
    """Tell whether an order about somebody named follows ("and call Frank")."""
    return kind_of(right) == "request" and any(word.is_capital for word in right.words[1:3])


def _last_sentence(chooser: Chooser, utterance: Utterance, now: datetime) -> list[Choice]:
    """Take the request behind a question that leads to it: "Is it free? I need it on Monday."."""
    ends = [i + 1 for i, word in enumerate(utterance.words[:-1]) if word.after[-1:] in (*".?!",)]
    if not ends:
        return []
    last = chooser.choose(utterance.part(ends[-1], len(utterance)), now)[0]
    return [last] if last.is_sure and not last.filling.missing else []


def _gapped(chooser: Chooser, utterance: Utterance, now: datetime) -> list[Choice]:
    """Read "water the lawn for five minutes and the roses for eight": the verb is said once."""
    for index, low in enumerate(utterance.lows[:-2]):
        if low != "and" or index < 2:
            continue
        first = chooser.choose(utterance.part(0, index), now)[0]
        if not first.is_sure or first.filling.missing or first.filling.framed:
            continue
        right = utterance.part(index + 1, len(utterance))
        if not is_verbless(Utterance(f"so {right.text}")) and len(right) > 2:
            continue
        second = fill(first.tool, right, now)
        known = first.filling.values
        changed = [n for n, v in second.values.items() if n in known and v != known[n]]
        left_out = set(content_words(right)) - second.used
        if len(changed) > 1 and second.values.keys() <= known.keys() and not left_out:
            second.values = {**known, **second.values}
            return [first, replace(first, filling=second)]
    return []


def _another(first: Choice, right: Utterance, now: datetime) -> list[Choice]:
    """Take "and another one for ten minutes" as a second request like the first."""
    if right.lows[0] not in ("one", "another", "a"):
        return []
    filling = fill(first.tool, right, now)
    if not filling.values:
        return []
    for parameter in filling.missing:
        if parameter.name in first.filling.values:
            filling.values[parameter.name] = first.filling.values[parameter.name]
    return [Choice(first.tool, filling, first.score, first.anchor, first.closeness)]


def _is_continued(whole: Choice, first: Choice, rest: Choice) -> bool:
    """Tell whether "and warm them up" only adds to the request before it."""
    says_more = len(whole.filling.values) > len(first.filling.values)
    is_part = rest.tool is first.tool or not rest.filling.values
    same = whole.tool is first.tool and whole.is_sure and says_more
    return same and is_part and bool(rest.filling.missing)


def _quotes(choice: Choice) -> bool:
    """Tell whether a message or another text that may go on over several clauses was taken."""
    framed = [p for p in choice.tool.slots if p.name in choice.filling.framed]
    return any(role_of(p) in ("body", "task", "query", "subject", "text") for p in framed)
