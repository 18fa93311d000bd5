"""Remedies applied: the edits of findings put into their files, again and again until nothing is left to fix."""

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
    """What fixing did: the texts of every changed file, before and after, and how many findings were fixed."""

    texts: dict[str, tuple[str, str]]
    fixed: int


def apply_fixes(text: str, findings: Iterable[Finding], *, unsafe: bool) -> tuple[str, int]:
    """Return ``text`` with the fixes of ``findings`` put in, and how many went in.

    Of fixes that touch, the first counts; the others are for the next pass.
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
    """Fix what ``check`` finds, until it finds no more to fix; where not ``write``, one pass is worked out.

    The paths of findings are relative to ``base``. A link is followed to a file in ``folders`` only. Of all findings,
    only those are fixed that ``wanted`` gives back.

    Raises ``Rejected`` for a file that cannot be written, and what ``check`` raises.
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

    Unsafe fixes come first: what a rule demands may be there once a misspelt key has its right name.
    """
    found = defaultdict(list)
    for finding in findings:
        if finding.fix is not None and (unsafe or finding.fix.safe):
            found[finding.span.path].append(finding)
    guesses = {path: [one for one in each if one.fix and not one.fix.safe] for path, each in found.items()}
    return {path: guesses[path] or each for path, each in found.items()}
