"""How long connections and sessions last."""

from __future__ import annotations

import asyncio
import math

import pytest

from livekit_nb.errors import SessionClosedError
from livekit_nb.lab.fast_time import run
from livekit_nb.lab.in_memory import InMemoryServer
from livekit_nb.lab.synthetic import QuickModels
from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.limits import Limits
from livekit_nb.wire import messages as m
from livekit_nb.wire.fault_plan import SESSION_HEADER
from tests.server.setups import OLDER
from tests.server.talks import Talk

NO_SETUP = (1008, "The setup message did not come in time.")
EXPIRED = (1011, "Deadline expired before operation could complete.")
COMPRESSED = {"contextWindowCompression": {"slidingWindow": {}}}
PICTURE = m.Blob(data=b"not looked at here", mime_type="image/jpeg")


def talking(limits=None, setup=None):
    """A talk whose connection was opened ten seconds before its setup."""
    talk = Talk(None, limits=limits or Limits(), opened_at=90.0)
    talk.setup(setup or {})
    return talk


def farewells(talk):
    return [message["goAway"] for message in talk.sent if "goAway" in message]


def test_the_defaults_are_the_documented_ones():
    assert Limits() == Limits(connection_s=600, session_s=900, video_session_s=120, setup_s=60)


def test_a_connection_is_warned_fifty_seconds_before_its_end():
    talk = talking()
    talk.advance(539.9)
    assert farewells(talk) == []
    talk.advance(0.2)
    assert farewells(talk) == [{"timeLeft": "50s"}]
    talk.advance(49.8)
    assert talk.closed is None
    talk.advance(0.2)
    assert talk.closed == EXPIRED
    assert len(farewells(talk)) == 1


def test_of_a_short_time_a_tenth_is_the_warning():
    talk = talking(Limits(connection_s=40.0))
    talk.advance(25.9)
    assert farewells(talk) == []
    talk.advance(0.2)
    assert farewells(talk) == [{"timeLeft": "4s"}]
    talk.advance(4.0)
    assert talk.closed == EXPIRED


def test_a_connection_over_which_no_setup_comes_is_closed_after_a_minute():
    talk = Talk(None, limits=Limits(), opened_at=90.0)
    talk.advance(49.9)
    assert talk.closed is None
    talk.advance(0.2)
    assert talk.closed == NO_SETUP
    assert talk.sent == []


@pytest.mark.parametrize("setup", [{}, OLDER | {"proactivity": {"proactiveAudio": True}}])
def test_once_the_setup_came_only_the_connections_end_counts(setup):
    talk = talking(Limits(connection_s=100.0), setup)  # the second one is never answered
    assert bool(talk.sent) is (not setup)
    talk.advance(89.9)
    assert talk.closed is None
    talk.advance(0.2)
    assert talk.closed == EXPIRED


def test_a_connection_that_ends_sooner_ends_as_any_other():
    talk = Talk(None, limits=Limits(connection_s=30.0), opened_at=90.0)
    talk.advance(20.1)
    assert talk.closed == EXPIRED


def test_a_client_that_never_says_anything_is_closed_and_told_why():
    async def main():
        server = InMemoryServer(QuickModels(), Limits())
        client = await server.open(server.endpoint, {SESSION_HEADER: "silent"})
        with pytest.raises(SessionClosedError) as caught:
            await client.receive()
        waited_s = asyncio.get_running_loop().time()
        await server.close()
        return waited_s, caught.value

    waited_s, end = run(main())
    assert waited_s == pytest.approx(60.0)
    assert (end.code, end.reason) == NO_SETUP
    assert "said nothing" in str(end)


def test_talking_does_not_prolong_it():
    talk = talking(Limits(connection_s=20.0))
    for _ in range(400):
        if talk.closed:
            break
        talk.audio("..###.....")
    assert talk.closed == EXPIRED
    assert 110.0 <= talk.now < 111.0


def test_after_the_end_nothing_is_taken_any_more():
    talk = talking(Limits(connection_s=20.0))
    talk.advance(20.0)
    sent = len(talk.sent)
    talk.realtime(text="Hello?")
    assert len(talk.sent) == sent
    assert talk.conversation.wake_at is None


@pytest.mark.parametrize(
    ("setup", "limits", "ends_s"),
    [
        ({}, Limits(connection_s=math.inf), 900.0),
        (COMPRESSED, Limits(connection_s=math.inf), math.inf),
        ({"contextWindowCompression": {}}, Limits(connection_s=math.inf), 900.0),
        ({}, Limits(math.inf, 30.0, 10.0), 30.0),
    ],
)
def test_a_session_without_compression_ends(setup, limits, ends_s):
    talk = talking(limits, setup)
    talk.advance(min(ends_s, 1e6) - 0.1)
    assert talk.closed is None
    talk.advance(0.2)
    assert (talk.closed is None) == math.isinf(ends_s)
    assert [left["timeLeft"] for left in farewells(talk)] == {
        900.0: ["50s"],
        30.0: ["3s"],
        math.inf: [],
    }[ends_s]


def test_with_pictures_a_session_ends_earlier_and_cannot_be_resumed():
    talk = talking(Limits(connection_s=math.inf), {"sessionResumption": {}})
    talk.advance(300.0)
    talk.realtime(video=PICTURE)
    talk.advance(107.9)
    assert farewells(talk) == []
    talk.advance(0.2)
    assert farewells(talk) == [{"timeLeft": "12s"}]
    talk.advance(12.0)
    assert talk.closed == EXPIRED
    session = talk.pop(do.Begin).session
    assert talk.pop(do.Expire).session is session


def test_the_end_of_a_connection_is_not_the_end_of_its_session():
    talk = talking(setup={"sessionResumption": {}})
    talk.advance(600.0)
    assert talk.closed == EXPIRED
    assert talk.pending(do.Expire) == []


def test_a_session_that_goes_on_with_pictures_is_warned_of_its_new_end():
    talk = talking(Limits(connection_s=40.0, video_session_s=10.0))
    talk.advance(27.0)
    talk.realtime(video=PICTURE)
    talk.advance(8.9)
    assert [item["timeLeft"] for item in farewells(talk)] == ["4s"]
    talk.advance(4.0)
    assert talk.closed == EXPIRED
