"""A real Chromium without a window, driven over its debugging pipe: what a page logs, requests and looks like."""

import json
import os
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any, Self

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
NOISE = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")


def program() -> str | None:
    """Return the path of a Chromium, None where none is installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Page:
    """A page of a browser of its own: ``noise`` is what it wrote to the console, ``requests`` the URLs it asked for."""

    def __init__(self, browser: str, profile: Path) -> None:
        self.noise: list[str] = []
        self.requests: list[str] = []
        self._number, self._session, self._events = 0, "", list[str]()
        reads, self._write = os.pipe()
        self._read, writes = os.pipe()
        start = ["bash", "-c", f'exec "$@" 3<&{reads} 4>&{writes}', "chromium", browser, *OPTIONS]
        self._process = subprocess.Popen(
            [*start, f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
            pass_fds=(reads, writes), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(reads)
        os.close(writes)
        self._input = os.fdopen(self._read, "rb")
        self._rest = b""

    def __enter__(self) -> Self:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._write)
        self._process.terminate()
        self._process.wait(20)
        self._input.close()

    def call(self, method: str, **parameters: Any) -> Any:
        """Return what the browser answers to a command of its debugging protocol."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            found = self._receive()
            if found.get("id") == self._number:
                assert "error" not in found, found
                return found["result"]

    def open(self, url: str) -> None:
        """Open ``url``, and wait until it is loaded."""
        self._events.clear()
        self.call("Page.navigate", url=url)
        while "Page.loadEventFired" not in self._events:
            self._receive()

    def show(self, *, width: int, dark: bool = False, printed: bool = False) -> None:
        """Show the page at a width in pixels, as a reader who wants it dark, or as on paper."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="print" if printed else "screen", features=[scheme])
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def screenshot(self) -> bytes:
        """Return a picture of the whole page, as PNG."""
        return b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            chunk = os.read(self._read, 1 << 20)
            assert chunk, "the browser has ended"
            self._rest += chunk
        message, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        method = found.get("method", "")
        self._events.append(method)
        if method in NOISE:
            self.noise.append(json.dumps(found["params"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(found["params"]["request"]["url"])
        return found
