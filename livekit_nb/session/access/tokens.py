"""Ephemeral tokens: what a key's holder gives to somebody who must not have the key.

A token begins a stated number of sessions within a stated time, and may lock settings so that
whoever uses it cannot change them. Source: ai.google.dev, "Live API: ephemeral tokens", and the
requests that the official SDK sends.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, Literal, Unpack

import msgspec

from livekit_nb.engine import bridge
from livekit_nb.errors import ConnectError, SettingsError
from livekit_nb.session.access.credentials import TOKEN_PREFIX, Key, Token, as_credential
from livekit_nb.session.access.endpoint import GOOGLE, LOCAL, Endpoint, resolve_mint
from livekit_nb.session.access.posting import post
from livekit_nb.session.setup.keywords import Keywords, refuse_unknown, settings_of, takes_settings
from livekit_nb.wire.messages import Setup

__all__ = ["mint_token", "overridden"]

LONGEST_S: Final = 20 * 3600.0
"""The service mints no token that is good for longer."""

Lock = Literal["given", "everything"]

# Setting → the field of the setup message that it is told in.
_FIELDS: Final = {
    "tools": "tools",
    "instructions": "systemInstruction",
    "model": "model",
    "voice": "generationConfig.speechConfig",
    "thinking": "generationConfig.thinkingConfig",
    "include_thoughts": "generationConfig.thinkingConfig",
    "temperature": "generationConfig.temperature",
    "top_p": "generationConfig.topP",
    "top_k": "generationConfig.topK",
    "max_output_tokens": "generationConfig.maxOutputTokens",
    "seed": "generationConfig.seed",
    "media_resolution": "generationConfig.mediaResolution",
    "activity": "realtimeInputConfig",
    "interruptions": "realtimeInputConfig",
    "turn_coverage": "realtimeInputConfig",
    "start_sensitivity": "realtimeInputConfig",
    "end_sensitivity": "realtimeInputConfig",
    "prefix_padding_s": "realtimeInputConfig",
    "silence_s": "realtimeInputConfig",
    "languages": "inputAudioTranscription",
    "resumption": "sessionResumption",
    "compression": "contextWindowCompression",
    "proactive": "proactivity",
    "affective": "generationConfig.enableAffectiveDialog",
    "safety": "safetySettings",
}


@takes_settings
async def mint_token(
    *,
    uses: int = 1,
    expire_s: float = 1800.0,
    new_session_expire_s: float = 60.0,
    lock: Lock = "given",
    tools: Iterable[Any] | None = None,
    instructions: str | None = None,
    endpoint: str | None = None,
    api_key: str | Key | None = None,
    **settings: Unpack[Keywords],
) -> Token:
    """Mint an ephemeral token, which stands in for a key where the key must not go.

    Parameters
    ----------
    uses : int
        How many sessions it may begin; 0 for any number. Resuming a session does not count.
    expire_s : float
        Seconds from now after which nothing can be sent with it; below 72000 (20 hours).
    new_session_expire_s : float
        Seconds from now after which it begins no session; at most `expire_s`.
    lock : {"given", "everything"}
        What its user cannot change when settings are given here: just those (the part of the setup
        message they are told in), or everything, so that the user's own settings do not count at
        all. Without any setting, nothing is locked.
    endpoint, api_key
        Who mints it, and the key of its holder: as for :func:`livekit_nb.connect`. The embedded
        server mints tokens, too, and holds their users to them.
    **settings

    Returns
    -------
    Token
        Pass it as ``api_key=…`` to ``live.connect`` or ``live.Studio``; ``token.reveal()`` is its
        text for another program. Its ``repr`` says when it is good, and never what it is.

    Raises
    ------
    SettingsError
        If a time, a number or a setting is none that can be asked for.
    EndpointError, ConnectError
        If there is no key, or who is asked cannot be reached or refuses.

    Examples
    --------
    >>> token = await live.mint_token(uses=3, instructions="Speak French only.")  # doctest: +SKIP
    >>> session = await live.connect(api_key=token)                               # doctest: +SKIP
    """
    api_key = as_credential(api_key)
    given: dict[str, Any] = dict(settings)
    if tools is not None:
        given["tools"] = list(tools)
    if instructions is not None:
        given["instructions"] = instructions
    refuse_unknown("live.mint_token", mint_token, given)
    _check(uses, expire_s, new_session_expire_s, lock)
    body, locked = _locked(given, lock)
    return await bridge(
        _mint(endpoint, api_key, uses, expire_s, new_session_expire_s, body, locked)
    )


def overridden(given: Iterable[str], key: Key | None) -> list[str]:
    """Return which of the given settings do not count, since a token decides them.

    Known of tokens that were minted here; one that came as text does not say what it locks.
    """
    locked = key.locked if isinstance(key, Token) else ()
    fields = {_FIELDS[name] for name in locked if name in _FIELDS}
    return [
        name
        for name in given
        if name in _FIELDS and ("everything" in locked or _FIELDS[name] in fields)
    ]


async def _mint(
    endpoint: str | None,
    api_key: Key | None,
    uses: int,
    expire_s: float,
    new_session_expire_s: float,
    body: dict[str, Any],
    locked: tuple[str, ...],
) -> Token:
    """Ask for a token; runs on the engine, the request on a thread of its own."""
    who = await resolve_mint(endpoint, api_key)
    ends, begins = (_moment(time.time() + span) for span in (expire_s, new_session_expire_s))
    request = {
        "uses": uses,
        "expireTime": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "newSessionExpireTime": f"{begins:%Y-%m-%dT%H:%M:%SZ}",
        **body,
    }
    answer = await asyncio.to_thread(post, who, msgspec.json.encode(request), "mint tokens")
    name = answer.get("name")
    if not isinstance(name, str) or not name.startswith(TOKEN_PREFIX):
        raise ConnectError(
            f"{who.label} answered, but with no token; it may be something else that listens "
            "there. Check the endpoint."
        )
    return Token(
        name,
        uses=uses,
        begins_before=begins,
        ends_before=ends,
        minted_by=_minter(who, endpoint),
        locked=locked,
    )


def _check(uses: object, expire_s: object, new_session_expire_s: object, lock: object) -> None:
    if isinstance(uses, bool) or not isinstance(uses, int) or not 0 <= uses < 2**31:
        raise SettingsError("uses is how many sessions a token may begin, from 0 (any number) up.")
    for name, value in (("expire_s", expire_s), ("new_session_expire_s", new_session_expire_s)):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SettingsError(f"{name} is a number of seconds, not {type(value).__name__}.")
        if not (math.isfinite(value) and 0 < value < LONGEST_S):
            raise SettingsError(
                f"{name} is above 0 and below {LONGEST_S:.0f} s (20 hours), not {value:g}."
            )
    assert isinstance(expire_s, int | float)
    assert isinstance(new_session_expire_s, int | float)
    if new_session_expire_s > expire_s:
        raise SettingsError(
            f"A session could begin until {new_session_expire_s:g} s from now, but nothing be sent "
            f"after {expire_s:g} s. Make expire_s at least new_session_expire_s."
        )
    if lock not in ("given", "everything"):
        raise SettingsError("lock is 'given' or 'everything'.")


def _locked(given: dict[str, Any], lock: Lock) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what the request says of locked settings, and their names."""
    if not given:
        return {}, ()
    foreign = [name for name in given if name not in _FIELDS]
    if foreign:
        raise SettingsError(
            f"{', '.join(foreign)} is no part of what a token can lock: it is not told to the "
            "service in the setup message. Give it to live.connect()."
        )
    setup = settings_of(**given).setup()
    if lock == "everything":
        return {"bidiGenerateContentSetup": setup}, ("everything",)
    paths = list(dict.fromkeys(_FIELDS[name] for name in given))
    return {
        "bidiGenerateContentSetup": _only(setup, paths),
        "fieldMask": ",".join(paths),
    }, tuple(given)


def _only(setup: Setup, paths: list[str]) -> dict[str, Any]:
    """Return the named fields of a setup message, as JSON."""
    whole = msgspec.json.decode(msgspec.json.encode(setup))
    part: dict[str, Any] = {}
    for path in paths:
        outer, _, inner = path.partition(".")
        source, target = (whole, part) if not inner else (whole.get(outer, {}), {})
        name = inner or outer
        if name in source:
            target[name] = source[name]
        if inner and target:
            part.setdefault(outer, {}).update(target)
    return part


def _minter(who: Endpoint, endpoint: str | None) -> str:
    if who.label in (GOOGLE, LOCAL):
        return {GOOGLE: "google", LOCAL: "local"}[who.label]
    assert endpoint is not None
    return endpoint.strip()


def _moment(timestamp_s: float) -> datetime:
    """Return a moment as the service is told it, in whole seconds."""
    return datetime.fromtimestamp(math.ceil(timestamp_s), UTC)
