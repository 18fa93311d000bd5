"""The summary of a plan, which get-shit-done writes after it has executed the plan.

GSD core 1.14 looks for ``05-01-SUMMARY.md`` for ``05-01-PLAN.md`` and for ``05-01-panel-PLAN.md``, and for
``05-01-PLAN-SUMMARY.md``; get-shit-done 1.42 also takes ``05-01-panel-SUMMARY.md`` for ``05-01-PLAN.md``. In core, a
summary with ``status: blocked`` in its frontmatter means unfinished work.

Both accept a summary with any content, even an empty one. gsdc does not: an empty file, which does not describe any
work, would hide a plan from every check.
"""

import os
import re
import stat
from collections.abc import Collection, Iterator
from typing import Final

from gsdc.filesystem.read import read
from gsdc.source.gsd_names import canonical_id, phase_folder
from gsdc.source.gsd_version import GsdVersion

SUMMARY: Final = "SUMMARY"
_BLANKS: Final = b" \t\r\n\xef\xbb\xbf"
_LONGEST_READ: Final = 1_000_000  # bytes; a longer file is not empty
# The only names of summaries in the folder "plans/" of a phase.
_NESTED: Final = re.compile(r"(?:^|-)SUMMARY-\d", re.IGNORECASE)
_PLAN: Final = re.compile("PLAN", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"\.md$", re.IGNORECASE)
_PLAN_SUFFIX: Final = re.compile(r"-PLAN$", re.IGNORECASE)
_STATUS: Final = re.compile(rb"status[ \t]*:[ \t]*[\"']?([\w-]+)")


def is_done(location: str, names: Collection[str], version: GsdVersion) -> bool:
    """Tell whether the plan at ``location`` is done, given ``names``, the summaries in its folder."""
    return summary_of(location, names, version) is not None


def summary_of(location: str, names: Collection[str], version: GsdVersion) -> str | None:
    """Return the path of the summary that marks the plan at ``location`` as done, None if it is not done.

    ``names`` are the summaries in its folder. A summary counts if it is a regular file, not a link, and not empty.
    """
    folder, name = os.path.split(location)
    nested = phase_folder(location.replace(os.sep, "/")) != folder.replace(os.sep, "/")
    found = _summaries(name, names, version, nested=nested)
    paths = (os.path.join(folder, one) for one in found)  # noqa: PTH118
    return next((path for path in paths if _tells_of_success(path, version)), None)


def summary_on_disk(location: str, version: GsdVersion) -> str | None:
    """Return the result of ``summary_of`` for the summaries on disk."""
    folder, name = os.path.split(location)
    if "PLAN" not in name:
        return None
    try:
        names = [entry for entry in os.listdir(folder or ".") if SUMMARY in entry]  # noqa: PTH208
    except (OSError, ValueError):
        return None
    return summary_of(location, names, version)


def _summaries(plan: str, names: Collection[str], version: GsdVersion, *, nested: bool) -> Iterator[str]:
    """Yield those of ``names`` that are summaries of the file ``plan``, which may be in the folder ``plans/``."""
    if version is GsdVersion.CORE:
        counted = [name for name in dict.fromkeys(_candidates(plan)) if name in names]
        yield from (name for name in counted if not nested or _NESTED.search(name))
        return
    wanted = {plan.replace("-PLAN.md", "", 1).replace("PLAN.md", "", 1), canonical_id(plan, version)}
    for name in names:
        if name.endswith("-SUMMARY.md") or name == "SUMMARY.md":
            exact = name.replace("-SUMMARY.md", "", 1).replace("SUMMARY.md", "", 1)
            if exact in wanted or canonical_id(name, version) in wanted:
                yield name


def _candidates(plan: str) -> Iterator[str]:
    """Yield the names that GSD core looks for."""
    base = _EXTENSION.sub("", plan)
    yield _PLAN.sub(SUMMARY, base, count=1) + ".md"
    yield base + "-SUMMARY.md"
    canonical = canonical_id(plan, GsdVersion.CORE)
    if canonical != _PLAN_SUFFIX.sub("", base):
        yield canonical + "-SUMMARY.md"


def _tells_of_success(location: str, version: GsdVersion) -> bool:
    try:
        found = os.lstat(location)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LONGEST_READ:
            return stat.S_ISREG(found.st_mode)
        head = read(location, _LONGEST_READ)
    except (OSError, ValueError):
        return False
    if not head.strip(_BLANKS):
        return False
    return version is not GsdVersion.CORE or b"status" not in head or _status(head) != b"blocked"


def _status(summary: bytes) -> bytes:
    """Return the status in the frontmatter of a summary, in lower case, b"" if there is none."""
    lines = summary.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if lines[0].rstrip() != b"---":
        return b""
    for line in lines[1:]:
        if line.startswith(b"---"):
            break
        if found := _STATUS.match(line):
            return found[1].lower()
    return b""
