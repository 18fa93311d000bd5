"""Commands that are timed in parallel in one run, and the lines that say how they compare."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

REPOSITORY: Final = Path(__file__).parents[2]
# Of wait4's resource usage: kilobytes on Linux, bytes on macOS.
_MAXRSS_PER_MB: Final = 1_000_000 if sys.platform == "darwin" else 1_000


class Command(NamedTuple):
    """A command line, the folder it runs in, what to call it in a line, and the exit codes by which it has worked."""

    args: tuple[str, ...]
    name: str
    cwd: Path = REPOSITORY
    codes: tuple[int, ...] = (0, 1)


class Run(NamedTuple):
    """How long a run took, in seconds, and the most memory that one process of it held at a time, in megabytes."""

    seconds: float
    megabytes: float


class Line(NamedTuple):
    """A figure to print; where a ratio to something has a limit, whether it is within."""

    name: str
    text: str
    ratio: float = 0
    limit: float = 0
    unit: str = "x"

    def __str__(self) -> str:
        verdict = f": {'within' if self.ratio <= self.limit else 'OVER'} {self.limit:g}{self.unit}"
        return f"{self.name:<8} {self.text}{verdict if self.limit else ''}"


# What a person's shell has, not what a container sets: Python keeps the bytecode of what it imports.
ENVIRONMENT: Final[Mapping[str, str]] = {
    **{name: value for name, value in os.environ.items() if name not in {"PYTHONDONTWRITEBYTECODE", "GSDC_CACHE_DIR"}},
    "PYTHONPATH": str(REPOSITORY / "compiler"),
}
CLICK: Final = Command((sys.executable, "-c", "import click"), "`import click`")


def gsdc(*args: str | Path, cwd: Path = REPOSITORY, name: str = "") -> Command:
    """Return a command of gsdc, started as its console script does."""
    start = (sys.executable, "-c", "from gsdc.__main__ import run; run()")
    return Command((*start, *map(str, args)), name or "gsdc", cwd)


def installed(tool: str) -> str | None:
    """Return where a tool of PyPI is installed beside this Python, None where it is not."""
    return shutil.which(tool, path=str(Path(sys.executable).parent))


def run(command: Command, scratch: Path) -> Run:
    """Run a command, with caches of gsdc and of Python in ``scratch``; raise CalledProcessError if it fails."""
    environment = {**ENVIRONMENT, "GSDC_CACHE_DIR": str(scratch / "cache"), "PYTHONPYCACHEPREFIX": str(scratch / "pyc")}
    start = time.perf_counter()
    process = subprocess.Popen(
        command.args,
        cwd=command.cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.codes:
        raise subprocess.CalledProcessError(process.returncode, command.args)
    return Run(seconds, usage.ru_maxrss / _MAXRSS_PER_MB)


def best(commands: Sequence[Command], scratch: Path, rounds: int) -> list[float]:
    """Return the best of ``rounds`` runs of each command, in seconds, run in turn; a run before them is not counted."""
    for command in commands:
        run(command, scratch)
    times = [[run(command, scratch).seconds for command in commands] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def against(name: str, own: float, other: float, what: str, limit: float = 0) -> Line:
    """Return the line that compares two times in seconds; without a ``limit``, it is only told."""
    ratio = own / other
    return Line(name, f"{own * 1000:7.1f} ms, {ratio:.3g}x {what} ({other * 1000:.1f} ms)", ratio, limit)


Benchmark = Callable[[Path], "Sequence[Line]"]
