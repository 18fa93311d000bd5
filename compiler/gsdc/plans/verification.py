"""Whether the files of a project fulfil the must-haves of a plan.

The checks follow get-shit-done (``verify artifacts``, ``verify key-links``), with corrections: a ``from`` with a line
number or a function's name after the path is that file; a bare file name is found; alternatives such as ``a|b`` in
``contains`` are a pattern; an export is a whole word; lines are counted as in editors. A must-have that no file can
confirm, such as a link from "the login page", is neither held nor broken: it cannot be checked.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected
from gsdc.plans.javascript_pattern import InvalidPatternError, Searcher, SlowPatternError
from gsdc.plans.must_haves import BAD_MUST_HAVE, KeyLink, MustHaveProblem, RequiredArtifact, locate, read
from gsdc.plans.naming import Naming, Refused, has_placeholder, names_file
from gsdc.plans.project_files import ProjectFiles
from gsdc.plans.verification_findings import (
    BROKEN_LINK,
    MISSING_ARTIFACT,
    MISSING_CONTENT,
    MISSING_EXPORT,
    NOTHING_CHECKED,
    SHORT_ARTIFACT,
)
from gsdc.source.plan import Plan

_META: Final = re.compile(r"[\\^$.|?*+()\[\]{}]")
# Enough for a folder of components; a promise about more files is too general to check.
_MAX_READ: Final = 500


class Checked(NamedTuple):
    """A must-have and its verdict: ``held`` is None if it cannot be checked; ``detail`` gives the reason."""

    item: RequiredArtifact | KeyLink
    held: bool | None
    detail: str = ""


class Verification(NamedTuple):
    """The verdicts on a plan's must-haves, in their order, and the findings about those that are broken."""

    path: str
    root: Path
    artifacts: tuple[Checked, ...]
    links: tuple[Checked, ...]
    findings: tuple[Finding, ...]

    @property
    def held(self) -> int:
        """The number of must-haves that are held."""
        return sum(one.held is True for one in (*self.artifacts, *self.links))

    @property
    def checkable(self) -> int:
        """The number of must-haves that are held or broken."""
        return sum(one.held is not None for one in (*self.artifacts, *self.links))

    @property
    def unchecked(self) -> int:
        """The number of must-haves that cannot be checked."""
        return len(self.artifacts) + len(self.links) - self.checkable


def root_of(plan: Path, default: Path) -> Path:
    """Return the folder that contains ``.planning`` on a plan's path, ``default`` if there is none."""
    from gsdc.source.tree import PLANNING

    return next((parent.parent for parent in plan.absolute().parents if parent.name == PLANNING), default)


def verify(plan: Plan, root: Path, files: ProjectFiles, searcher: Searcher) -> Verification:
    """Return whether ``files``, those of the project in ``root``, fulfil the must-haves of ``plan``."""
    promised = read(plan.frontmatter)
    problems = list(promised.problems)
    check = _Check(files, searcher, _own_paths(plan, promised.artifacts), problems)
    artifacts = tuple(map(check.artifact, promised.artifacts))
    links = tuple(map(check.link, promised.links))
    return Verification(plan.path, root, artifacts, links, locate(plan, tuple(problems)))


def nothing_checked(plan: Plan, verdict: Verification) -> tuple[Finding, ...]:
    """Return a finding if ``plan`` promises artifacts or key links, and none of them could be checked."""
    promised = (*verdict.artifacts, *verdict.links)
    if not promised or any(checked.held is not None for checked in promised):
        return ()
    message = "none of the artifacts and key links can be checked"
    help_ = "write artifacts with a `path`, and key links with `from`, `to` and `pattern`"
    return locate(plan, (MustHaveProblem(NOTHING_CHECKED, promised[0].item.at, message, help_),))


def _own_paths(plan: Plan, artifacts: Iterable[RequiredArtifact]) -> tuple[str, ...]:
    """Return the paths that a plan names: a bare file name in a link refers to one of them first."""
    modified = plan.frontmatter.get("files_modified")
    named = [item for item in modified if isinstance(item, str)] if isinstance(modified, list) else []
    return tuple(dict.fromkeys([*(artifact.path for artifact in artifacts if not artifact.bare), *named]))


