"""Run the plan front end over a folder of real plans: ``python -m tests.corpus DIR [--profile NAME] [--list]``.

The table counts plans, tasks, crashes, byte differences (annotating twice, taking the annotations out, annotating
under another profile), plans whose tasks differ from those that get-shit-done reads, and findings by rule.
``--list`` names the plan of every problem. The exit code is 1 where there is a crash or a byte difference, or where
annotating changes what get-shit-done reads.
"""

import argparse
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gsdc.lint.plans import lint_plans
from gsdc.policy.load import load
from gsdc.policy.model import Policy
from gsdc.source.plan import Plan, parse
from gsdc.source.plan_annotation import strip
from gsdc.targets.plans.emit import annotate

# What get-shit-done 1.42 does: verify.cjs, "verify plan-structure".
_GSD_TASK = re.compile(r"<task[^>]*>(.*?)</task>", re.DOTALL)
_GSD_NAME = re.compile(r"<name>(.*?)</name>", re.DOTALL)
_GSD_CHECKPOINT = re.compile(r"""<task\s+type=["']?checkpoint""")
_GSD_PARTS = ("<files>", "<action>", "<verify>", "<done>")


class GsdTask(NamedTuple):
    """A task as get-shit-done reads it: its name, and which of files, action, verify and done it has."""

    name: str
    parts: tuple[bool, ...]


class GsdReading(NamedTuple):
    """A plan as get-shit-done reads it."""

    tasks: tuple[GsdTask, ...]
    checkpoints: int


def gsd_reading(text: str) -> GsdReading:
    """Read ``text`` as get-shit-done does: lazy expressions, fences and attributes unseen."""
    tasks = []
    # Without a closing tag ahead the lazy expression would scan to the end of the file from every opening one.
    for match in _GSD_TASK.finditer(text, 0, text.rfind("</task>") + len("</task>")):
        name = _GSD_NAME.search(match[1])
        tasks.append(GsdTask(name[1].strip() if name else "unnamed", tuple(part in match[1] for part in _GSD_PARTS)))
    return GsdReading(tuple(tasks), len(_GSD_CHECKPOINT.findall(text)))


def byte_differences(text: str, path: str, policies: list[Policy]) -> Iterator[str]:
    """Yield what is wrong with annotating ``text`` under the first of ``policies``, then under the others."""
    first, _ = annotate(text, policies[0], "green", path)
    if strip(path, text) != text:
        yield "strip changes a plan without annotations"
    if strip(path, first) != text:
        yield "strip does not give back the plan"
    if annotate(first, policies[0], "green", path)[0] != first:
        yield "annotating twice differs"
    if gsd_reading(first) != gsd_reading(text):
        yield "get-shit-done reads other tasks"
    for policy in policies[1:]:
        other, _ = annotate(first, policy, "green", path)
        if other != annotate(text, policy, "green", path)[0]:
            yield f"annotating again under {policy.profile} differs"
        if strip(path, other) != text:
            yield f"strip after {policy.profile} does not give back the plan"


def disagrees(plan: Plan) -> str | None:
    """Return how the tasks of ``plan`` differ from those that get-shit-done reads, None where they do not."""
    theirs = gsd_reading(plan.text).tasks
    if len(theirs) != len(plan.tasks):
        return f"{len(plan.tasks)} tasks, get-shit-done reads {len(theirs)}"
    for task, other in zip(plan.tasks, theirs, strict=True):
        if (task.text("name") or "unnamed") != (other.name or "unnamed"):
            return f'task {task.number} is "{task.name}", get-shit-done reads "{other.name}"'
    return None


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", default="balanced")
    parser.add_argument("--list", action="store_true", help="name the plan of every problem")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as nowhere:
        names = [options.profile, *({"quality", "budget"} - {options.profile})]
        loaded = [load(Path(nowhere), profile=name, fleets=["gsd"]).policy for name in names]
    policies = [policy for policy in loaded if policy is not None]
    counts: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    problems: list[str] = []
    slowest = (0.0, "")
    for file in sorted(options.folder.rglob("*PLAN*.md")):
        path = file.relative_to(options.folder).as_posix()
        counts["plans"] += 1
        try:
            text = file.read_bytes().decode()
            begin = time.perf_counter()
            plan = parse(path, text)
            slowest = max(slowest, (time.perf_counter() - begin, path))
            counts["tasks"] += len(plan.tasks)
            difference = disagrees(plan)
            if difference:
                counts["parser disagreements"] += 1
                problems.append(f"{path}: {difference}")
            wrong = list(byte_differences(text, path, policies))
        except Exception:  # noqa: BLE001 - a crash is what this script counts
            counts["crashes"] += 1
            problems.append(f"{path}: {traceback.format_exc()}")
            continue
        counts["byte differences"] += bool([w for w in wrong if "reads" not in w])
        counts["changed for get-shit-done"] += "get-shit-done reads other tasks" in wrong
        problems += [f"{path}: {w}" for w in wrong]
    files = [file.relative_to(options.folder).as_posix() for file in sorted(options.folder.rglob("*PLAN*.md"))]
    lint = lint_plans(files, options.folder, str(options.folder), cached=False)
    rules.update(f"{finding.code} {finding.name}" for finding in lint.findings)
    problems += [f"{finding.span}: {finding.code} {finding.message}" for finding in lint.findings]
    rows = ("plans", "tasks", "crashes", "byte differences", "changed for get-shit-done", "parser disagreements")
    for row in rows:
        print(f"{row:<32}{counts[row]:>8}")  # noqa: T201 - a script
    print(f"{'slowest parse, ms':<32}{slowest[0] * 1000:>8.1f}  {slowest[1]}")  # noqa: T201
    for rule, count in sorted(rules.items()):
        print(f"{rule:<32}{count:>8}")  # noqa: T201
    if options.list:
        print("\n".join(problems))  # noqa: T201
    return int(any(counts[row] for row in ("crashes", "byte differences", "changed for get-shit-done")))


if __name__ == "__main__":
    sys.exit(main())
