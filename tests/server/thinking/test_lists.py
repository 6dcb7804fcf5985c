"""What is enumerated, also without commas, becomes as many values; what belongs together stays."""

from __future__ import annotations

import pytest

from tests.server.thinking.strangers import declared
from tests.server.thinking.talking import assert_calls, thinker_with

LIST = declared(
    """
openapi add_to_list: Add items to the shopping list.
    items!: list of string | Items to add
"""
)
BAR = declared(
    """
openapi order_drink: Order a drink at the bar.
    item!: string | The drink
    quantity: integer | How many
"""
)


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("Add milk, eggs and bread to the shopping list.", ["milk", "eggs", "bread"]),
        (
            "add milk eggs bread and butter to the shopping list",
            ["milk", "eggs", "bread", "butter"],
        ),
        ("put apples bananas and oat milk on my list", ["apples", "bananas", "oat milk"]),
        ("add milk chocolate and coffee beans to the list", ["milk chocolate", "coffee beans"]),
        ("put olive oil and rice noodles on my list", ["olive oil", "rice noodles"]),
    ],
)
def test_enumerations_are_split(said: str, items: list[str]) -> None:
    assert_calls(thinker_with(LIST).hear(said), [("add_to_list", {"items": items})])


@pytest.mark.parametrize(
    ("said", "orders"),
    [
        ("I'd like three gin and tonics", [("gin and tonic", 3)]),
        ("two gin and tonics please", [("gin and tonic", 2)]),
        ("Two glasses of orange juice", [("orange juice", 2)]),
        ("Can I have two glasses of orange juice?", [("orange juice", 2)]),
        ("two colas and three beers please", [("cola", 2), ("beer", 3)]),
    ],
)
def test_counted_orders(said: str, orders: list[tuple[str, int]]) -> None:
    expected = [("order_drink", {"item": item, "quantity": count}) for item, count in orders]
    assert_calls(thinker_with(BAR).hear(said), expected)
