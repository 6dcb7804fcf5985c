"""Arguments whose values have a form of their own, filled before any open text is cut."""

from __future__ import annotations

from livekit_nb.server.thinking.amounts import fill_unit_measures
from livekit_nb.server.thinking.choices import fill_enums, fill_implied_state
from livekit_nb.server.thinking.classes import (
    fill_colours,
    fill_contacts,
    fill_languages,
    fill_units_and_currencies,
)
from livekit_nb.server.thinking.counting import (
    fill_count_of_things,
    fill_counted,
    fill_plain_numbers,
)
from livekit_nb.server.thinking.filling import Filling
from livekit_nb.server.thinking.moments import fill_open_moments, fill_sure_moments
from livekit_nb.server.thinking.switches import fill_booleans


def fill_typed(filling: Filling) -> None:
    """Fill every parameter whose values have a form of their own."""
    fill_contacts(filling)
    fill_sure_moments(filling)
    fill_unit_measures(filling)
    fill_enums(filling)
    fill_booleans(filling)
    fill_counted(filling)
    fill_count_of_things(filling)
    fill_open_moments(filling)
    fill_plain_numbers(filling)
    fill_implied_state(filling)
    fill_units_and_currencies(filling)
    fill_languages(filling)
    fill_colours(filling)
