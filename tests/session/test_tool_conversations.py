"""Conversations with the embedded server in which tools wait, interrupt, stay silent and stream."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import livekit_nb as live
from livekit_nb.recording.events import Event
from tests.live_server import LiveServer
from tests.patience import PATIENCE_S
from tests.session.mcp_server import small_server


class Talk:
    """A conversation whose events can be waited for."""

    def __init__(self, session: live.Session) -> None:
        self.session = session
        self._changed = threading.Condition()
        session._recorder.subscribe(self._tell)

    def _tell(self, _: Event) -> None:
        with self._changed:
            self._changed.notify_all()

    def events(self, *kinds: str) -> list[Event]:
        return [event for event in self.session.recording.events if event.kind in kinds]

    async def until(self, kind: str, count: int = 1) -> Event:
        """Wait for so many events of a kind, and return the last of them."""

        def wait() -> Event:
            with self._changed:
                assert self._changed.wait_for(lambda: len(self.events(kind)) >= count, PATIENCE_S)
            return self.events(kind)[count - 1]

        return await asyncio.to_thread(wait)

    async def find_while_reading(self, flights: Flights) -> None:
        """Ask for a flight, have the letter read, and let the flight be found meanwhile."""
        await self.session.send_text("Find a flight to Rome.")
        await self.until("tool.call")
        await self.session.send_text(LETTER)
        await self.session.until("speaking")
        flights.found.set()

    async def answer(self) -> str:
        turn = await self.session.next_turn()
        assert turn.agent is not None
        return turn.agent.text


@asynccontextmanager
async def talk(server: LiveServer, *tools: Any) -> AsyncIterator[Talk]:
    async with live.connect(endpoint=server.url, tools=tools) as session:
        yield Talk(session)


class Flights:
    """A slow tool that a test lets go on."""

    def __init__(self) -> None:
        self.found = threading.Event()

    def find_flight(self, city: str, cancellation: live.Cancellation) -> dict[str, str]:
        """Find a flight to a city."""
        assert self.found.wait(PATIENCE_S)
        return {"airline": "Lufthansa", "city": city}


def read_letter() -> str:
    """Read the letter aloud."""
    return "Dear friend, the garden is green, the cat is well, and the tea is ready at five"


LETTER = "Read the letter aloud."


async def test_what_is_said_meanwhile_withdraws_a_blocking_call(live_server: LiveServer) -> None:
    flights = Flights()
    tool = live.tool(blocking=True)(flights.find_flight)
    async with talk(live_server, tool, read_letter) as t:
        await t.session.send_text("Find a flight to Rome.")
        await t.until("tool.call")
        await t.session.send_text(LETTER)
        await t.until("tool.cancelled")
        flights.found.set()
        late = await t.until("tool.late")
        said = await t.answer()
        calls = t.session.recording.tools
    assert late.data["response"] == {"airline": "Lufthansa", "city": "Rome"}
    withdrawn, *others = calls
    assert withdrawn.cancelled
    assert [(call.name, call.cancelled) for call in others] == [("read_letter", False)]
    assert late.data["id"] == withdrawn.id
    assert withdrawn.id not in {event.data["id"] for event in t.events("tool.response")}
    assert "garden" in said


async def test_a_blocking_tools_result_is_the_answer(live_server: LiveServer) -> None:
    flights = Flights()
    tool = live.tool(blocking=True)(flights.find_flight)
    async with talk(live_server, tool) as t:
        await t.session.send_text("Find a flight to Rome.")
        await t.until("tool.call")
        assert t.events("agent.first_audio") == []
        flights.found.set()
        turn = await t.session.next_turn()
    assert turn.agent is not None
    assert "Lufthansa" in turn.agent.text
    assert [call.name for call in turn.tools] == ["find_flight"]
    spoken, answered = t.events("agent.first_audio")[0], t.events("tool.response")[0]
    assert answered.t < spoken.t


async def test_a_result_that_waits_until_idle_lets_the_agent_finish(
    live_server: LiveServer,
) -> None:
    flights = Flights()
    tool = live.tool(blocking=False, scheduling="when_idle")(flights.find_flight)
    async with talk(live_server, tool, read_letter) as t:
        await t.find_while_reading(flights)
        await t.until("tool.response", 2)
        said = [await t.answer(), await t.answer()]
        flight, letter = t.session.recording.tools
    assert "ready at five" in said[0]  # to its end
    assert "Lufthansa" in said[1]
    assert t.events("agent.interrupted", "tool.cancelled") == []
    assert flight.response == {"airline": "Lufthansa", "city": "Rome"}
    assert flight.start < letter.start < (letter.end or 0) < (flight.end or 0)


async def test_a_result_that_interrupts_cuts_the_agent_short(live_server: LiveServer) -> None:
    flights = Flights()
    tool = live.tool(blocking=False, scheduling="interrupt")(flights.find_flight)
    async with talk(live_server, tool, read_letter) as t:
        await t.find_while_reading(flights)
        cut = await t.until("agent.interrupted")
        said = [await t.answer(), await t.answer()]
    answered = t.events("tool.response")[-1]
    assert answered.data["name"] == "find_flight"
    assert answered.t <= cut.t
    assert "ready at five" not in said[0]
    assert "Lufthansa" in said[1]


async def test_a_silent_result_is_known_and_not_spoken(live_server: LiveServer) -> None:
    @live.tool(scheduling="silent")
    def remember_note(note: str) -> dict[str, str]:
        """Remember a note."""
        return {"noted": note}

    async with talk(live_server, remember_note) as t:
        await t.session.send_text("Remember a note: buy milk.")
        await t.until("tool.response")
        turn = await t.session.next_turn()  # comes back, though nothing was said
        assert turn.agent is None
        assert [call.name for call in turn.tools] == ["remember_note"]
        assert t.events("agent.first_audio", "caption.agent") == []
        await t.session.send_text("Hello!")
        assert await t.answer()


async def test_a_generator_is_told_of_step_by_step(live_server: LiveServer) -> None:
    nearer = threading.Semaphore(1)

    def track_taxi(city: str) -> Iterator[dict[str, int]]:
        """Track the taxi in a city."""
        for minutes in (7, 3):
            assert nearer.acquire(timeout=PATIENCE_S)
            yield {"minutes_away": minutes}

    async with talk(live_server, track_taxi) as t:
        await t.session.send_text("Track the taxi in London.")
        await t.until("tool.progress")
        said = await t.answer()
        assert "7" in said
        assert "3" not in said
        nearer.release()
        said = await t.answer()
        assert "3" in said
        await t.until("tool.response")
        (call,) = t.session.recording.tools
    progress = t.events("tool.progress")
    assert [event.data["response"] for event in progress] == [
        {"minutes_away": 7},
        {"minutes_away": 3},
    ]
    assert call.end is not None
    assert call.end > progress[-1].t


async def test_an_mcp_servers_tool_is_chosen_and_its_result_spoken(
    live_server: LiveServer,
) -> None:
    async with (
        await live.mcp_tools(small_server(), only=["weather"]) as tools,
        talk(live_server, read_letter, tools) as t,
    ):
        await t.session.send_text("What's the weather in Paris?")
        turn = await t.session.next_turn()
    (call,) = turn.tools
    assert (call.name, call.error) == ("weather", None)
    assert call.response["city"] == "Paris"
    assert turn.agent is not None
    assert "clear" in turn.agent.text


async def test_calls_made_together_are_answered_together(live_server: LiveServer) -> None:
    both = threading.Barrier(2, timeout=PATIENCE_S)

    def get_weather(city: str) -> dict[str, Any]:
        """Get the current weather in a city."""
        both.wait()  # only if the other runs, too
        return {"city": city, "sky": "clear" if city == "Paris" else "cloudy"}

    async with talk(live_server, get_weather) as t:
        await t.session.send_text("What's the weather in Paris and in Rome?")
        turn = await t.session.next_turn()
    assert sorted(call.args["city"] for call in turn.tools) == ["Paris", "Rome"]
    assert turn.agent is not None
    assert {"clear", "cloudy"} <= set(
        turn.agent.text.lower().replace(",", "").replace(".", "").split()
    )
