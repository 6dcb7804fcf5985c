"""What the service's own tools found, from the JSON it tells it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livekit_nb.wire.messages import ServerContent

__all__ = ["findings"]

_MOST = 100


def findings(content: ServerContent) -> dict[str, Any] | None:
    """Return ``{"queries": […], "sources": [{"uri": …, "title": …}, …]}``; None without any.

    Pages that were found (``groundingMetadata``) and pages that were read (``urlContextMetadata``)
    are both sources. What is not as documented is left out: it is somebody else's JSON.
    """
    found = content.grounding_metadata or {}
    read = content.url_context_metadata or {}
    queries = [item for item in _items(found, "webSearchQueries") if isinstance(item, str)]
    sources = [
        *(_source(chunk) for chunk in _items(found, "groundingChunks")),
        *(_page(page) for page in _items(read, "urlMetadata")),
    ]
    told = {"queries": queries, "sources": [source for source in sources if source]}
    return told if queries or told["sources"] else None


def _source(chunk: Any) -> dict[str, str]:
    """Describe a page, a place or a document; what it is is the key it stands under."""
    if not isinstance(chunk, Mapping):
        return {}
    for kind in ("web", "maps", "retrievedContext"):
        if isinstance(chunk.get(kind), Mapping):
            return _texts(chunk[kind], {"uri": "uri", "title": "title", "domain": "domain"})
    return {}


def _page(page: Any) -> dict[str, str]:
    if not isinstance(page, Mapping):
        return {}
    return _texts(page, {"retrievedUrl": "uri", "urlRetrievalStatus": "status"})


def _texts(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    return {
        name: given[key]
        for key, name in names.items()
        if isinstance(given.get(key), str) and given[key]
    }


def _items(given: Mapping[str, Any], key: str) -> list[Any]:
    value = given.get(key)
    return value[:_MOST] if isinstance(value, list) else []
