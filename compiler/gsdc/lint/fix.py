"""Apply fixes: edit the files of findings, and repeat until no fixable finding is left."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.filesystem.file import place_of, replace_file
from gsdc.filesystem.read import Folder
from gsdc.finding import Finding
from gsdc.source.plan import edit
from gsdc.source.tree import decode, read_named

_PASSES: Final = 40


class Fixed(NamedTuple):
    """The result of fixing: every changed file's text before and after, and the number of fixed findings."""

    texts: dict[str, tuple[str, str]]
    fixed: int


def apply_fixes(text: str, findings: Iterable[Finding], *, unsafe: bool) -> tuple[str, int]:
    """Return ``text`` with the fixes of ``findings`` applied, and how many were applied.

    If fixes overlap, the first is applied; the others are left for the next pass.
    """
    edits: list[tuple[int, int, str]] = []
    count, last = 0, -1
    fixes = Counter(f.fix for f in findings if f.fix is not None and (unsafe or f.fix.safe))
    for fix, findings_of in sorted(fixes.items()):
        if min(fix.edits)[0] > last:
            edits.extend(fix.edits)
            last = max(end for _, end, _ in fix.edits)
            count += findings_of
    return edit(text, edits), count


def fix_files(
    check: Callable[[], Iterable[Finding]],
    base: str,
    folders: tuple[Path, ...],
    *,
    unsafe: bool,
    write: bool,
    wanted: Callable[[Iterable[Finding]], Iterable[Finding]] = iter,
) -> Fixed:
    """Fix the findings of ``check`` until none is fixable; without ``write``, compute one pass only.

    The paths of findings are relative to ``base``. Links are followed only to files in ``folders``. Only the findings
    that ``wanted`` returns are fixed.

    Raises ``Rejected`` for a file that cannot be written, and the exceptions of ``check``.
    """
    texts: dict[str, tuple[str, str]] = {}
    count = 0
    folder = Folder(base or ".")
    for _ in range(_PASSES if write else 1):
        changed = False
        for path, findings in _fixable(wanted(check()), unsafe=unsafe).items():
            location = Path(base, path)
            before = decode(read_named(path, folder) or b"", path)
            after, fixed = apply_fixes(before, findings, unsafe=unsafe)
            if after == before:
                continue
            if write:
                replace_file(place_of(location, folders, path), after.encode(), path)
            texts[path] = (texts[path][0] if path in texts else before, after)
            count += fixed
            changed = True
        if not changed:
            break
    return Fixed(texts, count)


def _fixable(findings: Iterable[Finding], *, unsafe: bool) -> dict[str, list[Finding]]:
    """Return the findings to fix in this pass, by file.

    Unsafe fixes come first: a corrected misspelt key may satisfy another rule.
    """
    found = defaultdict(list)
    for finding in findings:
        if finding.fix is not None and (unsafe or finding.fix.safe):
            found[finding.span.path].append(finding)
    guesses = {path: [one for one in each if one.fix and not one.fix.safe] for path, each in found.items()}
    return {path: guesses[path] or each for path, each in found.items()}
