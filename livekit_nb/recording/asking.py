"""What is asked for by name: a name that is misspelt is told, with the one that was meant.

An empty table is an answer, too ("no echo was found"), and must not come of a slip of the pen. What
may be named by others as they like, such as events of their own, is refused only where it looks
like a name that is known; who asks for their own kind in a recording that has none of it gets an
empty table.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from livekit_nb.errors import RecordingError

__all__ = ["as_path", "check_names", "check_seconds", "check_side"]

_ALIKE: Final = 0.8
"""How alike (`difflib`) two spellings of one name are: "underuns" and "underrun"."""

_ROUGHLY: Final = 0.6  # where nothing else can be right: "ecco" and "echo"
_SIDES: Final = ("user", "agent")


def check_names(
    asked: Iterable[object], known: Sequence[str], *, what: str, closed: bool = False
) -> None:
    """Refuse a name that cannot be meant.

    Parameters
    ----------
    asked : iterable
        What was asked for.
    known : sequence of str
        All names that there are, as far as is known.
    what : str
        What they are names of, such as ``"findings"``.
    closed : bool
        Whether there can be no others.

    Raises
    ------
    RecordingError
        If a name is no text, is not known though it would have to be, or is nearly one that is.
    """
    for name in asked:
        if not isinstance(name, str):
            raise RecordingError(
                f"Kinds of {what} are names such as {known[0]!r}, not {_shown(name)}."
                + (" Put a * before it." if isinstance(name, list | tuple | set) else "")
            )
        if name in known:
            continue
        near = _nearest(name, known, _ROUGHLY if closed else _ALIKE)
        if near:
            raise RecordingError(f"There is no kind of {what} {name!r}. Did you mean {near!r}?")
        if closed:
            raise RecordingError(
                f"There is no kind of {what} {name!r}. There are {', '.join(known)}."
            )


def as_path(path: object, example: str) -> Path:
    """Return a path, ``~`` resolved.

    Raises
    ------
    RecordingError
        If it is none; the `example` shows one.
    """
    if isinstance(path, str | os.PathLike):
        text = os.fspath(path)
        if isinstance(text, str) and text.strip():
            return Path(text).expanduser()
    given = "an empty text" if isinstance(path, str) else _shown(path)
    raise RecordingError(f"A path is wanted, such as {example!r}, not {given}.")


def check_side(side: object) -> None:
    """Refuse what is no side of a conversation.

    Raises
    ------
    RecordingError
        If it is neither ``"user"`` nor ``"agent"``.
    """
    if side not in _SIDES:
        raise RecordingError(
            f'A conversation has no side {_name(side)}: it is "user" (the microphone\'s sound) or '
            '"agent" (what was heard of it).'
        )


def check_seconds(name: str, seconds: object) -> None:
    """Refuse what is no length of time.

    Raises
    ------
    RecordingError
        If it is no number, not a number, or less than 0; infinity is one.
    """
    number = isinstance(seconds, int | float | np.number) and not isinstance(seconds, bool)
    if not number or not float(seconds) >= 0.0:  # type: ignore[arg-type]
        raise RecordingError(
            f"{name} is a number of seconds, 0 or more, such as 1.5, not {_shown(seconds)}."
        )


def _name(value: object) -> str:
    return repr(value) if isinstance(value, str) else _shown(value)


def _shown(value: object) -> str:
    """Write a number as it is, and of anything else what it is: it may hold words."""
    if value is None or isinstance(value, int | float):
        return repr(value)
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _nearest(name: str, known: Sequence[str], alike: float) -> str:
    """Return the known name that was probably meant, empty if none looks like it."""
    if not name:
        return ""
    plain = {_plain(one): one for one in reversed(known)}
    wanted = _plain(name)
    if wanted in plain:
        return plain[wanted]
    of_a_part = [one for one in known if "." in one and _plain(one.rpartition(".")[2]) == wanted]
    if of_a_part:
        return of_a_part[0]
    near = difflib.get_close_matches(wanted, plain, n=1, cutoff=alike)
    return plain[near[0]] if near else ""


def _plain(name: str) -> str:
    """Leave out what is easily got wrong: capitals, and what stands between words."""
    return "".join(c for c in name.lower() if c.isalnum() or c == ".")
