"""Where tasks begin and end in a plan: ``<task`` first on its line, ``</task>`` anywhere, outside code fences.

A ``<task`` inside a code fence of an open task's ``<action>`` belongs to that action; any other one begins the next
task, even if the previous one was never closed.
"""

import re
from bisect import bisect_left
from functools import cached_property
from typing import Final

CLOSE: Final = "</task>"
_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([^\s`]?)", re.MULTILINE)
_TAG_LINES: Final = 20
_TAG_NAME_ENDS: Final = frozenset(" \t\r\n>")


class Tags:
    """Where the tags of tasks and code fences are in a text, sorted, so that no range is scanned twice."""

    def __init__(self, text: str, begin: int) -> None:
        self.opening_tags = _openings(text, begin)
        self.openings = [start for start, _ in self.opening_tags]
        self.closings = [match.start() for match in re.finditer(CLOSE, text)]
        self.actions = [match.start() for match in re.finditer("<action>", text)]
        self._text = text
        self._action, self._next_fence, self._open_fences = -1, 0, list[str]()

    @cached_property
    def fences(self) -> list[tuple[int, str, bool]]:
        """Where fences are, their markers, and whether a language follows."""
        return [(match.start(), match[1], bool(match[2])) for match in _FENCE.finditer(self._text)]

    def next_task(self, index: int, open_end: int) -> int:
        """Return the index of the opening tag of the task after the one of opening ``index``."""
        following = index + 1
        while following < len(self.openings) and self._inside_fence(open_end, self.openings[following]):
            following += 1
        return following

    def closing(self, start: int, limit: int) -> int:
        """Return where the tag that closes this task is, counting the tasks nested in it, -1 if there is none."""
        last = -1
        inner = bisect_left(self.openings, start)
        for at in self.closings[bisect_left(self.closings, start) : bisect_left(self.closings, limit)]:
            last = at
            if inner == len(self.openings) or self.openings[inner] > at:
                return at
            inner += 1
        return last

    def _inside_fence(self, start: int, at: int) -> bool:
        """Tell whether ``at`` is in a code fence of an action that begins after ``start`` and is still open."""
        closed = _count(self.closings, start, at)
        if closed > _count(self.openings, start, at):
            return False
        action = bisect_left(self.actions, at) - 1
        if action < 0 or self.actions[action] < start:
            return False
        return bool(self._fences_open(self.actions[action], at))

    def _fences_open(self, action: int, at: int) -> list[str]:
        """Return the fences that are open at ``at``; calls in rising order for one action scan each fence once.

        A fence closes the innermost open one if it is at least as long and has no language; otherwise it opens one
        more: people nest fences of one length, though CommonMark does not.
        """
        if action != self._action:
            self._action, self._open_fences = action, []
            self._next_fence = bisect_left(self.fences, (action, "", False))
        while self._next_fence < len(self.fences) and self.fences[self._next_fence][0] < at:
            _, fence, named = self.fences[self._next_fence]
            if self._open_fences and fence.startswith(self._open_fences[-1]) and not named:
                self._open_fences.pop()
            else:
                self._open_fences.append(fence)
            self._next_fence += 1
        return self._open_fences


def _count(offsets: list[int], start: int, end: int) -> int:
    return bisect_left(offsets, end) - bisect_left(offsets, start)


def _openings(text: str, begin: int) -> list[tuple[int, int]]:
    """Return where the opening tags of tasks begin and end: first on their line, at most a few lines long."""
    found = []
    at = text.find("<task", begin)
    while at >= 0:
        end = at + len("<task")
        if text[end : end + 1] in _TAG_NAME_ENDS and not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t"):
            close = _tag_end(text, end)
            if close > 0:
                found.append((at, close))
                end = close
        # A tag later on the same line is not the first: checking each would scan a long line repeatedly.
        line_end = text.find("\n", end)
        at = text.find("<task", line_end) if line_end >= 0 else -1
    return found


def _tag_end(text: str, at: int) -> int:
    """Return where the tag that is open at ``at`` ends, 0 if no ">" is on this line or the next few."""
    for _ in range(_TAG_LINES + 1):
        newline = text.find("\n", at) + 1 or len(text)
        close = text.find(">", at, newline)
        if close >= 0:
            return close + 1
        at = newline
    return 0
