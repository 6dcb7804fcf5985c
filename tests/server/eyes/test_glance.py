"""What is seen in pictures."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from livekit_nb.errors import MediaError
from livekit_nb.server.eyes.glance import COLOURS, Scene, look
from tests import pictures

PAINTS = {
    "red": (220, 30, 40),
    "orange": (250, 130, 20),
    "brown": (110, 70, 30),
    "yellow": (250, 220, 40),
    "green": (30, 160, 60),
    "turquoise": (50, 200, 190),
    "blue": (30, 60, 200),
    "purple": (120, 40, 160),
    "pink": (250, 150, 190),
    "black": (8, 8, 8),
    "white": (245, 245, 245),
    "grey": (128, 128, 128),
    "beige": (225, 205, 170),
}


def encoded(picture, kind="JPEG"):
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def test_there_is_a_paint_for_every_colour():
    assert set(PAINTS) == set(COLOURS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("name", PAINTS)
def test_a_picture_of_one_colour(name, kind):
    scene = look(encoded(Image.new("RGB", (320, 240), PAINTS[name]), kind))
    assert scene.colour == name
    assert scene.describe().startswith(f"mostly {name}") or scene.covered


@pytest.mark.parametrize("light", [0.6, 1.0])
@pytest.mark.parametrize("name", ["red", "yellow", "green", "blue", "purple", "turquoise"])
def test_a_thing_held_before_a_grey_wall(name, light):
    picture = Image.new("RGB", (640, 480), tuple(int(150 * light) for _ in range(3)))
    box = (220, 140, 420, 340)
    ImageDraw.Draw(picture).ellipse(box, fill=tuple(int(c * light) for c in PAINTS[name]))
    noise = np.random.default_rng(0).normal(0, 8, (480, 640, 3))
    noisy = np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8)
    assert look(encoded(Image.fromarray(noisy))).colour == name


def test_light_and_a_covered_lens():
    assert look(encoded(Image.new("RGB", (64, 64), (3, 3, 3)))).covered
    assert look(encoded(Image.new("RGB", (64, 64), (250, 250, 250)))).brightness == "bright"
    dim = look(encoded(Image.new("RGB", (64, 64), (60, 60, 60))))
    assert dim.brightness == "dim"
    assert not dim.covered
    assert "covered" in Scene(colours=("black",), lightness=0.0, covered=True).describe()


@pytest.mark.parametrize("colour", [(3, 3, 3), (120, 60, 50), (235, 235, 230)])
def test_an_even_surface_is_told_from_a_scene(colour):
    plain = Image.new("RGB", (320, 240), colour)
    noise = np.random.default_rng(0).normal(0, 6, (240, 320, 3))
    noisy = np.clip(np.asarray(plain) + noise, 0, 255).astype(np.uint8)
    assert look(encoded(Image.fromarray(noisy))).even
    assert not look(pictures.encoded("coffee")).even


@pytest.mark.parametrize(
    ("name", "colours"),
    [("coffee", {"brown", "orange", "red"}), ("cat", {"brown", "orange"})],
)
def test_photographs_have_the_colours_a_person_would_name(name, colours):
    assert look(pictures.encoded(name)).colour in colours


KINDS = {"QRCode": "https://example.org/a", "EAN13": "4006381333931", "Code128": "AB-1234"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("degrees", [0, 20, 90, 180])
def test_codes_are_read_however_they_are_turned(kind, degrees):
    made = zxingcpp.create_barcode(KINDS[kind], getattr(zxingcpp.BarcodeFormat, kind))
    drawn = Image.fromarray(np.asarray(made.to_image(scale=4))).convert("RGB")
    drawn = drawn.resize((drawn.width, max(drawn.height, 60)))
    picture = Image.new("RGB", (640, 480), (232, 230, 224))
    picture.paste(drawn, ((640 - drawn.width) // 2, (480 - drawn.height) // 2))
    turned = picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(232, 230, 224))
    assert look(encoded(turned)).codes == (KINDS[kind],)


def test_all_that_was_found_is_told():
    scene = Scene(
        colours=("red",),
        lightness=0.5,
        text=("Exit", "7"),
        guesses=(("a cup", 0.75), ("a hat", 0.1)),
        changes=("it is darker",),
    )
    assert scene.tell() == (
        "mostly red; in the middle perhaps a cup (75% sure); it reads: Exit / 7; "
        "since the picture before: it is darker"
    )
    assert Scene(colours=("red",), lightness=0.5).tell() == "mostly red"


def test_codes_are_read():
    code = zxingcpp.create_barcode("https://example.org/a", zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(np.asarray(code.to_image(scale=6))).convert("RGB")
    canvas = Image.new("RGB", (640, 480), (200, 200, 200))
    canvas.paste(picture, (150, 120))
    scene = look(encoded(canvas))
    assert scene.codes == ("https://example.org/a",)
    assert "https://example.org/a" in scene.describe()


def test_scenes_age():
    scene = Scene(colours=("red", "grey"), lightness=0.5)
    assert scene.aged(2.5).age_s == 2.5
    assert scene.age_s == 0.0
    assert scene.describe() == "mostly red, with some grey"


def bomb():
    """A tiny PNG that claims to have a hundred thousand pixels a side."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "image",
    [b"", b"not a picture", b"\xff\xd8\xff", bomb(), encoded(Image.new("RGB", (64, 64)), "GIF")],
    ids=["empty", "text", "cut JPEG", "bomb", "GIF"],
)
def test_what_is_no_picture_is_told(image):
    with pytest.raises(MediaError):
        look(image)


@given(st.binary(max_size=300), st.integers(0, 600))
def test_damaged_pictures_end_in_a_media_error_or_a_scene(rubbish, at):
    image = bytearray(encoded(Image.new("RGB", (32, 32), (200, 30, 30))))
    image[at : at + len(rubbish)] = rubbish
    with contextlib.suppress(MediaError):
        assert look(bytes(image)).colour in COLOURS
