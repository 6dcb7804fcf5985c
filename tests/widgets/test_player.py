"""The Player's end in the kernel: what it tells a page that asks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import RecordingError, SettingsError
from livekit_nb.recording.recording import Recording
from livekit_nb.widgets.player import MOST_WAITING, Player
from livekit_nb.widgets.reels import piece
from tests.patience import PATIENCE_S
from tests.widgets import fake_comm
from tests.widgets.reel_talks import talk


@pytest.fixture(scope="module")
def recording() -> Recording:
    return talk()


@pytest.fixture
def player_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], Player]]:
    fake_comm.install(monkeypatch)
    made: list[Player] = []

    def make(recording: Any) -> Player:
        made.append(Player(recording))
        return made[-1]

    yield make
    for player in made:
        player.close()


def answers(player: Player, wanted: int = 1, **asked: Any) -> list[tuple[dict[str, Any], list]]:
    """Ask something as page "p", and wait for so many answers."""
    comm: Any = player.comm
    before = len(comm.sent)
    comm.receive({"from": "p", **asked})
    until = time.monotonic() + PATIENCE_S
    while len(comm.sent) < before + wanted:
        assert time.monotonic() < until
        time.sleep(0.005)
    told = [(data["content"], buffers) for data, buffers in comm.sent[before:]]
    assert all(content["to"] == "p" for content, _ in told)
    return told


def told_all(player: Player) -> list[dict[str, Any]]:
    comm: Any = player.comm
    answers(player, type="open")
    until = time.monotonic() + PATIENCE_S
    while not any(content["type"] == "ready" for content in comm.custom()):
        assert time.monotonic() < until
        time.sleep(0.005)
    return comm.custom()


def test_a_page_is_told_the_whole_recording_and_then_that_this_was_it(
    recording: Recording, player_of: Callable[[Any], Player]
) -> None:
    *feeds, ready = told_all(player_of(recording))
    assert {feed["type"] for feed in feeds} == {"feed"}
    assert sum(len(feed["events"]) for feed in feeds) == len(recording.events)
    assert sum(len(feed["turns"]) for feed in feeds) == len(recording.turns) == 4
    last = max(t["t0"] + t["step_s"] * len(t["peaks"]) for feed in feeds for t in feed["agent"])
    assert 22.9 < last <= 24.0
    assert ready == {
        "type": "ready",
        "to": "p",
        "duration_s": 24.0,
        "label": "Google · gemini-3.8-live",
        "problem": "",
    }


def test_sound_comes_in_pieces_and_what_is_not_there_is_said(
    recording: Recording, player_of: Callable[[Any], Player]
) -> None:
    player = player_of(recording)
    ((content, (sound,)),) = answers(player, type="sound", piece=1)
    assert (content["piece"], content["problem"]) == (1, "")
    assert sound == piece(recording, 1)
    ((content, buffers),) = answers(player, type="sound", piece=99)
    assert "shorter" in content["problem"]
    assert buffers == []


def test_what_the_timeline_asks_is_answered(
    recording: Recording, player_of: Callable[[Any], Player]
) -> None:
    player = player_of(recording)
    ask = {"type": "ask", "id": 5, "what": "spectra"}
    about = {"side": "agent", "first": 150, "frames": 20, "columns": 10}
    ((content, _),) = answers(player, **ask, about=about)
    assert (content["id"], content["last"]) == (5, True)
    assert "error" not in json.loads(content["text"])
    ((content, _),) = answers(player, type="ask", id=6, what="secrets", about={})
    assert "error" in json.loads(content["text"])


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"type": "open"},
        {"type": "open", "from": 3},
        {"type": "open", "from": "x" * 1000},
        {"type": "sound", "from": "p", "piece": "1"},
        {"type": "sound", "from": "p", "piece": None},
        {"type": "ask", "from": "p", "id": "1", "what": "spectra", "about": {}},
        {"type": "ask", "from": "p", "id": 1, "what": "spectra", "about": []},
    ],
)
def test_nonsense_is_not_heard(
    recording: Recording, player_of: Callable[[Any], Player], nonsense: dict[str, Any]
) -> None:
    player = player_of(recording)
    comm: Any = player.comm
    comm.receive(nonsense)
    answers(player, type="sound", piece=0)
    assert len(comm.custom()) == 1


def test_a_page_that_asks_for_too_much_does_not_pile_up(
    recording: Recording, player_of: Callable[[Any], Player]
) -> None:
    player = player_of(recording)
    comm: Any = player.comm
    for _ in range(20 * MOST_WAITING):
        comm.receive({"type": "sound", "from": "p", "piece": 0})
    assert player._waiting <= MOST_WAITING


def test_it_plays_what_was_saved(
    recording: Recording, player_of: Callable[[Any], Player], tmp_path: Path
) -> None:
    path = tmp_path / "talk.liverec"
    recording.save(path)
    for place in (path, str(path)):
        player = player_of(place)
        *_, ready = told_all(player)
        assert ready["duration_s"] == recording.duration_s
        ((_, (sound,)),) = answers(player, type="sound", piece=0)
        assert sound == piece(recording, 0)


def test_an_empty_recording_says_so(player_of: Callable[[Any], Player]) -> None:
    (ready,) = told_all(player_of(Recording()))
    assert ready["problem"].startswith("There is nothing to play")


def test_one_without_sound_says_so_and_shows_the_rest(
    recording: Recording, player_of: Callable[[Any], Player]
) -> None:
    player = player_of(recording.redact())
    *feeds, ready = told_all(player)
    assert "taken out" in ready["problem"]
    assert sum(len(feed["turns"]) for feed in feeds) == 4
    ((content, (sound,)),) = answers(player, type="sound", piece=0)
    assert content["problem"] == ""
    assert len(sound) < 10_000


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not int"):
        live.Player(3)
    with pytest.raises(RecordingError):
        live.Player(tmp_path / "nothing.liverec")


def test_a_saved_notebook_shows_the_recording(
    recording: Recording, player_of: Callable[[Any], Player]
) -> None:
    live.plots  # noqa: B018 (draws recordings)
    player = player_of(recording)
    bundle = player._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == recording.summary()
    assert "<img" in data["text/html"]
    assert "alt=" in data["text/html"]
    assert repr(player) == "<Player of <Recording of 24.0 s, 4 turns>>"


def test_a_closed_player_is_silent(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_comm.install(monkeypatch)
    player = Player(recording)
    comm: Any = player.comm
    player.close()
    before = len(comm.custom())
    player._on_message(player, {"type": "sound", "from": "p", "piece": 0}, [])
    assert len(comm.custom()) == before
