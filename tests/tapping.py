"""What a page's loudspeaker rendered, brought to the test.

Samples travel as one text: number by number a second of sound would keep the browser and
Playwright busy for seconds.
"""

from __future__ import annotations

import base64
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Page

Samples = npt.NDArray[np.float64]

PACK = """(pieces) => {
  const bytes = pieces.map((piece) => new Uint8Array(Float32Array.from(piece).buffer));
  return btoa(bytes.map((few) => String.fromCharCode(...few)).join(""));
}"""
"""JavaScript that makes text of arrays of samples; each has a few thousand at most."""

TAP = """() => {
  const { audio } = document.querySelector("[data-testid=studio]").studio;
  window.tapped = [];
  window.tapRate = audio.context.sampleRate;
  audio.tap(({ frame, samples }) => window.tapped.push([frame, samples]));
}"""
"""Keeps what the loudspeaker's worklet of the Studio renders from now on."""


def unpacked(text: str) -> Samples:
    """Return what `PACK` made text of, as one array."""
    return np.frombuffer(base64.b64decode(text), dtype="<f4").astype(np.float64)


def rendered(page: Page) -> tuple[Samples, int]:
    """What the worklet has rendered since `TAP`, without a hole, and the rate."""
    blocks, text, rate_hz = page.evaluate(
        f"""() => [
            window.tapped.map(([frame, samples]) => [frame, samples.length]),
            ({PACK})(window.tapped.map(([, samples]) => samples)),
            window.tapRate,
        ]"""
    )
    for (frame, length), (following, _) in pairwise(blocks):
        assert following == frame + length
    return unpacked(text), rate_hz
