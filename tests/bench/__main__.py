"""Benchmarks: ``python -m tests.bench [NAME]...`` prints ratios, measured in parallel in one run.

A benchmark is a function that yields lines: what ours takes, how often what is beside it, and the limit that we set
ourselves. Seconds differ between machines; ratios hardly do. Nothing here fails: the numbers are for people to read.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.bench.clients import fleet, many
from tests.bench.deploy import apply, deploy
from tests.bench.identity import identity
from tests.bench.ledger import ledger
from tests.bench.plans import cold, growth, one_plan, verifier, warm
from tests.bench.proof import prove
from tests.bench.timing import CLICK, REPOSITORY, Command, Line, against, best, gsdc

ROUNDS: Final = 15
DEMO: Final = REPOSITORY / "tests/projects/demo"


def version(scratch: Path) -> Iterator[Line]:
    """Start and stop: what shell completion and every hook pay."""
    yield _to_click("version", gsdc("--version"), 1.5, scratch)


def build(scratch: Path) -> Iterator[Line]:
    """Compile the demo with all its targets."""
    command = gsdc("--project", DEMO, "build", "--profile", "balanced", "--out", scratch / "build")
    yield _to_click("build", command, 4, scratch)


BENCHMARKS: Final[tuple[Callable[[Path], Iterator[Line]], ...]] = (
    version,
    build,
    many,
    fleet,
    prove,
    cold,
    warm,
    one_plan,
    verifier,
    growth,
    apply,
    deploy,
    ledger,
    identity,
)


def _to_click(name: str, command: Command, limit: float, scratch: Path) -> Line:
    own, base = best([command, CLICK], scratch, ROUNDS)
    return against(name, own, base, CLICK.name, limit)


def main(names: list[str]) -> None:
    """Run the benchmarks ``names``, all of them where none is given, and print a line for each comparison."""
    with tempfile.TemporaryDirectory() as scratch:
        for benchmark in BENCHMARKS:
            if not names or benchmark.__name__ in names:
                for line in benchmark(Path(scratch)):
                    sys.stdout.write(f"{line}\n")
                    sys.stdout.flush()


main(sys.argv[1:])
