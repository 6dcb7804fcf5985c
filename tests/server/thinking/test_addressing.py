"""What is said to somebody else is told from what is said to the agent."""

from __future__ import annotations

import pytest

from livekit_nb.server.talk.mind import Mind
from livekit_nb.server.thinking import Thinker, Tool
from livekit_nb.server.thinking.addressing import waits_for_its_name

WEATHER = {
    "name": "get_weather",
    "description": "Current weather for a city.",
    "parameters": {
        "type": "OBJECT",
        "properties": {"city": {"type": "STRING", "description": "Name of the city"}},
        "required": ["city"],
    },
}
DOOR = {
    "name": "open_door",
    "description": "Opens the front door.",
    "parameters": {"type": "OBJECT", "properties": {}},
}
LONG_AGO, JUST_NOW = 60.0, 3.0


def thinker(*tools, instructions: str = "Your name is Kim.") -> Thinker:
    declared = [Tool.from_declaration(item) for item in tools or (WEATHER,)]
    return Thinker(instructions=instructions, tools=declared)


FOR_IT = [
    "What's the weather in Paris?",
    "what is the weather in paris",
    "Kim, did you feed the cat?",
    "Hey Kim.",
    "Did you feed the cat, Kim?",
    "Computer, tell me a joke.",
    "Thank you.",
    "Hello.",
    "Tell me a story.",
    "Is it raining in Anna, Texas?",
    "Call Anna.",
    "I'd like to know the weather in Rome.",
    "Do you like music?",
    "What did you say?",
    "",
]
FOR_OTHERS = [
    "Honey, what's the weather in Paris?",
    "Anna, what's the weather in Paris?",
    "anna can you close the door",
    "Will, could you close the door?",
    "Did you feed the cat?",
    "Come here for a second.",
    "Please pass me the salt.",
    "Alexa, what's the weather in Paris?",
    "Hey Google, play some music.",
    "Sorry, Mom.",
    "Call now and get two for the price of one.",
]
REMARKS = [
    "The minister said on Tuesday that taxes would not go up this year.",
    "Really?",
    "She never called back.",
    "Should we go out tonight?",
]


@pytest.mark.parametrize("quiet_s", [None, JUST_NOW, LONG_AGO])
@pytest.mark.parametrize("said", FOR_IT)
def test_what_asks_the_agent_is_for_it_at_any_time(said, quiet_s):
    assert thinker().is_meant(said, quiet_s)


@pytest.mark.parametrize("quiet_s", [None, JUST_NOW, LONG_AGO])
@pytest.mark.parametrize("said", FOR_OTHERS)
def test_what_surely_asks_somebody_else_is_not(said, quiet_s):
    assert not thinker().is_meant(said, quiet_s)


@pytest.mark.parametrize("said", REMARKS)
def test_a_remark_is_for_the_agent_while_they_talk_to_each_other(said):
    assert thinker().is_meant(said, None)
    assert thinker().is_meant(said, JUST_NOW)
    assert not thinker().is_meant(said, LONG_AGO)


def test_who_tells_of_oneself_tells_the_agent_unless_just_talking_to_somebody_else():
    talk = thinker()
    assert talk.is_meant("I have lost my keys again.", LONG_AGO)
    assert not talk.is_meant("Honey, are you home?", LONG_AGO)
    assert not talk.is_meant("I have lost my keys again.", LONG_AGO)
    assert not talk.is_meant("I had them this morning.", JUST_NOW)
    assert talk.is_meant("What's the weather in Rome?", LONG_AGO)
    assert talk.is_meant("I have lost my keys again.", LONG_AGO)


def test_an_answer_may_take_its_time():
    talk = thinker()
    talk.hear("What's the weather?")  # asks for the city
    assert talk.is_meant("In Rome, I think.", 40.0)
    assert not talk.is_meant("Yes, yes.", 90.0)


def test_what_a_tool_can_do_is_no_order_for_a_body():
    assert not thinker().is_meant("Answer the door, please.", LONG_AGO)
    assert thinker(DOOR).is_meant("Open the front door, please.", LONG_AGO)
    assert not thinker(DOOR).is_meant("Anna, open the front door, please.", LONG_AGO)


@pytest.mark.parametrize("said", ["Anna.", "Anna, please.", "Mom.", "In Rome, I think."])
def test_an_answer_to_its_question_is_for_the_agent(said):
    talk = thinker()
    assert talk.hear("What's the weather?").say.endswith("?")
    assert talk.is_meant(said, JUST_NOW)


def test_what_goes_on_with_the_last_request_is_for_the_agent():
    talk = thinker()
    assert not talk.is_meant("And tomorrow.", LONG_AGO)
    talk.hear("What's the weather in Paris?")
    assert talk.is_meant("And in Berlin.", LONG_AGO)
    assert not talk.is_meant("Honey, are you home?", JUST_NOW)
    assert talk.is_meant("And in Berlin.", JUST_NOW)
    assert not talk.is_meant("And she never called back.", LONG_AGO)


def test_asking_changes_nothing():
    talk = thinker()
    assert talk.is_meant("My name is Ada.", JUST_NOW)
    assert "Ada" not in talk.hear("What is my name?").say


@pytest.mark.parametrize(
    "instructions",
    [
        "Your name is Kim. Only answer when somebody says your name.",
        "You are Kim. Please only ever respond if you are addressed by name.",
        "Your name is Kim. Do not speak unless you are called by your name.",
    ],
)
def test_who_is_to_wait_for_its_name_does(instructions):
    talk = thinker(instructions=instructions)
    assert waits_for_its_name(instructions)
    assert not talk.is_meant("What's the weather in Paris?", None)
    assert not talk.is_meant("What's the weather in Paris?", LONG_AGO)
    assert talk.is_meant("Kim, what's the weather in Paris?", LONG_AGO)
    assert talk.is_meant("And in Berlin?", JUST_NOW)


@pytest.mark.parametrize(
    "instructions", ["", "Only answer questions about cooking.", "Say your name when you answer."]
)
def test_other_instructions_do_not_make_it_wait(instructions):
    assert not waits_for_its_name(instructions)


def test_a_mind_asks_its_thinker():
    mind = Mind()
    mind.instruct("Your name is Kim.", [WEATHER])
    assert mind.is_meant("What's the weather in Paris?", LONG_AGO)
    assert not mind.is_meant("Honey, are you home?", LONG_AGO)
