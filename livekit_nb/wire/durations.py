"""Lengths of time as ProtoJSON writes them: ``"50s"``, ``"1.250s"``."""

from __future__ import annotations

import re

__all__ = ["seconds_of"]

_DURATION = re.compile(r"(-?\d{1,12}(?:\.\d{1,9})?)s")


def seconds_of(duration: str | None) -> float | None:
    """Return seconds; None for what was not sent or is no duration.

    Examples
    --------
    >>> seconds_of("1.250s")
    1.25
    """
    match = _DURATION.fullmatch(duration or "")
    return float(match[1]) if match else None
