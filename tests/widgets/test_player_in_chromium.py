"""The Player's real module in a real browser: what comes out of it is the recording's sound."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from livekit_nb.recording.recording import Recording
from livekit_nb.widgets.player import Player
from livekit_nb.widgets.reels import piece
from tests import chromium
from tests.tapping import PACK, unpacked
from tests.widgets import fake_comm
from tests.widgets.host import Host
from tests.widgets.pages import lent
from tests.widgets.reel_talks import talk

RATE_HZ = 24_000
HALF_A_STEP = 0.5 / 32768  # of 16 bits; browsers do not agree what the largest of them stands for

TAP = "() => { window.tapped = []; player.tap(({ at, samples }) => tapped.push([at, samples])); }"
FROM_PAGE = f"""() => [
  tapped.map(([at]) => at),
  ({PACK})(tapped.map(([, samples]) => samples)),
]"""


@pytest.fixture(scope="module")
def recording() -> Recording:
    return talk()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=chromium.arguments(devices=False)
        )
        yield browser
        browser.close()


@pytest.fixture
def page(recording: Recording, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    fake_comm.install(monkeypatch)
    player = Player(recording)
    comm: Any = player.comm
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    with Host(comm, widget="player") as host, lent(browser) as page:
        page.on("pageerror", note)
        page.goto(host.url)
        page.get_by_test_id("player").wait_for()
        expect(page.get_by_test_id("player")).to_have_attribute("data-state", "paused")
        yield page
        page.remove_listener("pageerror", note)
    player.close()
    assert errors == []


def both(recording: Recording) -> np.ndarray:
    pieces = [soundfile.read(io.BytesIO(piece(recording, n)), dtype="float32")[0] for n in range(3)]
    return np.concatenate(pieces)


def tapped(page: Page) -> tuple[np.ndarray, np.ndarray]:
    """What was put out since `TAP`: samples, and where each block began in the recording."""
    blocks, text = page.evaluate(FROM_PAGE)
    return unpacked(text), np.array(blocks)


def play_until(page: Page, t_s: float) -> None:
    page.evaluate(TAP)
    page.get_by_test_id("player-play").click()
    page.wait_for_function(f"player.t_s >= {t_s} || player.problem")
    assert page.evaluate("player.problem") is None
    page.evaluate("player.pause()")


def test_every_sample_that_comes_out_is_the_recordings(page: Page, recording: Recording) -> None:
    page.evaluate("player.seek(8.8)")
    play_until(page, 10.4)  # over the seam of two pieces
    samples, blocks = tapped(page)
    assert blocks[0] == round(8.8 * RATE_HZ)
    assert np.array_equal(np.diff(blocks), np.full(len(blocks) - 1, 128))
    expected = both(recording).sum(axis=1)[blocks[0] :][: len(samples)]
    assert len(samples) > 1.5 * RATE_HZ
    assert np.abs(samples - expected).max() < HALF_A_STEP
    assert np.abs(expected).max() > 0.1


def test_it_goes_with_the_audio_clock_and_pauses_where_it_is(page: Page) -> None:
    play_until(page, 1.5)
    stopped_s = page.evaluate("player.t_s")
    samples, blocks = tapped(page)
    rendered_s = (blocks[0] + len(samples)) / RATE_HZ
    # What is rendered is a moment ahead of what is heard.
    assert 0.0 <= rendered_s - stopped_s < 0.5
    expect(page.get_by_test_id("player")).to_have_attribute("data-state", "paused")
    page.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert page.evaluate("player.t_s") == stopped_s
    expect(page.get_by_test_id("player-time")).to_have_text(re.compile(r"^0:0[12]\.\d / 0:24\.0$"))


def test_twice_as_fast_keeps_the_pitch(page: Page) -> None:
    page.evaluate("player.seek(0.6)")
    page.get_by_test_id("player-speed").select_option("2")
    play_until(page, 2.2)
    samples, blocks = tapped(page)
    recorded_s = (blocks[-1] - blocks[0]) / RATE_HZ
    assert recorded_s / (len(samples) / RATE_HZ) == pytest.approx(2.0, rel=0.05)
    spoken = samples[: round(0.8 * RATE_HZ)]
    crossings = np.count_nonzero((spoken[:-1] < 0) & (spoken[1:] >= 0))
    assert crossings / 0.8 == pytest.approx(300, rel=0.03)


def test_a_side_that_is_muted_is_not_heard(page: Page, recording: Recording) -> None:
    page.evaluate("player.seek(1.0)")
    page.get_by_test_id("player-mute-user").click()
    expect(page.get_by_test_id("player-mute-user")).to_have_attribute("aria-pressed", "true")
    play_until(page, 3.6)
    samples, blocks = tapped(page)
    agent = both(recording)[:, 1][blocks[0] :][: len(samples)]
    assert np.abs(samples - agent).max() < HALF_A_STEP
    assert np.abs(agent).max() > 0.1


def test_at_its_end_it_stops_and_play_begins_anew(page: Page) -> None:
    page.evaluate("player.seek(23.7)")
    page.get_by_test_id("player-play").click()
    expect(page.get_by_test_id("player-time")).to_have_text("0:24.0 / 0:24.0")
    expect(page.get_by_test_id("player")).to_have_attribute("data-state", "paused")
    page.get_by_test_id("player-play").click()
    page.wait_for_function("player.playing && player.t_s > 0.2 && player.t_s < 5")


def test_keys_play_and_go_about(page: Page) -> None:
    page.get_by_test_id("player").focus()
    places = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home", "]", "]", "["):
        page.keyboard.press(key)
        places.append(page.evaluate("player.t_s"))
    assert places == pytest.approx([5, 10, 5, 24, 0, 0.5, 6.5, 0.5], abs=0.05)
    page.keyboard.press("Space")
    page.wait_for_function("player.playing && player.t_s > 0.7")
    page.keyboard.press("Space")
    assert page.evaluate("player.playing") is False
    # A slider has keys of its own; the one of the position goes on as the player does.
    page.get_by_test_id("player-volume-agent").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("player.volume.agent") == pytest.approx(0.95)
    page.get_by_test_id("player-position").focus()
    page.keyboard.press("Home")
    assert page.evaluate("player.t_s") == 0


def test_a_click_into_the_timeline_or_on_words_goes_there(page: Page) -> None:
    words = page.get_by_test_id("player-words").locator("li")
    expect(words).to_have_count(8)
    words.nth(3).click()
    assert page.evaluate("player.t_s") == pytest.approx(9.0, abs=0.1)
    expect(words.nth(3)).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("player-words").locator("[aria-current]")).to_have_count(1)
    box = page.locator(".lk-window").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    clicked_s = page.evaluate("player.t_s")
    assert clicked_s != pytest.approx(9.0, abs=0.1)
    head = page.locator(".lk-head").bounding_box()
    assert head is not None
    assert head["x"] + head["width"] / 2 == pytest.approx(box["x"] + box["width"] / 2, abs=3)


def test_who_sees_nothing_can_use_it(page: Page) -> None:
    for name, role in (
        ("Play", "button"),
        ("Position", "slider"),
        ("Speed", "combobox"),
        ("Mute: You", "button"),
        ("Volume: Agent", "slider"),
    ):
        expect(page.get_by_role(role, name=name, exact=True)).to_be_visible()
    expect(page.get_by_test_id("player-position")).to_have_attribute(
        "aria-valuetext", "0:00.0 of 0:24.0"
    )
    expect(page.get_by_test_id("player-label")).to_have_text("Google · gemini-3.8-live")
    expect(page.get_by_test_id("studio-tools").locator("li")).to_have_count(4)


def test_it_fits_into_a_narrow_cell(page: Page) -> None:
    page.set_viewport_size({"width": 500, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= 500")
    parts = page.locator(".lk-transport > *")
    for number in range(parts.count()):
        box = parts.nth(number).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 500


def test_only_some_pieces_are_fetched_and_few_are_kept(page: Page) -> None:
    page.wait_for_function("player.duration_s >= 21")
    # What the worklet is told reaches it late, when it has rendered for a while.
    page.evaluate(
        """async () => {
          window.asked = [];
          const { model, sound } = player;
          const { send } = model;
          model.send = (message, ...rest) => {
            if (message.type === "sound") asked.push(message.piece);
            return send(message, ...rest);
          };
          const tell = sound.tell.bind(sound);
          sound.tell = (message) => setTimeout(() => tell(message), 100);
          player.seek(21);
          await player.toggle();
        }"""
    )
    page.wait_for_function("player.t_s > 21.2")
    asked: list[int] = page.evaluate("asked")
    assert set(asked) == {2}


def test_its_messages_are_listed_and_a_click_goes_to_their_time(
    page: Page, recording: Recording
) -> None:
    log = recording._messages
    for n in range(5):
        log.add(1.0 + n, "received", "toolCall", 50, f'{{"n":{n}}}', connection=1)
    page.get_by_test_id("messages-toggle").click()
    rows = page.get_by_test_id("messages").locator("[data-number]")
    expect(rows).to_have_count(5)
    rows.nth(3).click()
    expect(page.get_by_test_id("message-body")).to_contain_text('"n": 3')
    assert page.evaluate("player.t_s") == pytest.approx(4.0)
    page.keyboard.press("Home")
    assert page.evaluate("player.t_s") == pytest.approx(1.0), (
        "the list's first, not the recording's"
    )
    page.get_by_test_id("messages-find").press_sequentially("tool [ ")
    assert page.get_by_test_id("messages-find").input_value() == "tool [ "
    assert page.evaluate("player.playing") is False
