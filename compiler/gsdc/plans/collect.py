"""What others need to know of a plan, gathered from it."""

import math
import re
from collections.abc import Iterator
from typing import Any, Final

from gsdc.plans.facts import Facts, Place, Write, identifier
from gsdc.source.file_list import paths, plain
from gsdc.source.plan import Plan
from gsdc.tasks.kind import classify, is_review
from gsdc.tasks.security import concerns_authentication

# Begins with a literal, not with "^": `re` looks for the end of a line much faster than for the beginning of one.
_REFERENCE: Final = re.compile(r"\n[ \t]*(?:(?P<fence>```|~~~)|(?:[-*][ \t]+)?`?@(?P<path>[^\s`]+))")
# A decorator or a package's scope is no file.
_FILE: Final = re.compile(r"/|\.[a-z]{1,5}$")
_ORDERING: Final = ("wave", "depends_on", "gap_closure")
_REFERRING: Final = ("execution_context", "context")


def facts(plan: Plan) -> Facts:
    """Return what others need to know of ``plan``."""
    wave = plan.head.key("wave")
    value = plan.head.replacing("wave", "") or (0, 0, "")
    unreviewed, reviews = _reviews(plan)
    return Facts(
        plan.path,
        identifier(plan.path),
        wave_of(plan),
        (*plan.at(wave)[1:], *value[:2]),
        tuple(plan.at(plan.head.key(name))[1:] for name in _ORDERING if name in plan.frontmatter),
        tuple(
            _place(plan, *item) for item in plan.head.items("depends_on", listed(plan.frontmatter.get("depends_on")))
        ),
        tuple(_writes(plan)),
        plan.at(plan.head.key("files_modified"))[1:],
        tuple(references(plan)),
        unreviewed,
        reviews,
        gap=plan.frontmatter.get("gap_closure") in (True, "true"),
    )


def _writes(plan: Plan) -> Iterator[Write]:
    """Yield each path that the frontmatter or a task says is written, once, where it is first named."""
    seen = set()
    for item, offset in plan.head.items("files_modified", listed(plan.frontmatter.get("files_modified"))):
        for path in map(plain, paths(item)):
            if path not in seen:
                seen.add(path)
                yield Write(path, *plan.at(offset)[1:])
    for task in plan.tasks:
        for written, path in zip(task.files, task.writes, strict=True):
            files = task.child("files")
            if path not in seen and files is not None:
                seen.add(path)
                yield Write(path, *plan.at(plan.text.find(written, files.start))[1:])


def _place(plan: Plan, text: str, offset: int) -> Place:
    span = plan.at(offset)
    begin = offset - span.column + 1
    end = plan.text.find("\n", begin)
    return Place(text, span.line, span.column, plan.text[begin : end if end >= 0 else None].rstrip("\r"))


def _reviews(plan: Plan) -> tuple[tuple[Place, ...], bool]:
    """Return the tasks on authentication that no later task of the plan reviews, and whether anything is reviewed."""
    last_review = 0
    for task in reversed(plan.tasks):
        if task.is_checkpoint or (not task.files and is_review(task, classify(task))):
            last_review = task.number
            break
    open_work = tuple(
        _place(plan, f'task {task.number}, "{task.name}"', task.start)
        for task in plan.tasks[last_review:]
        if concerns_authentication(task)
    )
    return open_work, last_review > 0


def listed(value: Any) -> tuple[str, ...]:
    """Return the items of a frontmatter's list as text; a single item counts as a list of one."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(str(item) for item in items if isinstance(item, str | int | float))


def wave_of(plan: Plan) -> float | None:
    """Return the wave of ``plan`` as a number, None where it has none or says it in words."""
    value = plan.frontmatter.get("wave")
    try:
        wave = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return wave if math.isfinite(wave) else None


def references(plan: Plan) -> Iterator[Place]:
    """Yield the paths after "@" that begin a line of a section in which a client reads files, fenced code apart."""
    text = plan.text
    for name in _REFERRING:
        section = plan.section(name)
        if section is None:
            continue
        fenced = False
        before = max(section.start - 1, 0)
        line = text.count("\n", 0, before) + 1
        for match in _REFERENCE.finditer(text, before, section.end):
            line += text.count("\n", before, match.start())
            before = match.start()
            path = match["path"]
            if path is None:
                fenced = not fenced
            elif not fenced and _FILE.search(path):
                end = text.find("\n", before + 1)
                excerpt = text[before + 1 : end if end >= 0 else None].rstrip("\r")
                yield Place(path.rstrip(".,;:)"), line + 1, match.start("path") - before, excerpt)
