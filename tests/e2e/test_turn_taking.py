"""Whose turn it is, and a connection that breaks: what a person does with the Studio's controls."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.lab import Lab, Notebook

pytestmark = pytest.mark.timeout(300)

IMPORT = "import livekit_nb as live"
TOOL = "def get_weather"
STUDIO = "studio = live.Studio"
PUSH_TO_TALK = """studio = live.Studio(tools=[get_weather], activity="manual")
studio"""
CAPTURE = """async with live.connect(tools=[get_weather]) as session:
    await session.say(live.speech("What's the weather in Paris?"))
    await session.next_turn()
again = live.Studio(endpoint=session.recording, tools=[get_weather])
display(live.Player(session.recording), again)"""
RECONNECTED = re.compile("1 interrupted connection")

WATCH_STATUS = """() => {
  const text = document.querySelector("[data-testid=studio-status]");
  window.statuses = [];
  new MutationObserver(() => window.statuses.push(text.textContent.trim()))
    .observe(text, { childList: true, characterData: true, subtree: true });
}"""


def test_mute_a_dropped_connection_and_typing_in_one_conversation(
    notebook: Notebook, lab: Lab
) -> None:
    for code in (IMPORT, TOOL, STUDIO):
        notebook.run_and_wait(code)
    notebook.part("studio-start").click()
    notebook.wait_for_status("listening")
    mute, captions = notebook.part("studio-mute"), notebook.part("studio-captions")

    # Anywhere in the Studio; and in JupyterLab M would make Markdown of the cell.
    notebook.part("studio").get_by_role("heading", name="Conversation").click()
    notebook.page.keyboard.press("m")
    expect(mute).to_have_attribute("aria-pressed", "true")
    notebook.say("weather_madrid")
    notebook.page.keyboard.press("m")
    expect(mute).to_have_attribute("aria-pressed", "false")
    assert notebook.page.locator(".jp-MarkdownCell:has([data-testid=studio])").count() == 0

    # The question is on its way when the connection breaks.
    notebook.page.evaluate(WATCH_STATUS)
    notebook.part("studio-faults").select_option("drop")
    notebook.say("weather_paris")
    expect(captions).to_contain_text("17")
    notebook.wait_for_status("listening")
    assert "reconnecting" in notebook.page.evaluate("window.statuses")
    expect(notebook.part("studio-timeline")).to_have_attribute("aria-label", RECONNECTED)

    typed = notebook.part("studio-type")
    typed.fill("What is the weather in Rome?")
    typed.press("Enter")
    expect(typed).to_have_value("")
    expect(captions).to_contain_text("What is the weather in Rome?")
    expect(notebook.part("studio-tools")).to_contain_text("Rome")
    notebook.wait_for_status("listening")
    expect(notebook.part("studio-cost")).to_contain_text("tokens")
    notebook.part("studio-stop").click()
    notebook.wait_for_status("stopped")

    with lab.kernel() as kernel:
        cities = kernel.value("[t.args['city'] for t in studio.recording.tools]")
        assert cities == ["Paris", "Rome"], "nobody heard of Madrid, and none was asked for twice"
        told = kernel.value("[e.kind for e in sorted(studio.recording.events, key=lambda e: e.t)]")
        lost = kernel.value("[e.data for e in studio.recording.events if e.kind == 'uplink.lost']")
    wanted = ("mic.muted", "mic.unmuted", "fault", "session.reconnecting", "session.resumed")
    assert [kind for kind in told if kind in wanted] == list(wanted)
    assert lost == []


def test_push_to_talk_by_the_space_bar_hears_the_last_word(notebook: Notebook, lab: Lab) -> None:
    for code in (IMPORT, TOOL):
        notebook.run_and_wait(code)
    notebook.run_new(PUSH_TO_TALK)
    notebook.part("studio-start").click()
    notebook.wait_for_status("listening")
    talk = notebook.part("studio-talk")
    expect(talk).to_be_focused()  # and not Stop, which the space bar would press
    notebook.page.keyboard.down("Space")
    expect(talk).to_have_attribute("aria-pressed", "true")
    notebook.say("weather_paris")
    notebook.page.keyboard.up("Space")
    expect(talk).to_have_attribute("aria-pressed", "false")
    expect(notebook.part("studio-captions")).to_contain_text("17")
    notebook.wait_for_status("listening")
    notebook.say("weather_madrid")  # to nobody
    talk.hover()
    notebook.page.mouse.down()
    notebook.say("and_berlin")
    notebook.page.mouse.up()
    expect(notebook.part("studio-tools")).to_contain_text("Berlin")
    notebook.wait_for_status("listening")
    notebook.part("studio-stop").click()
    notebook.wait_for_status("stopped")
    with lab.kernel() as kernel:
        cities = kernel.value("[t.args['city'] for t in studio.recording.tools]")
        edges = kernel.value(
            "[e.data['edge'] for e in studio.recording.events if e.kind == 'activity.marked']"
        )
    assert cities == ["Paris", "Berlin"]
    assert edges == ["start", "end"] * 2


def test_a_recording_is_listened_to_and_then_answers_itself(notebook: Notebook, lab: Lab) -> None:
    for code in (IMPORT, TOOL):
        notebook.run_and_wait(code)
    notebook.run_new(CAPTURE)
    play, passed = notebook.part("player-play"), notebook.part("player-time")
    expect(play).to_be_enabled()
    expect(passed).to_have_text(re.compile(r"^0:00\.0 / "))
    play.click()
    expect(passed).to_have_text(re.compile(r"^0:0[1-9]"))
    notebook.page.keyboard.press("Space")
    expect(notebook.part("player")).to_have_attribute("data-state", "paused")
    expect(notebook.part("player-words")).to_contain_text("17")
    assert notebook.page.get_by_test_id("player-problem").is_hidden()

    expect(notebook.part("studio-endpoint")).to_have_text(re.compile("^recording of .*played back"))
    notebook.part("studio-start").click()
    notebook.wait_for_status("listening")
    notebook.say("weather_madrid")  # whatever is asked: it answers what was asked then
    expect(notebook.part("studio-captions")).to_contain_text("17")
    expect(notebook.part("studio-tools")).to_contain_text("Paris")
    notebook.wait_for_status("stopped")
    with lab.kernel() as kernel:
        ends = kernel.value(
            "[e.data for e in again.recording.events if e.kind == 'session.closed']"
        )
        cost = kernel.value("again.recording.cost.usd")
    assert [end["code"] for end in ends] == [1000]
    assert cost == 0.0
