"""What a camera frame shows at a glance: colours, light, QR and bar codes.

No model, only arithmetic: every pixel of a small copy gets one of thirteen colour names from its
hue, saturation and value, and the names are counted with more weight in the middle of the picture,
where people hold things. Every frame is looked at so. Print and objects take a closer look
(:mod:`livekit_nb.server.eyes`), when they are asked for.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from livekit_nb.errors import MediaError
from livekit_nb.server.packages import missing

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["COLOURS", "MAX_PIXELS", "SMALL_SIDE", "Scene", "look", "open_picture"]

MAX_PIXELS = 12_000_000  #: larger pictures are refused before they are unpacked
MAX_CODE_LENGTH = 300
SMALL_SIDE = 64  #: pixels of the small copy, which is square
_CODE_SIDE = 1024
_EVEN = 0.006  #: mean difference of neighbours below which there is nothing to be seen

COLOURS = (
    "black", "grey", "white", "red", "orange", "brown", "beige", "yellow", "green", "turquoise",
    "blue", "purple", "pink",
)  # fmt: skip
_DULL = ("black", "grey", "white", "beige")
_VIVID = 5.0  #: how much more a pixel of any other colour counts


@dataclass(frozen=True)
class Scene:
    """What one frame showed.

    Attributes
    ----------
    colours : tuple of str
        Dominant colour names, the most striking first, at most three.
    lightness : float
        Mean luminance, 0 (black) to 1 (white).
    codes : tuple of str
        Texts of QR and bar codes.
    covered : bool
        Whether the picture is so dark and even that the lens is probably covered.
    even : bool
        Whether there is nothing in the picture but one even surface.
    age_s : float
        How long ago the frame came, in seconds.
    small : bytes
        The small copy, 64 x 64 pixels of 3 bytes.
    text : tuple of str or None
        Lines of print, in reading order; None when nobody has looked for any.
    guesses : tuple of (str, float) or None
        What is in the middle, and how sure that is, 0 to 1; None when nobody has looked.
    lacking : str
        Why nobody could look closer, as a sentence; ``""`` if somebody could.
    changes : tuple of str or None
        What is different from a picture before, as parts of a sentence; None without one.
    """

    colours: tuple[str, ...]
    lightness: float
    codes: tuple[str, ...] = ()
    covered: bool = False
    even: bool = False
    age_s: float = 0.0
    small: bytes = field(default=b"", repr=False, compare=False)
    text: tuple[str, ...] | None = field(default=None, repr=False)
    guesses: tuple[tuple[str, float], ...] | None = None
    lacking: str = ""
    changes: tuple[str, ...] | None = field(default=None, repr=False)

    @property
    def colour(self) -> str:
        """The most striking colour."""
        return self.colours[0] if self.colours else ""

    @property
    def brightness(self) -> str:
        """How light it is: dark, dim, normal or bright."""
        for limit, word in ((0.12, "dark"), (0.3, "dim"), (0.75, "normal")):
            if self.lightness < limit:
                return word
        return "bright"

    def aged(self, age_s: float) -> Scene:
        """Return the same scene, seen `age_s` seconds ago."""
        return replace(self, age_s=age_s)

    def describe(self) -> str:
        """Say what is seen, as a part of a sentence: "mostly red, with some grey"."""
        if self.covered:
            return "almost nothing, as if the camera were covered"
        said = f"mostly {self.colour}" if self.colour else "no clear colour"
        if len(self.colours) > 1:
            said += f", with some {' and '.join(self.colours[1:])}"
        if self.brightness != "normal":
            said += f", in {self.brightness} light"
        if self.codes:
            said += ", and a code that reads " + "; ".join(self.codes)
        return said

    def tell(self) -> str:
        """Say all that was found, for whoever thinks about it: :meth:`describe` and the rest."""
        said = self.describe()
        for name, sureness in (self.guesses or ())[:1]:
            said += f"; in the middle perhaps {name} ({sureness:.0%} sure)"
        if self.text:
            said += f"; it reads: {' / '.join(self.text)}"
        if self.changes:
            said += f"; since the picture before: {', '.join(self.changes)}"
        return said


def look(image: bytes) -> Scene:
    """Look at a JPEG or PNG picture.

    Parameters
    ----------
    image : bytes
        The encoded picture, at most 12 megapixels.

    Raises
    ------
    MediaError
        If it is no picture that can be read, or is too large.
    """
    picture = open_picture(image)
    from PIL.Image import Resampling  # Pillow is there, or there would be no picture

    shrunk = picture.resize((SMALL_SIDE, SMALL_SIDE), Resampling.BOX)
    small = np.asarray(shrunk, np.float32) / 255.0
    lightness = small @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    mean = float(lightness.mean())
    covered = mean < 0.06 and float(lightness.std()) < 0.03
    return Scene(
        colours=_colours(small),
        lightness=round(mean, 3),
        codes=() if covered else _codes(np.asarray(picture)),
        covered=covered,
        even=_is_even(lightness),
        small=shrunk.tobytes(),
    )


def open_picture(image: bytes) -> Image:
    """Decode a JPEG or PNG picture to RGB, at most 1024 pixels wide and high.

    Raises
    ------
    MediaError
        If it is no picture that can be read, or is too large.
    """
    try:
        import PIL.Image
    except ImportError as error:
        raise missing("pillow") from error
    try:
        # Only these two decoders are ever tried, and the size is known before any is run.
        file = PIL.Image.open(io.BytesIO(image), formats=("JPEG", "PNG"))
        if file.width * file.height > MAX_PIXELS:
            raise MediaError(
                f"The picture has {file.width} x {file.height} pixels, more than is looked "
                "at here (12 megapixels). Send a smaller one, for example 768 x 768."
            )
        file.draft("RGB", (_CODE_SIDE, _CODE_SIDE))  # JPEG: decode at reduced size
        picture = file.convert("RGB")
    except MediaError:
        raise
    except Exception as error:
        raise MediaError(
            f"The picture cannot be read ({type(error).__name__}): probably it is damaged or "
            "neither JPEG nor PNG."
        ) from None
    picture.thumbnail((_CODE_SIDE, _CODE_SIDE))
    return picture


def _is_even(lightness: npt.NDArray[np.float32]) -> bool:
    steps = [float(np.abs(np.diff(lightness, axis=axis)).mean()) for axis in (0, 1)]
    return max(steps) < _EVEN


def _colours(pixels: npt.NDArray[np.float32]) -> tuple[str, ...]:
    """Name the dominant colours of `pixels` (side, side, 3) in 0..1."""
    axis = np.linspace(-1, 1, SMALL_SIDE, dtype=np.float32)
    weight = np.exp(-(axis[:, None] ** 2 + axis[None, :] ** 2) / 0.5)
    names = _names(pixels)
    shares = {
        name: float(weight[names == index].sum() / weight.sum())
        for index, name in enumerate(COLOURS)
    }
    # A coloured thing before a grey wall is what a person would name, also when it is small.
    striking = {name: share * (1.0 if name in _DULL else _VIVID) for name, share in shares.items()}
    ranked = sorted(striking, key=lambda name: -striking[name])
    return (ranked[0], *(name for name in ranked[1:3] if shares[name] >= 0.15))


def _names(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Index into :data:`COLOURS` for each pixel."""
    high, low = pixels.max(axis=-1), pixels.min(axis=-1)
    span = np.maximum(high - low, 1e-6)
    red, green, blue = (pixels[..., channel] for channel in range(3))
    hue = np.where(
        high == red,
        (green - blue) / span % 6,
        np.where(high == green, (blue - red) / span + 2, (red - green) / span + 4),
    )
    hue = hue * 60.0
    saturation = (high - low) / np.maximum(high, 1e-6)
    warm = (hue < 45) | (hue >= 335)
    # The first condition that holds decides.
    rules: list[tuple[npt.NDArray[np.bool_], str]] = [
        (high < 0.16, "black"),
        ((saturation < 0.13) & (high > 0.82), "white"),
        (saturation < 0.16, "grey"),
        ((high < 0.3) & (saturation < 0.35), "black"),
        ((hue >= 18) & (hue < 65) & (saturation < 0.36) & (high > 0.6), "beige"),
        (warm & (hue < 18) & (saturation < 0.55) & (high > 0.7), "pink"),
        ((hue >= 335) & (saturation < 0.7) & (high > 0.7), "pink"),
        ((hue >= 10) & (hue < 45) & (high < 0.66), "brown"),
        ((hue < 12) | (hue >= 345), "red"),
        (hue < 42, "orange"),
        (hue < 68, "yellow"),
        (hue < 163, "green"),
        (hue < 196, "turquoise"),
        (hue < 255, "blue"),
        ((hue < 300) | (high < 0.55), "purple"),
    ]
    return np.select(
        [condition for condition, _ in rules],
        [COLOURS.index(name) for _, name in rules],
        default=COLOURS.index("pink"),
    )


def _codes(picture: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    """Texts of the QR and bar codes in `picture` (height, width, 3)."""
    try:
        import zxingcpp
    except ImportError as error:
        raise missing("zxing-cpp") from error
    texts = dict.fromkeys(code.text[:MAX_CODE_LENGTH] for code in zxingcpp.read_barcodes(picture))
    return tuple(text for text in texts if text)[:4]
