"""One HTTP request: JSON there and back, with a credential that is shown to nobody."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Final

from livekit_nb.errors import ConnectError
from livekit_nb.session.access.endpoint import Endpoint

__all__ = ["post"]

TIMEOUT_S: Final = 15.0
MAX_ANSWER_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class _Answer:
    status: int | None  # None when nobody answered
    body: bytes = field(default=b"", repr=False)  # it may say back what it was sent
    why: str = ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nobody to another place: the request carries a key."""

    def redirect_request(self, *_: Any) -> None:
        return None


def post(endpoint: Endpoint, body: bytes, purpose: str) -> dict[str, Any]:
    """Send JSON and return the JSON object that comes back; blocks, so call it on a thread.

    Parameters
    ----------
    endpoint : Endpoint
        An ``http(s)://`` address, with the headers that carry the credential.
    body : bytes
        JSON.
    purpose : str
        What is asked for, in words for an error: ``"mint tokens"``.

    Raises
    ------
    ConnectError
        If nobody answers, or the answer is a refusal or no JSON object. It holds neither the
        request nor a credential, not even in what it was caused by.
    """
    answer = _send(endpoint, body)
    content, problem = _judged(answer, endpoint.label, purpose)
    if content is None:
        status = answer.status
        refused = status is not None and not 200 <= status < 300
        raise ConnectError(problem, status if refused else None)
    return content


def _judged(answer: _Answer, label: str, purpose: str) -> tuple[dict[str, Any] | None, str]:
    """Return what was answered, or None and why that is no answer."""
    if answer.status is None:
        return None, (
            f"{label} cannot be reached: {answer.why}. Check the network, the address and the "
            "proxy settings (HTTPS_PROXY); with endpoint='local' none of them is needed."
        )
    content = _object(answer.body)
    if not 200 <= answer.status < 300:
        return None, _refusal(answer.status, content, label, purpose)
    return content, (
        f"What answers at {label} does not {purpose}: no JSON object came back. Check the "
        "endpoint's address."
    )


def _send(endpoint: Endpoint, body: bytes) -> _Answer:
    request = urllib.request.Request(endpoint.url, body, method="POST")  # noqa: S310 (http(s))
    request.add_header("Content-Type", "application/json")
    request.add_header("User-Agent", "livekit-nb")
    for name, key in endpoint.headers.items():
        request.add_unredirected_header(name, key.reveal())
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({} if endpoint.is_loopback else None),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        _NoRedirect,
    )
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            return _Answer(response.status, response.read(MAX_ANSWER_BYTES))
    except urllib.error.HTTPError as refused:
        with refused:
            return _Answer(refused.code, _rest(refused))
    except urllib.error.URLError as problem:
        reason = problem.reason
        return _Answer(None, why=_in_words(reason if isinstance(reason, Exception) else problem))
    except (OSError, http.client.HTTPException) as problem:
        return _Answer(None, why=_in_words(problem))


def _rest(refused: urllib.error.HTTPError) -> bytes:
    try:
        return refused.read(MAX_ANSWER_BYTES)
    except (OSError, http.client.HTTPException):
        return b""


def _in_words(problem: Exception) -> str:
    """Say what went wrong, and not in the problem's own text: it may hold a proxy's password."""
    if isinstance(problem, TimeoutError):
        return f"no answer within {TIMEOUT_S:.0f} s"
    if isinstance(problem, ConnectionRefusedError):
        return "nobody listens at that address"
    if isinstance(problem, ssl.SSLError):
        return "its certificate is not trusted on this machine, or it does not speak TLS"
    if isinstance(problem, http.client.HTTPException):
        return "what answers there does not speak HTTP"
    return "the network does not let the request through"


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _refusal(status: int, content: dict[str, Any] | None, label: str, purpose: str) -> str:
    if status in (400, 401, 403) and _is_about_keys(content, status):
        return (
            f"{label} refused to {purpose} (HTTP {status}): the API key is missing, wrong or not "
            "allowed to. Check the key: live.enter_key(), GEMINI_API_KEY or api_key=…."
        )
    if status == 400:
        return (
            f"{label} refused to {purpose} (HTTP 400): it does not know one of the settings. Leave "
            "out settings one by one, the newest first."
        )
    if status in (404, 405, 501):
        return (
            f"{label} does not {purpose} at this address (HTTP {status}). Check the endpoint: it "
            "is 'google', 'local', or a server that speaks the Live API."
        )
    if status == 429:
        return f"{label} was asked too often (HTTP 429). Wait a moment."
    if 300 <= status < 400:
        return (
            f"{label} sends requests to another place (HTTP {status}), and the key is not sent "
            "after them. Give the address it really is at."
        )
    return f"{label} could not {purpose} (HTTP {status}). Try again in a moment."


def _is_about_keys(content: dict[str, Any] | None, status: int) -> bool:
    if status in (401, 403):
        return True
    error = (content or {}).get("error")
    message = error.get("message") if isinstance(error, dict) else None
    return isinstance(message, str) and "api key" in message.lower()
