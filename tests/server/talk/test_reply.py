"""What is queued for one turn of the model."""

from __future__ import annotations

import pytest

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.server.talk.reply import Reply

SECOND = bytes(2 * OUTPUT_RATE_HZ)


def captioned(*captions: str) -> str:
    reply = Reply(1)
    for caption in captions:
        reply.add(SECOND, caption)
    return "".join(text for _, text in reply.due(0.0) + reply.due(60.0) + reply.due(120.0))


@pytest.mark.parametrize(
    ("captions", "joined"),
    [
        (("It is 7.", "The minutes are 5."), "It is 7. The minutes are 5."),
        (("Well, ", "it is 7."), "Well, it is 7."),
        (("It is 7.", " Yes."), "It is 7. Yes."),
        (("It is 7.", "", "Yes."), "It is 7. Yes."),
        (("It is 7.",), "It is 7."),
    ],
)
def test_what_is_said_in_several_speeches_is_captioned_with_spaces(
    captions: tuple[str, ...], joined: str
) -> None:
    assert captioned(*captions) == joined
