"""What is seen: signs, codes and things, how surely, at what cost, and what that costs the voice.

Signs and codes are rendered and then turned, blurred, made noisy or seen from the side. Things are
photographs that came with Tux Paint (Debian's package ``tuxpaint-stamps-default``, GPL-2, or a
folder named in ``STAMPS``): cut out by their makers, and laid on a room here. The limits from which
a guess is given (:mod:`livekit_nb.server.thinking.sight`) were chosen with these pictures.
"""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.server_start import resident_mb
from benchmarks.table import Row, percentiles
from benchmarks.voices import misheard
from livekit_nb.server.eyes.closer import Closer
from livekit_nb.server.eyes.glance import look
from livekit_nb.server.speaking.synthesis import Voice
from livekit_nb.server.thinking.sight import LIKELY, POSSIBLE

STAMPS = Path(os.environ.get("STAMPS", "/usr/share/tuxpaint/stamps"))
PAPER, INK = (232, 230, 224), (30, 30, 38)
FONTS = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "DejaVuSans-Bold")
SIGNS = (
    "Platform 9\nMind the gap",
    "OPEN\n9:30 - 17:45",
    "Invoice 2024-118\nTotal: 49.90 EUR",
    "Please do not\nfeed the birds",
    "Wi-Fi: guest\nPassword: 7Kq2-mm",
    "Peppermint tea\n20 bags, 35 g",
    "Room 4.17\nDr. Anna Keller",
    "ticket@example.org\n+49 30 123456",
)
Change = Callable[[Image.Image], Image.Image]


def encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=80)
    return file.getvalue()


def noisy(picture: Image.Image, spread: float) -> Image.Image:
    pixels = np.asarray(picture.convert("RGB"), np.float32)
    pixels = pixels + np.random.default_rng(0).normal(0, spread, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def turned(degrees: float) -> Change:
    return lambda picture: picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=PAPER)


def from_the_side(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    near = (0, -height * 0.1, width * 0.1, height * 1.2, width * 0.9, height * 0.85, width, 0)
    return picture.transform(
        picture.size, Image.Transform.QUAD, near, Image.Resampling.BICUBIC, fillcolor=PAPER
    )


CONDITIONS: dict[str, Change] = {
    "straight": lambda picture: picture,
    "turned by 20°": turned(20),
    "on its side": turned(90),
    "upside down": turned(180),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(2.5)),
    "noisy": lambda picture: noisy(picture, 35),
    "from the side": from_the_side,
    "dark": lambda picture: noisy(picture.point(lambda value: value * 0.15), 4),
}


def sign(text: str, font: str, height: int) -> Image.Image:
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    picture = Image.new("RGB", (640, 480), PAPER)
    letters = ImageFont.truetype(folder / f"{font}.ttf", height)
    draw = ImageDraw.Draw(picture)
    draw.multiline_text((320, 240), text, fill=INK, font=letters, anchor="mm", spacing=14)
    return picture


