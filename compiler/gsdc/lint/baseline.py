"""A baseline: the findings that existed when a project adopted gsdc, so that only new ones count.

The file is JSON with readable diffs: for each path a sorted list of codes with the fingerprints of findings.
"""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from gsdc.filesystem.file import place_of, replace_file
from gsdc.filesystem.read import Folder
from gsdc.finding import Finding, Rejected
from gsdc.report.files import ReportedFiles
from gsdc.report.fingerprint import Fingerprints
from gsdc.source.span import Span
from gsdc.source.tree import UNUSABLE, decode, read_named

DEFAULT: Final = ".gsdc/baseline.json"
_SUFFIX: Final = ".json"
_PAIR: Final = 2
_VERSION: Final = 1
_HELP: Final = "fix it, or remove it and write a new one with --write-baseline"


class BaselineEntry(NamedTuple):
    """An entry of the baseline: path relative to the project's folder, code and fingerprint."""

    path: str
    code: str
    fingerprint: str


def read(path: str) -> frozenset[BaselineEntry]:
    """Return the entries of the baseline at ``path``, relative to the working folder.

    Raises ``Rejected`` if the file does not exist or is not a baseline.
    """
    import json

    content = read_named(path, Folder("."))
    if content is None:
        help_ = "check the path, or write it with --write-baseline"
        raise Rejected(UNUSABLE.at(Span(path, 0, 0), f'the baseline "{path}" does not exist', help_))
    try:
        data = json.loads(decode(content, path))
    except json.JSONDecodeError as error:
        message = f"the baseline is not valid JSON: {error.msg.lower()}"
        raise Rejected(UNUSABLE.at(Span(path, error.lineno, error.colno), message, _HELP)) from None
    except RecursionError:
        raise Rejected(UNUSABLE.at(Span(path), "the baseline nests too deeply", _HELP)) from None
    entries = _entries(data)
    if entries is None:
        raise Rejected(UNUSABLE.at(Span(path), f'"{path}" is not a baseline that this version of gsdc can read', _HELP))
    return entries


def read_to_write(path: str) -> frozenset[BaselineEntry]:
    """Return the entries of a baseline before it is rewritten; none if the file does not exist.

    Raises ``Rejected`` for a file that is not a baseline: other files are not overwritten.
    """
    if not path.endswith(_SUFFIX):
        help_ = "name it --write-baseline=FILE.json, after the paths to check"
        raise Rejected(
            UNUSABLE.at(Span(path, 0, 0), f'the file name of a baseline ends in {_SUFFIX}, unlike "{path}"', help_)
        )
    return read(path) if Path(path).exists() else frozenset()


def write(path: str, root: Path, entries: Iterable[BaselineEntry]) -> None:
    """Write a baseline of the project in ``root`` atomically.

    Raises ``Rejected`` on a disk error, or if ``path`` is a link out of the project.
    """
    import json

    by_path: dict[str, list[str]] = {}
    for entry in sorted(entries):
        by_path.setdefault(entry.path, []).append(f"{entry.code} {entry.fingerprint}")
    content = json.dumps({"version": _VERSION, "findings": by_path}, indent=2) + "\n"
    replace_file(place_of(Path(path), (root,), path), content.encode(), path)


def entries_of(findings: Iterable[Finding], marks: Fingerprints, files: ReportedFiles) -> dict[BaselineEntry, Finding]:
    """Return the entries for ``findings``, each with its finding."""
    return {BaselineEntry(files.in_project(f.span.path), f.code, marks.of(f)): f for f in findings}


def within(entries: frozenset[BaselineEntry], places: frozenset[str]) -> frozenset[BaselineEntry]:
    """Return the entries in the files and folders ``places``, relative to the project; all if none is given."""
    if not places:
        return entries
    return frozenset(entry for entry in entries if places & {entry.path, *map(str, PurePosixPath(entry.path).parents)})


def _entries(data: Any) -> frozenset[BaselineEntry] | None:
    """Return the entries in the JSON ``data`` of a baseline, None if it has another form."""
    listed = data.get("findings") if isinstance(data, dict) and data.get("version") == _VERSION else None
    if not isinstance(listed, dict):
        return None
    entries: set[BaselineEntry] = set()
    for path, items in listed.items():
        words = [item.split() if isinstance(item, str) else [] for item in items] if isinstance(items, list) else [[]]
        if any(len(pair) != _PAIR for pair in words):
            return None
        entries.update(BaselineEntry(path, code, fingerprint) for code, fingerprint in words)
    return frozenset(entries)
