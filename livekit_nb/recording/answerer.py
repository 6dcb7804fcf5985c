"""Who answered in a recorded conversation, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["answerer"]


def answerer(recording: Recording) -> str:
    """Say who was talked to: endpoint and model as the conversation began; "" if nobody was."""
    connecting = next((e.data for e in recording.events if e.kind == "session.connecting"), {})
    endpoint, model = (str(connecting.get(name) or "") for name in ("endpoint", "model"))
    if endpoint.startswith("recording of "):
        return endpoint  # which names the model, too
    return " · ".join(filter(None, (endpoint, model.removeprefix("models/"))))
