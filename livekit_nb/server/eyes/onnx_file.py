"""Writes an ONNX model of a few kinds of layers, so that the package ``onnx`` is not needed.

ONNX is a protocol buffer: numbers and bytes, each behind the number of its field. The numbers of
the fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Network"]

Array = npt.NDArray[np.float32]
Attribute = int | str | list[int]

_FLOAT = 1  # TensorProto.FLOAT
_AS_INT, _AS_STRING, _AS_INTS = 2, 3, 7  # AttributeProto.type
_IR, _OPSET = 8, 13


class Network:
    """Layers in the order in which they were added.

    Parameters
    ----------
    name, shape
        Of the input, a tensor of floats.
    """

    def __init__(self, name: str, shape: Sequence[int]) -> None:
        self._input = _value(name, shape)
        self._nodes: list[bytes] = []
        self._weights: list[bytes] = []
        self._count = 0

    def constant(self, array: Array) -> str:
        """Add weights and return their name."""
        name = f"w{len(self._weights)}"
        raw = np.ascontiguousarray(array, "<f4").tobytes()
        dims = b"".join(_number(1, size) for size in array.shape)
        self._weights.append(dims + _number(2, _FLOAT) + _text(8, name) + _bytes(9, raw))
        return name

    def layer(self, kind: str, *inputs: str, **attributes: Attribute) -> str:
        """Add a layer (``Conv``, ``Clip``, …) and return the name of what comes out."""
        self._count += 1
        out = f"t{self._count}"
        told = b"".join(_bytes(5, _attribute(key, value)) for key, value in attributes.items())
        names = b"".join(_text(1, name) for name in inputs)
        self._nodes.append(names + _text(2, out) + _text(4, kind) + told)
        return out

    def encode(self, output: str, shape: Sequence[int]) -> bytes:
        """Return the model that ends with `output`."""
        graph = b"".join(_bytes(1, node) for node in self._nodes) + _text(2, "network")
        graph += b"".join(_bytes(5, weights) for weights in self._weights)
        graph += _bytes(11, self._input) + _bytes(12, _value(output, shape))
        return _number(1, _IR) + _bytes(7, graph) + _bytes(8, _number(2, _OPSET))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _AS_INT)
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _number(20, _AS_STRING)
    return _text(1, name) + b"".join(_number(8, v) for v in value) + _number(20, _AS_INTS)


def _value(name: str, shape: Sequence[int]) -> bytes:
    dims = b"".join(_bytes(1, _number(1, size)) for size in shape)
    tensor = _number(1, _FLOAT) + _bytes(2, dims)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))
