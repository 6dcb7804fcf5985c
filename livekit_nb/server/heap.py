"""Memory that the C library keeps for later, given back to the system; glibc only."""

from __future__ import annotations

import contextlib
import ctypes

__all__ = ["give_back", "share_arenas"]

_M_ARENA_MAX = -8  #: glibc's malloc.h


def share_arenas() -> None:
    """Let threads share two heaps; else every one keeps memory of its own."""
    _libc("mallopt", _M_ARENA_MAX, 2)


def give_back() -> None:
    """Give unused memory back."""
    _libc("malloc_trim", 0)


def _libc(function: str, *arguments: int) -> None:
    """Call a memory setting of glibc; other systems have no need of it."""
    with contextlib.suppress(OSError, AttributeError):
        getattr(ctypes.CDLL("libc.so.6"), function)(*arguments)
