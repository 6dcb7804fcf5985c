"""What docstrings say of parameters, in three manners."""

from __future__ import annotations

import inspect

import pytest

from livekit_nb.session.tools.docstrings import read_docstring


def read(text: str) -> tuple[str, dict[str, str]]:
    docstring = read_docstring(inspect.cleandoc(text))
    return docstring.purpose, docstring.notes


def test_numpy() -> None:
    assert read("""Order a drink.

        It takes a while: five minutes.

        Parameters
        ----------
        drink : {"tea", "coffee"}
            What to drink,
            hot: only.

            Never cold.
        size, colour : str, optional
            Of the cup.
        bare
            No type.
        *extras : str
            More.
        silent : int

        Returns
        -------
        dict
            drink : not this one.

        Other Parameters
        ----------------
        note : str
            Anything else.
    """) == (
        "Order a drink. It takes a while: five minutes.",
        {
            "drink": "What to drink, hot: only. Never cold.",
            "size": "Of the cup.",
            "colour": "Of the cup.",
            "bare": "No type.",
            "extras": "More.",
            "note": "Anything else.",
        },
    )


def test_google() -> None:
    assert read("""Order a drink.

        Note: it takes a while.

        Args:
            drink: What to drink
              (default: tea): hot
              only.
            size (str): Of the cup.
            options (dict[str, int], optional): Keys are:
                sugar: how much.
                milk: how much.
            *extras: More.
            bare:
                On the next line.

        Returns:
            A receipt. drink: not this one.

        Raises:
            ValueError: If there is none.
    """) == (
        "Order a drink. Note: it takes a while.",
        {
            "drink": "What to drink (default: tea): hot only.",
            "size": "Of the cup.",
            "options": "Keys are: sugar: how much. milk: how much.",
            "extras": "More.",
            "bare": "On the next line.",
        },
    )


def test_restructuredtext() -> None:
    assert read("""Order a drink.

        :param drink: What to drink,
            hot only.
        :param str size: Of the cup.
        :type drink: str
        :returns: A receipt.
            With a number.
        :raises ValueError: If there is none.
    """) == ("Order a drink.", {"drink": "What to drink, hot only.", "size": "Of the cup."})


@pytest.mark.parametrize("text", [None, "", "   ", "\n\n"])
def test_nothing_says_nothing(text: str | None) -> None:
    docstring = read_docstring(text)
    assert (docstring.purpose, docstring.notes) == ("", {})


def test_words_that_only_look_like_headings_are_read_as_words() -> None:
    assert read("""Returns the weather.

        Notes on cities: some have two names.
        Example usage of rules ---
    """) == (
        "Returns the weather. Notes on cities: some have two names. Example usage of rules ---",
        {},
    )


def test_other_sections_are_no_part_of_the_purpose() -> None:
    purpose, notes = read("""Find.

        Examples
        --------
        >>> find("x")

        Parameters
        ----------
        city : str
            Where.

        Custom heading
        --------------
        city : str
            Not this one.
    """)
    assert (purpose, notes) == ("Find.", {"city": "Where."})
