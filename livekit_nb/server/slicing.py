"""Long audio messages, heard piece by piece so that other conversations go on meanwhile."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from livekit_nb.wire.messages import Blob, ClientMessage, RealtimeInput

__all__ = ["sliced"]

SLICE_BYTES = 6_400  #: longer audio messages are cut


def sliced(message: ClientMessage) -> Iterator[ClientMessage]:
    """Cut a long audio message into several short ones, each a fifth of a second at 16 kHz."""
    data = message.realtime_input
    if data is None or data.audio is None or len(data.audio.data) <= SLICE_BYTES:
        yield message
        return
    pcm, mime_type = data.audio.data, data.audio.mime_type
    starts = range(0, len(pcm), SLICE_BYTES)
    if data.activity_start is not None:
        yield ClientMessage(realtime_input=RealtimeInput(activity_start=data.activity_start))
    for start, following in itertools.pairwise([*starts, len(pcm)]):
        blob = Blob(data=pcm[start:following], mime_type=mime_type)
        yield ClientMessage(realtime_input=RealtimeInput(audio=blob))
    rest = RealtimeInput(
        video=data.video,
        text=data.text,
        activity_end=data.activity_end,
        audio_stream_end=data.audio_stream_end,
    )
    if rest != RealtimeInput():
        yield ClientMessage(realtime_input=rest)
