"""Polite carriers and remarks around a request change nothing about what is asked."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking.asides import core_of, plain_request
from livekit_nb.server.thinking.words import Utterance
from tests.server.thinking.strangers import declared
from tests.server.thinking.talking import assert_calls, thinker_with

HOUSE = declared(
    """
openapi lights_on: Turns on the lights in a room.
    room!: string | The room, e.g. kitchen.
openapi set_device_power: Switches a device on or off.
    device!: string | Name of the device.
    on!: boolean | True to switch on, false to switch off.
openapi send_message: Send a text message to somebody
    to!: string | who gets it
    text!: string | what to say
"""
)


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("Would you mind turning off the lamp?", "please turn off the lamp?"),
        ("I was wondering if you could dim the light", "please dim the light"),
        ("Okay, go ahead and lock the door", "Okay, please lock the door"),
        ("I'd like you to stop the music", "please stop the music"),
        ("Get rid of the rice timer", "remove the rice timer"),
        ("Time the rice for fifteen minutes", "start a timer for the rice for fifteen minutes"),
        ("Turn off the lamp", "Turn off the lamp"),
        ("I want a latte", "I want a latte"),
    ],
)
def test_carriers_become_the_bare_order(said: str, bare: str) -> None:
    assert plain_request(said) == bare


@pytest.mark.parametrize(
    ("said", "core"),
    [
        ("It's dark in the garage, put the lights on in there.", "put the lights on in there"),
        ("Something came up, I have to move my appointment", "I have to move my appointment"),
        ("Release the room, our meeting got cancelled.", "Release the room"),
        ("I weigh 180 pounds, what is that in kilograms?", "what is that in kilograms?"),
        ("Add milk, eggs and bread", "Add milk, eggs and bread"),
        ("Turn on the light. Lock the door.", "Turn on the light. Lock the door."),
        ("I had a long day, my feet hurt.", "I had a long day, my feet hurt."),
    ],
)
def test_the_one_clause_that_asks_is_found(said: str, core: str) -> None:
    assert core_of(Utterance(said)).text == core


def test_a_missing_argument_comes_from_the_remark() -> None:
    said = "It's dark in the garage, put the lights on in there."
    assert_calls(thinker_with(HOUSE).hear(said), [("lights_on", {"room": "garage"})])


def test_a_remark_names_no_other_object() -> None:
    said = "I'm done in the workshop, you can switch off the radio."
    expected = [("set_device_power", {"device": "radio", "on": False})]
    assert_calls(thinker_with(HOUSE).hear(said), expected)


def test_a_quoted_message_is_no_remark() -> None:
    said = "Tell Anna that I'm late, I missed the bus."
    expected = [("send_message", {"to": "Anna", "text": "I'm late, I missed the bus"})]
    assert_calls(thinker_with(HOUSE).hear(said), expected)
