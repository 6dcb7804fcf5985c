"""Who answers: Google with a key, the embedded server without one, or any URL."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from livekit_nb.errors import EndpointError
from livekit_nb.session.local_server import local_server

__all__ = ["GOOGLE", "LOCAL", "Endpoint", "Key", "checked_key", "choose", "in_words", "resolve"]

GOOGLE = "Google"
LOCAL = "local server"

_HOST = "generativelanguage.googleapis.com"
# v1beta is the version the WebSockets API reference documents; all generations answer there.
_PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
_KEY_VARIABLES = ("GEMINI_API_KEY", "GOOGLE_API_KEY")


class Key:
    """An API key that shows itself to nobody but the connection."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "<key>"


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

    @property
    def is_loopback(self) -> bool:
        """Whether it runs on this machine, so that no proxy may stand between."""
        return urlsplit(self.url).hostname in _LOOPBACK


def choose(endpoint: str | None = None, api_key: str | Key | None = None) -> str:
    """Say who would answer, without connecting: ``"Google"``, ``"local server"`` or a host.

    Parameters and errors are those of :func:`resolve`.
    """
    return _decide(endpoint, api_key).label


def in_words(label: str, model: str) -> str:
    """Say who answers as which model; the local server only does as the model does."""
    return f"{label}, in the manner of {model}" if label == LOCAL else f"{label} · {model}"


async def resolve(endpoint: str | None = None, api_key: str | Key | None = None) -> Endpoint:
    """Decide who answers; starts the embedded server if it is to be that.

    Parameters
    ----------
    endpoint : str or None
        ``"google"``, ``"local"``, or a ``ws(s)://`` or ``http(s)://`` URL. ``None`` means Google
        when there is a key and the embedded server otherwise.
    api_key : str or None
        Key for Google or for `endpoint`; otherwise ``GEMINI_API_KEY`` or ``GOOGLE_API_KEY`` from
        the environment, which is only ever sent to Google.

    Raises
    ------
    EndpointError
        If there is no such endpoint, Google is asked for without a key, or the embedded server
        cannot be started.
    """
    decided = _decide(endpoint, api_key)
    if decided.label == LOCAL:
        return Endpoint(await local_server().url() + _PATH, LOCAL)
    return decided


def _decide(endpoint: str | None, api_key: str | Key | None) -> Endpoint:
    key = None if api_key is None else checked_key(api_key)
    if endpoint is not None and not isinstance(endpoint, str):
        raise EndpointError(
            f"endpoint is 'google', 'local' or a URL, not {type(endpoint).__name__}."
        )
    choice = endpoint.strip() if endpoint is not None else None
    if choice in (None, "google"):
        key = key or _key_from_environment()
        if key:
            return Endpoint(f"wss://{_HOST}{_PATH}", GOOGLE, {"x-goog-api-key": key})
        if choice == "google":
            raise EndpointError(
                "Google answers only with a key, and there is none. Set GEMINI_API_KEY, pass "
                "api_key=…, or leave endpoint out to talk to the local server."
            )
    if choice is None or choice == "local":
        return Endpoint("", LOCAL)
    return Endpoint(*_from_url(choice), headers={"x-goog-api-key": key} if key else {})


def _from_url(text: str) -> tuple[str, str]:
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
        raise EndpointError(
            "That is no endpoint. Use 'google', 'local', or a URL such as 'ws://127.0.0.1:8123'; "
            "a key goes into api_key=…."
        )
    if parts.username or parts.password or "key=" in parts.query or "token=" in parts.query:
        raise EndpointError(
            "The endpoint's URL holds a credential, and URLs are printed. Pass api_key=… instead."
        )
    path = parts.path if len(parts.path) > 1 else _PATH
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


def _key_from_environment() -> Key | None:
    for variable in _KEY_VARIABLES:
        value = os.environ.get(variable, "").strip()
        if value:
            return checked_key(value)
    return None


def checked_key(key: str | Key) -> Key:
    """Return the key if it can be sent in a header, without ever showing it."""
    if isinstance(key, Key):
        return key
    if not isinstance(key, str) or not key.strip():
        raise EndpointError("The API key is empty. Leave api_key out to talk to the local server.")
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise EndpointError(
            "The API key holds blanks or characters no key has; probably something else was "
            "copied along. Copy it again."
        )
    return Key(key)
