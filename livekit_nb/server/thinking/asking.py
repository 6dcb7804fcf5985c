"""Questions for a missing argument, and plain words for tools and their arguments."""

from __future__ import annotations

import re
from itertools import pairwise

from livekit_nb.server.thinking.lexicon import REQUEST_STEMS
from livekit_nb.server.thinking.roles import role_of, unit_of
from livekit_nb.server.thinking.tool import Parameter, Tool, split_name
from livekit_nb.server.thinking.words import join_and, stem, word_set

_NOUNLESS = word_set("name string value input text id param parameter")
_MASS = word_set("text content music information")


def plain_name(name: str) -> str:
    """Say an identifier in words: ``partySize`` becomes "party size"."""
    return " ".join(split_name(name))


def question_for(tool: Tool, parameter: Parameter) -> str:
    """Ask for a missing argument.

    Parameters
    ----------
    tool : Tool
        The tool that needs it.
    parameter : Parameter
        What is missing.

    Returns
    -------
    str
        One short question.
    """
    role = role_of(parameter)
    noun = _noun_of(parameter)
    values = parameter.items.enum if parameter.items and parameter.items.enum else parameter.enum
    if role == "enum":
        said = [plain_name(str(value)) or str(value) for value in values[:6]]
        choices = ", ".join(said[:-1]) + " or " + said[-1] if len(said) > 1 else said[0]
        more = "" if len(values) <= 6 else ", or another"
        return f"Which {noun}: {choices}{more}?"
    if role == "boolean":
        return _yes_no(parameter)
    if role == "number":
        return _how_many(parameter, noun)
    if role == "place":
        return f"For which {noun}?"
    fixed = {
        "time": "At what time?",
        "date": "For which day?",
        "moment": "For when?",
        "duration": "For how long?",
        "origin": "From where?",
        "destination": "To where?",
        "language": "In which language?",
        "email": "What is the email address?",
        "phone": "What is the phone number?",
        "expression": "What should I calculate?",
        "query": "What should I look for?",
        "task": "What should I remind you of?"
        if _is_about(tool, "remind")
        else "What is the task?",
        "subject": "What is it about?",
    }
    if role in fixed:
        return fixed[role]
    if role == "body":
        return f"What should the {noun if noun in ('message', 'note', 'email') else 'text'} say?"
    if role == "person":
        return "Who is it for?" if _is_about(tool, "book", "reserv") else "To whom?"
    if role in ("item", "media"):
        named = "" if noun in ("item", "items", "title") else f"{noun} "
        return f"What {named}would you like?"
    if parameter.type == "array":
        return f"Which {noun}?"
    return f"Which {noun}?" if noun not in _MASS else f"What {noun}?"


def _noun_of(parameter: Parameter) -> str:
    own = split_name(parameter.path[-1]) if parameter.path else parameter.words
    if parameter.path and not set(own) <= _NOUNLESS:
        return " ".join(own)
    words = [word for word in parameter.words if word not in ("name", "string", "value")]
    if parameter.words and parameter.words[-1] in ("id", "code"):
        return " ".join(parameter.words)
    if not words or words in (["q"], ["s"], ["x"], ["to"], ["from"]):
        first = re.split(r"[.,(]", parameter.description)[0].strip().lower()
        first = re.sub(r"^(?:the|a|an) ", "", first)
        return first if 0 < len(first.split()) <= 4 else "one"
    return " ".join(words)


def _yes_no(parameter: Parameter) -> str:
    names = set(parameter.words)
    for pair in (("on", "off"), ("locked", "unlocked"), ("lock", "unlock"), ("open", "closed")):
        if names & set(pair) or (pair == ("on", "off") and names & {"state", "power", "enabled"}):
            return f"Should it be {' or '.join(pair)}?"
    words = [w for w in parameter.words if w not in ("is", "has")]
    return f"Should it be {' '.join(words)}, yes or no?"


def _how_many(parameter: Parameter, noun: str) -> str:
    unit = unit_of(parameter)
    if unit is not None and unit.dimension == "time":
        return f"For how many {unit.name}?"
    if unit is not None and unit.dimension == "percent":
        return f"To what {noun if noun != unit.name else 'percentage'}?"
    if unit is not None and unit.dimension == "temperature":
        return f"To what {noun if noun != unit.name else 'temperature'}?"
    if set(parameter.words) & {"people", "guests", "persons", "party", "seats", "passengers"}:
        return "For how many people?"
    if set(parameter.words) & {"quantity", "count", "amount", "number"}:
        return "How much?" if "amount" in parameter.words else "How many?"
    if noun.endswith("s") and not noun.endswith("ss"):
        return f"How many {noun}?"
    return f"What {noun}?" if noun != "one" else "Which number?"


def _is_about(tool: Tool, *starts: str) -> bool:
    text = f"{' '.join(tool.words)} {tool.description}".lower()
    return any(word.startswith(start) for word in text.split() for start in starts)


def ability(tool: Tool) -> str:
    """Say what a tool does as an infinitive phrase: "get the weather for a city"."""
    first = re.split(r"(?<=\w\w)[.;\n]", tool.description.strip())[0]
    first = re.sub(r"\([^)]*\)", "", first)
    first = re.split(r"\be\.g|\bfor example\b|\bsuch as\b", first)[0].strip(" ,:")
    words = first.split()
    if not 1 < len(words) <= 14:
        return plain_name(tool.name)
    verb = words[0].lower()
    if stem(verb) not in REQUEST_STEMS:
        return plain_name(tool.name)
    verb = _bare_verb(verb)
    words[1:] = [
        _bare_verb(after) if before in ("or", "and") and stem(after) in REQUEST_STEMS else after
        for before, after in pairwise(words)
    ]
    rest = re.sub(r"\buser's\b|\bthe user's\b", "your", " ".join(words[1:]))
    rest = re.sub(r"\b(?:the|a) user\b(?! [a-z]+)", "you", rest)
    return re.sub(r"_", " ", f"{verb} {rest}".strip())


def _bare_verb(verb: str) -> str:
    """Put a verb into its plain form: "buys" becomes "buy"."""
    if verb.endswith("s") and not verb.endswith("ss"):
        return verb[:-1] if not verb.endswith(("ches", "shes", "sses", "xes")) else verb[:-2]
    return verb


def abilities(tools: tuple[Tool, ...], limit: int = 4) -> str:
    """List what the tools do, at most ``limit`` of them."""
    said = [ability(tool) for tool in tools[:limit]]
    more = len(tools) - len(said)
    if more == 1:
        said.append(ability(tools[limit]))
    elif more > 1:
        said.append(f"do {more} other things")
    return join_and(said)