class _Check:
    """Checks the must-haves of one plan, and collects the errors."""

    def __init__(
        self, files: ProjectFiles, searcher: Searcher, own: tuple[str, ...], problems: list[MustHaveProblem]
    ) -> None:
        self._files, self._searcher, self._problems = files, searcher, problems
        self._naming = Naming(files, own)

    def artifact(self, item: RequiredArtifact) -> Checked:
        """Return the verdict on an artifact."""
        at = item.at if item.bare else (*item.at, "path")
        found = self._naming.artifact(item.path)
        if isinstance(found, Refused):
            return self._bad(item, at, *found)
        if found is None:
            if has_placeholder(item.path) or (item.bare and not names_file(item.path)):
                return Checked(item, None, "not a path that can be looked up")
            elsewhere = self._naming.elsewhere(item.path)
            hint = f'is "{elsewhere}" meant?' if elsewhere else "write the file, or correct the path"
            return self._broken(item, MISSING_ARTIFACT, at, f'"{item.path}" does not exist', hint)
        if item.min_lines is None and not item.contains and not item.exports:
            return Checked(item, True)
        try:
            texts = [self._files.text(file) for file in found[:_MAX_READ]]
        except Rejected as rejected:
            return self._bad(item, at, rejected.findings[0].message, rejected.findings[0].help)
        before = len(self._problems)
        self._problems += self._missing_in(item, texts)
        missing = self._problems[before:]
        return Checked(item, not missing, "; ".join(problem.message for problem in missing))

    def link(self, item: KeyLink) -> Checked:
        """Return the verdict on a key link."""
        if item.bare:
            return Checked(item, None, "prose")
        source = self._naming.end(item.source)
        at = (*item.at, "from")
        if isinstance(source, Refused):
            return self._bad(item, at, *source)
        if source is None:
            if not self._naming.could_be_file(item.source):
                return Checked(item, None, f'"{item.source}" is not a file of the project')
            return self._broken(item, BROKEN_LINK, at, f'"{item.source}" does not exist', "correct the path in `from`")
        try:
            return self._pattern(item, source) if item.pattern else self._reference(item, source)
        except InvalidPatternError as error:
            message = f'"{item.pattern}" is not a regular expression: {error}'
            help_ = r"escape literal brackets with a backslash: \( \[ \{"
            return self._bad(item, (*item.at, "pattern"), message, help_)
        except SlowPatternError as error:
            help_ = "write it without one repetition inside another"
            return self._bad(item, (*item.at, "pattern"), f'the pattern "{item.pattern}" {error}', help_)
        except Rejected as rejected:
            return self._bad(item, at, rejected.findings[0].message, rejected.findings[0].help)

    def _missing_in(self, item: RequiredArtifact, texts: list[str]) -> Iterator[MustHaveProblem]:
        longest = max((len(text.splitlines()) for text in texts), default=0)
        if item.min_lines is not None and longest < item.min_lines:
            message = f'"{item.path}" has {longest} lines, but the plan promises {item.min_lines}'
            yield MustHaveProblem(
                SHORT_ARTIFACT, (*item.at, "min_lines"), message, "finish the file, or lower `min_lines`"
            )
        for wanted in item.contains:
            at = (*item.at, "contains")
            try:
                if not any(self._holds(wanted, text) for text in texts):
                    message = f'"{item.path}" does not contain "{wanted}"'
                    yield MustHaveProblem(MISSING_CONTENT, at, message, "add it, or correct `contains`")
            except InvalidPatternError:  # then it was meant as text, which is missing
                message = f'"{item.path}" does not contain "{wanted}"'
                yield MustHaveProblem(MISSING_CONTENT, at, message, "add it, or correct `contains`")
            except SlowPatternError as error:
                help_ = "write it without one repetition inside another"
                yield MustHaveProblem(BAD_MUST_HAVE, at, f'the pattern "{wanted}" {error}', help_)
        for name in item.exports:
            plain = name.partition("(")[0].rstrip()
            if not any(_has_word(text, name) or _has_word(text, plain) for text in texts):
                message = f'"{item.path}" does not export "{plain or name}"'
                yield MustHaveProblem(MISSING_EXPORT, (*item.at, "exports"), message, "export it, or correct `exports`")

    def _pattern(self, item: KeyLink, source: tuple[str, ...]) -> Checked:
        if self._any_holds(item.pattern, source):
            return Checked(item, True, "pattern found in source")
        target = self._naming.end(item.to) if item.to else None
        if isinstance(target, Refused):
            return self._bad(item, (*item.at, "to"), *target)
        if target is not None and self._any_holds(item.pattern, target):
            return Checked(item, True, "pattern found in target")
        where = (
            f'"{item.source}" nor "{item.to}" contains' if target is not None else f'"{item.source}" does not contain'
        )
        message = f'{"neither " if target is not None else ""}{where} the pattern "{item.pattern}"'
        return self._broken(
            item, BROKEN_LINK, (*item.at, "pattern"), message, "connect the files, or correct the pattern"
        )

    def _reference(self, item: KeyLink, source: tuple[str, ...]) -> Checked:
        file = item.to.rstrip("/").rpartition("/")[2]
        names = dict.fromkeys((item.to, file, file.partition(".")[0] or file))
        for text in map(self._files.text, source[:_MAX_READ]):
            if any(_has_word(text, name) for name in names):
                return Checked(item, True, "target referenced in source")
        if not names_file(item.to) and " " in item.to:
            return Checked(item, None, f'"{item.to}" is not a file of the project')
        message = f'"{item.source}" does not contain "{item.to}"'
        return self._broken(item, BROKEN_LINK, (*item.at, "to"), message, "connect the files, or add a `pattern`")

    def _any_holds(self, wanted: str, files: tuple[str, ...]) -> bool:
        return any(self._holds(wanted, self._files.text(file)) for file in files[:_MAX_READ])

    def _holds(self, wanted: str, text: str) -> bool:
        """Tell whether a text contains what is wanted: literally, else as a pattern."""
        return wanted in text or (_META.search(wanted) is not None and self._searcher.search(wanted, text))

    def _broken(
        self, item: RequiredArtifact | KeyLink, kind: Diagnostic, at: tuple[str | int, ...], message: str, help_: str
    ) -> Checked:
        self._problems.append(MustHaveProblem(kind, at, message, help_))
        return Checked(item, False, message)

    def _bad(self, item: RequiredArtifact | KeyLink, at: tuple[str | int, ...], message: str, help_: str) -> Checked:
        return self._broken(item, BAD_MUST_HAVE, at, message, help_)


def _has_word(text: str, word: str) -> bool:
    """Tell whether ``word`` is in ``text`` as a whole word."""
    at = text.find(word) if word else -1
    while at >= 0:
        end = at + len(word)
        if not (_is_name(text[at - 1 : at]) and _is_name(word[0])) and not (
            _is_name(text[end : end + 1]) and _is_name(word[-1])
        ):
            return True
        at = text.find(word, at + 1)
    return False


def _is_name(character: str) -> bool:
    return character.isalnum() or character in {"_", "$"}
