"""A kernel that is restarted under a conversation."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.lab import Notebook


def test_a_restarted_kernel_is_told_at_once_and_its_cell_run_again_helps(
    notebook: Notebook, page: Page
) -> None:
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    cells = ("import livekit_nb as live", "def get_weather", "studio = live.Studio")
    for code in cells:
        notebook.run_and_wait(code)
    notebook.part("studio-start").click()
    notebook.wait_for_status("listening")
    track = page.evaluate_handle("() => window.fakeTracks.at(-1)")

    page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    page.keyboard.press("0")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    problem = notebook.part("studio-problem")
    expect(problem).to_contain_text("The kernel was restarted or has ended.")
    expect(problem).to_contain_text("cell again")
    assert track.evaluate("(track) => track.readyState") == "ended"
    expect(notebook.part("studio-start")).to_be_disabled()  # nobody can answer

    for code in cells:
        notebook.run_and_wait(code)
    notebook.part("studio-start").click()
    notebook.wait_for_status("listening")
    notebook.part("studio-stop").click()
    notebook.wait_for_status("stopped")
    assert broken == []
