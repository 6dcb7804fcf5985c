"""The context's tokens, and the window that slides over them."""

from __future__ import annotations

import pytest

from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.usage import TokenCount
from tests.server.setups import OLDEST
from tests.server.talks import Talk, speaking


def turns(tokens, *texts):
    found = []
    for text in texts:
        tokens.asked()
        tokens.read(text)
        found.append(tokens.turn().prompt_token_count)
    return found


def test_the_context_grows_with_every_turn():
    tokens = TokenCount()
    tokens.instruct(["x" * 40])
    assert turns(tokens, "a" * 40, "b" * 400, "c" * 4) == [20, 120, 121]
    assert tokens.context == 121


def test_what_the_model_said_is_context_of_the_next_turn_only():
    tokens = TokenCount()
    tokens.heard(2.0)
    tokens.spoke(4.0)
    first = tokens.turn()
    assert (first.prompt_token_count, first.response_token_count) == (50, 100)
    assert tokens.turn().prompt_token_count == 150


def test_thoughts_are_counted_and_do_not_stay():
    tokens = TokenCount()
    tokens.thought("x" * 80)
    tokens.spoke(1.0)
    usage = tokens.turn()
    assert usage.thoughts_token_count == 20
    assert usage.total_token_count == 45
    assert tokens.turn().thoughts_token_count is None
    assert tokens.context == 25


def test_the_window_slides_to_its_target_and_keeps_what_is_newest():
    tokens = TokenCount()
    tokens.instruct(["x" * 40])  # 10, stays
    turns(tokens, *(["a" * 400] * 5))  # 100 each
    assert tokens.context == 510
    assert tokens.slide(510, 200) is None  # not more than the trigger
    assert tokens.slide(509, 220) == 2
    assert tokens.context == 210
    assert turns(tokens, "b" * 40) == [220]


def test_the_last_turn_stays_however_long_it_is():
    tokens = TokenCount()
    turns(tokens, "a" * 400, "b" * 4000)
    assert tokens.slide(10, 5) == 1
    assert tokens.context == 1000
    assert tokens.slide(10, 5) is None


def test_a_copy_goes_on_by_itself():
    tokens = TokenCount()
    turns(tokens, "a" * 400)
    other = tokens.copy()
    turns(other, "b" * 400)
    assert (tokens.context, other.context) == (100, 200)
    tokens.read("c" * 40)
    other.slide(150, 100)
    assert (tokens.turn().prompt_token_count, tokens.context) == (110, 110)
    assert other.context == 100


@pytest.mark.parametrize(
    ("wanted", "agreed"),
    [
        (None, None),
        ({"triggerTokens": 1000}, None),
        ({"slidingWindow": {}}, (104_857, 52_428)),
        ({"slidingWindow": {}, "triggerTokens": 1000}, (1000, 500)),
        ({"slidingWindow": {"targetTokens": 300}, "triggerTokens": 1000}, (1000, 300)),
        ({"slidingWindow": {"targetTokens": 3000}, "triggerTokens": 1000}, (1000, 1000)),
    ],
)
def test_when_the_window_slides(wanted, agreed):
    talk = Talk({"contextWindowCompression": wanted} if wanted is not None else {})
    assert talk.pop(do.Begin).agreement.compression == agreed


def prompts(setup, rounds=8):
    talk = Talk(setup)
    forgotten = []
    for number in range(rounds):
        talk.realtime(text="x" * 400)
        talk.plan(f"Answer {number}.")
        talk.speak(4.0)
        talk.advance(6.0)
        forgotten += [talk.pop(do.Forget).kept for _ in talk.pending(do.Forget)]
    counts = [
        message["usageMetadata"]["promptTokenCount"]
        for message in talk.sent
        if "usageMetadata" in message
    ]
    return counts, forgotten


def test_a_conversation_whose_window_slides_stays_below_its_trigger():
    window = {"slidingWindow": {"targetTokens": 400}, "triggerTokens": 800}
    counts, forgotten = prompts({"contextWindowCompression": window})
    free, nothing = prompts({})
    assert free == [100 + 200 * number for number in range(8)]
    assert nothing == []
    # After the fifth turn there are 1000 tokens of which the last two turns, 400, may stay.
    assert counts == [100, 300, 500, 700, 900, 500, 700, 900]
    assert forgotten == [2, 2]


def test_an_interrupted_turn_counts_what_was_sent_of_it():
    talk = speaking(OLDEST, seconds=60.0, after=1.0)
    talk.audio("####")
    usage = next(message["usageMetadata"] for message in talk.sent if "usageMetadata" in message)
    assert 50 < usage["responseTokenCount"] < 130
