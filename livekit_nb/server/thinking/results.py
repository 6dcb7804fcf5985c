"""Speaking what a tool answered: any JSON object as a short natural sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from livekit_nb.server.thinking.lexicon import REQUEST_STEMS
from livekit_nb.server.thinking.plan import ToolResult
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.tool import Tool, split_name
from livekit_nb.server.thinking.words import join_and, stem, word_list, word_set

_WRAPPERS = ("result", "output", "response", "data", "value", "results", "answer", "return_value")
_SENTENCES = ("message", "summary", "text", "answer", "speech", "confirmation", "detail", "details")
_GOOD = word_set("ok okay success successful succeeded done completed complete true")
_CONDITIONS = word_set("condition conditions sky weather forecast outlook state status")
_UNITS = {
    key: spoken
    for spoken, keys in (
        ("degrees Celsius", "celsius c"),
        ("degrees Fahrenheit", "fahrenheit f"),
        ("dollars", "usd dollars"),
        ("euros", "eur euros"),
        ("pounds", "gbp lb lbs"),
        ("minutes", "minutes min mins"),
        ("seconds", "seconds secs s"),
        ("hours", "hours hrs"),
        ("days", "days"),
        ("kilometers", "km kilometers"),
        ("meters", "m meters"),
        ("centimeters", "cm"),
        ("millimeters", "mm"),
        ("miles", "miles mi"),
        ("kilometers per hour", "kmh kph"),
        ("miles per hour", "mph"),
        ("percent", "percent pct"),
        ("kilograms", "kg"),
        ("grams", "g"),
        ("milliseconds", "ms"),
        ("hectopascals", "hpa"),
        ("yen", "jpy"),
        ("weeks", "weeks"),
        ("kilocalories", "kcal"),
        ("calories", "calories"),
        ("cents", "cents"),
    )
    for key in word_list(keys)
}
_HIDDEN = re.compile(r"(?:^|_)(?:id|uuid|guid|timestamp|etag|token|url|uri|link)$")
_LIST_LIMIT = 5
_STATES = {"open", "shut", "on", "off", "full", "empty", "online", "offline", "ready", "active"} | {
    "free", "busy", "valid", "done", "new", "live"
}  # fmt: skip
_PAIR_LIMIT = 6


def speak(result: ToolResult, tool: Tool | None = None) -> str:
    """Turn a tool's answer into speech.

    Parameters
    ----------
    result : ToolResult
        The call and its answer.
    tool : Tool, optional
        Its declaration, which tells a place from other arguments.

    Returns
    -------
    str
        One or two short sentences in plain words.
    """
    response: Any = result.response
    problem = _problem(response, result.error)
    if problem is not None:
        reason = _as_text(problem)
        return f"Sorry, that did not work: {reason}." if reason else "Sorry, that did not work."
    args = {str(k): v for k, v in result.args.items()}
    return _sentence(_unwrap(response), args, tool, result.name)


def told_apart(sentence: str, result: ToolResult, results: Sequence[ToolResult]) -> str:
    """Name what an answer is about when several of one tool are told together."""
    twins = [r for r in results if r.name == result.name]
    for key, value in result.args.items():
        differs = any(r.args.get(key) != value for r in twins)
        if differs and isinstance(value, str) and value.lower() not in sentence.lower():
            if sentence in ("Done.", "Yes.", "No.") or len(value) > 40:
                return sentence
            return f"For {value}: {sentence[:1].lower()}{sentence[1:]}"
    return sentence


def _problem(response: Any, failed: bool) -> Any:
    """Return the reason of a failure, ``""`` when none is told, None when all is well."""
    if not isinstance(response, Mapping):
        return "" if failed else None
    for key in ("error", "errors", "exception"):
        value = response.get(key)
        if value:
            if isinstance(value, Mapping):
                return value.get("message") or value.get("reason") or value.get("code") or ""
            return (
                ""
                if value is True and not response.get("message")
                else (response["message"] if value is True else value)
            )
    bad = any(response.get(key) is False for key in ("ok", "success", "succeeded"))
    bad = bad or str(response.get("status", "")).lower() in ("error", "failed", "failure")
    if failed or bad:
        return next((response[k] for k in ("message", "reason", "detail") if response.get(k)), "")
    return None


def _unwrap(value: Any) -> Any:
    """Take off wrappers such as ``{"result": …}``."""
    while isinstance(value, Mapping) and len(value) == 1:
        key, inner = next(iter(value.items()))
        if str(key).lower() not in _WRAPPERS:
            break
        value = inner
    return value


def _sentence(value: Any, args: Mapping[str, Any], tool: Tool | None, name: str) -> str:
    if value is None or value in ({}, [], ""):
        return "Done." if not _is_lookup(name) else "I found nothing."
    if value is True:
        return "Yes." if _is_lookup(name) else "Done."
    if value is False:
        return "No." if _is_lookup(name) else "That was not done."
    if isinstance(value, str):
        return _finish(value) if value.lower() not in _GOOD else "Done."
    if isinstance(value, int | float):
        subject = _subject(name)
        return f"The {subject} is {number(value)}." if subject else f"It is {number(value)}."
    if isinstance(value, Mapping):
        return _object_sentence(value, args, tool, name)
    if isinstance(value, Sequence):
        return _list_sentence(value, _subject(name))
    return _finish(str(value))


def _is_lookup(name: str) -> bool:
    return bool(
        {"get", "find", "search", "check", "list", "is", "show", "read", "lookup", "fetch", "query"}
        & set(split_name(name))
    )


def _subject(name: str) -> str:
    joints = {"up", "for", "by", "in", "of", "to", "a", "the"}
    words = [
        word for word in split_name(name) if stem(word) not in REQUEST_STEMS and word not in joints
    ]
    return " ".join(words)


def _object_sentence(
    value: Mapping[str, Any], args: Mapping[str, Any], tool: Tool | None, name: str
) -> str:
    said_already = {_key(v) for v in _leaves(args)}
    pairs = _pairs(value, said_already)
    for key in _SENTENCES:
        text = value.get(key)
        if isinstance(text, str) and (len(text.split()) > 2 or len(pairs) <= 1):
            return _finish(text)
    flags = [k for k, v in pairs if k in ("ok", "success", "done") or _key(v) in _GOOD]
    rest = [(k, v) for k, v in pairs if k not in flags]
    if not rest:
        return "Done."
    if len(rest) == 1 and isinstance(rest[0][1], list):
        return _list_sentence(rest[0][1], words_of(rest[0][0]))
    if len(rest) == 1 and rest[0][0] in ("status", "state"):
        text = words_of(str(rest[0][1]))
        if " " in text or not _is_lookup(name):
            return _finish(text)
        return f"The status is {text}."
    place = _place(args, tool)
    lead = f"In {place} " if place else ""
    body = _clauses(rest)
    if not place and flags and not _is_lookup(name):
        return f"Done. {_capital(body)}."
    return f"{_capital(lead + body)}."


def _place(args: Mapping[str, Any], tool: Tool | None) -> str:
    """Return the place the answer is about, if the call named exactly one."""
    found = []
    known = tool.flat(args) if tool else {}
    for parameter in tool.slots if tool else ():
        value = known.get(parameter.name)
        if isinstance(value, str) and role_of(parameter) == "place":
            found.append(value)
    return found[0] if len(found) == 1 else ""


def _pairs(value: Mapping[str, Any], skip: set[str]) -> list[tuple[str, Any]]:
    """Flatten an object into what is worth saying."""
    found: list[tuple[str, Any]] = []
    for key, inner in value.items():
        name = str(key)
        if inner is None or inner in ("", [], {}) or _HIDDEN.search(name.lower()):
            continue
        if isinstance(inner, Mapping):
            prefix = (
                "" if name.lower() in _WRAPPERS or name.lower() in ("current", "item") else name
            )
            found += [
                (
                    name
                    if len(inner) == 1
                    else f"{prefix}_{k}"
                    if prefix and not _telling(k)
                    else k,
                    v,
                )
                for k, v in _pairs(inner, skip)
            ]
        elif _key(inner) not in skip:
            found.append((name, inner))
    return found


def _telling(key: str) -> bool:
    return bool(set(split_name(key)) & _CONDITIONS) or "temperature" in key


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    if isinstance(value, list | tuple):
        return [leaf for inner in value for leaf in _leaves(inner)]
    return [value]


def _key(value: Any) -> str:
    return str(value).strip().lower()


def _clauses(pairs: list[tuple[str, Any]]) -> str:
    """Say key and value pairs as one sentence: "it is clear, 21 degrees Celsius"."""
    conditions, bare, named = [], [], []
    units = {
        str(v).lower()
        for k, v in pairs
        if split_name(k)[-1:] in (("unit",), ("units",), ("currency",))
    }
    unit = next(iter(units), "")
    for key, value in pairs[:_PAIR_LIMIT]:
        words = split_name(key)
        if words[-1:] in (("unit",), ("units",), ("currency",)) and len(pairs) > 1:
            continue
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(value, str) and set(words) & _CONDITIONS:
            conditions.append(_lower_first(words_of(value)))
            continue
        spoken, rest = with_unit(key, value, unit)
        if (
            is_number
            and not set(rest) - {"temperature", "temp", "current"}
            and spoken != number(value)
        ):
            bare.append(spoken)
        elif isinstance(value, bool):
            named.append(_flag(rest, value=value))
        else:
            subject = " ".join("temperature" if w == "temp" else w for w in rest)
            noun = subject or "result"
            if len(rest) > 1 and rest[-1] in ("at", "in", "on", "by", "from", "to", "until"):
                named.append(f"it {subject} {spoken}")
                continue
            verb = "are" if isinstance(value, list) or _is_plural(noun) else "is"
            named.append(f"the {noun} {verb} {spoken}")
    head = ", ".join([*conditions, *bare])
    parts = [f"it is {head}"] if head else []
    return join_and([*parts, *named])


def _flag(words: Sequence[str], *, value: bool) -> str:
    """Say a flag by its key's words.

    >>> [_flag(key.split("_"), value=False) for key in ("is_open", "window_open", "extra_cheese")]
    ['it is not open', 'the window is not open', 'there is no extra cheese']
    """
    not_ = "" if value else "not "
    if words and words[0] == "has":
        return f"it has {'' if value else 'no '}{' '.join(words[1:])}"
    if len(words) < 2 or "is" in words:
        return f"it is {not_}{' '.join(word for word in words if word != 'is')}"
    if words[-1] in _STATES or words[-1].endswith(("ed", "able", "ible", "ing")):
        return f"the {' '.join(words[:-1])} is {not_}{words[-1]}"
    return f"there is {'' if value else 'no '}{' '.join(words)}"


def _is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is", "news"))


def with_unit(key: str, value: Any, unit: str = "") -> tuple[str, tuple[str, ...]]:
    """Say a value with the unit its key tells, and return the key's other words.

    >>> with_unit("wind_km_h", 12)
    ('12 kilometers per hour', ('wind',))
    """
    words = split_name(re.sub(r"(?i)km_?p?_?h$", "kmh", key))
    if isinstance(value, int | float) and not isinstance(value, bool):
        if words[-2:] in (("per", "hour"),):
            return f"{number(value)} {_UNITS.get(words[-3], words[-3])} per hour", words[:-3]
        if words and words[-1] in _UNITS:
            name = _one(_UNITS[words[-1]], value)
            return f"{number(value)} {name}", words[:-1]
        symbol = unit.strip("° ").lower()
        if symbol in _UNITS and not set(words) & {"humidity", "count", "quantity"}:
            return f"{number(value)} {_one(_UNITS[symbol], value)}", words
        if set(words) & {"temperature", "temp"}:
            return f"{number(value)} degrees", words
        if set(words) & {"humidity", "probability", "chance"}:
            return f"{number(value if value > 1 else value * 100)} percent", words
        return number(value), words
    return _as_text(value), words


def _one(unit: str, value: float) -> str:
    return unit[:-1] if value == 1 and unit.endswith("s") and " " not in unit else unit


def number(value: float) -> str:
    """Write a number for speech: whole when whole, else at most two decimals, "minus" in words."""
    rounded = round(value, 2)
    text = str(int(rounded)) if rounded == int(rounded) else f"{rounded:.2f}".rstrip("0")
    return text.replace("-", "minus ")


def _as_text(value: Any) -> str:
    """Say any value in words, without punctuation at its end."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        return words_of(value).rstrip(" .!")
    if isinstance(value, Mapping):
        title = _title(value)
        pairs = [(k, v) for k, v in _pairs(value, {_key(title)}) if not isinstance(v, list)]
        told = [f"{with_unit(k, v)[0]}" for k, v in pairs[:2]]
        return ", ".join([title, *told] if title else told)
    if isinstance(value, Sequence):
        some = [_as_text(item) for item in value[:_LIST_LIMIT]]
        more = len(value) - len(some)
        return join_and([*some, f"{more} more"] if more > 0 else some)
    return str(value)


