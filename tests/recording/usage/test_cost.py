"""What a conversation costs, in words and figures."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from typing import Any

import pytest

from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.usage.cost import LOCAL, Cost, Tariff
from livekit_nb.recording.usage.counting import Tokens
from livekit_nb.recording.usage.prices import PRICES, prices_of
from livekit_nb.session.access import endpoint
from livekit_nb.wire.profiles import DEFAULT_MODEL, PROFILES

GOOGLE = Tariff("gemini-3.8-live", "Google")
TOKENS = Tokens({"TEXT": 100_000, "AUDIO": 50_000, "VIDEO": 20_000}, {"AUDIO": 10_000})


def recorded(*events: tuple[float, str, dict[str, Any]], answering: str = "Google") -> Any:
    now = [0.0]
    recorder = Recorder(lambda: now[0])
    recorder.event("session.connecting", endpoint=answering, model=DEFAULT_MODEL)
    recorder.event("session.ready", model=DEFAULT_MODEL)
    for at, kind, data in events:
        now[0] = at
        recorder.event(kind, **data)
    return recorder.recording


def report(prompt: int, response: int) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "response_tokens": response,
        "total_tokens": prompt + response,
        "prompt": {"AUDIO": prompt},
        "response": {"AUDIO": response},
    }


TALK = (
    (1.0, "user.text", {"text": "canary words"}),
    (2.0, "agent.first_audio", {}),
    (2.1, "caption.agent", {"text": "canary answer"}),
    (3.0, "usage", report(1000, 100)),
    (3.0, "agent.turn_complete", {"reason": None}),
    (10.0, "user.text", {"text": "more"}),
    (11.0, "tool.call", {"id": "1", "name": "look", "args": {}}),
    (11.0, "usage", report(1200, 20)),
    (11.5, "tool.response", {"id": "1", "name": "look", "response": {}}),
    (12.0, "agent.first_audio", {}),
    (13.0, "usage", report(1300, 150)),
    (13.0, "agent.turn_complete", {"reason": None}),
)


def test_tokens_at_their_prices() -> None:
    cost = Cost(TOKENS, GOOGLE)
    # 0.1 M text at 0.75, 0.05 M audio at 3, 0.02 M video at 1, 0.01 M audio out at 12
    assert cost.usd == pytest.approx(0.075 + 0.15 + 0.02 + 0.12)
    assert cost.list_usd == cost.usd
    assert not cost.at_most
    assert [(line.what, line.tokens) for line in cost.lines] == [
        ("audio in", 50_000),
        ("text in", 100_000),
        ("video in", 20_000),
        ("audio out", 10_000),
    ]
    assert repr(cost) == (
        "<Cost: $0.3650 at Google's prices of 2026-09; 170,000 tokens in, 10,000 out>"
    )
    assert "audio in" in str(cost)
    assert "$0.1500" in str(cost)
    assert "<table>" in cost._repr_html_()


def test_thoughts_and_tool_results_are_billed_as_text() -> None:
    cost = Cost(Tokens({"TOOL": 1_000_000}, {"THOUGHTS": 1_000_000}), GOOGLE)
    assert [line.usd for line in cost.lines] == [0.75, 4.5]
    assert [line.what for line in cost.lines] == ["tool results in", "thoughts out"]


def test_tokens_of_unknown_modality_count_at_the_dearest_rate_and_that_is_said() -> None:
    cost = Cost(Tokens({"UNKNOWN": 1_000_000}, {"SMELL": 1_000_000}), GOOGLE)
    assert cost.usd == pytest.approx(3.0 + 12.0)
    assert cost.at_most
    assert "at most $15.00" in repr(cost)


def test_a_model_without_a_price_has_none_and_not_0() -> None:
    cost = Cost(TOKENS, Tariff("gemini-9-live", "Google"))
    assert cost.usd is None
    assert cost.list_usd is None
    assert {line.usd for line in cost.lines} == {None}
    assert repr(cost) == "<Cost: no price known for gemini-9-live; 170,000 tokens in, 10,000 out>"
    assert "$" not in str(cost) + cost._repr_html_()


def test_before_the_first_report_nothing_is_known() -> None:
    assert Cost(tariff=GOOGLE).usd is None
    assert repr(Cost(tariff=GOOGLE)) == "<Cost: no tokens reported>"
    assert repr(Cost()) == "<Cost: no tokens reported>"


@pytest.mark.parametrize("embedded", [True, False])
def test_the_embedded_server_costs_nothing_at_whatever_address(embedded: bool) -> None:
    ready = (0.5, "session.ready", {"model": DEFAULT_MODEL, "embedded": embedded})
    recording = recorded(ready, *TALK, answering="127.0.0.1:34321")
    for cost in (recording.cost, recording.turns[0].cost):
        assert cost.list_usd > 0
        assert cost.usd == (0.0 if embedded else cost.list_usd)
        assert ("nothing (the local server answers)" in repr(cost)) is embedded


def test_the_local_server_costs_nothing_and_says_what_google_would_ask() -> None:
    cost = Cost(TOKENS, dataclasses.replace(GOOGLE, endpoint=LOCAL))
    assert cost.usd == 0.0
    assert cost.list_usd == pytest.approx(0.365)
    assert repr(cost) == (
        "<Cost: nothing (the local server answers); would cost $0.3650 at Google's prices of "
        "2026-09; 170,000 tokens in, 10,000 out>"
    )
    unknown = Cost(TOKENS, Tariff("gemini-9-live", LOCAL))
    assert unknown.usd == 0.0
    assert unknown.list_usd is None
    assert "no price known for gemini-9-live" in repr(unknown)
    assert endpoint.LOCAL == LOCAL


def test_a_small_amount_never_reads_as_nothing() -> None:
    assert "$0.000003" in repr(Cost(Tokens({"AUDIO": 1}, {}), GOOGLE))


def test_each_turn_has_its_cost_and_they_add_up() -> None:
    recording = recorded(*TALK)
    first, second = recording.turns
    assert first.cost.tokens == Tokens({"AUDIO": 1000}, {"AUDIO": 100})
    assert second.cost.tokens == Tokens({"AUDIO": 2500}, {"AUDIO": 170})  # two generations
    assert recording.cost.tokens == first.cost.tokens + second.cost.tokens
    assert recording.cost.usd == pytest.approx(first.cost.usd + second.cost.usd)
    assert second.cost.tariff == GOOGLE
    assert "cost: $0.0137 at Google's prices of 2026-09" in recording.summary()


def test_what_is_reported_while_the_user_speaks_again_belongs_to_the_answer() -> None:
    recording = recorded(
        *TALK[:3],
        (3.0, "user.text", {"text": "stop"}),
        (3.1, "agent.interrupted", {}),
        (3.1, "usage", report(900, 30)),
    )
    first, second = recording.turns
    assert first.cost.tokens.total == 930
    assert second.cost.usd is None


def test_costs_of_settled_turns_stay() -> None:
    events = [
        (10.0 * turn + at, kind, data)
        for turn in range(40)
        for at, kind, data in (
            (1.0, "user.text", {"text": "again"}),
            (2.0, "agent.first_audio", {}),
            (3.0, "usage", report(1000 + 10 * turn, 10)),
            (3.0, "agent.turn_complete", {"reason": None}),
        )
    ]
    recording = recorded(*events)
    turns = recording.turns
    assert [turn.cost.tokens.input["AUDIO"] for turn in turns] == [
        1000 + 10 * turn for turn in range(40)
    ]
    assert sum((turn.cost.tokens.total for turn in turns), 0) == recording.cost.tokens.total
    assert not recording._turn_log._bills[40:]
    assert len(recording._turn_log._bills) <= 4


def test_a_cost_shows_no_words() -> None:
    recording = recorded(*TALK)
    shown = [repr(recording.cost), str(recording.cost), recording.cost._repr_html_()]
    assert "canary" not in "".join(shown)


def test_turns_and_costs_can_be_copied_and_sent() -> None:
    turn = recorded(*TALK).turns[0]
    assert pickle.loads(pickle.dumps(turn)) == turn
    assert copy.deepcopy(turn) == turn
    assert dataclasses.asdict(turn)["cost"]["tokens"]["input"] == {"AUDIO": 1000}


def test_prices_are_dated_and_of_models_that_there_are() -> None:
    for prices in PRICES.values():
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", prices.of)
        assert min((*prices.input.values(), *prices.output.values())) > 0
    assert prices_of(f"models/{DEFAULT_MODEL}") is PRICES[DEFAULT_MODEL]
    assert prices_of("gemini-9-live") is None
    assert set(PROFILES) <= set(PRICES)
