"""Lines of text are found in a map of where text is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from livekit_nb.server.eyes.outlines import in_reading_order, lines_in


def chart(*bars, size=(320, 240)):
    """A map with bars: middle x, middle y, length, height, angle in degrees (clockwise)."""
    picture = Image.new("L", size)
    for x, y, length, height, angle in bars:
        turn = np.deg2rad(angle)
        along, across = (np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))
        corners = [
            (x + u * length / 2 * along[0] + v * height / 2 * across[0],
             y + u * length / 2 * along[1] + v * height / 2 * across[1])
            for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]  # fmt: skip
        ImageDraw.Draw(picture).polygon(corners, fill=255)
    return np.asarray(picture, np.float32) / 255


@pytest.mark.parametrize("angle", [0, 15, -30, 44, 90])
def test_a_bar_is_found_with_its_size_and_slope(angle):
    (line,) = lines_in(chart((160, 120, 150, 20, angle)), 10)
    middle = line.corners.mean(axis=0)
    assert middle == pytest.approx((160, 120), abs=3)
    grown = line.width - 150
    assert 20 < grown < 45  # it grows to where the letters end
    assert line.height - 20 == pytest.approx(grown, abs=6)
    run = line.corners[1] - line.corners[0]
    found = np.rad2deg(np.arctan2(run[1], run[0]))
    assert (found - angle) % 180 == pytest.approx(0, abs=3) or (
        (angle - found) % 180 == pytest.approx(0, abs=3)
    )


def test_bars_that_do_not_touch_are_lines_of_their_own_and_the_largest_count():
    bars = [(160, 40, 200, 20, 0), (160, 100, 100, 16, 0), (160, 160, 150, 20, 0)]
    lines = lines_in(chart(*bars), 2)
    assert [round(line.corners.mean(axis=0)[1], -1) for line in lines] == [40, 160]


def test_specks_and_faint_patches_are_no_text():
    assert lines_in(chart((50, 50, 1, 1, 0)), 10) == []
    assert lines_in(chart((160, 120, 100, 20, 0)) * 0.5, 10) == []


def test_one_reads_by_rows_also_upside_down():
    bars = [(240, 62, 90, 20, 0), (80, 60, 90, 20, 0), (160, 160, 200, 20, 0)]
    lines = sorted(lines_in(chart(*bars), 10), key=lambda line: tuple(line.corners[0]))
    order = in_reading_order(lines)
    middles = [tuple(np.round(lines[i].corners.mean(axis=0), -1)) for i in order]
    assert middles == [(80, 60), (240, 60), (160, 160)]
    turned = [line.turned() for line in lines]
    assert in_reading_order(turned) == order[::-1]
    assert in_reading_order([]) == []


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.9))
def test_any_map_gives_rectangles_with_a_size(seed, share):
    noise = np.random.default_rng(seed).random((40, 60)).astype(np.float32)
    for line in lines_in((noise < share).astype(np.float32), 8):
        assert np.isfinite(line.corners).all()
        assert line.width > 0
        assert line.height > 0
