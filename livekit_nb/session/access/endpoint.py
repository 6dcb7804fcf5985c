"""Who answers: Google with a key, the embedded server without one, or any URL."""

from __future__ import annotations

import difflib
import ssl
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, urlsplit

from livekit_nb.errors import EndpointError
from livekit_nb.session.access.credentials import (
    Key,
    Token,
    as_credential,
    checked_key,
    current_key,
)
from livekit_nb.session.access.local_server import local_server

__all__ = [
    "GOOGLE",
    "LOCAL",
    "Endpoint",
    "Key",
    "checked_key",
    "choose",
    "in_words",
    "resolve",
    "resolve_mint",
]

GOOGLE = "Google"
LOCAL = "local server"

_HOST = "generativelanguage.googleapis.com"
# v1beta is the version the WebSockets API reference documents; all generations answer there.
_PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
# Ephemeral tokens are of v1alpha only, and have a method of their own.
_CONSTRAINED_PATH = (
    "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained"
)
_MINT_PATH = "/v1alpha/auth_tokens"


_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Endpoint:
    """Somebody who speaks the Live API.

    Attributes
    ----------
    url : str
        WebSocket URL. It never holds a key: keys go into a header, which is not logged.
    label : str
        Who that is, for people: ``"Google"``, ``"local server"`` or a host.
    headers : dict
        Sent with the connection; not shown in reprs.
    """

    url: str
    label: str
    headers: dict[str, Key] = field(default_factory=dict, repr=False)

    @property
    def ssl_context(self) -> ssl.SSLContext | None:
        """How to check the other side's certificate; ``None`` for plain connections."""
        return ssl.create_default_context() if self.url.startswith("wss:") else None

    def alpha(self) -> Endpoint:
        """Return the same endpoint, version ``v1alpha``: some settings are known to no other."""
        return replace(self, url=self.url.replace(_PATH, _PATH.replace("v1beta", "v1alpha")))

    async def present(self) -> Endpoint:
        """Return it as it is to be reached now: an embedded server that has ended starts anew.

        Raises
        ------
        MissingPackagesError, ServerStartError
            If it does not.
        """
        if self.label != LOCAL:
            return self
        return replace(self, url=await local_server().url() + urlsplit(self.url).path)

    @property
    def is_loopback(self) -> bool:
        """Whether it runs on this machine, so that no proxy may stand between."""
        return urlsplit(self.url).hostname in _LOOPBACK


def choose(endpoint: str | None = None, api_key: str | Key | None = None) -> str:
    """Say who would answer, without connecting: ``"Google"``, ``"local server"`` or a host.

    Parameters and errors are those of :func:`resolve`.
    """
    api_key = as_credential(api_key)
    return _decide(endpoint, api_key).label


def in_words(label: str, model: str) -> str:
    """Say who answers as which model; the local server only does as the model does."""
    return f"{label}, standing in for {model}" if label == LOCAL else f"{label} · {model}"


async def resolve(endpoint: str | None = None, api_key: str | Key | None = None) -> Endpoint:
    """Decide who answers; starts the embedded server if it is to be that.

    Parameters
    ----------
    endpoint : str or None
        ``"google"``, ``"local"``, or a ``ws(s)://`` or ``http(s)://`` URL. ``None`` means who
        minted the token, Google when there is a key, and the embedded server otherwise.
    api_key : str, Token or None
        Key or ephemeral token for Google or for `endpoint`; otherwise the one that was entered
        (:func:`livekit_nb.enter_key`), or ``GEMINI_API_KEY`` or ``GOOGLE_API_KEY`` from the
        environment, which are only ever sent to Google.

    Raises
    ------
    EndpointError
        If there is no such endpoint, Google is asked for without a key, the token's time is over,
        or the embedded server cannot be started.
    """
    api_key = as_credential(api_key)
    decided = _decide(endpoint, api_key)
    if decided.label == LOCAL:
        return replace(decided, url=await local_server().url() + decided.url)
    return decided


