"""Plays scenarios with the official Python client, and tells what that client told it.

A program of its own: it knows google-genai and nothing of livekit_nb, so that it runs wherever the
client is installed. A job (JSON) comes on standard input, and to standard output goes one line of
JSON that says what this is, then one for each scenario, as it ends. The steps and what is logged
are described in :mod:`tests.conformance.steps`. The key and whom to trust come by environment
variables, which the client itself reads.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import warnings
from typing import Any

from google import genai
from google.genai import types
from websockets.exceptions import ConnectionClosed

DEADLINE_S = 90.0  #: a message that has not come by then will not come
OPEN_TIMEOUT_S = 60.0  #: a busy machine is allowed to be slow
MESSAGE_BYTES = 3_200  #: 100 ms of 16 kHz audio
FRAME_BYTES, FRAME_S = 640, 0.02

# The client calls these features experimental each time they are used.
warnings.filterwarnings("ignore", message=".*experimental.*")
# Where aiohttp is installed too, the client derives a class of it that aiohttp advises against.
warnings.filterwarnings("ignore", message="Inheritance class AiohttpClientSession")


class Player:
    """Plays one scenario."""

    def __init__(self, scenario: dict[str, Any], media: dict[str, str]) -> None:
        self.steps = scenario["steps"]
        self.address = scenario["address"]
        self.media = {name: base64.b64decode(data) for name, data in media.items()}
        self.log: list[dict[str, Any]] = []
        self.seen = 0  # how much of the log was waited for
        self.news = asyncio.Event()
        self.handle: str | None = None
        self.token: str | None = None
        self.calls: list[Any] = []
        self.speech = b""  # what the microphone has yet to pick up
        self.session: Any = None
        self.tasks: list[asyncio.Task[None]] = []
        self.ending: asyncio.Event | None = None
        self.connection: asyncio.Task[None] | None = None

    def note(self, **entry: Any) -> None:
        self.log.append(entry)
        self.news.set()

    async def play(self) -> list[dict[str, Any]]:
        try:
            for number, step in enumerate(self.steps):
                arguments = {name: value for name, value in step.items() if name != "do"}
                await getattr(self, "do_" + step["do"])(**arguments)
                self.note(step=number)
        except ConnectionClosed:
            await self.wait(lambda entry: "close" in entry, "its close")
        except Exception as error:
            self.note(failed=f"{type(error).__name__}: {error}")
        finally:
            await self.do_close()
        return self.log

    # Connections ----------------------------------------------------------------------------------

    async def do_connect(
        self, model: str, setup: dict[str, Any], resume: bool = False, token: bool = False
    ) -> None:
        config = types.LiveConnectConfig.model_validate(setup)
        if resume:
            config.session_resumption = types.SessionResumptionConfig(handle=self.handle)
        client = self.client(self.token) if token else self.client()
        self.ending = asyncio.Event()
        self.connection = asyncio.create_task(self.converse(client, model, config))
        await self.wait(lambda entry: "connected" in entry or "close" in entry, "an answer")

    def client(self, token: str | None = None, api_version: str | None = None) -> genai.Client:
        options = types.HttpOptions(
            base_url=self.address,
            api_version="v1alpha" if token else api_version,
            async_client_args={"open_timeout": OPEN_TIMEOUT_S},
        )
        return genai.Client(api_key=token, http_options=options)

    async def converse(self, client: genai.Client, model: str, config: Any) -> None:
        """Hold one connection open until it is no longer wanted."""
        try:
            async with client.aio.live.connect(model=model, config=config) as session:
                self.session = session
                reader = asyncio.create_task(self.read(session))
                self.note(connected=True)
                assert self.ending is not None
                await self.ending.wait()
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)
        except genai.errors.APIError as error:
            self.note(close={"code": error.code, "reason": error.details}, refused=str(error))
        except Exception as error:
            self.note(failed=f"{type(error).__name__}: {error}")

    async def read(self, session: Any) -> None:
        try:
            while True:  # the client's iterator ends with every turn
                async for message in session.receive():
                    told = message.model_dump(mode="json", by_alias=True, exclude_none=True)
                    update = told.get("sessionResumptionUpdate", {})
                    self.handle = update.get("newHandle") or self.handle
                    self.calls = told.get("toolCall", {}).get("functionCalls") or self.calls
                    self.note(message=told)
        except genai.errors.APIError as error:
            self.note(close={"code": error.code, "reason": error.details})
        except Exception as error:
            self.note(failed=f"{type(error).__name__}: {error}")

    async def do_close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()
        if self.connection is not None and self.ending is not None:
            self.ending.set()
            await self.connection
            self.connection = None

    async def do_mint(self, config: dict[str, Any]) -> None:
        # Of a mere dict the client reads lockAdditionalFields in snake_case only.
        wanted = types.CreateAuthTokenConfig.model_validate(config)
        made = await self.client(api_version="v1alpha").aio.auth_tokens.create(config=wanted)
        self.token = made.name
        self.note(token=made.name)

    # What the user does ---------------------------------------------------------------------------

    async def do_text(self, text: str) -> None:
        await self.session.send_realtime_input(text=text)

    async def do_content(self, turns: list[Any], complete: bool) -> None:
        contents = [types.Content.model_validate(turn) for turn in turns]
        await self.session.send_client_content(turns=contents, turn_complete=complete)

    async def do_say(self, clip: str, silence_s: float, rate_hz: int) -> None:
        pcm = self.media[clip] + bytes(2 * int(silence_s * rate_hz))
        if self.tasks:
            self.speech += pcm
            return
        for start in range(0, len(pcm), MESSAGE_BYTES):
            await self.send_audio(pcm[start : start + MESSAGE_BYTES], rate_hz)

    async def send_audio(self, pcm: bytes, rate_hz: int = 16_000) -> None:
        blob = types.Blob(data=pcm, mime_type=f"audio/pcm;rate={rate_hz}")
        await self.session.send_realtime_input(audio=blob)

    async def do_listen(self) -> None:
        self.tasks.append(asyncio.create_task(self.listen_to_microphone()))

    async def listen_to_microphone(self) -> None:
        """Send what a microphone picks up, in real time; where nobody speaks, silence."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            frame, self.speech = self.speech[:FRAME_BYTES], self.speech[FRAME_BYTES:]
            await self.send_audio(frame.ljust(FRAME_BYTES, b"\0"))
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def do_show(self, picture: str) -> None:
        blob = types.Blob(data=self.media[picture], mime_type="image/jpeg")
        await self.session.send_realtime_input(video=blob)

    async def do_media_chunk(self, clip: str) -> None:
        blob = types.Blob(data=self.media[clip], mime_type="audio/pcm;rate=16000")
        await self.session.send_realtime_input(media=blob)

    async def do_mark(self, edge: str) -> None:
        marks: dict[str, Any] = {
            "activityStart": {"activity_start": types.ActivityStart()},
            "activityEnd": {"activity_end": types.ActivityEnd()},
            "audioStreamEnd": {"audio_stream_end": True},
        }
        await self.session.send_realtime_input(**marks[edge])

    async def do_respond(self, response: dict[str, Any], **fields: Any) -> None:
        results = [
            types.FunctionResponse.model_validate(
                {"id": call["id"], "name": call["name"], "response": response, **fields}
            )
            for call in self.calls
        ]
        await self.session.send_tool_response(function_responses=results)

    async def do_update(self, instructions: str | None = None, tools: Any = None) -> None:
        declared = None if tools is None else [types.Tool.model_validate(item) for item in tools]
        await self.session.send_context_update(system_instruction=instructions, tools=declared)

    # What the user waits for ----------------------------------------------------------------------

    async def do_wait(self, path: str | None = None, audio_s: float | None = None) -> None:
        if path == "close":
            await self.wait(lambda entry: "close" in entry, "a close")
        elif path is not None:
            await self.wait(lambda entry: at(entry.get("message"), path), path)
        else:
            heard_s = 0.0

            def enough(entry: dict[str, Any]) -> bool:
                nonlocal heard_s
                heard_s += audio_seconds(entry.get("message", {}))
                return heard_s >= (audio_s or 0.0)

            await self.wait(enough, f"{audio_s} s of audio")

    async def wait(self, wanted: Any, name: str) -> None:
        """Wait until an entry not yet seen is the one that is wanted."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    while self.seen < len(self.log):
                        entry = self.log[self.seen]
                        self.seen += 1
                        if wanted(entry):
                            return
                        if "close" in entry or "failed" in entry:
                            raise RuntimeError(f"the connection ended while waiting for {name}")
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            raise RuntimeError(f"waited in vain for {name}") from None


def at(message: Any, path: str) -> bool:
    """Whether there is something at this path, and it is neither false nor empty text."""
    for name in path.split("."):
        if not isinstance(message, dict) or name not in message:
            return False
        message = message[name]
    return message is not False and message != ""


def audio_seconds(message: dict[str, Any]) -> float:
    parts = message.get("serverContent", {}).get("modelTurn", {}).get("parts", [])
    data = (part.get("inlineData", {}).get("data", "") for part in parts)
    return sum(len(item) * 3 / 4 for item in data) / 48_000


def tell(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def main() -> None:
    job = json.load(sys.stdin)
    runtime = f"Python {sys.version.split()[0]}"
    tell(version=genai.__version__, runtime=runtime)
    places = asyncio.Semaphore(job["at_once"])

    async def run(scenario: dict[str, Any]) -> None:
        async with places:
            log = await Player(scenario, job["media"]).play()
            tell(scenario=scenario["name"], log=log)

    await asyncio.gather(*map(run, job["scenarios"]))


if __name__ == "__main__":
    asyncio.run(main())
