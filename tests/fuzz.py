"""Mutate plans and check what must hold of any: ``python -m tests.fuzz [DIR] [--runs N] [--seed S] [--seconds T]``.

Plans come from DIR, or from a few of our own. Whatever bytes a plan is made of: nothing raises but ``Rejected``;
findings and fixes lie inside the text; annotating twice is the same as once, and taking the annotations out gives back
what taking them out of the original gives; mending ends; and a plan of up to 120 kB is checked within 100 ms, and a
little for each task and finding. The table counts runs and problems; each kind of problem is saved once, minimised,
into the folder ``--save``. ``--growth`` measures how time grows with hostile plans instead. The exit code is 1 where
there is a problem.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.cache.columns import pack, unpack
from gsdc.credentials.scanner import secrets
from gsdc.finding import Rejected
from gsdc.lint.fix import apply_fixes
from gsdc.lint.plan import check_plan
from gsdc.plans import must_haves
from gsdc.plans.facts import PlanFacts, PlanReport
from gsdc.plans.phase import ProjectPlans
from gsdc.policy.load import load
from gsdc.rules.plans.api import PlanContext
from gsdc.rules.plans.phase_rules import PHASE_RULES
from gsdc.source.plan import parse
from gsdc.source.plan_annotation import strip
from gsdc.source.tree import decode
from gsdc.targets.plans.emit import annotate
from tests.growth import growing
from tests.mutation import LONGEST, SEEDS, one_input

PATH: Final = ".planning/phases/01-core/01-01-PLAN.md"
OTHER: Final = ".planning/phases/01-core/01-02-PLAN.md"
SLOW_MS: Final = 100.0
# A plan of thousands of tasks or findings may take longer, but not much for each.
ALLOWED_MS: Final = 0.05
_PASSES: Final = 40
_SHRINKS: Final = 400


class Problem(NamedTuple):
    """What is wrong with one input: ``kind`` says it in a word, ``name`` tells it from others."""

    kind: str
    name: str
    detail: str


class Outcome(NamedTuple):
    """What one run gave: its problem, None where there is none, and ms for parsing and checking, and for annotating."""

    problem: Problem | None
    check_ms: float
    annotate_ms: float


class Bench:
    """What every run needs, loaded once: the policy, a context without a project, and plans that stand beside."""

    def __init__(self, folder: Path, plans: Sequence[bytes], *, scanner: bool = True) -> None:
        policy = load(folder, fleets=["gsd"]).policy
        assert policy is not None
        self.policy = policy
        self.folder = str(folder)
        self.plans = plans
        self.context = PlanContext(folder, folder)
        if scanner:
            secrets("ghp_" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAcDeF", folder)  # the scanner takes long to load
        self.beside = [self._beside(data) for data in SEEDS]

    def run(self, data: bytes) -> Outcome:
        """Check everything that must hold of ``data``."""
        times = [0.0, 0.0]
        try:
            problem = next(self._problems(data, times), None)
        except Rejected:
            problem = None
        except Exception as error:  # noqa: BLE001 - a crash is what this script looks for
            ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "gsdc" in frame.filename]
            name = f"{type(error).__name__} in {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else str(error)
            problem = Problem("exception", name, traceback.format_exc())
        return Outcome(problem, *times)

    def slow(self, data: bytes) -> Outcome:
        """Return the outcome of ``data``, run once more where it was slow: the faster of the two counts."""
        first = self.run(data)
        if first.problem or first.check_ms <= SLOW_MS or len(data) > LONGEST:
            return first
        second = self.run(data)
        check_ms = min(first.check_ms, second.check_ms)
        limit = SLOW_MS + ALLOWED_MS * self._size(data)
        problem = Problem("slow", "check", f"{check_ms:.0f} ms") if check_ms > limit else None
        return Outcome(problem, check_ms, min(first.annotate_ms, second.annotate_ms))

    def _size(self, data: bytes) -> int:
        text = decode(data, PATH)
        return len(parse(PATH, text).tasks) + len(check_plan(PATH, text, self.context).findings)

    def _beside(self, data: bytes) -> PlanFacts:
        return check_plan(OTHER, data.decode(), self.context).facts

    def _problems(self, data: bytes, times: list[float]) -> Iterator[Problem]:
        text = decode(data, PATH)
        begin = time.process_time()
        report = check_plan(PATH, text, self.context)
        for other in self.beside[:1]:
            project = ProjectPlans((report.facts, other), self.folder)
            found = [finding for rule in PHASE_RULES for finding in rule.check_together(project)]
        times[0] = (time.process_time() - begin) * 1000
        yield from _misplaced(text, report, [item for item in found if item.span.path == PATH])
        if unpack(pack([report], PlanReport), PlanReport) != (report,):
            yield _broken("a report does not come back from the cache")
        plan = parse(PATH, text)
        must_haves.locate(plan, must_haves.read(plan.frontmatter).problems)
        begin = time.process_time()
        once, _ = annotate(text, self.policy, "green", PATH)
        times[1] = (time.process_time() - begin) * 1000
        if annotate(once, self.policy, "green", PATH)[0] != once:
            yield _broken("annotating twice differs")
        if strip(PATH, once) != strip(PATH, text):
            yield _broken("strip does not give back the plan")
        for unsafe in (False, True):
            yield from self._mends(text, report, unsafe=unsafe)

    def _mends(self, text: str, report: PlanReport, *, unsafe: bool) -> Iterator[Problem]:
        for _ in range(_PASSES if len(text) < LONGEST // 10 else 1):
            mended, count = apply_fixes(text, report.findings, unsafe=unsafe)
            if not count:
                return
            if mended == text:
                yield _broken("a fix changes nothing")
                return
            text, report = mended, check_plan(PATH, mended, self.context)
        if len(text) < LONGEST // 10 and apply_fixes(text, report.findings, unsafe=unsafe)[1] and not _shrinks(text):
            yield _broken("mending does not end")


def _shrinks(text: str) -> bool:
    """Tell whether there may be more than forty things to mend one by one: then it may go on."""
    return len(text) > 2000


def _broken(name: str) -> Problem:
    return Problem("invariant", name, name)


def _misplaced(text: str, report: PlanReport, together: Sequence[object]) -> Iterator[Problem]:
    lines = text.split("\n")
    for finding in (*report.findings, *together):
        line, column = finding.span.line, finding.span.column  # type: ignore[attr-defined]
        if not (0 < line <= len(lines) and 0 < column <= len(lines[line - 1]) + 1):
            yield _broken(f"{finding.code} stands outside the text")  # type: ignore[attr-defined]
    for finding in report.findings:
        edits = sorted(finding.fix.edits) if finding.fix else []
        if any(not 0 <= start <= end <= len(text) for start, end, _ in edits):
            yield _broken(f"the fix of {finding.code} lies outside the text")
        if any(first[1] > second[0] for first, second in pairwise(edits)):
            yield _broken(f"the edits of {finding.code} overlap")


def minimise(data: bytes, still: Callable[[bytes], bool]) -> bytes:
    """Return a smaller input for which ``still`` is true, found by leaving out ever smaller parts."""
    tries, size = 0, max(1, len(data) // 2)
    while tries < _SHRINKS:
        at, smaller = 0, False
        while at < len(data) and tries < _SHRINKS:
            shorter = data[:at] + data[at + size :]
            tries += 1
            if still(shorter):
                data, smaller = shorter, True
            else:
                at += size
        if size == 1 and not smaller:
            break
        size = max(1, size // 2)
    return data


def fuzz(bench: Bench, numbers: Sequence[int], seed: int, until: float, save: Path) -> tuple[int, float, float, list]:
    """Run ``numbers`` until the time is over; return how many ran, the slowest ms, and the problems by kind."""
    runs, slowest, slowest_annotate = 0, 0.0, 0.0
    problems: dict[tuple[str, str], int] = {}
    for number in numbers:
        if time.time() > until:
            break
        data = one_input(bench.plans, seed, number)
        outcome = bench.slow(data)
        runs += 1
        slowest = max(slowest, outcome.check_ms)
        slowest_annotate = max(slowest_annotate, outcome.annotate_ms)
        if outcome.problem:
            key = outcome.problem[:2]
            if key not in problems:
                _save(bench, data, outcome.problem, save, f"seed {seed}, run {number}")
            problems[key] = problems.get(key, 0) + 1
    return runs, slowest, slowest_annotate, [(*key, count) for key, count in problems.items()]


def _save(bench: Bench, data: bytes, problem: Problem, save: Path, run: str) -> None:
    def still(smaller: bytes) -> bool:
        found = bench.slow(smaller).problem
        return found is not None and found[:2] == problem[:2]

    small = data if problem.kind == "slow" else minimise(data, still)
    name = "".join(c if c.isalnum() else "-" for c in f"{problem.kind}-{problem.name}")
    save.mkdir(parents=True, exist_ok=True)
    (save / f"{name}.md").write_bytes(small)
    (save / f"{name}.txt").write_text(f"{run}\n{problem.detail}\n")
    print(f"{problem.kind}: {problem.name} ({run}), {len(small)} bytes", flush=True)  # noqa: T201 - a script


def growth(bench: Bench) -> int:
    """Print how much longer checking and annotating take where a hostile plan is twice as long; return the exit code.

    Named are those that take more than a tenth of the time limit, and more than thrice as long for twice the length.
    """
    found = 0
    for name, *texts in growing(LONGEST // 4):
        outcomes = [bench.slow(text.encode()) for text in texts]
        check = [outcome.check_ms for outcome in outcomes]
        notes = [outcome.annotate_ms for outcome in outcomes]
        ratios = [after / max(before, 0.01) for times in (check, notes) for before, after in pairwise(times)]
        steep = (check[2] > SLOW_MS / 10 and ratios[1] > 3) or (notes[2] > SLOW_MS and ratios[3] > 3)
        bad = steep or any(outcome.problem for outcome in outcomes)
        found += bad
        print(  # noqa: T201
            f"{name:<36}{check[2]:>9.1f} ms {ratios[0]:>6.1f} {ratios[1]:>6.1f}   annotate {notes[2]:>9.1f} ms"
            f" {ratios[2]:>6.1f} {ratios[3]:>6.1f}  {'<--' if bad else ''}",
            flush=True,
        )
        for problem in {outcome.problem[:2] for outcome in outcomes if outcome.problem}:
            print("   ", *problem)  # noqa: T201
    return int(found > 0)


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--save", type=Path, default=Path(tempfile.gettempdir(), "gsdc-fuzz"))
    parser.add_argument("--growth", action="store_true", help="measure how time grows on hostile plans")
    options = parser.parse_args()
    files = sorted(options.folder.rglob("*PLAN*.md")) if options.folder else []
    plans = (*SEEDS, *(file.read_bytes() for file in files))
    with tempfile.TemporaryDirectory() as nowhere:
        bench = Bench(Path(nowhere), plans)
        if options.growth:
            return growth(bench)
        until = time.time() + options.seconds
        numbers = range(options.first, options.first + options.runs)
        work = partial(fuzz, bench, seed=options.seed, until=until, save=options.save)
        with ProcessPoolExecutor(options.processes) as pool:
            shares = list(pool.map(work, [numbers[start :: options.processes] for start in range(options.processes)]))
    problems: dict[tuple[str, str], int] = {}
    for share in shares:
        for kind, name, count in share[3]:
            problems[kind, name] = problems.get((kind, name), 0) + count
    print(f"{'runs':<40}{sum(share[0] for share in shares):>8}")  # noqa: T201
    for kind in ("exception", "invariant", "slow"):
        print(f"{kind:<40}{sum(n for (k, _), n in problems.items() if k == kind):>8}")  # noqa: T201
    print(f"{'slowest check, ms':<40}{max(share[1] for share in shares):>8.1f}")  # noqa: T201
    print(f"{'slowest annotate, ms':<40}{max(share[2] for share in shares):>8.1f}")  # noqa: T201
    for (kind, name), count in sorted(problems.items()):
        print(f"  {kind}: {name:<60}{count:>8}")  # noqa: T201
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
