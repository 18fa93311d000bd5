"""Spoil trees by chance and check what must hold of any: ``python -m tests.trust.fuzz_trees [--runs N] [--seed S]``.

Whatever a repository is made of: every command ends by itself within two seconds, with an exit code of its own and
without a traceback; nothing outside of the project is changed; nothing that lies outside is printed. The exit code is 1
where that does not hold; the seeds that show it are printed, so that each can be run again with ``--seed S --runs 1``.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from click.testing import CliRunner
from tests.trust import hostile

from gsdc.cli import main as gsdc

SECONDS: Final = 2.0
COMMANDS: Final = (
    ("lint",),
    ("--format", "json", "lint"),
    ("lint", "--fix"),
    ("lint", "--write-baseline"),
    ("build",),
    ("status",),
    ("diff", "--all"),
    ("init", "--force"),
    ("init", "--from", ".", "--force"),
    ("annotate", ".planning"),
    ("dispatch", ".planning/phases/01-core/01-01-PLAN.md"),
    ("graph", ".planning/phases/01-core/01-01-PLAN.md"),
    ("cost", ".planning"),
    ("verify", ".planning/phases/01-core/01-01-PLAN.md"),
    ("explain", "gsd-planner"),
    ("history",),
    ("pause", "--reason", "x"),
    ("apply", "--yes"),
    ("rollback", "--yes"),
    ("migrate", "--to", "budget"),
)


class HangError(BaseException):
    """A command did not end in time."""


class Problem(NamedTuple):
    """What is wrong with one run."""

    kind: str
    seed: int
    command: tuple[str, ...]
    detail: str


def _alarm(*_: object) -> None:
    raise HangError


def run_one(seed: int, folder: Path, limit: float) -> Problem | None:
    """Spoil one tree by ``seed``, run one command on it, and return what is wrong."""
    chance = random.Random(seed)
    project, outside = folder / "project", folder / "outside"
    project.mkdir()
    hostile.make(project, outside)
    tricks = hostile.spoil(chance, project, outside)
    before = hostile.listing(outside)
    command = chance.choice(COMMANDS)
    here = Path.cwd()
    os.chdir(project)
    signal.setitimer(signal.ITIMER_REAL, limit)
    output, started = "", time.monotonic()
    try:
        done = CliRunner().invoke(gsdc, [*command], catch_exceptions=True)
        output = done.output
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            if isinstance(done.exception, HangError):
                return Problem("hang", seed, command, f"{tricks}")
            text = "".join(traceback.format_exception(done.exception))
            return Problem("traceback", seed, command, f"{tricks}\n{text[-1500:]}")
        if done.exit_code not in (0, 1, 2, 3):
            return Problem("exit code", seed, command, f"{tricks}: {done.exit_code}")
    except HangError:
        return Problem("hang", seed, command, f"{tricks} after {time.monotonic() - started:.1f} s")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        os.chdir(here)
    if hostile.SECRET in output and "hard link" not in tricks:  # such a file is the project's own as well
        return Problem("printed", seed, command, f"{tricks}\n{output[:800]}")
    after = hostile.listing(outside)
    if after != before:
        return Problem("outside", seed, command, f"{tricks}: {sorted(set(after.items()) ^ set(before.items()))[:2]}")
    return None


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the fuzzer; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="after which a command hangs")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _alarm)
    problems: list[Problem] = []
    with tempfile.TemporaryDirectory() as cache:
        os.environ["GSDC_CACHE_DIR"] = cache
        for seed in range(options.seed, options.seed + options.runs):
            folder = Path(tempfile.mkdtemp())
            try:
                problem = run_one(seed, folder, options.seconds)
            finally:
                with contextlib.suppress(OSError):
                    hostile.release(folder)
                shutil.rmtree(folder, ignore_errors=True)
            if problem is not None:
                problems.append(problem)
                command = " ".join(problem.command)
                say(f"{problem.kind}: seed {problem.seed}: gsdc {command}\n  {problem.detail}")
    kinds = Counter(problem.kind for problem in problems)
    say(f"{options.runs} trees, {len(problems)} problems {dict(kinds)}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
