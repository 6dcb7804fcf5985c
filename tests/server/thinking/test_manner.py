"""Slower, faster, louder, quieter: what changes, for how long, and what is no such wish."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking import Manner, Thinker
from livekit_nb.server.thinking.manner import FASTEST, LOUDEST_DB, QUIETEST_DB, SLOWEST
from tests.server.thinking.declarations import text, tool
from tests.server.thinking.talking import assert_calls


@pytest.mark.parametrize(
    ("said", "slower", "louder"),
    [
        ("Can you speak a bit slower, please?", True, None),
        ("You're talking too fast", True, None),
        ("slower please", True, None),
        ("Could you talk faster?", False, None),
        ("Speak up, please.", None, True),
        ("louder", None, True),
        ("Your voice is too loud.", None, False),
        ("please whisper", None, False),
    ],
)
def test_a_wish_changes_how_replies_are_spoken(said, slower, louder):
    thinker = Thinker()
    assert thinker.hear("Hello").manner == Manner()
    thinker.hear(said)
    manner = thinker.hear("Tell me a joke").manner  # and stays
    if slower is not None:
        assert (manner.pace < 1) == slower
        assert manner.loudness_db == 0
    else:
        assert (manner.loudness_db > 0) == louder
        assert manner.pace == 1


def test_the_last_reply_is_said_again_more_slowly():
    thinker = Thinker()
    before = thinker.hear("What is twelve times four?")
    again = thinker.hear("Could you repeat that more slowly?")
    assert again.say == before.say
    assert again.manner.pace < before.manner.pace


def test_back_to_normal():
    thinker = Thinker()
    assert thinker.hear("speak louder").manner != Manner()
    assert thinker.hear("Okay, speak normally again").manner == Manner()


@pytest.mark.parametrize("way", ["slow", "fast", "loud", "quiet"])
def test_there_is_a_limit_and_it_is_said(way):
    manner = Manner()
    for _ in range(9):
        manner = manner.more(way)
    assert SLOWEST <= manner.pace <= FASTEST
    assert QUIETEST_DB <= manner.loudness_db <= LOUDEST_DB
    assert "as I can" in manner.more(way).answer_to(way, manner)


@pytest.mark.parametrize(
    "said", ["How fast is a cheetah?", "That car was too fast", "My neighbour is loud"]
)
def test_talk_about_speed_and_noise_is_no_wish(said):
    assert Thinker().hear(said).manner == Manner()


def test_a_tool_for_the_volume_comes_before_the_voice():
    volume = tool(
        "set_volume",
        "Change the volume of the music",
        {"direction": text("louder or quieter", enum=["up", "down"])},
        ["direction"],
    )
    thinker = Thinker(tools=[volume])
    assert_calls(thinker.hear("Make the music louder"), [("set_volume", {"direction": "up"})])
    assert thinker.hear("Could you speak louder?").manner.loudness_db > 0


def test_instructions_tell_how_to_speak():
    assert Thinker(instructions="You are Ada. Speak slowly.").hear("Hello").manner.pace < 1
    assert Thinker(instructions="Never speak fast.").hear("Hello").manner == Manner()
