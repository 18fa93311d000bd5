"""An OpenCode server: one process answers for any number of projects, a command takes two seconds of work for each."""

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance.clients import opencode_environment
from tests.conformance.ports import free_port

SECONDS = 60


class OpencodeServer(NamedTuple):
    """The address of a server that runs."""

    address: str

    def get(self, what: str, folder: Path) -> Any:
        """Return what OpenCode says of a folder, None where it does not start there."""
        try:
            with urllib.request.urlopen(self._url(what, folder), timeout=SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError:
            return None

    def run(self, folder: Path, agent: str) -> None:
        """Let an agent begin to work, in a session that has a title."""
        session = self._post("session", folder, {"title": agent})
        message = {"agent": agent, "parts": [{"type": "text", "text": "hi"}]}
        self._post(f"session/{session['id']}/message", folder, message)

    def _post(self, what: str, folder: Path, body: dict[str, Any]) -> Any:
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self._url(what, folder), json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as response:
                return json.loads(response.read() or "null")
        except urllib.error.HTTPError as error:
            raise AssertionError((what, error.read())) from error

    def _url(self, what: str, folder: Path) -> str:
        return f"{self.address}/{what}?{urllib.parse.urlencode({'directory': str(folder)})}"


@contextmanager
def serve(opencode: Path, home: Path) -> Iterator[OpencodeServer]:
    """Start a server whose home is an empty folder, and end it."""
    log, port = home / "log", free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [opencode, "serve", "--hostname", "127.0.0.1", "--port", str(port)],
            cwd=home,
            env=opencode_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + SECONDS
        while b"listening on" not in log.read_bytes():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield OpencodeServer(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=SECONDS)
