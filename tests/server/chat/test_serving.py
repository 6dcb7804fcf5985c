"""``livekit-nb serve`` with a chat endpoint, as a process that is told by its environment."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from livekit_nb.session.access.credentials import environment_for_children
from tests.live_server import running_server
from tests.patience import connect
from tests.server.chat.scripted import answering, scripted

KEY = "sk-canary-4711"


async def test_a_server_that_is_told_of_an_endpoint_asks_it(monkeypatch, capfd):
    async with scripted() as (endpoint, _):
        endpoint.then(answering("I am ", "somebody else."))
        monkeypatch.setenv("LIVEKIT_NB_LLM", endpoint.url)
        monkeypatch.setenv("LIVEKIT_NB_LLM_KEY", KEY)
        assert environment_for_children()["LIVEKIT_NB_LLM_KEY"] == KEY
        with running_server(quick=True) as server:
            async with connect(server.live_url) as connection:
                setup = {"model": "models/gemini-3.8-live", "outputAudioTranscription": {}}
                await connection.send(json.dumps({"setup": setup}))
                await connection.send(json.dumps({"realtimeInput": {"text": "Who are you?"}}))
                words, content = "", {}
                while "turnComplete" not in content:
                    content = json.loads(await connection.recv()).get("serverContent", {})
                    words += content.get("outputTranscription", {}).get("text", "")
        assert words == "I am somebody else."
        assert endpoint.exchanges[-1].headers["authorization"] == f"Bearer {KEY}"
    written = capfd.readouterr()
    assert "canary" not in written.out + written.err


@pytest.mark.parametrize("address", ["localhost:8080", "http://me:canary@localhost/v1"])
def test_an_address_that_is_none_is_told_before_anything_starts(address):
    command = [sys.executable, "-m", "livekit_nb.cli", "serve", "--llm", address]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "none of a chat endpoint" in done.stderr
    assert "canary" not in done.stderr


def test_without_the_client_it_says_what_to_install():
    code = (
        "import sys; sys.modules['httpx2'] = None\n"
        "from livekit_nb.cli import main; sys.exit(main(['serve', '--llm', 'http://h']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'livekit-nb[llm]'" in done.stderr
