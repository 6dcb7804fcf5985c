"""Who calls, and whether they are let in: API keys and tokens, wherever a client puts them."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers

__all__ = ["key_refusal", "presented", "refusal_words"]

UNREGISTERED = "Method doesn't allow unregistered callers. Please use API Key."
NOT_VALID = "API key not valid. Please pass a valid API key."


def presented(headers: Headers, target: str = "") -> list[str]:
    """Return every credential of a request, in the order of headers, then of its query.

    Parameters
    ----------
    headers : websockets.datastructures.Headers
    target : str
        The request's target, of which the query is read.
    """
    query = parse_qs(urlsplit("//host/" + target.lstrip("/")).query)
    found = [
        *headers.get_all("x-goog-api-key"),
        *query.get("key", []),
        *query.get("access_token", []),
    ]
    for authorization in headers.get_all("Authorization"):
        scheme, _, credential = authorization.partition(" ")
        if scheme.lower() in ("token", "bearer"):
            found.append(credential.strip())
    return found


def key_refusal(keys: list[str], required_key: str | None) -> str | None:
    """Return the service's words for a missing or wrong key, None when it is right."""
    if required_key is None:
        return None
    if not keys:
        return UNREGISTERED
    wanted = required_key.encode()
    if any(hmac.compare_digest(key.encode(), wanted) for key in keys):
        return None
    return NOT_VALID


def refusal_words(words: str) -> tuple[int, str]:
    """Return the close code and reason with which a WebSocket is refused in these words."""
    return (1008 if words == UNREGISTERED else 1007), words