def _title(value: Mapping[str, Any]) -> str:
    for key in ("name", "title", "label", "item", "text", "subject", "summary", "city"):
        if isinstance(value.get(key), str):
            return words_of(value[key])
    return ""


def _list_sentence(values: Sequence[Any], subject: str) -> str:
    if not values:
        return "I found nothing."
    if len(values) == 1:
        return _finish(_as_text(values[0]))
    objects = any(isinstance(value, Mapping) for value in values)
    some = [_as_text(value) for value in values[:_LIST_LIMIT]]
    more = len(values) - len(some)
    if more > 0:
        some.append(f"{more} more")
    told = "; ".join(some) if objects else join_and(some)
    return f"I found {len(values)}: {told}."


def words_of(text: str) -> str:
    """Make an identifier-like text speakable; leave prose alone.

    >>> words_of("partly_cloudy"), words_of("On its way.")
    ('partly cloudy', 'On its way.')
    """
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"(?<=\d)\s?°\s?C\b", " degrees Celsius", text)
    text = re.sub(r"(?<=\d)\s?°\s?F\b", " degrees Fahrenheit", text)
    if " " not in text and re.fullmatch(r"[A-Za-z]+(?:[_-][A-Za-z]+)+", text):
        return re.sub(r"[_-]+", " ", text).lower()
    return text.replace("_", " ")


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finish(text: str) -> str:
    text = _capital(words_of(text))
    return text if text.endswith((".", "!", "?")) else f"{text}."
