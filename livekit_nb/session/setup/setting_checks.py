"""What a setting may be, checked where it is given and not where it would hurt."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from livekit_nb.errors import SettingsError
from livekit_nb.recording.usage.prices import PRICES, prices_of

__all__ = [
    "check_choice",
    "check_encodable",
    "check_flag",
    "check_money",
    "check_number",
    "check_pause",
    "check_priced",
    "check_seconds",
    "check_text",
    "check_thinking",
    "checked_languages",
    "checked_safety",
    "checked_turns",
]

LEVELS = ("minimal", "low", "medium", "high")
HARMS = (
    "harassment",
    "hate_speech",
    "sexually_explicit",
    "dangerous_content",
    "civic_integrity",
)
THRESHOLDS = ("low_and_above", "medium_and_above", "only_high", "none", "off")
ROLES = ("user", "model")
MOST_SECONDS = 10.0
LEAST_PAUSE_S = 0.1
_LEAST_BUDGET, _MOST_BUDGET = -1, 65536
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ROLES_ELSEWHERE = {"assistant": "model", "agent": "model", "bot": "model", "human": "user"}


def _is_a(value: object) -> str:
    return f"not {type(value).__name__}"


def check_text(name: str, value: object) -> None:
    """Refuse what is no text, or none that can be sent."""
    if not isinstance(value, str):
        raise SettingsError(f"{name} is a text, {_is_a(value)}.")
    check_encodable(name, value)


def check_encodable(name: str, value: str) -> None:
    """Refuse text that UTF-8 cannot carry."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise SettingsError(
            f"{name} holds characters that are none (half a surrogate pair); it probably came "
            "from a file read with the wrong encoding."
        ) from None


def check_flag(name: str, value: object, *, optional: bool = False) -> None:
    """Refuse what is neither true nor false."""
    if isinstance(value, bool) or (optional and value is None):
        return
    none = ", or None to leave it to the model" if optional else ""
    raise SettingsError(f"{name} is True or False{none}, {_is_a(value)}.")


def check_choice(name: str, value: object, choices: Sequence[str], *, optional: bool) -> None:
    """Refuse what is none of the `choices`, naming the one that was probably meant."""
    if value is None and optional:
        return
    known = ", ".join(repr(choice) for choice in choices)
    if not isinstance(value, str):
        raise SettingsError(f"{name} is one of {known}, {_is_a(value)}.")
    if value in choices:
        return
    near = difflib.get_close_matches(value.lower(), choices, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"It is one of {known}."
    raise SettingsError(f"{name}={value[:40]!r} is not known. {hint}")


def check_priced(model: str, budget_usd: float | None) -> None:
    """Refuse a budget for a model whose price is not known.

    Raises
    ------
    SettingsError
        With the models that have one.
    """
    if budget_usd is not None and prices_of(model) is None:
        raise SettingsError(
            f"No price is known for {model}, so budget_usd cannot be kept. Leave it out, or use "
            f"one of {', '.join(PRICES)}."
        )


def check_seconds(name: str, value: object) -> None:
    """Refuse what is no length of time in seconds between 0 and 10."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingsError(f"{name} is a number of seconds, {_is_a(value)}.")
    if 0.0 <= value <= MOST_SECONDS:
        return
    hint = f" For {value:g} ms write {value / 1000:g}." if MOST_SECONDS < value <= 10_000 else ""
    raise SettingsError(f"{name} is between 0 and {MOST_SECONDS:g} seconds, not {value:g}.{hint}")


def check_pause(name: str, value: float) -> None:
    """Refuse a silence that would be found within words, where it is to be found here."""
    if value < LEAST_PAUSE_S:
        raise SettingsError(
            f"{name}={value:g} would end a turn in the middle of a word: with activity='hybrid' "
            f"it is at least {LEAST_PAUSE_S:g} s, and 0.3 to 0.8 s suits most people. Leave it out "
            "for 0.5 s."
        )


def check_money(name: str, value: object) -> None:
    """Refuse what is no positive amount."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingsError(f"{name} is an amount in US dollars, {_is_a(value)}.")
    if not (math.isfinite(value) and value > 0):
        raise SettingsError(
            f"{name} is an amount above 0, not {value:g}. Leave it out for no limit."
        )


def check_number(name: str, value: object, *, whole: bool = False) -> None:
    """Refuse what is no number; which ones a model takes, its profile says."""
    kind: Any = int if whole else int | float
    if value is None or (isinstance(value, kind) and not isinstance(value, bool)):
        return
    raise SettingsError(f"{name} is a {'whole ' if whole else ''}number, {_is_a(value)}.")


def check_thinking(value: object) -> None:
    """Refuse what is neither a thinking level nor a budget of tokens."""
    if value is None:
        return
    if isinstance(value, str):
        check_choice("thinking", value, LEVELS, optional=False)
    elif isinstance(value, bool) or not isinstance(value, int):
        raise SettingsError(
            f"thinking is a level ({', '.join(LEVELS)}), or for models of the 2.5 generation a "
            f"number of tokens (0: none, -1: as it sees fit), {_is_a(value)}."
        )
    elif not _LEAST_BUDGET <= value <= _MOST_BUDGET:
        raise SettingsError(
            f"thinking={value} is no budget: it is a number of tokens up to {_MOST_BUDGET}, 0 for "
            "none, or -1 for as many as the model sees fit."
        )


def checked_languages(value: Any) -> tuple[str, ...]:
    """Return language codes as a tuple."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        shown = f"[{value!r}]" if isinstance(value, str) else '["en-US"]'
        raise SettingsError(f"languages is a list of codes: languages={shown}.")
    codes = tuple(value)
    for code in codes:
        if not isinstance(code, str):
            raise SettingsError(f"A language is a code such as 'en-US', {_is_a(code)}.")
        if not _LANGUAGE.fullmatch(code):
            raise SettingsError(
                f"{code[:40]!r} is no language code. Write it as 'en', 'pt-BR' or 'cmn-Hans-CN'."
            )
    return codes


def checked_safety(value: Any) -> dict[str, str] | None:
    """Return a copy of thresholds by category."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise SettingsError('safety is a mapping such as {"harassment": "only_high"}.')
    for category, threshold in value.items():
        check_choice("A category of safety", category, HARMS, optional=False)
        check_choice(f"safety[{category!r}]", threshold, THRESHOLDS, optional=False)
    return dict(value)


def checked_turns(name: str, value: Any) -> tuple[tuple[str, str], ...]:
    """Return turns as a tuple of ``(role, text)``; what they say is in no message of an error."""
    example = f'{name}=[("user", "I am Ada."), ("model", "Hello Ada!")]'
    if isinstance(value, str | dict) or not isinstance(value, Iterable):
        raise SettingsError(f"{name} is a list of pairs of role and text: {example}.")
    turns = []
    for number, turn in enumerate(value):
        here = f"{name}[{number}]"
        if isinstance(turn, str) or not isinstance(turn, Sequence) or len(turn) != 2:
            raise SettingsError(f"{here} is no pair of role and text. Write {example}.")
        role, text = turn
        if role not in ROLES:
            meant = _ROLES_ELSEWHERE.get(role.lower()) if isinstance(role, str) else None
            hint = f" Here it is called {meant!r}." if meant else ""
            raise SettingsError(f"{here} has no role 'user' or 'model' before its text.{hint}")
        if not isinstance(text, str) or not text.strip():
            raise SettingsError(f"{here} has no text.")
        check_encodable(here, text)
        turns.append((role, text))
    return tuple(turns)
