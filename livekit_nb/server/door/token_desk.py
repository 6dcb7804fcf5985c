"""Ephemeral tokens: minted for a page or another program, and what they then allow.

``POST /{version}/auth_tokens`` mints one; it is the credential for the method
``BidiGenerateContentConstrained``, for a while, for a number of sessions, with some or all of the
setup laid down. Tokens live in memory only.

Documented (ai.google.dev, ephemeral tokens): the fields and their defaults, that resuming a
session uses nothing up, how fields are locked, and that a token at the method for keys is an
unregistered caller. Not documented are the words with which other bad tokens are refused; here
they are those of a bad key.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from websockets.datastructures import Headers

from livekit_nb.errors import WireError
from livekit_nb.server.door.admission import NOT_VALID, UNREGISTERED, presented, refusal_words
from livekit_nb.server.door.http_post import failure
from livekit_nb.server.door.locking import constrained, paths_of
from livekit_nb.wire.lenient import shape_of, tidied
from livekit_nb.wire.messages import Message, Setup

__all__ = ["Grant", "TokenDesk"]

PREFIX = "auth_tokens/"
EXPIRES_S = 30 * 60.0
NEW_SESSION_EXPIRES_S = 60.0
MAX_EXPIRES_S = 20 * 3600.0
MAX_TOKENS = 4_096  #: that are valid at once; beyond, the oldest is given up

EXPIRED = (1007, "API key expired. Please renew the API key.")
USED_UP = (1007, "API key not valid: the token was used for as many sessions as it allows.")
TOO_LATE = (1007, "API key expired: the token's time to begin a session is over.")


class _Order(Message):
    """What is asked for when a token is minted."""

    uses: int | None = None
    expire_time: str | None = None
    new_session_expire_time: str | None = None
    bidi_generate_content_setup: Setup | None = None
    field_mask: str | list[str] | None = None


_shape = shape_of(_Order)


@dataclass(eq=False)
class Grant:
    """What one token allows; times in seconds of the wall clock.

    Attributes
    ----------
    uses : int or None
        For how many more sessions; None for any number.
    expires_at, new_session_expires_at : float
    setup : Setup or None
        What is laid down of the setup.
    locked : list of str or None
        Paths of the fields which are laid down; None for all of them.
    """

    uses: int | None
    expires_at: float
    new_session_expires_at: float
    setup: Setup | None = field(default=None, repr=False)
    locked: list[str] | None = None
    clock: Callable[[], float] = field(default=time.time, repr=False)

    @property
    def left_s(self) -> float:
        """Seconds for which messages are still taken."""
        return self.expires_at - self.clock()

    def constrain(self, setup: Setup) -> Setup:
        """Return the setup that counts, of which the client asked for `setup`."""
        return constrained(setup, self.setup, self.locked)

    def begin(self) -> tuple[int, str] | None:
        """Use it for a new session; return how that is refused, or None."""
        if self.clock() >= self.new_session_expires_at:
            return TOO_LATE
        if self.uses is not None:
            if self.uses <= 0:
                return USED_UP
            self.uses -= 1
        return None


class TokenDesk:
    """Mints tokens and knows them again.

    Parameters
    ----------
    clock : callable
        Seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._grants: OrderedDict[str, Grant] = OrderedDict()

    def __len__(self) -> int:
        return len(self._grants)

    async def post(self, headers: Headers, body: bytes, address: Any) -> tuple[int, Any]:
        """Mint a token (a :data:`~livekit_nb.server.door.http_post.PostHandler`)."""
        if any(key.startswith(PREFIX) for key in presented(headers)):
            return failure(403, "A token cannot mint another one. Please use API Key.")
        try:
            order = _read(body)
            grant = self._grant(order)
        except (ValueError, WireError) as error:
            return failure(400, str(error))
        name = PREFIX + secrets.token_hex(32)
        self._forget_expired()
        while len(self._grants) >= MAX_TOKENS:
            self._grants.popitem(last=False)
        self._grants[name] = grant
        return 200, {"name": name}

    def _forget_expired(self) -> None:
        now = self._clock()
        for name in [name for name, grant in self._grants.items() if now >= grant.expires_at]:
            del self._grants[name]

    def _grant(self, order: _Order) -> Grant:
        now = self._clock()
        uses = 1 if order.uses is None else order.uses
        if uses < 0:
            raise ValueError("uses must not be negative.")
        return Grant(
            uses=uses or None,
            expires_at=_moment(order.expire_time, "expireTime", now, EXPIRES_S),
            new_session_expires_at=_moment(
                order.new_session_expire_time, "newSessionExpireTime", now, NEW_SESSION_EXPIRES_S
            ),
            setup=order.bidi_generate_content_setup,
            locked=paths_of(order.field_mask),
            clock=self._clock,
        )

    def admit(
        self, headers: Headers, target: str, *, constrained_method: bool
    ) -> Grant | tuple[int, str] | None:
        """Return what a WebSocket's token allows, how it is refused, or None if it has none.

        Parameters
        ----------
        headers : websockets.datastructures.Headers
        target : str
            The request's target.
        constrained_method : bool
            Whether it is the method for tokens.
        """
        names = [key for key in presented(headers, target) if key.startswith(PREFIX)]
        if not names:
            return None
        if not constrained_method:
            return refusal_words(UNREGISTERED)
        grant = self._grants.get(names[0])
        if grant is None:
            return refusal_words(NOT_VALID)
        return grant if grant.left_s > 0 else EXPIRED


def _read(body: bytes) -> _Order:
    """Read a request's body, in any of the spellings of ProtoJSON.

    Raises
    ------
    ValueError or WireError
        If it is none.
    """
    try:
        tree = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("The body is no JSON.") from None
    if not isinstance(tree, dict):
        raise ValueError("The body is JSON, but no object.")
    for name in ("bidiGenerateContentSetup", "bidi_generate_content_setup"):
        inner = tree.get(name)
        if isinstance(inner, dict) and isinstance(inner.get("setup"), dict):
            tree = tree | {name: inner["setup"]}  # as the first message would have it
    try:
        return msgspec.convert(tidied(tree, _shape), _Order, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"Request contains an invalid argument: {error}.") from None


def _moment(text: str | None, name: str, now: float, default_s: float) -> float:
    """Return a time of RFC 3339 in seconds since 1970."""
    if text is None:
        return now + default_s
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} is no time such as 2026-11-22T08:00:00Z.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = moment.timestamp()
    if not now < seconds <= now + MAX_EXPIRES_S:
        raise ValueError(f"{name} must be within the next 20 hours.")
    return seconds
