"""How a tool learns that nobody waits for it."""

from __future__ import annotations

import threading

import pytest

import livekit_nb as live
from livekit_nb.errors import LiveError, ToolCancelledError
from tests.patience import PATIENCE_S


def test_it_is_wanted_until_it_is_withdrawn() -> None:
    cancellation = live.Cancellation()
    cancellation.check()
    assert (cancellation.cancelled, cancellation.reason) == (False, "")
    assert repr(cancellation) == "<Cancellation: wanted>"
    assert not cancellation.wait(0)
    cancellation.cancel("it took too long")
    cancellation.cancel("another reason")
    assert (cancellation.cancelled, cancellation.reason) == (True, "it took too long")
    assert cancellation.wait()
    with pytest.raises(ToolCancelledError, match="it took too long"):
        cancellation.check()
    assert issubclass(ToolCancelledError, LiveError)


def test_who_waits_is_woken_from_another_thread() -> None:
    cancellation = live.Cancellation()
    woken: list[bool] = []
    sleeper = threading.Thread(target=lambda: woken.append(cancellation.wait(PATIENCE_S)))
    sleeper.start()
    cancellation.cancel()
    sleeper.join(PATIENCE_S)
    assert woken == [True]
