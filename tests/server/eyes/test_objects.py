"""Plain objects are guessed, and what is unknown is not."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from livekit_nb.server.eyes.objects import names
from livekit_nb.server.thinking.sight import LIKELY, POSSIBLE
from tests import pictures
from tests.server.eyes.looking import closer, encoded, noisy


def guesses(image):
    found = closer().look(image, text=False, things=True)
    assert found.text is None
    return found.guesses


@pytest.mark.parametrize(
    ("name", "thing"), [("coffee", "a cup"), ("cat", "a cat"), ("photographer", "a tripod")]
)
def test_photographs_are_recognised(name, thing):
    first, second, _ = guesses(pictures.encoded(name))
    assert first.name == thing
    assert LIKELY <= first.sureness <= 1.0
    assert second.sureness < POSSIBLE


@pytest.mark.parametrize("name", ["rocket", "bricks", "page"])
def test_what_it_does_not_know_well_is_a_doubtful_guess_at_most(name):
    assert guesses(pictures.encoded(name))[0].sureness < LIKELY


def test_a_picture_taken_by_another_camera_is_the_same_thing():
    with Image.open(io.BytesIO(pictures.encoded("coffee"))) as picture:
        dim = noisy(picture.convert("RGB").point(lambda value: value * 0.6), 6)
    assert guesses(encoded(dim))[0].name == "a cup"


def test_what_is_no_thing_is_not_recognised():
    assert guesses(pictures.encoded("clock"))[0].name != "a clock"  # too blurred: an honest limit
    plain = encoded(noisy(Image.new("RGB", (320, 240), (120, 130, 140)), 10))
    assert guesses(plain)[0].sureness < POSSIBLE


def test_every_class_has_a_name_that_can_be_said():
    said = names()
    assert len(said) == 1000
    assert all(name and name == name.strip() for name in said)
    assert len({name for name in said if name == "a dog"}) == 1
    assert sum(name == "a dog" for name in said) == 118
    assert (said[0], said[504], said[954], said[999]) == (
        "a fish", "a cup", "a banana", "a toilet roll",
    )  # fmt: skip
