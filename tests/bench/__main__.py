"""Benchmarks: ``python -m tests.bench [NAME]...`` prints ratios, measured side by side in one run.

A benchmark is a function that returns what is timed against ``python -c "import click"``, with the limit that we set
ourselves. Seconds differ between machines; ratios hardly do. Nothing here fails: the numbers are for people to read.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

ROUNDS: Final = 15
REPOSITORY: Final = Path(__file__).parents[2]
DEMO: Final = REPOSITORY / "tests/projects/demo"
BASELINE: Final = (sys.executable, "-c", "import click")


class Benchmark(NamedTuple):
    """A command that is timed, and how often the baseline it may take."""

    command: tuple[str, ...]
    limit: float


def gsdc(*args: str | Path) -> tuple[str, ...]:
    """Return the command line of gsdc as it is installed beside this Python, or as a module where it is not."""
    script = shutil.which("gsdc", path=str(Path(sys.executable).parent))
    start = (script,) if script else (sys.executable, "-m", "gsdc")
    return (*start, *map(str, args))


def version(scratch: Path) -> Benchmark:
    """Start and stop: what shell completion and every hook pay."""
    return Benchmark(gsdc("--version"), 1.5)


def build(scratch: Path) -> Benchmark:
    """Compile the demo with all its targets."""
    return Benchmark(gsdc("--project", DEMO, "build", "--profile", "balanced", "--out", scratch / "build"), 8)


BENCHMARKS: Final[tuple[Callable[[Path], Benchmark], ...]] = (version, build)


def seconds(command: tuple[str, ...]) -> float:
    """Return how long one run of ``command`` takes; raise CalledProcessError where it fails."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(benchmark: Benchmark) -> tuple[float, float]:
    """Return the best of ``ROUNDS`` runs of the command and of the baseline, run in turn."""
    pairs = [(seconds(benchmark.command), seconds(BASELINE)) for _ in range(ROUNDS)]
    return min(own for own, _ in pairs), min(base for _, base in pairs)


def main(names: list[str]) -> None:
    """Run the benchmarks ``names``, all of them where none is given, and print a line for each."""
    with tempfile.TemporaryDirectory() as scratch:
        for function in BENCHMARKS:
            if names and function.__name__ not in names:
                continue
            benchmark = function(Path(scratch))
            own, base = measure(benchmark)
            verdict = "within" if own / base <= benchmark.limit else "OVER"
            name, ratio = function.__name__, own / base
            line = f"{name:<8} {own * 1000:6.1f} ms, {ratio:.2f}x `import click` ({base * 1000:.1f} ms)"
            sys.stdout.write(f"{line}: {verdict} {benchmark.limit:g}x\n")


main(sys.argv[1:])
