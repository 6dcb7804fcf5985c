"""Calls that want the person's agreement: which, how it is asked for, and what is made of it."""

from __future__ import annotations

import pytest

from livekit_nb.server.thinking import Thinker
from livekit_nb.server.thinking.confirming import agreed_to, is_refusal, needs_agreement
from tests.server.thinking.declarations import by_name, flag, number, text, tool
from tests.server.thinking.talking import assert_calls, thinker_with

BANK = by_name(
    tool(
        "pay_bill",
        "Pays a bill. Ask the customer for confirmation before you call this.",
        {"company": text("Name of the company"), "amount_eur": number("Amount in euros")},
        ["company", "amount_eur"],
    ),
    tool("get_balance", "Tells the balance of the account"),
    tool(
        "close_account",
        "Closes the account",
        {"confirmed": flag("True only if the customer has agreed")},
        ["confirmed"],
    ),
)
PAID = [("pay_bill", {"company": "Volta", "amount_eur": 80})]


@pytest.mark.parametrize(
    "description",
    [
        "Deletes a file. Always confirm with the user first.",
        "Opens the gate. Requires the user's explicit approval.",
        "Sells shares. Never call this without the user's permission.",
        "Erases the disk. Must be confirmed by the user.",
        "Sends the money. Before you call it, ask the user whether they are sure.",
        "Books a flight. Only use after the caller has agreed to the price.",
    ],
)
def test_declarations_that_want_to_be_confirmed(description):
    assert needs_agreement(tool("do_it", description), "")


@pytest.mark.parametrize(
    "description",
    [
        "Confirms a reservation",
        "Deletes a file at once, without confirmation",
        "Turns on the light. No confirmation needed.",
        "Asks the weather service for a forecast",
        "Use only if the user clearly wants to order.",
    ],
)
def test_declarations_that_do_not(description):
    assert not needs_agreement(tool("do_it", description), "")


def test_instructions_may_want_it_of_some_tools_or_of_all():
    order, read = tool("order_pizza", "Orders a pizza"), tool("read_menu", "Reads out the menu")
    told = "You sell pizza. Always ask for confirmation before you order a pizza."
    assert needs_agreement(order, told)
    assert not needs_agreement(read, told)
    assert needs_agreement(read, "Confirm every action with the user first.")


@pytest.mark.parametrize(
    "yes", ["Yes, please.", "Go ahead.", "yes pay it", "That's right.", "Sure"]
)
def test_a_call_is_made_once_it_is_agreed_to(yes):
    thinker = thinker_with(BANK)
    asked = thinker.hear("Pay 80 euros to Volta.")
    assert not asked.calls
    assert "Volta" in asked.say
    assert "80" in asked.say
    assert asked.say.endswith("?")
    assert thinker.lacks == ("pay_bill", "the user's confirmation")
    assert_calls(thinker.hear(yes), PAID)
    assert not thinker.confirms


@pytest.mark.parametrize(
    "no", ["No.", "No, wait, don't.", "Hold on, stop.", "Better not.", "keep it"]
)
def test_nothing_is_called_when_it_is_refused(no):
    thinker = thinker_with(BANK)
    thinker.hear("Pay 80 euros to Volta.")
    plan = thinker.hear(no)
    assert not plan.calls
    assert not thinker.confirms
    assert not thinker.hear("Yes.").calls


def test_a_correction_is_asked_about_again():
    thinker = thinker_with(BANK)
    thinker.hear("Pay 70 euros to Volta.")
    again = thinker.hear("No, 80 euros.")
    assert not again.calls
    assert "80" in again.say
    assert_calls(thinker.hear("Yes, do it."), PAID)


def test_what_is_missing_is_asked_for_first():
    thinker = thinker_with(BANK)
    assert not thinker.hear("Pay a bill from Volta.").calls
    assert not thinker.hear("Eighty euros.").calls
    assert_calls(thinker.hear("Correct."), PAID)


def test_another_request_leaves_it():
    thinker = thinker_with(BANK)
    thinker.hear("Pay 80 euros to Volta.")
    assert_calls(thinker.hear("What's my balance?"), [("get_balance", {})])
    assert not thinker.hear("Yes.").calls


def test_the_agreement_is_told_to_a_tool_that_takes_it():
    thinker = thinker_with(BANK)
    assert not thinker.hear("Close my account.").calls
    assert_calls(thinker.hear("Yes, I am sure."), [("close_account", {"confirmed": True})])


def test_what_needs_none_is_called_at_once_beside_what_does():
    thinker = thinker_with(BANK)
    assert_calls(
        thinker.hear("Tell me the balance and pay 80 euros to Volta."), [("get_balance", {})]
    )
    assert thinker.confirms


@pytest.mark.parametrize(
    ("said", "agreed"),
    [("yes but make it fifty", False), ("yes", True), ("what time is it", None), ("no", False)],
)
def test_only_a_plain_yes_agrees(said, agreed):
    assert bool(agreed_to(said)) == bool(agreed)
    assert is_refusal(said) == (agreed is False and said == "no")


def test_a_twin_goes_on_by_itself():
    thinker: Thinker = thinker_with(BANK)
    thinker.hear("Pay 80 euros to Volta.")
    twin = thinker.twin()
    assert not twin.hear("No.").calls
    assert_calls(thinker.hear("Yes."), PAID)
