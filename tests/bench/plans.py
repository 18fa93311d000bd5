"""``gsdc lint`` on a thousand real plans, beside other linters, and on ten times as many.

The plans are those of ../shared/corpus; where it is not there, copies of the demo's, which are many and alike.
"""

import shutil
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from tests.bench.timing import CLICK, REPOSITORY, Command, Line, against, best, gsdc, installed, run
from tests.conformance.clients import OutOfReachError, modules

CORPUS: Final = REPOSITORY.parent / "shared/corpus/plans"
DEMO: Final = REPOSITORY / "tests/projects/demo/.planning/phases"
GROWTH: Final = (100, 1_000, 10_000)
VERIFIED: Final = 20

# The least that a linter with a cache has to do: start as ours does, and look whether any plan has changed.
_LISTING: Final = """
import os, click
def walk(folder):
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            walk(entry.path)
        elif entry.name.endswith(".md"):
            entry.stat()
walk(".")
"""


def cold(scratch: Path) -> Iterator[Line]:
    """Check every plan without a cache, beside a Rust Markdown linter and a Rust linter of agents' files."""
    folder = _plans(scratch)
    own = gsdc("lint", "--no-cache", ".", cwd=folder)
    others = [("rumdl", ("check", "--no-cache", "."), 1.0), ("agnix", (".",), 0.0)]
    yield from _beside("cold", own, others, folder, scratch, rounds=5)


def warm(scratch: Path) -> Iterator[Line]:
    """Check plans of which none has changed, beside a Rust linter with its cache, and beside looking at them at all."""
    folder = _plans(scratch)
    own = gsdc("lint", ".", cwd=folder)
    others = [("rumdl", ("check", "--cache-dir", str(scratch / "rumdl"), "."), 1.0)]
    listing = Command((sys.executable, "-c", _LISTING), "listing the plans from Python", folder)
    yield from _beside("warm", own, others, folder, scratch, rounds=11, more=((listing, 2.0),))


def verifier(scratch: Path) -> Iterator[Line]:
    """Compare a plan of a cold run with get-shit-done's own check of a plan's structure, a process for each plan."""
    try:
        tool = modules() / "get-shit-done-cc/get-shit-done/bin/gsd-tools.cjs"
    except OutOfReachError as error:
        yield Line("verifier", str(error))
        return
    folder = _plans(scratch)
    plans = sorted(folder.rglob("*.md"))
    sample = plans[:: len(plans) // VERIFIED][:VERIFIED]
    theirs = [
        run(Command(("node", str(tool), "verify", "plan-structure", str(plan)), "", _project(plan)), scratch).seconds
        for plan in sample
    ]
    (ours,) = best([gsdc("lint", "--no-cache", ".", cwd=folder)], scratch, 2)
    what = f"of `gsd-tools verify plan-structure`, mean of {len(sample)}"
    yield against("verifier", ours / len(plans), sum(theirs) / len(theirs), what, 1 / 50)


def growth(scratch: Path) -> Iterator[Line]:
    """Check a hundred, a thousand and ten thousand plans: what one costs, and the memory that the most take."""
    plans = sorted(_plans(scratch).rglob("*.md"))
    before = 0.0
    for count in GROWTH:
        folder = scratch / f"growth-{count}"
        sample = plans[:: max(1, len(plans) // count)]
        for number, plan in enumerate(islice(cycle(sample), count)):
            copy = folder / str(number // len(sample)) / plan.relative_to(scratch / "plans")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(plan, copy)
        runs = [run(gsdc("lint", "--no-cache", ".", cwd=folder), scratch) for _ in range(2 if count > 5_000 else 3)]
        each = min(each.seconds for each in runs) / count
        text = f"{each * 1000:7.2f} ms for each of {count} plans"
        if before:
            yield Line("growth", f"{text}, {each / before:.2f}x one of {count // 10}", each / before, 1.25)
        else:
            yield Line("growth", text)
        before = each
    memory = max(each.megabytes for each in runs)
    yield Line("memory", f"{memory:7.1f} MB in the largest process, on {count} plans", memory, 200, " MB")


def one_plan(scratch: Path) -> Iterator[Line]:
    """Check one plan as pre-commit calls it, the cache at hand or not: in the phase that has the most plans."""
    phases = {plan.parent for plan in _plans(scratch).rglob("*.md")}
    plan = min(max(sorted(phases), key=lambda phase: len(list(phase.glob("*.md")))).glob("*.md"))
    project = _project(plan)
    path = plan.relative_to(project)
    commands = [gsdc("lint", path, cwd=project), gsdc("lint", "--no-cache", path, cwd=project), CLICK]
    known, again, click = best(commands, scratch, 15)
    count = len(list(plan.parent.glob("*.md")))
    yield against("one plan", known, click, CLICK.name, 4)
    yield against("one plan", again, click, f"{CLICK.name}, the {count} of its phase read again", 4)


def _beside(
    name: str,
    own: Command,
    tools: list[tuple[str, tuple[str, ...], float]],
    folder: Path,
    scratch: Path,
    rounds: int,
    more: tuple[tuple[Command, float], ...] = (),
) -> Iterator[Line]:
    """Yield a line for each tool, with its limit, and for each command of ``more``, all timed in turn with ours."""
    compared = list(more)
    for tool, args, limit in tools:
        location = installed(tool)
        if location:
            shown = " ".join(arg for arg in args if not arg.startswith((str(scratch), "--cache-dir")))
            compared.append((Command((location, *args), f"`{tool} {shown}`", folder), limit))
        else:
            yield Line(name, f"{tool} is not installed: pip install '.[bench]'")
    ours, *theirs = best([own, *(command for command, _ in compared)], scratch, rounds)
    for (command, limit), other in zip(compared, theirs, strict=True):
        yield against(name, ours, other, command.name, limit)


def _plans(scratch: Path) -> Path:
    """Return the folder with a copy of the plans, made once."""
    folder = scratch / "plans"
    if not folder.exists():
        if CORPUS.is_dir():
            shutil.copytree(CORPUS, folder)
        else:
            sys.stdout.write("../shared/corpus is not there: copies of the demo's plans stand for it\n")
            for number in range(300):
                shutil.copytree(DEMO, folder / str(number) / ".planning/phases")
    return folder


def _project(plan: Path) -> Path:
    """Return the folder that holds the planning folder of ``plan``."""
    return next(parent.parent for parent in plan.parents if parent.name == ".planning")
