"""Frames in the spellings that are really sent, put into the one that is documented.

The service reads ProtoJSON, so every field may come in camelCase or snake_case, bytes in either
base64 alphabet, padded or not, and a null means "not sent". The official SDKs use that freedom
within one message. What is a field, what is bytes and what is somebody's own JSON (tool arguments
and results, schemas, labels) is read off the structs; their own JSON is left as it came.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, inspect

from livekit_nb.errors import WireError

__all__ = ["Shape", "shape_of", "tidied"]


@dataclass(frozen=True)
class Shape:
    """What is to be tidied in values of one type.

    Attributes
    ----------
    fields : dict of str to (str, Shape or None, bool), or None
        For a struct: any accepted spelling of a field → its name on the wire, its own shape, and
        whether null is a value of it.
    items : Shape or None
        For a list: the shape of its items.
    is_bytes : bool
        Whether it is base64.
    """

    fields: dict[str, tuple[str, Shape | None, bool]] | None = None
    items: Shape | None = None
    is_bytes: bool = False


def shape_of(struct: type[Struct]) -> Shape:
    """Return the shape of a message."""
    shape = _shape(inspect.type_info(struct))
    assert shape is not None
    return shape


def _shape(kind: inspect.Type) -> Shape | None:
    """Return the shape of a type, None when its values are taken as they come."""
    if isinstance(kind, inspect.UnionType):
        return next((shape for part in kind.types if (shape := _shape(part))), None)
    if isinstance(kind, inspect.StructType):
        fields = {}
        for item in kind.fields:
            entry = item.encode_name, _shape(item.type), _nullable(item.type)
            fields[item.encode_name] = fields[item.name] = entry
        return Shape(fields=fields)
    if isinstance(kind, inspect.ListType):
        items = _shape(kind.item_type)
        return Shape(items=items) if items else None
    return Shape(is_bytes=True) if isinstance(kind, inspect.BytesType) else None


def _nullable(kind: inspect.Type) -> bool:
    parts = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return any(isinstance(part, inspect.NoneType | inspect.AnyType) for part in parts)


def tidied(value: Any, shape: Shape | None) -> Any:
    """Return JSON with documented names and bytes for base64; unknown fields are left out.

    Raises
    ------
    WireError
        If a field of bytes holds no base64.
    """
    if shape is None:
        return value
    if shape.is_bytes:
        return from_base64(value) if isinstance(value, str) else value
    if shape.fields is None:
        is_list = isinstance(value, list)
        return [tidied(item, shape.items) for item in value] if is_list else value
    if not isinstance(value, dict):
        return value
    result = {}
    for key, item in value.items():
        entry = shape.fields.get(key)
        if entry is not None and (item is not None or entry[2]):
            result[entry[0]] = tidied(item, entry[1])
    return result


def from_base64(text: str) -> bytes:
    """Decode either alphabet, padded or not."""
    standard = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise WireError("A field of bytes holds no base64.") from None
