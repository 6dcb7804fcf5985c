"""Messages of any content, written in every spelling that is really sent."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

# Keys of people's own JSON: whatever is done to names, these must come through as they are.
own_json = st.dictionaries(
    st.sampled_from(["a_b", "aB", "data", "mime_type", "x-y", ""]),
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.just({"k_e_y": "-_"}),
    max_size=3,
)


def messages(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Return a strategy for instances of a struct with any of its fields set."""
    return _values(inspect.type_info(kind))


def _values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    match kind:
        case inspect.UnionType(types=parts):
            return _values(next(part for part in parts if not isinstance(part, inspect.NoneType)))
        case inspect.StructType(cls=cls, fields=fields):
            by_name = {item.name: item.type for item in fields}
            chosen = st.lists(st.sampled_from([*by_name, None]), max_size=3, unique=True)
            return chosen.flatmap(
                lambda names: st.fixed_dictionaries(
                    {name: _values(by_name[name]) for name in names if name is not None}
                ).map(lambda given: cls(**given))
            )
        case inspect.ListType(item_type=item):
            return st.lists(_values(item), max_size=2)
        case inspect.BytesType():
            return st.binary(max_size=12)
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return st.integers(-(2**63), 2**63 - 1)
        case inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case inspect.StrType():
            return st.text(max_size=6) | st.sampled_from(["null", "true", "7", "snake_case", "-_"])
        case inspect.DictType(value_type=inspect.StrType()):
            return st.dictionaries(st.sampled_from(["a_b", "aB"]), st.text(max_size=4), max_size=2)
        case _:
            return own_json


def respelled(message: msgspec.Struct, choose: Any) -> dict[str, Any]:
    """Return a message as JSON in a mixture of spellings.

    `choose` takes the number of ways there are and says which; 0 is the documented one.
    """
    tree: dict[str, Any] = {}
    for item in inspect.type_info(type(message)).fields:  # type: ignore[attr-defined]
        value = getattr(message, item.name)
        if value in (None, msgspec.UNSET):
            if choose(4) == 3 and item.name != "handle":  # of a handle, null says something
                tree[item.encode_name] = None
            continue
        name = item.encode_name if choose(2) == 0 else item.name
        tree[name] = _respelled(value, item.type, choose)
    if choose(3) == 2:
        tree["from_the_future"] = {"a_b": [1]}
    return tree


def _respelled(value: Any, kind: inspect.Type, choose: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return respelled(value, choose)
    if isinstance(value, bytes):
        encode = (base64.b64encode, base64.urlsafe_b64encode)[choose(2)]
        text = encode(value).decode()
        return text if choose(2) == 0 else text.rstrip("=")
    if isinstance(value, list):
        return [_respelled(item, kind, choose) for item in value]
    if type(value) is int:
        return value if choose(2) == 0 else str(value)
    return value
