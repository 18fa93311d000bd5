"""Run a client in isolation: offline, without the configuration of this machine, and with a time limit."""

import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from subprocess import Popen

SECONDS: Final = 30.0
_LONGEST: Final = 300
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class ClientFailedError(Exception):
    """A client did not answer; the message is the reason, in the client's own words if it has any."""


def run(
    command: Sequence[str], folder: Path, home: Path, variables: Mapping[str, str], seconds: float = SECONDS
) -> bytes:
    """Return the output of ``command`` in ``folder``, with ``home`` as its home folder.

    It runs in its own process group, which is terminated with all its processes. Raises ``ClientFailedError`` if it
    cannot be started, fails, or has not ended after ``seconds``.
    """
    import subprocess

    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), **variables}
    try:
        process = subprocess.Popen(  # noqa: S603 - a client that the user has installed
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise ClientFailedError(f"it cannot be started: {(error.strerror or str(error)).lower()}") from None
    with process:
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise ClientFailedError(f"it did not answer within {seconds:g} seconds") from None
        finally:
            _end(process)
    if process.returncode:
        raise ClientFailedError(_words(errors) or f"it ended with {process.returncode} and said nothing")
    return output


def _end(process: "Popen[bytes]") -> None:
    """End a process and those that it has started."""
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError, PermissionError):  # it has ended already
        os.killpg(process.pid, signal.SIGKILL)


def _words(errors: bytes) -> str:
    text = " ".join(_ESCAPES.sub("", errors.decode("utf-8", "replace")).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
