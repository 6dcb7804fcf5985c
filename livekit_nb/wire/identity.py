"""How the embedded server says that it is one."""

from __future__ import annotations

from typing import Final

__all__ = ["SERVER_NAME"]

SERVER_NAME: Final = "livekit-nb"
"""In the ``Server`` header of its answer to the upgrade: who reaches it by an address can tell."""
