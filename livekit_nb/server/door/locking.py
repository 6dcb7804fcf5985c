"""Which fields of a setup a token lays down.

* Without a setup of its own and without a mask a token leaves the client's as it is.
* With a setup and no mask, the token's takes the place of the client's.
* With a mask, the listed fields are the token's: as its setup has them, or left out.

A mask lists paths: ``model,generationConfig.temperature``. The official SDKs write them in either
case, and leave ``generationConfig.`` out of some.
"""

from __future__ import annotations

from typing import Any

import msgspec

from livekit_nb.wire.messages import GenerationConfig, Setup

__all__ = ["constrained", "paths_of"]

_IN_GENERATION = frozenset(GenerationConfig.__struct_encode_fields__)


def paths_of(mask: str | list[str] | None) -> list[str] | None:
    """Return the paths of a field mask, camelCase and from the setup down; None for no mask."""
    listed = mask.split(",") if isinstance(mask, str) else mask or []
    paths = [".".join(map(_camel, path.strip().split("."))) for path in listed if path.strip()]
    return [
        f"generationConfig.{path}" if path in _IN_GENERATION else path for path in paths
    ] or None


def constrained(client: Setup, token: Setup | None, locked: list[str] | None) -> Setup:
    """Return the setup that counts.

    The handle to resume with is always the client's: no token can know it.

    Parameters
    ----------
    client, token : Setup or None
        What either says.
    locked : list of str or None
        Paths of the fields that are the token's.
    """
    if token is None and locked is None:
        return client
    own = _tree(client)
    laid_down = _tree(token)
    handle = own.get("sessionResumption", {}).get("handle")
    if locked is None:
        result = laid_down
    else:
        result = own
        for path in locked:
            _put(result, path.split("."), _at(laid_down, path.split(".")))
    if handle and "sessionResumption" in result:
        result["sessionResumption"] = {**result["sessionResumption"], "handle": handle}
    return msgspec.convert(result, Setup)


def _tree(setup: Setup | None) -> dict[str, Any]:
    # Bytes stay bytes, so nothing is encoded and decoded again.
    tree: dict[str, Any] = msgspec.to_builtins(setup or Setup(), builtin_types=(bytes,))
    return tree


def _at(tree: Any, path: list[str]) -> Any:
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def _put(tree: dict[str, Any], path: list[str], value: Any) -> None:
    """Set a field, or leave it out when it has no value."""
    *outer, last = path
    for name in outer:
        inner = tree.get(name)
        if not isinstance(inner, dict):
            if value is None:
                return
            inner = tree[name] = {}
        tree = inner
    if value is None:
        tree.pop(last, None)
    else:
        tree[last] = value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
