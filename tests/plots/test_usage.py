"""Tokens and cost, turn by turn."""

import numpy as np
import pytest

from livekit_nb import plots
from livekit_nb.recording import Recording
from tests.plots.drawing import conversation, overlaps, words
from tests.recording.talks import a_talk


def bars_of(axes):
    return {bars.get_label(): [bar.get_height() for bar in bars] for bars in axes.containers}


def test_tokens_are_stacked_by_modality_and_the_context_is_a_line():
    recording = conversation()
    figure = plots.usage(recording)
    read, made, spent = figure.axes
    tokens = [turn.cost.tokens for turn in recording.turns]
    assert bars_of(read) == {
        name.lower(): [count.input.get(name, 0) for count in tokens] for name in ("TEXT", "AUDIO")
    }
    assert bars_of(made) == {"audio": [count.output.get("AUDIO", 0) for count in tokens]}
    text, audio = read.containers
    assert [bar.get_y() for bar in audio] == [bar.get_height() for bar in text]
    (context,) = read.lines
    assert list(context.get_ydata()) == [150 + 90 * number for number in range(6)]
    assert figure.table == recording.usage
    assert not overlaps(figure)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "tokens read",
        "tokens made",
        "list price in USD",
    ]
    costs = np.cumsum([turn.cost.list_usd or 0.0 for turn in recording.turns])
    assert spent.patches[-1].get_data().values == pytest.approx(costs)
    assert costs[-1] == pytest.approx(recording.cost.list_usd)


def test_hundreds_of_turns_are_one_shape_for_each_modality():
    talk = a_talk().event(0.0, "session.connecting", endpoint="x", model="gemini-3.8-live")
    for number in range(100):
        start = 1.0 + 2.0 * number
        talk.typed("Go on", start).agent(start + 0.3, start + 0.6, "Yes")
        read = {"TEXT": 10 + number, "AUDIO": 5 * number}
        talk.event(start + 1.0, "usage", prompt_tokens=sum(read.values()), prompt=read)
    recording = talk.without_microphone().recording()
    figure = plots.usage(recording)
    text, audio = figure.axes[0].patches
    tokens = [turn.cost.tokens.input for turn in recording.turns]
    assert text.get_data().values == pytest.approx([count["TEXT"] for count in tokens])
    assert audio.get_data().baseline == pytest.approx(text.get_data().values)
    assert audio.get_data().values == pytest.approx([sum(count.values()) for count in tokens])
    assert not overlaps(figure)


def test_it_says_who_pays_and_of_when_prices_are():
    figure = plots.usage(conversation())
    title = figure.axes[0].get_title(loc="left")
    assert title.startswith("nothing (the local server answers); would cost $")
    assert "Google's prices of 2026-09" in title
    assert "2026-09" in figure.alt
    assert "The context grew from 150 to 600 tokens." in figure.alt


def test_a_price_that_is_not_known_is_not_nothing():
    talk = a_talk().event(0.0, "session.connecting", endpoint="x", model="$new_{\U0001f642}" * 9)
    talk.user("Hi", 1.0, 2.0).agent(2.5, 3.0)
    talk.event(3.1, "usage", prompt_tokens=100, response_tokens=20, thoughts_tokens=7)
    figure = plots.usage(talk.recording())
    assert "no price is known for this model" in words(figure)
    assert len(figure.axes[2].patches) == 0
    assert "unknown kind" in bars_of(figure.axes[0])
    assert not overlaps(figure)


def test_tokens_before_any_turn_are_drawn_before_the_first():
    talk = a_talk().event(0.0, "session.connecting", endpoint="x", model="gemini-3.8-live")
    talk.event(0.2, "usage", prompt_tokens=10, response_tokens=0).user("Hi", 1.0, 2.0)
    recording = talk.agent(2.5, 3.0).recording()
    figure = plots.usage(recording)
    drawn = sum(sum(heights) for heights in bars_of(figure.axes[0]).values())
    assert drawn == sum(recording.cost.tokens.input.values()) == 10
    assert not overlaps(figure)


def test_a_context_that_grew_says_so_and_one_that_did_not_neither():
    assert "The context grew from 150 to" in plots.usage(conversation()).alt
    assert plots.usage(conversation(turns=1)).alt.endswith("The context held 150 tokens.")


def test_nothing_reported_is_said():
    figure = plots.usage(Recording())
    assert "no tokens were reported" in words(figure)
    assert figure.alt == "Tokens and cost: no tokens were reported."
    assert not overlaps(figure)
