"""A page that shows one widget, without Jupyter.

The widget's real module and style run in it against a small stand-in for the model, whose comm is
a WebSocket to here. Everything else (the gateway, the devices) is the real thing.
"""

from __future__ import annotations

import base64
import http
import json
from pathlib import Path
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from livekit_nb.engine import engine
from tests.patience import PATIENCE_S
from tests.widgets.fake_comm import FakeComm

STATIC = Path(__file__).parents[2] / "livekit_nb" / "widgets" / "static"

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Studio</title>
<link rel="stylesheet" href="%(widget)s.css">
<style>body { margin: 12px; background: var(--jp-layout-color0, #fff) } %(style)s</style>
</head>
<body %(body)s>
<div id="out"></div>
<script type="module">
import widget from "./%(widget)s.js";

const comm = new WebSocket(`ws://${location.host}/comm`);
const handlers = new Set();
const decode = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const encode = (buffer) => {
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError("JupyterLab takes tight buffers only");
  return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
};
comm.onmessage = ({ data }) => {
  const { content, buffers } = JSON.parse(data);
  for (const handler of handlers) handler(content, buffers.map(decode));
};
const model = {
  get: () => null,
  on: (name, handler) => name === "msg:custom" && handlers.add(handler),
  off: (name, handler) => handlers.delete(handler),
  send: (content, callbacks, buffers = []) =>
    comm.send(JSON.stringify({ content, buffers: buffers.map(encode) })),
};
comm.onopen = async () => {
  const life = new AbortController();
  const definition = widget();
  await definition.initialize?.({ model, signal: life.signal });
  const el = document.getElementById("out");
  definition.render({ model, el, signal: life.signal });
  window.%(widget)s = el.querySelector("[data-testid=%(widget)s]").%(widget)s;
  window.closeWidget = () => life.abort();
};
</script>
</body>
</html>
"""


class Host:
    """Serves the page for a widget whose comm is `comm`.

    Parameters
    ----------
    comm : FakeComm
        The kernel's end.
    style, body : str
        Extra style, extra attributes of the body: the theme.
    csp : str
        Content-Security-Policy of the page.
    widget : str
        Which one: the name of its module.
    """

    def __init__(
        self,
        comm: FakeComm,
        *,
        style: str = "",
        body: str = "",
        csp: str = "",
        widget: str = "studio",
    ) -> None:
        self.comm = comm
        self.page = PAGE % {"style": style, "body": body, "widget": widget}
        self._files = {f"/{widget}.js": "text/javascript", f"/{widget}.css": "text/css"}
        self.csp = csp
        self.deaf = False
        """Whether the kernel is busy with a cell and reads no comm."""
        self._held: list[tuple[Any, list[bytes]]] = []
        self._server: Server | None = None
        self._sockets: set[ServerConnection] = set()

    def __enter__(self) -> Host:
        engine().submit(self._start()).result(PATIENCE_S)
        self.comm.on_send = self._to_page
        return self

    def __exit__(self, *exception: object) -> None:
        self.comm.on_send = None
        engine().submit(self._stop()).result(PATIENCE_S)

    @property
    def url(self) -> str:
        assert self._server is not None
        port = next(iter(self._server.sockets)).getsockname()[1]
        return f"http://127.0.0.1:{port}/"

    def hear_again(self) -> None:
        """The cell is over: what the page said meanwhile is read."""
        self.deaf = False
        held, self._held = self._held, []
        for content, buffers in held:
            self.comm.receive(content, buffers)

    async def _start(self) -> None:
        self._server = await serve(
            self._serve, "127.0.0.1", 0, process_request=self._get, max_size=None
        )

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def _get(self, _connection: ServerConnection, request: Request) -> Response | None:
        if request.path == "/comm":
            return None
        if request.path == "/":
            return self._response(self.page.encode(), "text/html")
        if request.path in self._files:
            body = (STATIC / request.path[1:]).read_bytes()
            return self._response(body, self._files[request.path])
        return Response(http.HTTPStatus.NOT_FOUND, "Not Found", Headers({"Content-Length": "0"}))

    def _response(self, body: bytes, kind: str) -> Response:
        headers = Headers({"Content-Type": f"{kind}; charset=utf-8"})
        headers["Content-Length"] = str(len(body))
        headers["Connection"] = "close"
        if self.csp:
            headers["Content-Security-Policy"] = self.csp
        return Response(http.HTTPStatus.OK, "OK", headers, body)

    async def _serve(self, socket: ServerConnection) -> None:
        self._sockets.add(socket)
        try:
            async for data in socket:
                message = json.loads(data)
                buffers = [base64.b64decode(text) for text in message["buffers"]]
                if self.deaf:
                    self._held.append((message["content"], buffers))
                else:
                    self.comm.receive(message["content"], buffers)
        except ConnectionClosed:
            pass
        finally:
            self._sockets.discard(socket)

    def _to_page(self, data: dict[str, Any], buffers: list[bytes]) -> None:
        if data.get("method") != "custom":
            return
        texts = [base64.b64encode(buffer).decode() for buffer in buffers]
        message = json.dumps({"content": data["content"], "buffers": texts})
        engine().call(self._send, message)

    def _send(self, message: str) -> None:
        for socket in self._sockets:
            task = engine().loop.create_task(socket.send(message))
            task.add_done_callback(lambda done: done.exception())
