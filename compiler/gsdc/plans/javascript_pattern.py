r"""JavaScript regular expressions, searched in a separate process, where a hostile one can do no harm.

get-shit-done passes the patterns of a plan to ``new RegExp``, so they are searched by ``regress``, an engine that
implements ECMAScript: ``[^]``, ``(?<name>...)``, ``a{`` and ``\d`` have the same meaning. It backtracks, so a pattern
can run forever; a time limit bounds it, and a process can be killed where a thread cannot.

The file is its own worker: run as a script it imports nothing of gsdc, and neither the user's folder nor the
environment affects its imports.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

SECONDS: Final = 1.0
MAX_KILLED: Final = 5


class InvalidPatternError(Exception):
    """A text that is not a regular expression; the message gives the reason."""


class SlowPatternError(Exception):
    """An aborted search; the message gives the reason."""


class Searcher:
    """Searches patterns in texts. The process starts with the first search and ends with ``close``."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._slow: set[str] = set()

    def search(self, pattern: str, text: str) -> bool:
        """Tell whether ``pattern`` matches anywhere in ``text``, as ``new RegExp(pattern).test(text)`` does.

        Raises ``InvalidPatternError``, or ``SlowPatternError`` after a second. After five of those nothing is searched.
        """
        if pattern in self._slow:
            raise SlowPatternError(f"takes longer than {SECONDS:g} s")
        if len(self._slow) >= MAX_KILLED:
            raise SlowPatternError(f"is not searched: {MAX_KILLED} patterns before it took too long")
        answer = self._ask(json.dumps([pattern, text]))
        if not answer:  # the process has ended: out of time or, sooner, of memory
            self.close()
            self._slow.add(pattern)
            raise SlowPatternError(f"takes longer than {SECONDS:g} s")
        found = json.loads(answer)
        if isinstance(found, str):
            raise InvalidPatternError(found)
        return bool(found)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                assert stream is not None
                with suppress(BrokenPipeError):
                    stream.close()
            self._process = None

    def _ask(self, line: str) -> str:
        process = self._process = self._process or _start()
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(line + "\n")
            process.stdin.flush()
            return process.stdout.readline()
        return ""


@contextmanager
def searcher() -> Iterator[Searcher]:
    """Yield a ``Searcher`` and end its process afterwards."""
    one = Searcher()
    try:
        yield one
    finally:
        one.close()


def _start() -> "subprocess.Popen[str]":
    """Return a worker that waits for its first line."""
    import subprocess
    from importlib.util import find_spec
    from pathlib import Path

    engine = find_spec("regress")
    if engine is None or engine.origin is None:
        raise ModuleNotFoundError("regress", name="regress")
    command = [sys.executable, "-I", "-S", __file__, str(Path(engine.origin).parents[1])]
    return subprocess.Popen(  # noqa: S603 - our own file, run by our own interpreter
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="ascii"
    )


def _work(library: str) -> None:
    """Answer each line of stdin, ``[pattern, text]``, with true, false, or why the pattern is invalid."""
    import faulthandler

    sys.path.append(library)
    from regress import Regex, RegressError

    for line in sys.stdin:
        pattern, text = json.loads(line)
        # A watchdog in C: it ends the process while the engine is busy, and even if the parent no longer waits.
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        try:
            answer: bool | str = Regex(pattern).find(text) is not None
        except (RegressError, UnicodeError) as error:
            answer = str(error).lower()
        faulthandler.cancel_dump_traceback_later()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _work(sys.argv[1])
