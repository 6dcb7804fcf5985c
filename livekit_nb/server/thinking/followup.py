"""Follow-ups and corrections: "and in Berlin?", "make that two", "no, I meant Rome"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from livekit_nb.server.thinking.answers import stripped
from livekit_nb.server.thinking.filling import EXPANDING_ROLES, Filling
from livekit_nb.server.thinking.lexicon import GENERIC_WORDS, REQUEST_STEMS, related
from livekit_nb.server.thinking.mood import kind_of
from livekit_nb.server.thinking.plan import PlannedCall
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.slots import fill
from livekit_nb.server.thinking.tool import Parameter, Tool
from livekit_nb.server.thinking.vocabulary import content_words, vocabulary
from livekit_nb.server.thinking.words import AUXILIARIES, QUESTION_WORDS, Utterance, stem, word_set

_CUE = re.compile(
    r"^(?:(?:um|uh|oh|okay|ok|so|well|yes|yeah|please|thanks|great|can you|could you) )*"
    r"(?P<cue>(?:(?:"
    r"(?:and |but |or )?(?:what about|how about|how's|what if)|no|not|sorry|"
    r"i (?:meant|mean|said)|actually|make (?:it|that|them)|change (?:it|that|the \w+) to|"
    r"rather|instead|or rather|(?:the )?same (?:for|in|with|at|to|but)|and|or|also|"
    r"another(?: one)?|one more|wait|then|try|now|set it to|for)(?: |$))+)"
)
_AGAIN = re.compile(
    r"^(?:(?:okay|please|and|yes|can you|could you) )*(?:(?:do|run|try|check) "
    r")?(?:(?:that|it|the same)"
    r"(?: thing)? )?(?:again|once more|one more time|the same again)(?: please)?$"
)
_NOT = re.compile(
    r",? ?\b(?:not|instead of|rather than) (?:in |for |to |at |the )?[\w' ]+?(?=,|\.|\?|$)", re.I
)
_PRONOUNS = word_set("it them that those this these there one he she him her")
_FOLLOW_START = re.compile(r"^(?:and|what about|how about|also|now|then|no|actually|but|or)\b")
_BARE_LIMIT = 4
_BARE_ROLES = word_set(
    "place person symbol item media room door device restaurant destination origin language "
    "currency genre artist query text code label"
)


def is_repeat(utterance: Utterance) -> bool:
    """Tell whether the last call is simply wanted again."""
    return bool(_AGAIN.match(utterance.line))


def refers_back(utterance: Utterance) -> bool:
    """Tell whether an utterance leans on the one before ("it", "there", "and …")."""
    return bool(_PRONOUNS.intersection(utterance.lows) or _FOLLOW_START.match(utterance.line))


def inherit(filling: Filling, last: Sequence[PlannedCall], place: str) -> None:
    """Fill missing required arguments from the last calls or the place talked of.

    Parameters
    ----------
    filling : Filling
        A request that may lean on what went before.
    last : Sequence of PlannedCall
        The calls before it.
    place : str
        What "there" means, ``""`` when no place was named yet.
    """
    if not refers_back(filling.utterance):
        return
    for parameter in filling.missing:
        same = last and last[-1].name == filling.tool.name
        if (
            last
            and parameter.name in last[-1].args
            and (same or _is_pointed_at(filling, parameter))
        ):
            filling.values[parameter.name] = _many(last[-1].args[parameter.name])
        elif place and "there" in filling.utterance.lows and role_of(parameter) == "place":
            filling.values[parameter.name] = [place]


def _is_pointed_at(filling: Filling, parameter: Parameter) -> bool:
    """Tell whether "there" stands for an argument that another tool was given."""
    where = role_of(parameter) in ("place", "room", "enum", "destination", "restaurant")
    return where and "there" in filling.utterance.lows


def place_of(tool: Tool, call: PlannedCall) -> str:
    """Return the place a call is about, ``""`` for none."""
    roles = ("place", "destination")
    args = tool.flat(call.args)
    found = [args[p.name] for p in tool.slots if p.name in args and role_of(p) in roles]
    return found[0] if found and isinstance(found[0], str) else ""


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def follow_up(
    tool: Tool, last: Sequence[PlannedCall], utterance: Utterance, now: datetime
) -> list[PlannedCall]:
    """Make the last calls again with what an utterance changes.

    Parameters
    ----------
    tool : Tool
        The tool of the last calls.
    last : Sequence of PlannedCall
        The last calls, all of that tool.
    utterance : Utterance
        What was said now.
    now : datetime
        For relative dates.

    Returns
    -------
    list of PlannedCall
        Empty when the utterance is no follow-up.
    """
    cue = _CUE.match(utterance.line)
    kind = kind_of(utterance)
    if kind == "opinion" or (cue is None and len(utterance) > _BARE_LIMIT):
        return []
    if cue is None and (kind in ("statement", "wish") or stem(utterance.lows[0]) in REQUEST_STEMS):
        return []
    if cue is None and utterance.lows[0] in AUXILIARIES | QUESTION_WORDS:
        return []  # a question of its own
    rest = Utterance(_rest(utterance, cue))
    if not len(rest):
        return []
    known = tool.flat(last[-1].args)
    changed = changes_by(tool, known, rest, now, has_cue=cue is not None)
    if not changed:
        return []
    if cue is None and kind == "question" and not utterance.text.endswith("?"):
        return []
    filling = Filling(tool, rest, now, values=changed)
    made = filling.sets()
    if len(made) > 1 or len(last) == 1:
        return [_changed(tool, known, values) for values in made]
    before = [tool.flat(call.args) for call in last]
    differing = {name for args in before for name in args if args[name] != known.get(name)}
    if differing & set(made[0]):
        return [_changed(tool, known, made[0])]
    return [_changed(tool, args, made[0]) for args in before]


def changes_by(
    tool: Tool, known: Mapping[str, Any], said: Utterance, now: datetime, *, has_cue: bool = True
) -> dict[str, list[Any]]:
    """Return the arguments that some words change, empty when they say anything else.

    Parameters
    ----------
    tool : Tool
        Whose arguments they are.
    known : mapping
        The arguments so far.
    said : Utterance
        The correction or addition alone, without "no" or "and".
    now : datetime
        For relative dates.
    has_cue : bool
        Whether something told that it is one.
    """
    filling = fill(tool, said, now)
    if filling.values and not _unexplained(tool, filling):
        return dict(filling.values)
    if len(said) <= _BARE_LIMIT:
        return _bare(tool, said, known, filling, has_cue=has_cue)
    return {}


def _changed(tool: Tool, args: Mapping[str, Any], changes: Mapping[str, Any]) -> PlannedCall:
    return PlannedCall(tool.name, tool.nested({**args, **changes}))


def _rest(utterance: Utterance, cue: re.Match[str] | None) -> str:
    """Return the utterance without the cue and without what it takes back ("not Paris")."""
    text = utterance.text
    if cue is not None:
        count = len(cue.group(0).split())
        last = cue.group("cue").split()[-1]
        if last in ("for", "in", "to", "at", "with", "the") and count > 0:
            count -= 1
        text = utterance.said(count, len(utterance))
        if last == "not":
            text = re.sub(r"^[\w' ]+?(?:,| but| i meant| make it) ?", "", text)
    shorter = _NOT.sub("", text).strip(" ,.")
    core = stripped(shorter or text)
    return core + ("?" if utterance.text.endswith("?") else "")


def _unexplained(tool: Tool, filling: Filling) -> list[str]:
    """Return content words that neither the arguments nor the tool account for."""
    words = vocabulary(tool)
    left = []
    for index in content_words(filling.utterance):
        word = filling.stems[index]
        if index in filling.used - filling.weak or word in GENERIC_WORDS:
            continue
        if not any(related(word, known) for known in words):
            left.append(word)
    return left


def _bare(
    tool: Tool, rest: Utterance, known: Any, filling: Filling, *, has_cue: bool
) -> dict[str, list[Any]]:
    """Take a bare word ("Berlin") for the argument it most likely replaces."""
    if not has_cue and not any(w.is_capital for w in rest.words):
        return {}
    if (
        (len(rest) > 1 and kind_of(rest) not in ("fragment", "question"))
        or filling.days
        or filling.times
    ):
        return {}
    if any(low in ("you", "i", "me", "your", "my", "it", "that", "them") for low in rest.lows):
        return {}
    candidates: list[Parameter] = [
        p for p in tool.slots if p.name in known and role_of(p) in _BARE_ROLES
    ]
    if not candidates or not content_words(rest):
        return {}
    required = [p for p in candidates if p.required] or candidates
    start = (
        1
        if rest.lows[0] in ("in", "for", "to", "at", "from", "the", "with") and len(rest) > 1
        else 0
    )
    text = rest.said(start, len(rest)).strip(" .,?!")
    parts = re.split(r",? and |, ", text) if role_of(required[0]) in EXPANDING_ROLES else [text]
    return {required[0].name: [part for part in parts if part]}


def refer_back(
    tool: Tool, last: PlannedCall, utterance: Utterance, now: datetime
) -> list[PlannedCall]:
    """Apply "turn them off" or "lock it again" to an earlier call of a tool.

    Returns
    -------
    list of PlannedCall
        Empty unless the utterance has a pronoun and changes a closed value of that call.
    """
    if not {"it", "them", "that", "those", "this"} & set(utterance.lows):
        return []
    if kind_of(utterance) in ("statement", "opinion", "question"):
        return []
    filling = fill(tool, utterance, now)
    closed = {
        p.name: filling.values[p.name]
        for p in tool.slots
        if p.name in filling.values and role_of(p) in ("boolean", "enum", "number", "color")
    }
    if not closed or _unexplained(tool, filling):
        return []
    filling.values = closed
    known = tool.flat(last.args)
    return [_changed(tool, known, values) for values in filling.sets()]
