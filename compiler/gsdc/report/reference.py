"""The documentation of rules as Markdown: one page for a rule, or the whole reference."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from gsdc.rules.documentation import Documentation, Example, ExampleFile, families

# Lines of examples have any length, and every rule has the same sections.
_HEAD: Final = '<!-- markdownlint-configure-file {"MD013": false, "MD024": {"siblings_only": true}} -->'
_INTRODUCTION: Final = """\
Everything that gsdc finds, by what it is about. A finding shows the code and the name; `gsdc rule NAME` prints the page
of either. The command that reports an example is `gsdc lint` or `gsdc build`, unless the page says otherwise."""
_LANGUAGES: Final = {"yml": "yaml", "md": "markdown", "mjs": "javascript", "ts": "typescript"}
_ANY_NAME: Final = {"profile": ("a profile", "yaml"), "PLAN.md": ("a plan", "markdown")}
_OPTIONS: Final = {"safe": "--fix", "unsafe": "--unsafe-fixes"}
_FENCE: Final = re.compile(r"`{3,}")


def reference(rules: Iterable[Documentation]) -> str:
    """Return all ``rules`` as one Markdown document with a table of contents, family by family."""
    order = list(families().values())
    found = sorted(rules, key=lambda rule: (order.index(rule.family) if rule.family in order else len(order), rule))
    contents = []
    for family, members in groupby(found, key=lambda rule: rule.family):
        contents.append(f"- {family}")
        contents += [f"  - [{rule.code} {rule.name}](#{_anchor(rule)}): {rule.parts.summary}" for rule in members]
    pages = (page(rule, "##") for rule in found)
    return "\n\n".join((_HEAD, "# Rules", _INTRODUCTION, "\n".join(contents), *pages))


def page(rule: Documentation, heading: str = "#") -> str:
    """Return the page of a rule as Markdown, under a heading of that level."""
    return "\n\n".join(_blocks(rule, heading))


def _blocks(rule: Documentation, heading: str) -> Iterator[str]:
    parts = rule.parts
    yield f"{heading} {rule.code} {rule.name}"
    fix = "none." if parts.fix is None else f"{parts.fix[0]}, by `gsdc lint {_OPTIONS[parts.fix[0]]}`. {parts.fix[1]}"
    yield f"Severity: {rule.severity}. Fix: {fix}"
    yield f"{heading}# What it does"
    yield parts.what
    yield f"{heading}# Why is this bad?"
    yield parts.why
    yield f"{heading}# Example"
    if parts.example is None:
        yield parts.no_example
    else:
        yield from _files(parts.example, f"Reported by `{parts.example.command}`." if parts.example.command else "")
    if parts.instead is not None:
        yield f"{heading}# Use instead"
        yield from _files(parts.instead, "")


def _files(example: Example, reported: str) -> Iterator[str]:
    if reported:
        yield reported
    for file in example.files:
        name, _ = _ANY_NAME.get(file.path, (f"`{file.path}`", ""))
        yield f"In {name}:"
        yield _fenced(file)


def _fenced(file: ExampleFile) -> str:
    extension = file.path.rpartition(".")[2]
    _, language = _ANY_NAME.get(file.path, ("", _LANGUAGES.get(extension, extension)))
    fence = "`" * max((len(ticks) + 1 for ticks in _FENCE.findall(file.text)), default=3)
    return f"{fence}{language}\n{file.text}{fence}"


def _anchor(rule: Documentation) -> str:
    """Return the anchor of a heading on the common forges."""
    return f"{rule.code} {rule.name}".lower().replace(" ", "-")
