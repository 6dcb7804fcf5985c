"""Typing a key in, so that it is in no cell, no output and no history."""

from __future__ import annotations

import getpass
import warnings

from livekit_nb.engine import engine
from livekit_nb.errors import EndpointError
from livekit_nb.session.access.credentials import (
    KEY_VARIABLES,
    Key,
    Token,
    checked_key,
    current_key,
    forget,
    hidden,
    keep,
)
from livekit_nb.session.access.endpoint import choose

__all__ = ["Entered", "enter_key"]


class Entered:
    """What :func:`enter_key` says when it is done: who answers from now on, and no key."""

    def __init__(self, said: str) -> None:
        self._said = said

    def __repr__(self) -> str:
        return self._said


def enter_key(prompt: str = "API key for Google (not shown; empty forgets it): ") -> Entered:
    """Ask for an API key or an ephemeral token, without showing it.

    It is kept in this process's memory until the process ends, or until nothing is entered here,
    and used wherever no ``api_key=…`` is given, before a key from the environment. It is in no
    output, no history and no saved notebook, and no child process inherits it. Nobody is asked
    whether it is valid before a conversation begins.

    Parameters
    ----------
    prompt : str
        What the field is labelled with.

    Returns
    -------
    Entered
        Shows who answers from now on.

    Raises
    ------
    EndpointError
        If there is nobody to ask (a notebook that runs by itself, a terminal that would show what
        is typed), or what was entered is no key; the key known before stays.
    """
    if engine().is_current:
        raise EndpointError(
            "enter_key() waits for a person, so it cannot run inside an async tool; call it in a "
            "cell."
        )
    typed = _ask(prompt)
    if not typed.reveal():
        known = forget()
        return Entered(f"{'Forgotten' if known else 'No key'}. {_who_answers()}")
    keep(checked_key(typed))
    return Entered(f"Kept in memory for this process only. {_who_answers()}")


def _ask(prompt: str) -> Key:
    try:
        with warnings.catch_warnings():
            # Where a terminal cannot hide what is typed, getpass warns and shows it.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return hidden(getpass.getpass(prompt).strip())
    except (EOFError, OSError, NotImplementedError, Warning) as problem:
        shows = isinstance(problem, getpass.GetPassWarning)
    # For a front end without a person, Jupyter's own error is a NotImplementedError.
    why = "this terminal would show it" if shows else "nobody is there to ask"
    raise EndpointError(
        f"No key can be entered here: {why}. Set {KEY_VARIABLES[0]} in the environment before "
        "this Python (of a notebook: its kernel) starts, or leave it out to talk to the local "
        "server."
    )


def _who_answers() -> str:
    who, key = choose(), current_key()
    if key is None:
        return f"The {who} answers."
    how = " through a token" if isinstance(key, Token) else ""
    return f"{who} answers{how}, unless an endpoint is given."
