"""Counting tokens once, however the service reports them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.recording.events import Event
from livekit_nb.recording.usage.counting import NOTHING, Tally, Tokens, tokens_of

END = "agent.turn_complete"


def report(prompt: int, response: int) -> Tokens:
    read = {"AUDIO": prompt} if prompt else {}
    return Tokens(read, {"AUDIO": response} if response else {})


def billed(*happened: Tokens | str) -> tuple[int, int]:
    """Prompt and answer tokens counted after all that."""
    tally = Tally()
    for one in happened:
        if isinstance(one, str):
            tally.see(Event(0.0, one))
        else:
            tally.add(one)
    return sum(tally.total.input.values()), sum(tally.total.output.values())


def test_every_turn_bills_the_whole_context_again() -> None:
    # The figures of the probe which the module names.
    turns = [report(143, 19), END, report(181, 24), END, report(224, 24), END]
    assert billed(*turns) == (143 + 181 + 224, 19 + 24 + 24)


def test_running_counts_within_a_turn_are_one_generation() -> None:
    assert billed(report(100, 10), report(100, 25), report(100, 60), END) == (100, 60)


def test_a_final_count_after_the_turns_end_is_not_counted_again() -> None:
    assert billed(report(100, 60), END, report(100, 60)) == (100, 60)
    assert billed(report(100, 50), END, report(100, 60), report(160, 5), END) == (260, 65)


def test_deltas_are_added_and_their_prompt_counted_once() -> None:
    assert billed(report(100, 10), report(0, 10), report(0, 30), report(0, 5), END) == (100, 55)
    assert billed(report(100, 30), report(100, 20), report(100, 10), END) == (100, 60)


def test_a_count_that_grows_while_sound_comes_in_is_one_generation() -> None:
    assert billed(report(100, 0), report(130, 0), report(150, 40), END) == (150, 40)


def test_what_is_said_after_a_tool_is_a_generation_of_its_own() -> None:
    assert billed(report(100, 10), "tool.call", report(140, 30), END) == (240, 40)
    told = ("tool.call", report(100, 10), "tool.response", report(140, 30), END)
    assert billed(*told) == (240, 40)


def test_an_interrupted_answer_is_billed() -> None:
    assert billed(report(100, 10), "agent.interrupted", report(150, 30), END) == (250, 40)


@pytest.mark.parametrize("kind", ["session.ready", "session.reconnecting", "session.resumed"])
def test_on_another_connection_counting_begins_anew(kind: str) -> None:
    assert billed(report(100, 10), kind, report(100, 10), END) == (200, 20)
    assert billed(report(100, 10), END, report(120, 10)) == (220, 20)


def test_modalities_are_kept_apart() -> None:
    tally = Tally()
    tally.add(Tokens({"TEXT": 50, "AUDIO": 100}, {"AUDIO": 10}))
    new = tally.add(Tokens({"TEXT": 50, "AUDIO": 100}, {"AUDIO": 30, "THOUGHTS": 4}))
    assert new == Tokens({}, {"AUDIO": 20, "THOUGHTS": 4})
    assert tally.total == Tokens({"TEXT": 50, "AUDIO": 100}, {"AUDIO": 30, "THOUGHTS": 4})


def usage(**data: Any) -> Tokens:
    return tokens_of(data)


def test_what_a_report_holds() -> None:
    tokens = usage(
        prompt_tokens=160,
        response_tokens=30,
        total_tokens=207,
        thoughts_tokens=12,
        tool_tokens=5,
        prompt={"TEXT": 60, "AUDIO": 100},
        response={"AUDIO": 30},
    )
    assert tokens == Tokens({"TEXT": 60, "AUDIO": 100, "TOOL": 5}, {"AUDIO": 30, "THOUGHTS": 12})
    assert tokens.total == 207


def test_thoughts_that_are_a_part_of_the_answer_are_not_counted_twice() -> None:
    inside = {"prompt_tokens": 10, "response_tokens": 30, "total_tokens": 40, "thoughts_tokens": 12}
    assert usage(**inside, response={"TEXT": 30}) == Tokens(
        {"UNKNOWN": 10}, {"TEXT": 18, "THOUGHTS": 12}
    )
    assert usage(**inside, response={"AUDIO": 30}).total == 40


def test_tokens_of_no_told_modality_are_unknown() -> None:
    assert usage(prompt_tokens=10, prompt={"AUDIO": 7}) == Tokens({"AUDIO": 7, "UNKNOWN": 3}, {})
    assert usage(prompt={"MODALITY_UNSPECIFIED": 7, "": 1, "audio": 2}) == Tokens(
        {"UNKNOWN": 8, "AUDIO": 2}, {}
    )


@pytest.mark.parametrize("value", [None, -5, True, "12", 1.5, float("nan"), []])
def test_a_count_that_is_none_counts_as_not_told(value: object) -> None:
    names = ["prompt_tokens", "response_tokens", "total_tokens", "thoughts_tokens", "tool_tokens"]
    assert usage(**dict.fromkeys(names, value)) == NOTHING
    assert usage(prompt={"AUDIO": value}, response=value) == NOTHING
    assert not NOTHING


_counts = st.integers(0, 10_000)
_reports = st.builds(report, _counts, _counts)
_kinds = st.sampled_from([END, "tool.call", "agent.interrupted", "session.resumed", "mic.muted"])


@given(st.lists(st.one_of(_reports, _kinds)))
def test_no_token_is_counted_that_was_not_reported_nor_taken_back(
    happened: list[Tokens | str],
) -> None:
    tally = Tally()
    reported = last = 0
    for one in happened:
        if isinstance(one, str):
            tally.see(Event(0.0, one))
            continue
        new = tally.add(one)
        reported += one.total
        assert 0 <= new.total <= one.total
        assert last <= tally.total.total <= reported
        last = tally.total.total
