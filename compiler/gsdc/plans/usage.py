"""The tokens that the execution of a plan uses: read, written, and read again from the client's cache at every turn.

get-shit-done gives a plan to one executor, which is one conversation. It begins with the executor's prompt, reads the
plan and its "@" references, then for each task the files that it changes or must read first. Every turn sends
everything before it again, which clients read from their cache at a tenth of the price: these tokens are counted
separately, and are most of a bill.

Files count by their size on disk, four characters a token as in get-shit-done; a missing file costs nothing to read. No
public summary states tokens, so the numbers for turns and for written tokens are assumptions, defined here by name:
they are not fitted.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.plans.collect import references
from gsdc.source.gsd_names import project_of
from gsdc.source.lazy_pattern import lazily
from gsdc.source.plan import Plan
from gsdc.source.task import Task
from gsdc.tasks.annotation import Nature, natures

CHARACTERS: Final = 4  # a token
# The system prompt and the tools of a client, the executor's agent file, execute-plan.md and the summary's template.
PROMPT: Final = 25_000
# Turns of a plan for its state, summary and commit; of a task; and for each file that it writes.
PLAN_TURNS, TASK_TURNS, FILE_TURNS = 8, 5, 3
# What a turn adds to the conversation: a call with its text, and the output of a command.
CALL, RESULT = 120, 400
SUMMARY: Final = 1_200  # tokens of the summary of a plan
# Code in an action is written out unchanged; for each token of prose, this many are written.
FROM_CODE, FROM_PROSE = 1.0, 0.7
LARGEST_READ: Final = 25_000  # tokens: clients truncate what they read of one file
_ELSEWHERE: Final = ("/", "~", "\\")
_FENCE: Final = lazily(r"```[^\n]*\n(.*?)```", re.DOTALL)
_PATH: Final = lazily(r"[\w@./()\[\]-]{1,200}\.\w{1,8}")


class Usage(NamedTuple):
    """Tokens that are read for the first time, written, and read from the cache, in a number of turns.

    ``opening`` are those of the tokens read that the whole plan needs: the prompt, the plan and its references.
    """

    read: int = 0
    written: int = 0
    cached: int = 0
    turns: int = 0
    opening: int = 0

    @property
    def tokens(self) -> int:
        """The tokens read and written, without those from the cache."""
        return self.read + self.written

    def scaled(self, tokens: int) -> "Usage":
        """Return the same work with ``tokens`` as the sum of read and written, from a person's estimate."""
        share = tokens / self.tokens if self.tokens else 0.0
        written = round(self.written * share)
        return Usage(tokens - written, written, round(self.cached * share), self.turns)


Size = Callable[[str], int]


def sizes(plan: Plan, base: str | Path = ".") -> Size:
    """Return a function for the size in bytes of a file of the project of ``plan``, 0 for a missing file."""
    project = os.path.join(base, project_of(plan.path))  # noqa: PTH118
    known: dict[str, int] = {}

    def size(path: str) -> int:
        if path not in known and path.startswith(_ELSEWHERE):
            known[path] = 0  # the workflow itself, which is in the prompt, or files absent on other machines
        if path not in known:
            try:
                location = os.path.join(project, path)  # noqa: PTH118
                known[path] = os.path.getsize(location) if os.path.isfile(location) else 0  # noqa: PTH113, PTH202
            except (OSError, ValueError):
                known[path] = 0
        return known[path]

    return size


def usage(plan: Plan, size: Size) -> Mapping[int, Usage]:
    """Return the usage of each task of ``plan``, by its number; the first includes what is read before all tasks.

    A checkpoint uses nothing: a person acts.
    """
    seen: set[str] = set()
    context = PROMPT + len(plan.text) // CHARACTERS + _read((place.text for place in references(plan)), seen, size)
    opening, turns_before = context, PLAN_TURNS
    found: dict[int, Usage] = {}
    context = 0
    for task in plan.tasks:
        if task.is_checkpoint:
            found[task.number] = Usage()
            continue
        turns = TASK_TURNS + FILE_TURNS * len(task.files) + turns_before
        written = _written(task) + turns * CALL + (SUMMARY if turns_before else 0)
        read = opening + _read(_named(task), seen, size) + turns * RESULT
        # On average, half of what a task adds is present at each of its turns.
        cached = turns * (context + opening) + turns * (read - opening + written) // 2
        found[task.number] = Usage(read, written, cached, turns, opening)
        context += read + written
        opening = turns_before = 0
    return found


def measured(plan: Plan, size: Size, known: Mapping[int, Nature] | None = None) -> Mapping[int, Nature]:
    """Return the natures of the tasks of ``plan``, with their material; ``known`` are those without it, if available.

    The part of a large file that a client truncates counts here: it is still to be read.
    """
    shared = {place.text for place in references(plan)}
    found = {}
    for number, nature in (natures(plan) if known is None else known).items():
        files = shared.union(_named(plan.tasks[number - 1]))
        found[number] = nature._replace(material=sum(map(size, files)) // CHARACTERS)
    return found


def _read(paths: Iterable[str], seen: set[str], size: Size) -> int:
    """Return the tokens of those of ``paths`` that were not read before."""
    total = 0
    for path in paths:
        if path not in seen:
            seen.add(path)
            total += min(LARGEST_READ, size(path) // CHARACTERS)
    return total


def _named(task: Task) -> tuple[str, ...]:
    """Return the files that ``task`` writes, and those that it must read first."""
    return (*task.files, *_PATH.findall(task.text("read_first")))


def _written(task: Task) -> int:
    """Return the tokens that ``task`` writes into files, from the code and the prose of its action."""
    action = task.text("action") or task.text("behavior") or ("" if task.children else task.inner)
    code = sum(map(len, _FENCE.findall(action)))
    return round((code * FROM_CODE + (len(action) - code) * FROM_PROSE) / CHARACTERS)
