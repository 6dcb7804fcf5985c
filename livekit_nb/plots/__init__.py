"""Pictures of recordings, drawn with matplotlib; importing it lets recordings show themselves."""

from livekit_nb.plots.compare import compare
from livekit_nb.plots.distribution import distribution
from livekit_nb.plots.figure import Picture
from livekit_nb.plots.floor_transfer import floor_transfer
from livekit_nb.plots.latency import latency
from livekit_nb.plots.prosody import prosody
from livekit_nb.plots.spectrogram import spectrogram
from livekit_nb.plots.timeline import timeline
from livekit_nb.plots.usage import usage
from livekit_nb.plots.view import alt_text
from livekit_nb.recording import Recording, display

__all__ = [
    "Picture",
    "alt_text",
    "compare",
    "distribution",
    "draw",
    "floor_transfer",
    "latency",
    "prosody",
    "spectrogram",
    "timeline",
    "usage",
]


def __dir__() -> list[str]:
    return sorted(__all__)


def draw(recording: Recording) -> tuple[bytes, str]:
    """Draw the timeline as recordings show it in a notebook: a PNG and its alternative text."""
    picture = timeline(recording)
    return picture.png(), picture.alt


display.set_picture(draw)
