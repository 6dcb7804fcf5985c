"""Long conversations: turns are settled early, and told as they change, and stay what they are."""

import numpy as np
import pytest

from livekit_nb.recording import Recording, Turn
from livekit_nb.recording.turns.log import TurnLog
from tests.recording.talks import a_talk


def long_talk(seed: int, turns: int = 9):
    """Random turns of all sorts."""
    rng = np.random.default_rng(seed)
    talk, t = a_talk(seed=seed), 1.0
    for number in range(turns):
        end = t + round(float(rng.uniform(0.4, 1.6)), 1)
        late = end + float(rng.choice([0.2, 1.0]))
        if rng.random() < 0.2:
            talk.typed(f"typed {number}", t)
            end = t
        else:
            talk.user(f"question {number}", t, end, captioned_s=late)
        answer = end + float(rng.uniform(0.3, 0.9))
        if rng.random() < 0.3:
            talk.tool("look_up", end + 0.2, answer - 0.05)
        elif rng.random() < 0.3:
            talk.tool("watch", end + 0.1, end + float(rng.uniform(2.0, 9.0)), blocking=False)
        stop = answer + round(float(rng.uniform(0.6, 2.5)), 1)
        t = stop + float(rng.uniform(0.5, 4.5))
        if rng.random() < 0.15:
            continue  # nobody answers
        if rng.random() < 0.3:
            talk.agent(answer, stop, f"answer {number}", cut_s=stop - 0.1)
            t = stop - 0.3
        else:
            talk.agent(answer, stop, f"answer {number}")
    return talk


def test_only_the_last_turns_are_computed_again():
    talk = a_talk()
    for number in range(15):
        talk.user("Hello", 1.0 + 3 * number, 1.5 + 3 * number)
        talk.agent(1.9 + 3 * number, 2.6 + 3 * number, "Hi there.")
    recording = talk.recording(lambda recording: recording.turns)
    log = recording._turn_log
    assert len(recording.turns) == 15
    assert log._settled == 12
    assert len(log._captions) == 3
    changed, _ = recording.turns_changed_since(log._versions[11])
    assert [turn.index for turn in changed] == [12, 13, 14]


class Followed:
    """A long talk, its recording, and the turns as somebody saw them who kept following it."""

    def __init__(self, seed: int) -> None:
        self.seen: dict[int, Turn] = {}
        self.version = 0
        self.recording = long_talk(seed).recording(self._look)
        self._look(self.recording)

    def _look(self, recording: Recording) -> None:
        changed, self.version = recording.turns_changed_since(self.version)
        self.seen.update({turn.index: turn for turn in changed})


@pytest.fixture(scope="module", params=range(3))
def followed(request):
    return Followed(request.param)


def test_settling_early_gives_the_turns_of_the_whole(followed):
    recording = followed.recording
    log = recording._turn_log
    fresh = TurnLog(
        log._user_speech,
        log._agent_sound,
        recording._replies,
        recording._marks,
        16_000,
        open_turns=10**6,
    )
    told = [event for event in recording.events_since(0) if not event.kind.startswith("agent.")]
    for event in told:
        if event.kind != "caption.agent":
            fresh.add(event)
    assert recording.turns == fresh.turns(recording._listened_s())
    assert len(recording.turns) > 2 * 3  # of which the last three are open


def test_changes_reported_while_it_happens_add_up_to_the_turns(followed):
    turns = followed.recording.turns
    assert [followed.seen[turn.index] for turn in turns] == turns
    assert followed.recording.turns_changed_since(followed.version) == ([], followed.version)
    for turn in turns:
        known = list(turn.latency.parts.values())
        if None not in known:
            assert sum(known) == pytest.approx(turn.latency.voice_to_voice, abs=1e-9)
        assert turn.barge_in_stop_s is None or turn.barge_in_stop_s >= 0


def test_every_reply_is_in_the_turn_it_names(followed):
    recording = followed.recording
    began = [event.t for event in recording.events if event.kind == "agent.first_audio"]
    for number, began_s in enumerate(began):
        turn = recording.turn_of_reply(number)
        assert turn.latency.first_byte <= began_s + 1e-9
        assert turn.agent.end >= began_s
