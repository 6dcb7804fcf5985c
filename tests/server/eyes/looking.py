"""The networks, loaded once in a process, and signs to be read."""

from __future__ import annotations

import functools
import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from livekit_nb.server.eyes.closer import Closer

PAPER, INK = (235, 235, 230), (25, 25, 35)


@functools.cache
def closer() -> Closer:
    return Closer()


def encoded(picture: Image.Image, kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def sign(text, *, paper=PAPER, ink=INK, size=(480, 320), height=36) -> Image.Image:
    """A sign with lines of text in its middle."""
    picture = Image.new("RGB", size, paper)
    font = ImageFont.load_default(height)
    middle = (size[0] / 2, size[1] / 2)
    draw = ImageDraw.Draw(picture)
    draw.multiline_text(middle, text, fill=ink, font=font, anchor="mm", spacing=12, align="center")
    return picture


def noisy(picture: Image.Image, spread: float) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    pixels = pixels + np.random.default_rng(0).normal(0, spread, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def tilted(picture: Image.Image) -> Image.Image:
    """As seen from the right and from below."""
    width, height = picture.size
    near = (0, 0, width * 0.06, height * 1.1, width * 0.96, height * 0.9, width, height * 0.12)
    return picture.transform(picture.size, Image.Transform.QUAD, near, Image.Resampling.BICUBIC)
