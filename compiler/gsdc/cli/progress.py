"""A progress line on stderr, on a terminal only, while a command prints nothing for more than a second."""

import os
import sys
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

_SILENCE: Final = 1.0  # seconds
_TICK: Final = 0.2  # seconds
_ERASE: Final = "\r\x1b[K"


class Progress:
    """A line with the command's name and the elapsed seconds; it is erased before any other output."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._started = self._last = monotonic()
        self._shown = False
        self._lock = Lock()
        self._ended = Event()
        Thread(target=self._run, daemon=True).start()

    def clear(self) -> None:
        """Erase the line before other output."""
        with self._lock:
            self._last = monotonic()
            self._erase()

    def end(self) -> None:
        """Erase the line permanently: the command ends, or waits for an answer."""
        self._ended.set()
        self.clear()

    def _run(self) -> None:
        while not self._ended.wait(_TICK):
            with self._lock:
                if not self._ended.is_set() and monotonic() - self._last >= _SILENCE:
                    sys.stderr.write(f"{_ERASE}gsdc {self._name}: {monotonic() - self._started:.0f} s")
                    sys.stderr.flush()
                    self._shown = True

    def _erase(self) -> None:
        if self._shown:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()
            self._shown = False


_current: Progress | None = None


def start(name: str) -> None:
    """Show a progress line for the command ``name``, if stderr is a terminal that can erase a line."""
    global _current  # noqa: PLW0603 - a process has one terminal
    if sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        _current = Progress(name)


def clear() -> None:
    """Erase the line; it returns after a second without output."""
    if _current is not None:
        _current.clear()


def end() -> None:
    """Erase the line permanently."""
    global _current  # noqa: PLW0603
    if _current is not None:
        _current.end()
        _current = None
