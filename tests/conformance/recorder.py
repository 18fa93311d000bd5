"""A model server on the loopback interface: it notes what a client asks, and answers by a script."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """A request: its path, its headers in lower case, and its body."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


Events = list[dict[str, Any] | str]
"""An answer as server-sent events; one with a ``type`` is sent under that name."""

Answer = Events | dict[str, Any] | int
"""Events, an object that is sent as JSON, or the status with which the request is refused."""

Script = Callable[[Asked], Answer]
"""Return the answer to a request."""


class _Handler(BaseHTTPRequestHandler):
    script: Script
    asked: list[Asked]

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = json.loads(content)
        except ValueError:
            body = {}
        asked = Asked(self.path, headers, body)
        self.asked.append(asked)
        answer = type(self).script(asked)
        if isinstance(answer, int):
            self._send("application/json", json.dumps({"error": {"message": "refused", "type": "refused"}}), answer)
        elif isinstance(answer, dict):
            self._send("application/json", json.dumps(answer))
        else:
            self._send("text/event-stream", "".join(map(_event, answer)))

    def do_GET(self) -> None:
        self._send("application/json", "{}")

    def _send(self, kind: str, text: str, status: int = 200) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.send_header("request-id", f"req_{len(self.asked):024d}")  # as Anthropic's API does
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def _event(event: dict[str, Any] | str) -> str:
    if isinstance(event, str):
        return f"data: {event}\n\n"
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event)}\n\n"


@contextmanager
def recorder(script: Script) -> Iterator[tuple[str, list[Asked]]]:
    """Serve on the loopback interface; yield the address, and the list to which each request is added."""
    asked: list[Asked] = []
    handler = type("Handler", (_Handler,), {"script": staticmethod(script), "asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()
