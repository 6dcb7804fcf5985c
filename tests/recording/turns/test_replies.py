"""To which reply the sound belongs that was heard."""

from __future__ import annotations

import pytest

from livekit_nb.recording.turns.replies import ReplyLog


@pytest.mark.parametrize("early_s", [0.0, 1e-5, 0.002], ids=["exact", "grid", "clocks"])
def test_the_answer_after_an_interruption_is_no_part_of_what_was_interrupted(
    early_s: float,
) -> None:
    log = ReplyLog()
    log.received(24_000, 1.0)
    log.handed(24_000, 1.0)
    log.played(4_800, 1.0, 1.2)
    log.ended(1.2, interrupted=True)  # what was queued is dropped
    log.received(24_000, 3.0)
    log.handed(24_000, 3.0)
    log.played(480, 3.0 - early_s, 3.02 - early_s)
    story, answer = log.replies
    assert story.heard == [(1.0, 1.2)]
    assert answer.heard == [(pytest.approx(3.0, abs=0.003), pytest.approx(3.02, abs=0.003))]


def test_a_reply_that_was_not_interrupted_is_heard_out_though_the_next_is_there() -> None:
    log = ReplyLog()
    for at_s in (1.0, 1.1):
        log.received(4_800, at_s)
        log.handed(4_800, at_s)
        log.ended(at_s, interrupted=False)
    log.played(9_600, 1.0, 1.4)
    first, second = log.replies
    assert first.played == second.played == 4_800
