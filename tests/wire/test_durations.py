"""Durations as strings."""

from __future__ import annotations

import pytest

from livekit_nb.wire.durations import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("50s", 50.0),
        ("1.250s", 1.25),
        ("0.000000001s", 1e-9),
        ("-1s", -1.0),
        (None, None),
        ("", None),
        ("50", None),
        ("s", None),
        ("1e9s", None),
        ("nans", None),
        ("9" * 400 + "s", None),
        ("50s\n", None),
    ],
)
def test_seconds(text: str | None, seconds: float | None) -> None:
    assert seconds_of(text) == seconds