def code(kind: str, text: str) -> Image.Image:
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    drawn = Image.fromarray(np.asarray(made.to_image(scale=4)))
    picture = Image.new("RGB", (640, 480), PAPER)
    drawn = drawn.resize((drawn.width, max(drawn.height, 60))).convert("RGB")
    picture.paste(drawn, ((640 - drawn.width) // 2, (480 - drawn.height) // 2))
    return picture


def room() -> Image.Image:
    rows = np.linspace(170, 120, 480)[:, None, None] * np.array([1.0, 0.97, 0.9])
    pixels = np.broadcast_to(rows, (480, 640, 3)).copy()
    pixels[330:] = (140, 105, 75)
    pixels[60:250, 40:170] = (200, 220, 240)
    pixels[100:330, 500:600] = (90, 60, 50)
    return Image.fromarray(pixels.astype(np.uint8)).filter(ImageFilter.GaussianBlur(6))


def laid_in(picture: Image.Image, place: Image.Image) -> Image.Image:
    thing = picture.convert("RGBA")
    thing = thing.crop(thing.getbbox())
    scale = min(384 / thing.width, 340 / thing.height)
    thing = thing.resize((max(1, int(thing.width * scale)), max(1, int(thing.height * scale))))
    place = place.copy()
    place.paste(thing, ((640 - thing.width) // 2, (480 - thing.height) // 2), thing)
    return noisy(place, 5)


def signs(closer: Closer) -> list[Row]:
    rows, taken = [], []
    for name, change in CONDITIONS.items():
        wrong = count = whole = 0
        for index, text in enumerate(SIGNS):
            picture = change(sign(text, FONTS[index % len(FONTS)], (24, 32, 44)[index % 3]))
            begun = time.process_time()
            found = closer.look(encoded(picture), text=True, things=False)
            taken.append(time.process_time() - begun)
            read = "".join("".join(line.text.split()) for line in found.text or ())
            said = "".join(text.split())
            errors = misheard(list(said), list(read))
            wrong, count, whole = wrong + errors, count + len(said), whole + (errors == 0)
        figure = f"{wrong / count:.1%} of the signs' letters wrong"
        rows.append(Row(f"print, {name}", figure, f"{whole} of {len(SIGNS)} signs exact"))
    rows.append(Row("reading a sign, 640 x 480, processor time p50 / p95", percentiles(taken)))
    return rows


def codes() -> Row:
    kinds = {"QRCode": "https://example.org/a?b=1", "EAN13": "4006381333931", "Code128": "AB-1234"}
    read = {
        f"{kind}, {name}": look(encoded(change(code(kind, text)))).codes == (text,)
        for kind, text in kinds.items()
        for name, change in CONDITIONS.items()
    }
    missed = ", ".join(name for name, right in read.items() if not right)
    return Row("codes read", f"{sum(read.values())} of {len(read)}", f"not: {missed or 'none'}")


def things(closer: Closer) -> list[Row]:
    wanted = json.loads(Path(__file__).with_name("seeing_things.json").read_text(encoding="utf-8"))
    if not STAMPS.is_dir():
        return [Row("things", "not measured", "apt install tuxpaint-stamps-default")]
    place, taken = room(), []
    bands: dict[str, list[bool | None]] = {"looks like": [], "might be": [], "not recognised": []}
    for name, right in [*wanted["known"].items(), *((name, None) for name in wanted["unknown"])]:
        with Image.open(STAMPS / f"{name}.png") as picture:
            image = encoded(laid_in(picture, place))
        begun = time.process_time()
        found = closer.look(image, text=False, things=True).guesses or ()
        taken.append(time.process_time() - begun)
        sure = found[0].sureness
        band = "looks like" if sure >= LIKELY else "might be" if sure >= POSSIBLE else ""
        bands[band or "not recognised"].append(None if right is None else found[0].name in right)
    rows = []
    for band, outcomes in bands.items():
        known = [outcome for outcome in outcomes if outcome is not None]
        strange = len(outcomes) - len(known)
        said = f"{sum(known)} of {len(known)} right"
        rows.append(Row(f'things, "{band}"', said, f"and {strange} that it has no class for"))
    rows.append(Row("guessing a thing, processor time p50 / p95", percentiles(taken)))
    return rows


def beside_the_voice(closer: Closer) -> Row:
    """Time the first clause of a reply while nothing else and while signs are read."""
    voice = Voice()
    voice.warm_up()

    def first_clauses(rounds: int = 40) -> list[float]:
        taken = []
        for _ in range(rounds):
            begun = time.perf_counter()
            next(voice.stream("I have set a timer for five minutes."))
            taken.append(time.perf_counter() - begun)
            time.sleep(0.02)
        return taken

    alone = first_clauses()
    image, done = encoded(sign(SIGNS[0], FONTS[0], 40)), threading.Event()

    def read() -> None:
        while not done.is_set():
            closer.look(image, text=True, things=True)

    reading = closer.pool.submit(read)
    beside = first_clauses()
    done.set()
    reading.result()
    what = "first clause of a reply while signs are read all the time, p50 / p95"
    return Row(what, percentiles(beside), f"alone {percentiles(alone)}")


def run() -> list[Row]:
    closer = Closer()
    before_mb, begun = resident_mb(os.getpid()), time.process_time()
    found = closer.look(encoded(sign(SIGNS[0], FONTS[0], 40)), text=True, things=True)
    if found.lacking:
        return [Row("a closer look", "not measured", "pip install 'livekit-nb[seeing]'")]
    loaded_s = time.process_time() - begun
    rows = [*signs(closer), codes(), *things(closer)]
    grown_mb = resident_mb(os.getpid()) - before_mb
    rows.append(beside_the_voice(closer))
    rows.append(Row("the first closer look, with loading, processor time", f"{loaded_s:.1f} s"))
    rows.append(
        Row("memory after some 200 closer looks, more than before the first", f"{grown_mb:.0f} MB")
    )
    closer.close()
    return rows
