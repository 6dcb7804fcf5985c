"""What tests ask of any picture: its words, whether they lie over each other; and what is drawn."""

from __future__ import annotations

import functools
import itertools

from matplotlib.lines import Line2D
from matplotlib.text import Text

from livekit_nb.plots import Picture
from livekit_nb.recording import Recording
from tests.recording.talks import a_talk


def words(figure: Picture) -> list[str]:
    """All that is written into the axes of a picture, its ticks and titles not included."""
    return [text.get_text() for axes in figure.axes for text in axes.texts if text.get_text()]


def overlaps(figure: Picture) -> list[tuple[str, str]]:
    """Pairs of texts that lie over each other, or one that leaves the picture and ``"edge"``."""
    figure.draw_without_rendering()  # lays everything out as it will be drawn
    page = figure.bbox
    beyond = _beyond(figure)
    shown = [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and text not in beyond
    ]
    pairs = [
        (one, other)
        for (one, here), (other, there) in itertools.combinations(shown, 2)
        if _over(here, there)
    ]
    outside = [
        (text, "edge")
        for text, box in shown
        if box.x0 < -1 or box.y0 < -1 or box.x1 > page.x1 + 1 or box.y1 > page.y1 + 1
    ]
    return pairs + outside


def _over(here, there) -> bool:
    """Whether two boxes share more than a pixel each way."""
    wide = min(here.x1, there.x1) - max(here.x0, there.x0)
    high = min(here.y1, there.y1) - max(here.y0, there.y0)
    return wide > 1.0 and high > 1.0


def _beyond(figure: Picture) -> set[Text]:
    """Labels of ticks that lie beyond the axes' limits: they exist, but are not drawn."""
    labels = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            room = 1e-9 * (high - low)
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low - room <= tick.get_loc() <= high + room:
                    labels |= {tick.label1, tick.label2}
    return labels


@functools.cache
def conversation(delay_s: float = 0.4, *, turns: int = 6) -> Recording:
    """A talk of some turns, answered ever later, with a tool, an interruption, and its tokens."""
    talk = a_talk()
    talk.event(0.0, "session.connecting", endpoint="local server", model="gemini-3.8-live")
    for number in range(turns):
        start = 1.0 + 5.0 * number
        answer = start + 1.0 + delay_s + 0.05 * number
        talk.user("What time is it now?", start, start + 1.0)
        if number == 1:
            talk.tool("get_time", start + 1.1, start + 1.2)
        if number == 3:
            talk.agent(answer, start + 3.6, "It is very late", cut_s=start + 3.65)
            talk.user("Stop", start + 3.4, start + 4.0)
        else:
            talk.agent(answer, start + 3.0, "It is noon.")
        read = {"TEXT": 100, "AUDIO": 50 + 90 * number}
        talk.event(
            start + 3.8,
            "usage",
            prompt_tokens=sum(read.values()),
            response_tokens=40,
            total_tokens=sum(read.values()) + 40,
            prompt=read,
            response={"AUDIO": 40},
        )
    return talk.recording()


def stepped(line: Line2D) -> list[tuple[float, float]]:
    """Points of a line, as pairs."""
    return [(float(x), float(y)) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]
