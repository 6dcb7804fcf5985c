"""Pictures of recordings, drawn with matplotlib; importing it lets recordings show themselves."""

from livekit_nb.plots.timeline import alt_text, timeline
from livekit_nb.recording import Recording, display

__all__ = ["alt_text", "timeline"]


def _draw(recording: Recording) -> tuple[bytes, str]:
    picture = timeline(recording)
    return picture.png(), picture.alt


display.set_picture(_draw)