async def resolve_mint(endpoint: str | None = None, api_key: str | Key | None = None) -> Endpoint:
    """Decide who mints an ephemeral token; as :func:`resolve`, but an ``http(s)://`` address."""
    api_key = as_credential(api_key)
    key = None if api_key is None else checked_key(api_key)
    if isinstance(key, Token):
        raise EndpointError(
            "A token mints no tokens: only the holder of a key may. Mint it where the key is."
        )
    deciding = await resolve(endpoint, key)
    parts = urlsplit(deciding.url)
    prefix = parts.path.partition("/ws/")[0] if "/ws/" in parts.path else ""
    scheme = {"ws": "http", "wss": "https"}[parts.scheme]
    return replace(deciding, url=f"{scheme}://{parts.netloc}{prefix}{_MINT_PATH}")


def _decide(endpoint: str | None, key: Key | None) -> Endpoint:
    if endpoint is not None and not isinstance(endpoint, str):
        raise EndpointError(
            "endpoint is 'google', 'local', a URL, or a recording or its path; what is "
            f"given is none of these but of the type {type(endpoint).__name__}."
        )
    key = None if key is None else checked_key(key)
    choice = endpoint.strip() if endpoint is not None else None
    if choice is None and isinstance(key, Token):
        choice = key.minted_by
    if choice in (None, "google"):
        key = key or current_key()
        if key:
            return Endpoint(f"wss://{_HOST}{_path_for(key)}", GOOGLE, _headers(key))
        if choice == "google":
            raise EndpointError(
                "Google answers only with a key, and there is none. Enter one with "
                "live.enter_key(), set GEMINI_API_KEY, pass api_key=…, or leave endpoint out to "
                "talk to the local server."
            )
    if choice is None or choice == "local":
        # The local server asks for no key; a token is kept, because it may lock settings.
        token = key if isinstance(key, Token) else None
        return Endpoint(_path_for(token), LOCAL, _headers(token))
    return Endpoint(*_from_url(choice, _path_for(key)), headers=_headers(key))


def _path_for(key: Key | None) -> str:
    return _CONSTRAINED_PATH if isinstance(key, Token) else _PATH


def _headers(key: Key | None) -> dict[str, Key]:
    """Return the header a credential goes into, as the Live API documents it."""
    if isinstance(key, Token):
        problem = key.why_not()
        if problem:
            raise EndpointError(problem)
        return {"Authorization": Key(f"Token {key.reveal()}")}
    return {"x-goog-api-key": key} if key else {}


def _from_url(text: str, usual_path: str) -> tuple[str, str]:
    parts = _split(text)
    if parts is None:
        raise EndpointError(
            "The endpoint's URL cannot be read: its port is no number from 0 to 65535, or its host "
            "has an odd bracket or character. Write it like 'ws://127.0.0.1:8123'; an IPv6 address "
            "stands in a pair of brackets."
        )
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if scheme is None or not parts.hostname:
        # What is no URL is not repeated: it may be a key that was put into the wrong place.
        near = difflib.get_close_matches(text.lower(), ("google", "local"), n=1)
        meant = f"Did you mean {near[0]!r}? " if near else ""
        raise EndpointError(
            f"That is no endpoint. {meant}Use 'google', 'local', a URL such as "
            "'ws://127.0.0.1:8123', or a recording, or its path, which ends in '.liverec'; a key "
            "goes into api_key=…."
        )
    if parts.username or parts.password or "key=" in parts.query or "token=" in parts.query:
        raise EndpointError(
            "The endpoint's URL holds a credential, and URLs are printed. Pass api_key=… instead."
        )
    path = parts.path if len(parts.path) > 1 else usual_path
    query = f"?{parts.query}" if parts.query else ""
    return f"{scheme}://{parts.netloc}{path}{query}", parts.netloc


def _split(text: str) -> SplitResult | None:
    # The error's text quotes the URL, so it is not even kept as a context.
    try:
        parts = urlsplit(text)
        _ = parts.port  # looked at only when asked for
    except ValueError:
        return None
    return parts
