"""Benchmarks of load and of long talks: what they measure is what there is."""

from __future__ import annotations

import asyncio
import tracemalloc

import numpy as np
import pytest

from benchmarks import long_talk
from benchmarks.load import Level, summary
from benchmarks.load_caller import FRAME_S, PATIENCE_S, Answer, Caller, clips, ready
from livekit_nb.lab.fast_time import run as run_fast
from livekit_nb.lab.in_memory import pair
from livekit_nb.lab.synthetic import QuickModels, speech
from livekit_nb.server.attend import Attendant
from livekit_nb.server.door.house import House
from livekit_nb.server.talk.memory import Memories

SOUND = speech("What is 2 plus 3?")
SUM = ready("sum", SOUND, len(SOUND) / 16_000)


def dialling(house):
    """Return what calls a server in memory."""

    async def dial():
        client, server = pair()

        async def attend():
            await Attendant(server, QuickModels(), Memories(), house=house).run()
            await server.close()

        dial.tasks.append(asyncio.create_task(attend()))
        return client

    dial.tasks = []
    return dial


async def called(seconds, callers=1, house=None):
    """Let callers talk for a while; return them."""
    dial = dialling(house or House())
    made = [Caller(dial, [SUM], seed) for seed in range(callers)]
    tasks = [asyncio.create_task(one.talk()) for one in made]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, *dial.tasks, return_exceptions=True)
    return made


def test_recordings_are_sent_frame_by_frame_and_their_end_is_known():
    for clip in clips():
        assert len(clip.messages) > 25
        assert len(clip.messages) / 3 < clip.last < len(clip.messages)
        assert 0 < clip.tail_s <= FRAME_S + 1e-9


def test_a_caller_notices_how_long_answers_take_and_asks_again():
    (caller,) = run_fast(called(25.0))
    assert len(caller.answers) > 3
    waits = np.array([one.voice_to_voice_s for one in caller.answers])
    # The end of the turn is waited for, the words are recognised, the answer is thought and spoken.
    assert (waits > 0.16).all()
    assert (waits < 0.6).all()
    assert max(one.late_s for one in caller.answers) < 1e-6
    assert caller.closed is None


def test_what_the_server_counts_and_what_callers_notice_agree():
    house = House()
    callers = run_fast(called(12.0, callers=2, house=house))
    _, text = house.metrics.page()
    told = dict(line.rsplit(" ", 1) for line in text.decode().splitlines() if line[:1] != "#")
    count = float(told['livekit_nb_first_audio_seconds_count{after="question"}'])
    total = float(told['livekit_nb_first_audio_seconds_sum{after="question"}'])
    waits = [one.voice_to_voice_s for caller in callers for one in caller.answers]
    assert 0 <= count - len(waits) <= 2  # answers that callers were still listening to
    # The server counts from the arrival of the last voiced 32 ms and of the frame that ends them.
    assert 0 < np.mean(waits) - total / count < 0.1


def test_a_caller_whom_the_server_refuses_tells_how():
    class Closed(House):
        def refusal(self, *, resumed):
            return 1011, "The service is currently unavailable."

    (caller,) = run_fast(called(5.0, house=Closed()))
    assert caller.closed == (1011, "The service is currently unavailable.")
    assert not caller.begun
    assert caller.answers == []


def level(sessions, *waits_s, memory_mb=400.0):
    return Level(sessions, [Answer(0.0, one, 0.0) for one in waits_s], 1.0, 0.1, memory_mb)


def test_who_is_not_answered_counts_as_the_longest_wait():
    assert level(2, 0.3, None).p95_s == pytest.approx(0.3 + 0.95 * (PATIENCE_S - 0.3))
    assert level(2, 0.3, -0.1).waits_s == [0.3]
    assert level(2, 0.3, -0.1).early == 1
    assert level(2).p95_s == float("inf")


def test_the_summary_tells_the_most_that_were_served_well_and_what_each_takes():
    levels = [level(4, 0.3), level(8, 0.7), level(10, 0.9, memory_mb=460.0)]
    most, memory = summary(levels, 400.0)
    assert most.figure == "8"
    assert memory.figure == "6.0 MB"
    assert summary(levels[:2], 400.0)[0].figure == "8, more were not tried"
    assert summary([level(0)], 400.0)[0].figure == "0"


def test_a_long_talk_is_answered_over_its_connections_and_does_not_grow():
    sizes = []

    class Measured(QuickModels):
        def tidy(self):
            sizes.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    try:
        outcome = run_fast(long_talk.talk(Measured(), [SUM], hours=0.5, tidy_s=450.0))
    finally:
        tracemalloc.stop()
    assert outcome.answered == outcome.asked == 30
    assert outcome.connections >= 3
    assert len(sizes) == 4
    assert sizes[-1] - sizes[1] < 200_000  # a quarter of an hour's sound is 20 MB
    told, memory = long_talk.rows(outcome, 0.5, 2.0)
    assert told.figure == "30"
    assert memory.figure.count(",") == 3
