"""What stays of a recording in a saved notebook, and who can see it."""

import base64
import struct
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter
from nbconvert import HTMLExporter, LatexExporter

from livekit_nb import plots
from livekit_nb.recording import Recording, display
from tests.recording.talks import a_talk

display.set_picture(plots.draw)


class Images(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.found.append(dict(attrs))


@pytest.fixture(scope="module")
def recording() -> Recording:
    talk = a_talk().user("the secret word", 1.0, 2.0).tool("find", 2.2, 2.4, key="hush")
    return talk.agent(2.8, 4.0, "a hidden answer").recording()


@pytest.fixture
def notebook(recording, tmp_path) -> Path:
    """A notebook that shows a recording and its turns, run and saved as Jupyter does it."""
    cells = []
    for source, shown in (("recording", recording), ("recording.turns", recording.turns)):
        data, metadata = DisplayFormatter().format(shown)
        output = nbformat.v4.new_output(
            "execute_result", data=data, metadata=metadata, execution_count=1
        )
        cells.append(nbformat.v4.new_code_cell(source, execution_count=1, outputs=[output]))
    path = tmp_path / "saved.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def alt(recording: Recording) -> str:
    return plots.alt_text(recording)


def is_png(data: bytes) -> bool:
    """Whether it is a PNG, as wide as pictures are, and whole."""
    width = struct.unpack(">I", data[16:20])[0]
    return data.startswith(b"\x89PNG\r\n") and width > 1000 and data.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_a_saved_notebook_shows_the_picture_with_its_alternative_text(
    notebook, recording, template
):
    html, _ = HTMLExporter(template_name=template).from_filename(str(notebook))
    (image,) = Images(html).found
    assert image["alt"] == alt(recording)
    kind, _, data = image["src"].partition(",")
    assert kind == "data:image/png;base64"
    assert is_png(base64.b64decode(data))
    assert int(image["width"]) == 920  # for viewers that drop styles
    assert "the secret word" in html  # the table of turns was asked for


def test_what_takes_no_html_gets_the_picture_by_itself(notebook):
    _, resources = LatexExporter().from_filename(str(notebook))
    (picture,) = [data for name, data in resources["outputs"].items() if name.endswith(".png")]
    assert is_png(picture)


def test_the_notebook_is_valid_and_its_texts_hold_no_words(notebook, recording):
    saved = nbformat.read(notebook, as_version=4)
    nbformat.validate(saved)
    output = saved.cells[0].outputs[0]
    assert set(output.data) == {"text/plain", "text/html", "image/png"}
    assert output.metadata["image/png"]["alt"] == alt(recording)
    assert output.data["text/plain"] == recording.summary()
    for text in (
        output.data["text/plain"],
        alt(recording),
        saved.cells[1].outputs[0].data["text/plain"],
    ):
        for secret in ("secret", "hidden", "hush"):
            assert secret not in text


def test_without_anything_that_draws_there_is_the_text(recording):
    display.set_picture(None)
    try:
        data, metadata = DisplayFormatter().format(recording)
    finally:
        display.set_picture(plots.draw)
    assert data == {"text/plain": recording.summary()}
    assert metadata == {}


def test_pictures_by_themselves_are_as_lasting(recording):
    data, metadata = DisplayFormatter().format(plots.timeline(recording))
    assert set(data) == {"text/plain", "text/html", "image/png"}
    assert data["text/plain"] == metadata["image/png"]["alt"] == alt(recording)
