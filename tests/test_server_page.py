"""The page for people who only want a Live API: its programs run, and nothing is left out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as read_text

from livekit_nb.server.command import parser
from livekit_nb.server.metrics import Metrics
from tests.conformance.provide import HERE, clients
from tests.live_server import LiveServer, running_server
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
ANSWER = "84"


def program(language: str) -> str:
    """Return the page's one program in a language."""
    (found,) = re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)
    return str(found)


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with running_server(quick=True) as started:
        yield started


def run(server: LiveServer, command: list[str], **variables: str) -> str:
    """Run a program with the page's three variables, which only differ in the port."""
    (line,) = re.findall(r"(?m)^export (.*)$", PAGE)
    told = dict(pair.split("=", 1) for pair in line.split())
    assert told.keys() == {"GOOGLE_GEMINI_BASE_URL", "SSL_CERT_FILE", "GOOGLE_API_KEY"}
    port = server.url.rpartition(":")[2]
    told["GOOGLE_GEMINI_BASE_URL"] = told["GOOGLE_GEMINI_BASE_URL"].replace("8765", port)
    told["SSL_CERT_FILE"] = server.ca_file
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GOOGLE_", "GEMINI_"))
    }
    done = subprocess.run(
        command,
        env=clean | told | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_program_in_python_runs_as_it_stands(server: LiveServer, tmp_path: Path) -> None:
    file = tmp_path / "my_program.py"
    file.write_text(program("python"), encoding="utf-8")
    assert ANSWER in run(server, [sys.executable, str(file)])


def test_the_program_in_javascript_runs_as_it_stands(server: LiveServer, tmp_path: Path) -> None:
    client = clients()["javascript-3"]
    # The package under its own name; the conformance tests have two generations of it.
    package = tmp_path / "node_modules" / "@google" / "genai"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module", "exports": "./index.mjs"}')
    module = json.dumps((HERE / "node_modules" / "genai-newest/dist/node/index.mjs").as_uri())
    (package / "index.mjs").write_text(f"export * from {module};")
    file = tmp_path / "my_program.mjs"
    file.write_text(program("js"), encoding="utf-8")
    trusting = {"NODE_EXTRA_CA_CERTS": server.ca_file}
    assert ANSWER in run(server, [client.command[0], str(file)], **trusting)
    plain = {"GOOGLE_GEMINI_BASE_URL": server.url.replace("ws:", "http:")}
    assert ANSWER in run(server, [client.command[0], str(file)], **plain)


def test_every_option_is_on_the_page() -> None:
    options = {option for action in parser()._actions for option in action.option_strings}
    unknown = {option for option in options - {"-h", "--help"} if f"`{option}`" not in PAGE}
    assert not unknown
    assert set(re.findall(r"`(--[a-z-]+)`", PAGE)) <= options


def test_every_metric_is_on_the_page() -> None:
    _, text = Metrics().page()
    families = [family for family in read_text(text.decode()) if family.name.startswith("livekit")]
    names = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in families
        if not family.name.endswith("_created")
    }
    told = set(re.findall(r"`(livekit_nb_[a-z_]+)(?:\{[a-z]+\})?`", PAGE))
    assert names == told


def test_the_container_is_started_with_options_that_there_are() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (entry,) = re.findall(r"(?m)^ENTRYPOINT (\[.*\])$", text)
    name, command, *arguments = json.loads(entry)
    assert (name, command) == ("livekit-nb", "serve")
    chosen = parser().parse_args(arguments)
    assert chosen.host == "0.0.0.0"
    assert f"EXPOSE {chosen.port}" in text
    assert f"http://127.0.0.1:{chosen.port}/healthz" in text
    assert "USER livekit" in text
