r"""``must_haves`` of a plan's frontmatter: the files it promises and the links between them.

The form is get-shit-done's (seed 000): ``truths`` for people to judge, ``artifacts`` and ``key_links`` that a program
can check. It is parsed as YAML, so that ``"a\\.b"`` is ``a\.b`` and ``[a, b]`` is a list; get-shit-done's own reader
splits lines, keeps both backslashes and skips such a list.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.plan import Plan
from gsdc.source.span import Span

KeyPath = tuple[str | int, ...]

ROOT: Final = "must_haves"

BAD_MUST_HAVE = Diagnostic(
    "MH006",
    "bad-must-have",
    Severity.ERROR,
    """A must-have of a plan cannot be checked.

    It is an entry without a path, a `must_haves` that is a list, a pattern that is no regular expression of JavaScript,
    or one that is searched for longer than a second, or a path outside the project.

    ## Why is this bad?
    get-shit-done skips what it cannot read (measured on get-shit-done 1.42): the promise looks kept because nobody
    looked.

    ## Example (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - provides: The routes
    ---

    ## Use instead (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - {path: src/routes.ts, provides: The routes}
    ---
    -- src/routes.ts --
    export const routes = []
    """,
)


class RequiredArtifact(NamedTuple):
    """A file that a plan promises; ``at`` is its place in the frontmatter.

    ``contains`` are texts or patterns that the file must all contain; ``min_lines`` is its least number of lines. An
    entry that is a bare string has ``bare`` set: it may be a path with a note, or prose.
    """

    path: str
    provides: str = ""
    contains: tuple[str, ...] = ()
    min_lines: int | None = None
    exports: tuple[str, ...] = ()
    at: KeyPath = ()
    bare: bool = False


class KeyLink(NamedTuple):
    """A link that a plan promises: ``pattern`` is in the file ``source`` (its key is ``from``), or in ``to``.

    Without a pattern, ``source`` names ``to``. ``at`` is its place in the frontmatter; an entry that is a bare string
    is prose, and all of it is in ``source``.
    """

    source: str
    to: str = ""
    via: str = ""
    pattern: str = ""
    at: KeyPath = ()
    bare: bool = False


class MustHaveProblem(NamedTuple):
    """An error in a must-have, before its line is looked up."""

    kind: Diagnostic
    at: KeyPath
    message: str
    help: str


class MustHaves(NamedTuple):
    """The must-haves of a plan, and the entries that cannot be parsed."""

    artifacts: tuple[RequiredArtifact, ...]
    links: tuple[KeyLink, ...]
    problems: tuple[MustHaveProblem, ...]


def read(frontmatter: dict[str, Any]) -> MustHaves:
    """Return the must-haves of a frontmatter; empty if there are none. It never fails."""
    problems: list[MustHaveProblem] = []
    block = frontmatter.get(ROOT)
    if block is not None and not isinstance(block, dict):
        help_ = "write truths, artifacts and key_links below it"
        problems.append(
            MustHaveProblem(BAD_MUST_HAVE, (ROOT,), f'"{ROOT}" is not a mapping: nothing in it is checked', help_)
        )
        block = None
    artifacts: list[RequiredArtifact] = []
    links: list[KeyLink] = []
    for at, entry in _entries(block or {}, "artifacts", problems):
        artifacts += _artifact(at, entry, problems)
    for at, entry in _entries(block or {}, "key_links", problems):
        links += _link(at, entry, problems)
    return MustHaves(tuple(artifacts), tuple(links), tuple(problems))


def locate(plan: Plan, problems: tuple[MustHaveProblem, ...]) -> tuple[Finding, ...]:
    """Return problems as findings, at the lines and columns of the must-haves in the plan."""
    from gsdc.source.document import Document

    if not problems:
        return ()
    before, block = _frontmatter(plan.text)
    document: Document | None
    try:
        document = Document(plan.path, block)
    except Rejected:  # the plan's reader is more lenient: then the place is the plan
        document = None

    def span(at: KeyPath) -> Span:
        found = document.span(at) if document else Span(plan.path)
        return Span(plan.path, found.line + before, found.column) if document else found

    return tuple(problem.kind.at(span(problem.at), problem.message, problem.help) for problem in problems)


def _frontmatter(text: str) -> tuple[int, str]:
    """Return the number of lines before the YAML of a plan, and the YAML."""
    lines = text.removeprefix("\ufeff").split("\n")
    fences = [index for index, line in enumerate(lines) if line.rstrip() == "---"]
    begin = fences[0] + 1 if fences else 0
    end = fences[1] if len(fences) > 1 else len(lines)
    return begin, "\n".join(lines[begin:end]) + "\n"


def _entries(block: dict[str, Any], name: str, problems: list[MustHaveProblem]) -> Iterator[tuple[KeyPath, Any]]:
    entries = block.get(name)
    if entries is None:
        return
    if not isinstance(entries, list):
        problems.append(_bad((ROOT, name), f'"{name}" is not a list', 'begin each entry with "- "'))
        return
    for index, entry in enumerate(entries):
        yield (ROOT, name, index), entry


def _artifact(at: KeyPath, entry: Any, problems: list[MustHaveProblem]) -> Iterator[RequiredArtifact]:
    if isinstance(entry, str) and entry.strip():
        yield RequiredArtifact(entry.strip(), at=at, bare=True)
        return
    path = _text(entry.get("path")) if isinstance(entry, dict) else ""
    if not path:
        problems.append(_bad(at, "an artifact has no path", "add `path:`, relative to the project"))
        return
    lines = entry.get("min_lines")
    least = int(lines) if str(lines).isascii() and str(lines).isdigit() and len(str(lines)) < 10 else None
    if lines is not None and least is None:
        problems.append(_bad((*at, "min_lines"), f'"{lines}" is not a number of lines', "write a whole number"))
    provides, contains, exports = _text(entry.get("provides")), _texts(entry, "contains"), _texts(entry, "exports")
    yield RequiredArtifact(path, provides, contains, least, exports, at)


def _link(at: KeyPath, entry: Any, problems: list[MustHaveProblem]) -> Iterator[KeyLink]:
    if isinstance(entry, str) and entry.strip():
        yield KeyLink(entry.strip(), at=at, bare=True)
        return
    fields = entry if isinstance(entry, dict) else {}
    source, to, via, pattern = (_text(fields.get(name)) for name in ("from", "to", "via", "pattern"))
    if not source:
        problems.append(_bad(at, "a key link has no `from`", "add `from:`, a file of the project"))
    elif not pattern and not to:
        problems.append(_bad(at, f'the key link from "{source}" has no `to`', "add `to:` and `pattern:`"))
    else:
        yield KeyLink(source, to, via, pattern, at)


def _bad(at: KeyPath, message: str, help_: str) -> MustHaveProblem:
    return MustHaveProblem(BAD_MUST_HAVE, at, message, help_)


def _text(value: Any) -> str:
    """Return a scalar as text; "" for a list, a mapping, or null."""
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _texts(entry: dict[str, Any], name: str) -> tuple[str, ...]:
    value = entry.get(name)
    items = value if isinstance(value, list) else [value]
    return tuple(text for text in map(_text, items) if text)
