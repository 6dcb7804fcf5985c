"""What the recogniser's thread is told of a recognition while the listener goes on."""

from __future__ import annotations

import numpy as np
import pytest

from livekit_nb.audio.pcm import INPUT_RATE_HZ, to_pcm16
from livekit_nb.server.hearing.activity import ActivityDetector, Sensitivity
from livekit_nb.server.hearing.endpointing import Patience
from livekit_nb.server.hearing.listening import Ended, Listener, Unclear


class Loud:
    """A voice activity detector that takes what is loud for speech."""

    def __call__(self, chunk):
        return float(np.abs(chunk).max() > 0.1)

    def reset(self):
        pass


def sound(seconds, level):
    return to_pcm16(np.full(round(seconds * INPUT_RATE_HZ), level, np.float32))


@pytest.mark.parametrize("step", ["utterance", "end"])
def test_what_is_set_apart_is_wanted_at_every_moment(monkeypatch, step):
    """Another thread may ask between any two steps of setting an utterance apart."""
    patience = Patience()
    listener = Listener(Loud(), Sensitivity(), patience)
    events = listener.audio(sound(1.0, 0.5) + sound(0.2, 0.0), "audio/pcm;rate=16000", 0.0)
    (request,) = [event for event in events if isinstance(event, Unclear)]
    asked = []
    whole = getattr(ActivityDetector, step)

    def watched(detector):
        asked.append(listener.wants(request.key))
        result = whole(detector)
        asked.append(listener.wants(request.key))
        return result

    monkeypatch.setattr(ActivityDetector, step, watched)
    listener.audio(sound(patience.longest_s, 0.0), "audio/pcm;rate=16000", 0.0)
    assert len(asked) >= 2
    assert all(asked)
    assert listener.wants(request.key)
    (ended,) = listener.recognised(request.key, "hello", 1.0)
    assert isinstance(ended, Ended)
    assert ended.text == "hello"
