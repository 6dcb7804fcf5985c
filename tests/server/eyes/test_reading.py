"""Printed text is found and read, however the sign is held."""

from __future__ import annotations

import pytest
from PIL import Image, ImageFilter

from tests import pictures
from tests.server.eyes.looking import PAPER, closer, encoded, noisy, sign, tilted

TEXT = "Platform 9\nMind the gap"


def read(image):
    found = closer().look(image, text=True, things=False)
    assert found.lacking == ""
    assert found.guesses is None
    return [line.text for line in found.text]


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: picture,
        lambda picture: picture.rotate(-25, Image.Resampling.BICUBIC, fillcolor=PAPER),
        lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
        lambda picture: picture.transpose(Image.Transpose.ROTATE_180),
        lambda picture: picture.filter(ImageFilter.GaussianBlur(2.5)),
        lambda picture: noisy(picture, 30),
        tilted,
    ],
    ids=["flat", "turned", "on its side", "upside down", "blurred", "noisy", "from the side"],
)
def test_a_sign_is_read(change):
    assert read(encoded(change(sign(TEXT)))) == TEXT.split("\n")


def test_white_on_blue_is_read_in_the_order_of_rows():
    text = "Exit B\nOpen 9:30 - 17:45\nNo 42, 2nd floor"
    said = " ".join(read(encoded(sign(text, paper=(20, 60, 160), ink=(245, 245, 245)))))
    # A wide gap may cut a line in two, which then still stand in order.
    assert said.replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_a_photographed_page_is_read():
    words = " ".join(read(pictures.encoded("page"))).lower().split()
    assert {"region-based", "segmentation", "determine", "markers", "background."} <= set(words)


@pytest.mark.parametrize("name", ["cat", "coffee"])
def test_what_shows_no_print_is_not_read(name):
    assert read(pictures.encoded(name)) == []


def test_other_scripts_are_left_out_for_they_cannot_be_spoken():
    from livekit_nb.server.eyes.reading import _is_english

    assert _is_english("Café 24")
    assert not _is_english("出口")
    assert not _is_english("- :")
