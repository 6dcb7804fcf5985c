"""What callers do: for each scenario of the suite, a list of trials made from a corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from random import Random

from livekit_nb.lab.duplex.corpus import Corpus, Entry

__all__ = ["SCENARIOS", "Cue", "Line", "Trial", "trials"]


class Cue(Enum):
    """What a line waits for."""

    START = "start"  #: the beginning of the conversation
    SPEAKING = "speaking"  #: the agent is audible
    OVER = "over"  #: the agent's turn was heard to its end
    BEFORE = "before"  #: the end of the line before


@dataclass(frozen=True)
class Line:
    """Something that is said in a trial.

    Attributes
    ----------
    clip : Entry
    cue : Cue
    delay_s : float
        So long after the cue its first sound is heard.
    gain_db : float
    """

    clip: Entry
    cue: Cue = Cue.START
    delay_s: float = 0.5
    gain_db: float = 0.0


@dataclass(frozen=True)
class Trial:
    """One conversation, which is one sample of a scenario.

    Attributes
    ----------
    scenario : str
    number : int
        Names it, and seeds what varies in it.
    lines : tuple of Line
        The last one is what is scored.
    expects : bool
        Whether the agent is to answer the last line; then listening ends when it has done so for
        a while, otherwise `listen_s` after that line.
    listen_s : float
        How long is listened, at most, after the last line.
    snr_db : float, optional
        Level of a clip's voice over the room's noise.
    noise : str
        ``"pink"``, or ``"babble"``: four people talking at once.
    echo_db : float, optional
        How loud the agent's voice is in the caller's microphone.
    """

    scenario: str
    number: int
    lines: tuple[Line, ...]
    expects: bool = True
    listen_s: float = 6.0
    snr_db: float | None = None
    noise: str = "pink"
    echo_db: float | None = None


Make = Callable[[Corpus, Random], Iterator[Trial]]


def _pauses(corpus: Corpus, _: Random) -> Iterator[Trial]:
    for number, clip in enumerate(corpus.of("pause", "um", "and")):
        yield Trial("pause", number, (Line(clip),))


def _turns(corpus: Corpus, _: Random) -> Iterator[Trial]:
    for number, clip in enumerate(corpus.of("complete", "people")):
        yield Trial("turn", number, (Line(clip),))


def _noisy(snr_db: float, noise: str, name: str) -> Make:
    def make(corpus: Corpus, _: Random) -> Iterator[Trial]:
        for number, clip in enumerate(corpus.of("complete", "people")):
            yield Trial(name, number, (Line(clip),), snr_db=snr_db, noise=noise)

    return make


def _into(kind: str, name: str, **how: float) -> Make:
    """Something is said while the agent speaks at length, which is for it (barge-in) or not."""
    expects = kind == "barge"

    def make(corpus: Corpus, chance: Random) -> Iterator[Trial]:
        openings = corpus.of("opening")
        for number, clip in enumerate(corpus.of(kind) if openings else ()):
            opening = Line(openings[number % len(openings)])
            delay_s = chance.uniform(1.5, 3.0)
            line = Line(clip, Cue.SPEAKING, delay_s, how.get("gain_db", 0.0))
            yield Trial(
                name,
                number,
                (opening, line),
                expects=expects,
                listen_s=6.0 if expects else 4.0,
                echo_db=how.get("echo_db"),
            )

    return make


def _echo(corpus: Corpus, _: Random) -> Iterator[Trial]:
    for number, opening in enumerate(corpus.of("opening")):
        line = Line(opening)
        yield Trial("echo", number, (line,), expects=False, listen_s=8.0, echo_db=-20.0)


def _follow_ups(corpus: Corpus, chance: Random) -> Iterator[Trial]:
    clips = corpus.of("complete")
    for number, (first, second) in enumerate(zip(clips[::2], clips[1::2], strict=False)):
        delay_s = chance.uniform(0.05, 0.4)
        yield Trial("follow-up", number, (Line(first), Line(second, Cue.OVER, delay_s)))


def _brief(corpus: Corpus, chance: Random) -> Iterator[Trial]:
    hellos = corpus.of("hello")
    for number, clip in enumerate(corpus.of("brief") if hellos else ()):
        hello = Line(hellos[number % len(hellos)])
        delay_s = chance.uniform(0.3, 0.8)
        yield Trial("brief", number, (hello, Line(clip, Cue.OVER, delay_s)))


SCENARIOS: dict[str, Make] = {
    "turn": _turns,
    "pause": _pauses,
    "barge-in": _into("barge", "barge-in"),
    "backchannel": _into("backchannel", "backchannel", gain_db=-6.0),
    "aside": _into("aside", "aside", gain_db=-6.0),
    "background": _into("background", "background", gain_db=-15.0),
    "noise 20 dB": _noisy(20.0, "pink", "noise 20 dB"),
    "noise 10 dB": _noisy(10.0, "pink", "noise 10 dB"),
    "babble 15 dB": _noisy(15.0, "babble", "babble 15 dB"),
    "echo": _echo,
    "barge-in, echo": _into("barge", "barge-in, echo", echo_db=-20.0),
    "follow-up": _follow_ups,
    "brief": _brief,
}
"""By name, in the order in which they are reported."""


def trials(corpus: Corpus, scenario: str, most: int | None = None, seed: int = 0) -> list[Trial]:
    """Return the trials of a scenario, spread over its clips if there shall be fewer.

    Parameters
    ----------
    corpus : Corpus
    scenario : str
        One of :data:`SCENARIOS`.
    most : int, optional
        No more than so many.
    seed : int
        Of what varies: when an agent is interrupted, and after how long.
    """
    chance = Random(f"{corpus.part}/{scenario}/{seed}")  # noqa: S311 - nothing is to be kept secret
    made = list(SCENARIOS[scenario](corpus, chance))
    if most is None or most >= len(made):
        return made
    return [made[at * len(made) // most] for at in range(most)]
