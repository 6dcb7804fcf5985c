"""An OpenAI-compatible chat endpoint over HTTP: a question out, its answer in as it is written.

Whatever goes wrong is a :class:`ChatError` in words of ours: an endpoint's own words may hold what
was said, or a part of a key.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from livekit_nb.server.chat.settings import MODEL_VARIABLE, ChatSettings
from livekit_nb.server.chat.stream import (
    DONE,
    Delta,
    EventReader,
    MalformedStreamError,
    read_piece,
)
from livekit_nb.server.packages import missing

try:
    import httpx2 as http
except ImportError as error:
    raise missing("httpx2", "pip install 'livekit-nb[llm]'") from error

__all__ = ["ChatEndpoint", "ChatError", "ContextTooLongError"]

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 5.0  #: likewise for getting the request across
ANSWER_LIMIT_S = 300.0  #: for one answer, however busily it comes
MAX_ANSWER_BYTES = 8 << 20
MAX_ERROR_BYTES = 65_536
MAX_CONNECTIONS = 256


class ChatError(Exception):
    """The endpoint gave no answer, or not all of it; the text says why."""


class ContextTooLongError(ChatError):
    """More was said than the model can look back on."""


@dataclass
class _Abilities:
    """What the endpoint has not refused so far."""

    tools: bool = True
    parallel: bool = True
    images: bool = True


class ChatEndpoint:
    """One endpoint, shared by all conversations of a server.

    Parameters
    ----------
    settings : ChatSettings
    """

    def __init__(self, settings: ChatSettings) -> None:
        self.settings = settings
        for name in ("httpx2", "httpcore2"):  # at DEBUG they write headers, so keys, to their logs
            logging.getLogger(name).setLevel(logging.WARNING)
        self._model = settings.model
        self._can = _Abilities()
        headers = {"Authorization": f"Bearer {settings.key}"} if settings.key else {}
        self._client = http.AsyncClient(
            headers=headers,
            timeout=http.Timeout(CONNECT_TIMEOUT_S, read=settings.timeout_s),
            limits=http.Limits(max_connections=MAX_CONNECTIONS),
            trust_env=not _is_here(settings.url),  # a proxy knows no way to this machine
            # Plain HTTP has no certificates, and loading those to trust takes a while.
            verify=settings.url.startswith("https:"),
        )

    @property
    def takes_tools(self) -> bool:
        """Whether it has not refused tools."""
        return self._can.tools

    @property
    def takes_images(self) -> bool:
        """Whether pictures are wanted and it has not refused them."""
        return self.settings.images and self._can.images

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def model(self) -> str:
        """Return the model's name, asking the endpoint the first time if none was given.

        Raises
        ------
        ChatError
            If it lists none.
        """
        if not self._model:
            try:
                async with self._client.stream("GET", f"{self.settings.url}/models") as response:
                    listed = json.loads(await _all_of(response))
                self._model = str(listed["data"][0]["id"])
            except http.HTTPError as error:
                raise ChatError(_why(error)) from None
            except (ValueError, LookupError, TypeError, RecursionError, MalformedStreamError):
                if response.status_code != 200:
                    raise _refused(response.status_code) from None
                raise ChatError(
                    f"it lists no models; name one with --llm-model or {MODEL_VARIABLE}"
                ) from None
        return self._model

    async def check(self) -> None:
        """Log it if the endpoint cannot be reached, so that it is known before somebody speaks."""
        try:
            await self.model()
        except ChatError as error:
            self.complain(error)

    def complain(self, error: ChatError) -> None:
        """Log what went wrong."""
        log.warning(
            "The chat endpoint %s failed: %s. The built-in thinker answers meanwhile.",
            self.settings.url,
            error,
        )

    async def answer(
        self,
        messages: Sequence[dict[str, Any]],
        tools: Sequence[dict[str, Any]] = (),
        *,
        tool_choice: str = "",
    ) -> AsyncGenerator[Delta, None]:
        """Ask, and yield the answer's pieces as they come; closing the generator hangs up.

        Parameters
        ----------
        messages : sequence of dict
            System's, user's, assistant's and tools', as the API has them.
        tools : sequence of dict
            Left out once the endpoint has refused tools.
        tool_choice : str
            ``"required"`` or ``"none"``; empty for the model's own choice.

        Raises
        ------
        ChatError
            If there is no answer, or it breaks off. What was yielded before was said.
        """
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                model = await self.model()
                while True:
                    body = self._body(model, messages, tools, tool_choice)
                    async with self._client.stream(
                        "POST",
                        f"{self.settings.url}/chat/completions",
                        content=json.dumps(body),  # in ASCII: recognised words may be no Unicode
                        headers={"Content-Type": "application/json"},
                    ) as response:
                        if response.status_code == 200:
                            async with aclosing(_deltas(response)) as deltas:
                                async for delta in deltas:
                                    yield delta
                            return
                        refusal = await _start_of(response)
                    if not self._do_without(body, refusal):
                        raise _refused(response.status_code, refusal)
        except TimeoutError:
            raise ChatError(f"its answer took longer than {ANSWER_LIMIT_S:g} s") from None
        except http.HTTPError as error:
            raise ChatError(_why(error)) from None
        except MalformedStreamError as error:
            raise ChatError(f"it sent {error}") from None

    def _body(
        self,
        model: str,
        messages: Sequence[dict[str, Any]],
        tools: Sequence[dict[str, Any]],
        tool_choice: str,
    ) -> dict[str, Any]:
        if not self.takes_images:
            messages = [_without_images(message) for message in messages]
        body: dict[str, Any] = {"model": model, "messages": list(messages), "stream": True}
        if tools and self._can.tools:
            body["tools"] = list(tools)
            if self._can.parallel:
                body["parallel_tool_calls"] = True
            if tool_choice:
                body["tool_choice"] = tool_choice
        return body

    def _do_without(self, body: dict[str, Any], refusal: str) -> bool:
        """Find out from a refusal what to leave out from now on; False if it says nothing of it."""
        refusal = refusal.lower()
        if "parallel_tool_calls" in refusal and "parallel_tool_calls" in body:
            self._can.parallel = False
            return True
        if "image" in refusal and self.takes_images and "image_url" in json.dumps(body["messages"]):
            self._can.images = False
            log.warning("The chat endpoint takes no pictures; it gets none from now on.")
            return True
        if re.search(r"\btools?\b|\btool[_-]choice|\bfunctions?\b", refusal) and "tools" in body:
            self._can.tools = False
            log.warning("The chat endpoint takes no tools; the built-in thinker chooses them.")
            return True
        return False


async def _deltas(response: http.Response) -> AsyncGenerator[Delta, None]:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":  # one that does not stream
        yield read_piece(await _all_of(response))[0]
        return
    if kind != "text/event-stream":
        raise MalformedStreamError("no stream of events; is the address right?")
    reader, ended, size = EventReader(), False, 0
    async for received in response.aiter_bytes():
        size += len(received)
        if size > MAX_ANSWER_BYTES:
            raise MalformedStreamError("an answer without end")
        for data in reader.feed(received):
            if data.strip() == DONE:
                return
            delta, reason = read_piece(data)
            ended = ended or reason is not None
            yield delta
    if not ended:
        raise MalformedStreamError("only the beginning of its answer")


async def _all_of(response: http.Response) -> bytes:
    body = b""
    async for received in response.aiter_bytes():
        body += received
        if len(body) > MAX_ANSWER_BYTES:
            raise MalformedStreamError("an answer without end")
    return body


async def _start_of(response: http.Response) -> str:
    """Return the beginning of a refusal, which is looked into and never shown."""
    body = b""
    async for received in response.aiter_bytes():
        body += received
        if len(body) > MAX_ERROR_BYTES:
            break
    return body.decode("utf-8", "replace")


def _refused(status: int, refusal: str = "") -> ChatError:
    too_long = r"context_length_exceeded|exceed_context_size|maximum context length"
    if status in (400, 413, 422, 500) and re.search(too_long, refusal):
        return ContextTooLongError("the conversation is too long for it")
    hint = {
        401: "; it wants a key, or another one (docs/llm.md)",
        403: "; it wants a key, or another one (docs/llm.md)",
        404: "; is the address right, and the model's name?",
        429: "; it is asked too often",
    }.get(status, "")
    return ChatError(f"it answered HTTP {status}{hint}")


def _why(error: http.HTTPError) -> str:
    if isinstance(error, http.ConnectTimeout | http.ConnectError):
        return "it cannot be reached"
    if isinstance(error, http.TimeoutException):
        return "it was silent for too long"
    return f"the connection to it broke ({type(error).__name__})"


def _without_images(message: dict[str, Any]) -> dict[str, Any]:
    content = message.get("content")
    if not isinstance(content, list):
        return message
    texts = [part["text"] for part in content if part.get("type") == "text"]
    return {**message, "content": "\n".join(texts)}


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
