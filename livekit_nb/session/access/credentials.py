"""Keys and tokens: held in memory, shown to nobody.

A key comes from ``api_key=…``, from :func:`enter_key`, or from the environment, in this order. What
was entered lives in this process's memory: in no output, no history, no widget state, and in no
environment that a child process inherits. It goes to Google only.

An ephemeral token (:func:`livekit_nb.mint_token`) stands in for a key where the key must not go:
another machine, a student's notebook. It begins a stated number of sessions within a stated time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NoReturn

from livekit_nb.errors import EndpointError

__all__ = [
    "KEY_VARIABLES",
    "TOKEN_PREFIX",
    "Key",
    "Token",
    "as_credential",
    "checked_key",
    "current_key",
    "environment_for_children",
    "forget",
    "hidden",
    "keep",
]

KEY_VARIABLES: Final = ("GEMINI_API_KEY", "GOOGLE_API_KEY")
"""Where keys are looked for in the environment, the first one first."""

TOKEN_PREFIX: Final = "auth_tokens/"  # noqa: S105 (what all tokens begin with)


class Key:
    """An API key that shows itself to nobody: not printed, formatted, pickled or copied out.

    Only :meth:`reveal` gives the text, for the one header it goes into.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text. Never log it, and put it into nothing that is shown."""
        return self._text

    def __repr__(self) -> str:
        return "<key>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A key or token is not pickled: it would be written down.")

    def __copy__(self) -> Key:
        return self

    def __deepcopy__(self, memo: object) -> Key:
        return self


class _Given(Key):
    """What somebody gave as a key and nobody has looked at yet; it need not even be a text."""

    __slots__ = ()


class Token(Key):
    """An ephemeral token; pass it as ``api_key=…`` to ``live.connect`` or ``live.Studio``.

    It shows when it is good, and never itself. :meth:`reveal` gives its text, for another program.

    Attributes
    ----------
    uses : int or None
        How many sessions it may begin; 0 for any number, ``None`` when it is not known. Resuming a
        session does not count.
    begins_before, ends_before : datetime or None
        Until when sessions may begin, and until when they may send (UTC); ``None`` when it is not
        known, as of a token that came as text.
    minted_by : str
        Who knows it: ``"google"``, ``"local"`` or a URL. It is who answers when no endpoint is
        given.
    locked : tuple of str
        Settings that its user cannot change.
    """

    __slots__ = ("_now", "begins_before", "ends_before", "locked", "minted_by", "uses")

    def __init__(
        self,
        name: str,
        *,
        uses: int | None = None,
        begins_before: datetime | None = None,
        ends_before: datetime | None = None,
        minted_by: str = "google",
        locked: tuple[str, ...] = (),
        now: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(name)
        self.uses = uses
        self.begins_before = begins_before
        self.ends_before = ends_before
        self.minted_by = minted_by
        self.locked = locked
        self._now = now or time.time

    @property
    def expired(self) -> bool:
        """Whether it can begin no more sessions because its time is over."""
        return self.why_not() is not None

    def why_not(self) -> str | None:
        """Say why it can begin no session any more; ``None`` if it still may."""
        now = datetime.fromtimestamp(self._now(), UTC)
        for until, what in (
            (self.ends_before, "could be used"),
            (self.begins_before, "could begin sessions"),
        ):
            if until is not None and now >= until:
                return (
                    f"This token {what} until {_clock(until)} UTC, and it is {_clock(now)}. Mint a "
                    "new one with live.mint_token(); new_session_expire_s= and expire_s= say how "
                    "long it is good for."
                )
        return None

    def __repr__(self) -> str:
        facts = [] if self.uses is None else [_times(self.uses)]
        if self.begins_before is not None:
            facts.append(f"to begin before {_clock(self.begins_before)} UTC")
        if self.ends_before is not None:
            facts.append(f"to end before {_clock(self.ends_before)} UTC")
        if self.locked:
            facts.append(f"locked: {', '.join(self.locked)}")
        if self.expired:
            facts.append("expired")
        return f"<Token for {self.minted_by}{': ' if facts else ''}{'; '.join(facts)}>"


_entered: Key | None = None


def keep(key: Key) -> None:
    """Use this key from now on wherever none is given; this process's memory is its only place."""
    global _entered
    _entered = key


def forget() -> bool:
    """Forget the key that was entered; say whether there was one."""
    global _entered
    known, _entered = _entered is not None, None
    return known


def current_key() -> Key | None:
    """Return the key for Google that is used when none is given: entered, or the environment's."""
    return _entered or _from_environment()


def as_credential(key: str | Key | None) -> Key | None:
    """Return what was given as ``api_key`` in a form that hides it; ``None`` stays ``None``.

    It never fails, so that no error is raised while a function still holds the text: a traceback
    with variables would show it. :func:`checked_key` says later whether it is a key at all.
    """
    return None if key is None else hidden(key)


def hidden(key: str | Key) -> Key:
    """Return what was given or typed as a key in a form that hides it, whatever it is."""
    return key if isinstance(key, Key) else _Given(key)


def checked_key(key: str | Key) -> Key:
    """Return a key or token in a form that hides it, if it can be sent in a header.

    Raises
    ------
    EndpointError
        If it is empty or holds what no key has; the message does not repeat it.
    """
    if isinstance(key, Key) and not isinstance(key, _Given):
        return key
    problem = _problem_of(key)
    if problem:
        del key  # so that a traceback with local variables does not show it here
        raise EndpointError(problem)
    text = (key.reveal() if isinstance(key, Key) else key).strip()
    return Token(text) if text.startswith(TOKEN_PREFIX) else Key(text)


def environment_for_children() -> dict[str, str]:
    """Return this process's environment without keys, for child processes that need none."""
    return {name: value for name, value in os.environ.items() if name not in KEY_VARIABLES}


def _problem_of(key: object) -> str | None:
    key = key.reveal() if isinstance(key, Key) else key
    if not isinstance(key, str):
        return (
            f"The API key is not a text ({type(key).__name__}). Pass it as a string, or leave "
            "api_key out to talk to the local server."
        )
    if not key.strip():
        return "The API key is empty. Leave api_key out to talk to the local server."
    text = key.strip()
    if not text.isascii() or not text.isprintable() or " " in text:
        return (
            "The API key holds blanks or characters no key has; probably something else was "
            "copied along. Copy it again."
        )
    return None


def _from_environment() -> Key | None:
    for variable in KEY_VARIABLES:
        if os.environ.get(variable, "").strip():
            return checked_key(hidden(os.environ[variable]))
    return None


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"


def _times(uses: int) -> str:
    return (
        "any number of sessions" if uses == 0 else "1 session" if uses == 1 else f"{uses} sessions"
    )
