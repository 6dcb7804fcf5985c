"""Reads the weights in a PyTorch file of the old kind, without PyTorch and without running it.

Such a file is a row of pickles and then the numbers. A pickle can call any function; here it can
name only those four that a file of weights needs, and none of them is PyTorch's.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["read_weights"]

Array = npt.NDArray[np.float32]

_MAGIC = 0x1950A86A20F9469CFC6C


class _Place(NamedTuple):
    """Where in which storage a tensor lies."""

    key: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _place(storage: Any, offset: int, shape: Any, strides: Any, *_: Any) -> _Place:
    return _Place(storage, offset, tuple(shape), tuple(strides))


class _Reader(pickle.Unpickler):
    _KNOWN = {  # noqa: RUF012 - a table
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _place,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
    }

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.kinds: dict[str, np.dtype[Any]] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for `name` here; anything else is refused."""
        try:
            return self._KNOWN[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"weights do not need {module}.{name}") from None

    def persistent_load(self, pid: Any) -> str:
        """Take note of a storage's kind."""
        _, kind, key, *_ = pid
        self.kinds[key] = kind
        return str(key)


def read_weights(path: Path) -> dict[str, Array]:
    """Read the tensors of floats in a file of weights.

    Parameters
    ----------
    path : Path
        A file that ``torch.save`` wrote before PyTorch 1.6.

    Returns
    -------
    dict of str to ndarray of float32

    Raises
    ------
    pickle.UnpicklingError, ValueError
        If it is no such file.
    """
    with path.open("rb") as file:
        if _Reader(file).load() != _MAGIC:
            raise ValueError(f"{path.name} is no PyTorch file of the old kind.")
        for _ in range(2):  # version and byte sizes of the machine
            _Reader(file).load()
        reader = _Reader(file)
        places: dict[str, _Place] = reader.load()
        storages: dict[str, npt.NDArray[Any]] = {}
        for key in _Reader(file).load():
            count = int.from_bytes(file.read(8), "little")
            storages[key] = np.fromfile(file, reader.kinds[key], count)
    floats = {name: place for name, place in places.items() if reader.kinds[place.key].kind == "f"}
    return {name: _tensor(storages[place.key], place) for name, place in floats.items()}


def _tensor(storage: npt.NDArray[Any], place: _Place) -> Array:
    steps = [stride * storage.itemsize for stride in place.strides]
    view = np.ndarray(place.shape, storage.dtype, storage, place.offset * storage.itemsize, steps)
    return np.ascontiguousarray(view, np.float32)
