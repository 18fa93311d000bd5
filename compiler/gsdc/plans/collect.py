"""The facts of a plan that checks of other plans need."""

import math
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from gsdc.plans.facts import Passage, PlanFacts, Write, identifier
from gsdc.source.classic_list import classic_items
from gsdc.source.file_list import paths, plain
from gsdc.source.gsd_status import status_of
from gsdc.source.gsd_version import GsdVersion
from gsdc.source.plan import Plan
from gsdc.tasks.kind import only_looks
from gsdc.tasks.security import concerns_authentication
from gsdc.tasks.work import reviews

# Begins with a literal, not with "^": `re` looks for the end of a line much faster than for the beginning of one.
_REFERENCE: Final = re.compile(r"\n[ \t]*(?:(?P<fence>```|~~~)|(?:[-*][ \t]+)?`?@(?P<path>[^\s`]+))")
# A decorator or a package's scope is not a file.
_FILE: Final = re.compile(r"/|\.[a-z]{1,5}$")
_NUMBER: Final = frozenset("0123456789.")
# The last part of a path. Begins with a literal, which `re` finds fast.
_FILE_NAME: Final = re.compile(r"/[\w@.-]*\.[a-z]\w{0,4}\b(?![/(])")
_PATH: Final = re.compile(r"`?([\w@-]+(?:/[\w@.-]+)*/[\w@.-]*)")
_BEFORE_PATH: Final = (" in", " to", " of", "pdate", "odify", "xtend")
_LONGEST_CLAUSE: Final = 160  # characters
# The text before the path: a verb, its object, a preposition, as in "extend the interface in `src/props.ts`".
_CHANGES: Final = re.compile(
    r"""\b(?:[Aa]dd|[Ee]xtend|[Rr]ewrite|[Uu]pdate|[Mm]odify|[Ee]dit|[Cc]hange|[Rr]efactor|[Rr]emove|[Aa]ppend|[Ii]nsert)
    (?:(?:[ ](?!(?:import|read|see|like|follow|match|mirror|reuse|same|not|never|test)s?\b)[^\s.;:,!?()]+){1,8}
    [ ](?:in|to|into|of|from|inside))?[ ]`?$""",
    re.VERBOSE,
)
_ORDERING: Final = ("wave", "depends_on", "gap_closure")
# Sections whose references a client reads.
REFERRING: Final = ("execution_context", "context")


def facts(plan: Plan) -> PlanFacts:
    """Return the facts of ``plan`` that checks of other plans need."""
    wave = plan.head.key("wave")
    value = plan.head.replacing("wave", "") or (0, 0, "")
    unreviewed, reviews = _reviews(plan)
    writes = tuple(_writes(plan))
    depends_on = tuple(_dependencies(plan))
    return PlanFacts(
        plan.path,
        identifier(plan.path),
        wave_of(plan),
        (*plan.at(wave)[1:3], *value[:2]),
        tuple(plan.at(plan.head.key(name))[1:3] for name in _ORDERING if name in plan.frontmatter),
        depends_on,
        writes,
        plan.at(plan.head.key("files_modified"))[1:3],
        tuple(references(plan)),
        unreviewed,
        reviews,
        gap=plan.frontmatter.get("gap_closure") in (True, "true"),
        touches=tuple(_touches(plan, writes)),
        status=status_of(plan),
        lost=tuple(_losing(plan)),
        unseen=tuple(_unseen(plan, depends_on)),
    )


def _losing(plan: Plan) -> Iterator[str]:
    """Yield the versions of get-shit-done that cannot read its frontmatter, because it is broken or not first."""
    begins = ("---\n", "---\r\n")
    if plan.head.end and (plan.head.lost or not plan.text.removeprefix("\ufeff").startswith(begins)):
        yield GsdVersion.CORE.value
    if plan.head.end and not plan.text.startswith(begins):
        yield GsdVersion.CLASSIC.value


def _unseen(plan: Plan, depends_on: Collection[Passage]) -> Iterator[str]:
    """Yield the items of ``depends_on`` that get-shit-done 1.42 does not read as they are written."""
    if depends_on:
        read = classic_items(plan.head.value_of("depends_on"))
        yield from (item.text for item in depends_on if item.text not in read)


def _dependencies(plan: Plan) -> Iterator[Passage]:
    """Yield the items of ``depends_on`` as written: 01 is not 1 to get-shit-done, which reads text."""
    value = plan.frontmatter.get("depends_on")
    for text, offset in plan.head.items("depends_on", listed(value)):
        yield _place(plan, *_written(plan.text, text, offset))


def _written(text: str, item: str, offset: int) -> tuple[str, int]:
    """Return ``item``, which YAML may have read as a number, as written at ``offset`` of ``text``, and its place."""
    if not item[:1].isdigit() or not text.startswith(item, offset):
        return item, offset
    begin, end = offset, offset + len(item)
    while text[begin - 1] in _NUMBER:
        begin -= 1
    while text[end : end + 1] in _NUMBER and end < len(text):
        end += 1
    return text[begin:end], begin


def _writes(plan: Plan) -> Iterator[Write]:
    """Yield each path that the frontmatter or a task declares as written, once, at its first mention."""
    seen = set()
    for item, offset in plan.head.items("files_modified", listed(plan.frontmatter.get("files_modified"))):
        for path in map(plain, paths(item)):
            if path not in seen:
                seen.add(path)
                yield Write(path, *plan.at(offset)[1:3], declared=item)
    for task in plan.tasks:
        for written, path in zip(task.files, task.writes, strict=True):
            if path not in seen and not only_looks(task):
                seen.add(path)
                yield Write(path, *plan.at(task.place_of(written))[1:3], declared="")


def _touches(plan: Plan, writes: Iterable[Write]) -> Iterator[Write]:
    """Yield each path that an action's prose says it changes, and that is not among the ``writes`` of the plan."""
    known = {write.path for write in writes}
    for task in plan.tasks:
        action = task.child("action")
        if action is None or "/" not in action.text:
            continue
        text = action.text
        for match in _FILE_NAME.finditer(text):
            begin = text.rfind(" ", 0, match.start()) + 1
            if not text.endswith(_BEFORE_PATH, 0, max(begin - 1, 0)):
                continue
            named = _PATH.fullmatch(text, begin, match.end())
            if named is None:
                continue
            path, at = plain(named[1]), named.start(1)
            if path not in known and _CHANGES.search(text, max(0, begin - 1 - _LONGEST_CLAUSE), at):
                known.add(path)
                yield Write(path, *plan.at(action.start + at)[1:3], declared="")


def _place(plan: Plan, text: str, offset: int) -> Passage:
    span = plan.at(offset)
    begin = offset - span.column + 1
    end = plan.text.find("\n", begin)
    return Passage(text, span.line, span.column, plan.text[begin : end if end >= 0 else None].rstrip("\r"))


def _reviews(plan: Plan) -> tuple[tuple[Passage, ...], bool]:
    """Return the tasks on authentication that no later task of the plan reviews, and whether anything is reviewed."""
    last_review = 0
    for task in reversed(plan.tasks):
        if task.is_checkpoint or reviews(task):
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
    """Return the wave of ``plan`` as a number, None if it has none or it is not a number."""
    value = plan.frontmatter.get("wave")
    try:
        wave = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return wave if math.isfinite(wave) else None


def references(plan: Plan) -> Iterator[Passage]:
    """Yield the paths after "@" at line starts of a section in which a client reads files, except fenced code."""
    text = plan.text
    for name in REFERRING:
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
                yield Passage(path.rstrip(".,;:)"), line + 1, match.start("path") - before, excerpt)
