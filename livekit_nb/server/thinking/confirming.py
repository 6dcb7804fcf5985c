"""Calls that are made only once the person has agreed: which those are, and what was answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from livekit_nb.server.thinking.asking import ability, plain_name
from livekit_nb.server.thinking.lexicon import GENERIC_WORDS, REQUEST_STEMS, related
from livekit_nb.server.thinking.plan import PlannedCall
from livekit_nb.server.thinking.roles import role_of, unit_of
from livekit_nb.server.thinking.tool import Parameter, Tool
from livekit_nb.server.thinking.vocabulary import acts_of, vocabulary
from livekit_nb.server.thinking.words import STOP, join_and, stem, word_set

_AGREEMENT = r"(?:confirm\w*|approv\w*|consent\w*|permission|agree[ds]?\w*|go-ahead|authori[sz]\w*)"
_ASKER = r"(?:the )?(?:user|caller|customer|person|client|guest|patient|human|member|them|him|her)"
_WANTED = re.compile(
    r"\b(?:ask|asks|get|obtain|requires?|required|needs?|needed|wait|seek|request|must|should|only|"
    rf"always|never|don't|not|first|before|after|unless|until|once|have|has|with)\b.*\b{_AGREEMENT}\b"
    rf"|\b{_AGREEMENT}\b.*\b(?:first|before|beforehand|required|needed|necessary|mandatory|user)\b"
    rf"|\b(?:ask|check with|verify with|double-?check with|make sure|ensure) {_ASKER}\b.*"
    r"\b(?:first|before|beforehand|really|sure)\b"
    rf"|\b(?:first|before)\b.*\b(?:ask|check with|double-?check with) {_ASKER}\b"
    r"|\bask (?:whether|if)\b.*\b(?:sure|certain|really|agrees?)\b"
    r"|\bare you sure\b|\bread (?:it |the \w+ )?back\b.*\b(?:before|first)\b"
)
_UNWANTED = re.compile(
    rf"\bno {_AGREEMENT}|\b(?:not|n't) (?:need|require|ask for)\b.*{_AGREEMENT}"
    rf"|(?<!not )(?<!never )\bwithout (?:any |asking for |further )?{_AGREEMENT}"
)
_EVERYTHING = re.compile(
    r"\b(?:any|every|each|all)\b.*\b(?:tools?|functions?|actions?|calls?|changes?|requests?)\b"
    r"|\bcall(?:ing)? (?:a|any|the) (?:tool|function)"
)
_YES = re.compile(
    r"^(?:(?:um|uh|oh|well|so|okay|ok|and|alright|right|please|i said) )*"
    r"(?:yes|yeah|yep|yup|sure|certainly|absolutely|definitely|of course|correct|exactly|right|"
    r"go ahead|do it|do that|do so|please do|go on|go for it|okay|ok|alright|all right|fine|"
    r"affirmative|proceed|continue|confirmed?|i confirm|i'm sure|i am sure|i do|sounds good|"
    r"that's (?:right|correct|fine|it|okay|good)|that is (?:right|correct|fine)|you may|you can|"
    r"by all means|why not|indeed|perfect|great|please|it is|agreed)\b"
)
_NO = re.compile(
    r"^(?:(?:um|uh|oh|well|so|okay|ok|and|sorry|actually|please|hold on|hang on|wait|just) )*"
    r"(?:no|nope|nah|not|don't|do not|never|stop|cancel|forget|abort|leave|keep|skip|rather not|"
    r"i'd rather not|i changed my mind|i don't|better not|hold on|hang on|wait|negative)\b"
)
_REFUSING = word_set(
    "no nope nah not don't do never stop cancel forget abort leave keep skip rather i'd i it that "
    "this them about changed my mind better hold on hang wait thanks thank you please sorry okay "
    "actually um uh oh well just so and negative want to be all right alone as is"
)
_TURNING = word_set("but except only wait actually no not instead rather")


def is_agreement(parameter: Parameter) -> bool:
    """Tell whether a parameter says that the person has agreed ("confirmed")."""
    return role_of(parameter) == "agreement"


def needs_agreement(tool: Tool, instructions: str) -> bool:
    """Tell whether a tool's declaration or the instructions want the person to be asked first.

    Parameters
    ----------
    tool : Tool
        What would be called.
    instructions : str
        The client's system instructions, which may speak of all tools or of this one's purpose.
    """
    if any(is_agreement(parameter) for parameter in tool.slots):
        return True
    if any(_wants(sentence) for sentence in _sentences(tool.description)):
        return True
    return any(
        _wants(sentence) and _speaks_of(sentence, tool) for sentence in _sentences(instructions)
    )


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?;])\s+|\n", text.lower())


def _wants(sentence: str) -> bool:
    return bool(_WANTED.search(sentence)) and not _UNWANTED.search(sentence)


def _speaks_of(sentence: str, tool: Tool) -> bool:
    """Tell whether a sentence of the instructions is about all tools or about this one's act."""
    if _EVERYTHING.search(sentence) or tool.name.lower() in sentence:
        return True
    told = {stem(word) for word in re.findall(r"[a-z]+", sentence)}
    told = {s for s in told if s not in STOP and not re.match(_AGREEMENT, s)}
    acts = acts_of(tool)
    nouns = {w for w, weight in vocabulary(tool).items() if weight >= 0.75} - GENERIC_WORDS - acts
    does = any(related(s, act) for s in told for act in acts)
    return does and any(related(s, noun) for s in told for noun in nouns)


def agreed_to(line: str) -> bool | None:
    """Read an answer to "Shall I go ahead?".

    >>> agreed_to("yes delete it"), agreed_to("no keep it"), agreed_to("what is the weather")
    (True, False, None)
    """
    if _NO.match(line):
        return False
    yes = _YES.match(line)
    if yes is None:
        return None
    return not _TURNING.intersection(line[yes.end() :].split())


def is_refusal(line: str) -> bool:
    """Tell whether an answer refuses and says nothing else ("no, wait, don't")."""
    words = line.split()
    left = [w for w in words if w not in _REFUSING and stem(w) not in REQUEST_STEMS]
    return agreed_to(line) is False and not left


def with_agreement(tool: Tool, call: PlannedCall) -> PlannedCall:
    """Return a call that says the person has agreed, where the tool takes that."""
    agreed: dict[str, Any] = {p.name: True for p in tool.slots if is_agreement(p)}
    return PlannedCall(call.name, {**call.args, **agreed})


def question_before(tools: Sequence[Tool], calls: Sequence[PlannedCall]) -> str:
    """Say what would be done, with all its details, and ask whether to do it."""
    return f"I would {join_and([*map(_would, tools, calls)])}. Shall I go ahead?"


def _would(tool: Tool, call: PlannedCall) -> str:
    act, args = ability(tool), tool.flat(call.args)
    details = [
        f"{plain_name(p.name)} {_valued(p, args[p.name])}"
        for p in tool.slots
        if p.name in args and not is_agreement(p)
    ]
    return f"{act}, with {join_and(details)}" if details else act


def _valued(parameter: Parameter, value: Any) -> str:
    """Say a value with its unit."""
    if isinstance(value, list):
        return join_and([_valued(parameter, one) for one in value])
    if isinstance(value, dict):
        return join_and([f"{plain_name(str(key))} {inner}" for key, inner in value.items()])
    if isinstance(value, bool):
        return "yes" if value else "no"
    unit = unit_of(parameter) if isinstance(value, int | float) else None
    said = str(value).replace("_", " ")
    return f"{said} {unit.name}" if unit and unit.name not in parameter.words else said
