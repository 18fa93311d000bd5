"""A Markdown agent of OpenCode, parsed as the client does: gray-matter and js-yaml, with a second attempt.

If the YAML is invalid, OpenCode rewrites values that contain ":" as block scalars and parses again, because
descriptions often contain them. If there is no such value, it silently takes the whole file as the prompt. If the
second attempt fails too, it skips the file. (Measured on OpenCode 1.18.)
"""

import re
from typing import Any, Final, NamedTuple

from gsdc.finding import Rejected
from gsdc.source.frontmatter import Frontmatter
from gsdc.source.javascript import text as text_of
from gsdc.source.lazy_pattern import lazily
from gsdc.source.nesting import too_deep
from gsdc.source.span import Span, span_at
from gsdc.source.yaml_text import NotYamlError, loads

# What explains it takes 100 ms for as many characters.
_LONGEST_EXPLAINED: Final = 10_000
_COMMENTS: Final = lazily(r"^[ \t]*#[^\n]*$", re.MULTILINE)
_WORD: Final = lazily(r"[a-zA-Z_][a-zA-Z0-9_]*")
_YAML: Final = ("", "yaml", "yml")


class _UnreadableError(Exception):
    """The frontmatter is not what its language allows."""


class MarkdownAgent(NamedTuple):
    """A Markdown file as OpenCode reads it.

    ``data`` are the keys of its frontmatter and, as ``prompt``, the text below. ``problem`` is the reason why the
    frontmatter is ignored, "" if it is valid; ``at`` is its place. ``skipped`` files define no agent.
    """

    path: str
    name: str
    data: dict[str, Any]
    frontmatter: Frontmatter
    text: str
    problem: str = ""
    at: Span | None = None
    skipped: bool = False

    def span(self, key: str, *, of_key: bool = True) -> Span:
        """Return the place of ``key`` in the frontmatter, or of its value; the first line if there is none."""
        if key == "prompt":
            return span_at(self.path, self.text, self.frontmatter.after)
        if key not in self.data:
            return Span(self.path)
        value = self.data[key]
        item = str(value) if isinstance(value, str | int | float) and not of_key else ""
        return span_at(self.path, self.text, self.frontmatter.key(key, item))


def read_agent(path: str, folder: str, text: str) -> MarkdownAgent:
    """Return the agent of the file at ``path``, below the agent ``folder``."""
    problem, at, skipped, found = "", None, False, _nothing(text)
    try:
        found = _matter(text)
    except _UnreadableError as error:
        mended = _mended(text)
        problem = "the whole file is the prompt, and the agent has no model of its own"
        if mended != text:
            try:
                found, problem = _matter(mended), ""
            except _UnreadableError:
                problem, skipped = "there is no such agent", True
        if problem:
            at, reason = _explain(path, text, str(error))
            problem = f"OpenCode cannot read the frontmatter ({reason}): {problem}"
    data = {**found.data, "prompt": found.prompt}
    if not problem and found.after == 0 and text.lstrip("\ufeff \t\r\n").startswith("---"):
        problem = "OpenCode sees only frontmatter that begins on the first line: here the whole file is the prompt"
    name = text_of(data["name"]) if "name" in data else path.removeprefix(folder).removesuffix(".md")
    frontmatter = Frontmatter(text, data, *_limits(text) if found.after else (0, 0, 0))
    return MarkdownAgent(path, name, data, frontmatter, text, problem, at, skipped)


class _Matter(NamedTuple):
    data: dict[str, Any]
    after: int
    prompt: str


def _nothing(text: str) -> _Matter:
    return _Matter({}, 0, text.removeprefix("\ufeff").strip())


def _limits(text: str) -> tuple[int, int, int]:
    """Return where the frontmatter begins and ends, and where the prompt begins; zeros if there is none."""
    opening = 4 if text.startswith("\ufeff") else 3
    if text[opening - 3 : opening] != "---" or text.startswith("-", opening):
        return 0, 0, 0
    line_end = text.find("\n", opening)
    start = opening if line_end < 0 else line_end
    end = text.find("\n---", opening)
    return (start, len(text), len(text)) if end < 0 else (start, end, end + 4)


def _matter(text: str) -> _Matter:
    start, end, after = _limits(text)
    if after == 0:
        return _nothing(text)
    language = text[:start].lstrip("\ufeff").removeprefix("---").strip().lower()
    block = text[start:end]
    if not _COMMENTS.sub("", block).strip():
        return _Matter({}, after, text[after:].strip())
    if language not in (*_YAML, "json"):
        raise _UnreadableError(f'"{language}" is not a language of frontmatter')
    return _Matter(_mapping(_json(block) if language == "json" else _yaml(block)), after, text[after:].strip())


def _mapping(data: Any) -> dict[str, Any]:
    return {text_of(key): value for key, value in data.items()} if isinstance(data, dict) else {}


def _json(block: str) -> Any:
    import json

    if too_deep(block) >= 0:
        raise _UnreadableError("the brackets nest too deeply")
    try:
        return json.loads(block)
    except ValueError as error:
        raise _UnreadableError(str(error)) from None


def _yaml(block: str) -> Any:
    try:
        data = loads(block)
    except NotYamlError as error:
        raise _UnreadableError(error.reason) from None
    if isinstance(data, dict):
        inherited = data.pop("<<", None)
        data = {**inherited, **data} if isinstance(inherited, dict) else data
    return data


def _mended(text: str) -> str:
    """Return ``text`` with each plain value of the frontmatter that contains ":" rewritten as a block scalar."""
    opening = re.match(r"---\r?\n", text)
    closing = re.compile(r"\r?\n---").search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return text
    block = text[opening.end() : closing.start()]
    lines: list[str] = []
    for line in re.split(r"\r?\n", block):
        key, colon, rest = line.partition(":")
        value = rest.strip()
        if colon and ":" in value and value[0] not in "\"'" and _WORD.fullmatch(key.rstrip()):
            lines += [f"{key.rstrip()}: |-", f"  {value}"]
        else:
            lines.append(line)
    return text.replace(block, "\n".join(lines), 1)


def _explain(path: str, text: str, reason: str) -> tuple[Span, str]:
    """Return the place and the reason why the frontmatter is broken."""
    from gsdc.source.document import Document

    start, end, _ = _limits(text)
    try:
        if end - start <= _LONGEST_EXPLAINED:
            Document(path, text[start:end])
    except Rejected as rejected:
        found = rejected.findings[0]
        return Span(path, found.span.line + text.count("\n", 0, start), max(found.span.column, 1)), found.message
    return Span(path), " ".join(reason.lower().split())[:200]
