"""Photographs for tests; whose they are is written in README.md."""

from __future__ import annotations

from pathlib import Path


def encoded(name: str) -> bytes:
    """Return a photograph as JPEG."""
    return (Path(__file__).parent / f"{name}.jpg").read_bytes()
