"""Frames nobody should send: valid ones, damaged in ways that have broken programs before.

A seeded generator, aware of the structure of what it damages: it begins with messages that hold
every field, puts hostile values where values are, and spoils the bytes only now and then, so that
most cases get past the JSON parser into what comes after it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec
from msgspec import inspect

__all__ = ["CANARY", "Raw", "frames", "spoiled"]

CANARY = "canary words 4711"
"""Stands in every text of every message, so that it can be hunted for in errors and reprs."""


class Raw(str):
    """JSON text that `json` itself would not write."""

    __slots__ = ()


_SPOILED_BYTES = (
    b"\xff",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\x00",
    b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf",
)
_NUMBERS = ("0", "-1", "1e400", "-1e400", "1e-400", "9" * 400, "9" * 5000, "-0.0", "2147483648")
_NUMBERS += (str(2**63), str(-(2**63) - 1), str(2**64), "NaN", "Infinity", "1.5", "00", "1e5")
_TEXTS = (
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"' + "A" * 4097 + '"',
    '"=="',
    '"-_-_"',
    '"AAA"',
    '"audio/pcm;rate=1"',
    '"audio/pcm;rate=0"',
    '"audio/pcm;rate=-16000"',
    '"audio/pcm;rate=' + "9" * 5000 + '"',
    '"audio/pcm;rate=\\u0661\\u0666"',
    '"audio/pcm;rate=1e9"',
    '"audio/pcm;;;rate"',
    '"video/mp4"',
    '"1.25s"',
    '"-1s"',
    '"' + "9" * 4400 + 's"',
    '"nans"',
    '"MODALITY_UNSPECIFIED"',
)
_TREES = (
    "null",
    "true",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "[{}]",
    '{"":{}}',
    "[" * 60 + "]" * 60,
    "[" * 2000 + "]" * 2000,
    '{"a":' * 2000 + "1" + "}" * 2000,
    "[" + "1," * 500 + "1]",
    '{"a":1,"a":2}',
)
_HOSTILE = tuple(map(Raw, (*_NUMBERS, *_TEXTS, *_TREES)))


def frames(kind: type[msgspec.Struct], seed: int, count: int) -> Iterator[bytes | str]:
    """Yield damaged frames of a kind of message, the same for the same seed."""
    random = Random(seed)
    whole = inspect.type_info(kind)
    assert isinstance(whole, inspect.StructType)
    for number in range(count):
        tree = _example(whole, random, 0)
        for _ in range(random.choice((0, 1, 1, 2, 4))):
            tree = _damaged(tree, random)
        frame = _text(tree).encode("utf-8", "surrogatepass")
        if random.random() < 0.15:
            frame = spoiled(frame, random)
        if number % 2 or not _is_text(frame):
            yield frame
        else:
            yield frame.decode("utf-8", "surrogatepass")


def spoiled(data: bytes, random: Random) -> bytes:
    """Return `data` with bytes changed, cut, doubled or put in."""
    spot = random.randrange(len(data) + 1)
    match random.randrange(5):
        case 0:
            return data[:spot]
        case 1:
            return data[:spot] + random.choice(_SPOILED_BYTES) + data[spot:]
        case 2:
            return data[:spot] + random.randbytes(random.randrange(1, 9)) + data[spot + 1 :]
        case 3:
            other = random.randrange(len(data) + 1)
            return data[:spot] + data[other:]
        case _:
            return (
                data[:spot] + data[max(0, spot - 40) : spot] * random.randrange(1, 9) + data[spot:]
            )


def _is_text(frame: bytes) -> bool:
    try:
        frame.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _text(tree: Any) -> str:
    if isinstance(tree, Raw):
        return str(tree)
    if isinstance(tree, dict):
        return (
            "{" + ",".join(f"{json.dumps(key)}:{_text(item)}" for key, item in tree.items()) + "}"
        )
    if isinstance(tree, list):
        return "[" + ",".join(map(_text, tree)) + "]"
    return json.dumps(tree)


def _example(kind: inspect.Type, random: Random, depth: int) -> Any:
    """Return a valid value of a type, as JSON, in any spelling of its names."""
    match kind:
        case inspect.UnionType(types=parts):
            told = [part for part in parts if not isinstance(part, inspect.NoneType)]
            return _example(told[0], random, depth)
        case inspect.StructType(fields=fields):
            most = 1 if depth == 0 else 4
            chosen = random.sample(fields, min(len(fields), random.randrange(1, most + 1)))
            return {
                random.choice((item.encode_name, item.name)): _example(item.type, random, depth + 1)
                for item in chosen
            }
        case inspect.ListType(item_type=item):
            return [_example(item, random, depth + 1) for _ in range(random.randrange(3))]
        case inspect.BytesType():
            data = CANARY.encode() + random.randbytes(random.randrange(700))
            code = base64.urlsafe_b64encode if random.random() < 0.5 else base64.b64encode
            return code(data).decode()
        case inspect.BoolType():
            return random.random() < 0.5
        case inspect.IntType():
            return random.choice((0, 1, 2**31, "17", random.randrange(-9, 99)))
        case inspect.FloatType():
            return random.choice((0, 0.5, 1e300, -3))
        case inspect.StrType():
            return random.choice((CANARY, f"{CANARY} é☃", "audio/pcm;rate=24000", "AUDIO", "1.5s"))
        case _:
            return {"a_b": CANARY, "aB": [1, None, {"x": CANARY}]}


def _damaged(tree: Any, random: Random) -> Any:
    """Return a tree with one thing in it replaced, renamed, left out or repeated."""
    if not isinstance(tree, dict | list) or not tree or random.random() < 0.2:
        return random.choice(_HOSTILE)
    if isinstance(tree, list):
        spot = random.randrange(len(tree))
        if random.random() < 0.2:
            return [*tree, *([tree[spot]] * random.randrange(1, 30))]
        return [*tree[:spot], _damaged(tree[spot], random), *tree[spot + 1 :]]
    name = random.choice(list(tree))
    roll = random.random()
    if roll < 0.06:
        return {key: value for key, value in tree.items() if key != name}
    if roll < 0.12:
        return {**tree, random.choice(("", "_", name.upper(), name + "_", "setup")): tree[name]}
    return {**tree, name: _damaged(tree[name], random)}
