"""What is written about a rule, and its parts.

The text is the docstring of a rule's module, or the ``doc`` of a diagnostic, and has one form:

    One sentence that says what is found.

    More of what it does, where a sentence is not enough.

    ## Why is this bad?
    What happens otherwise (seed 002, "Never Violate").

    ## Fix (safe)
    What --fix writes; "unsafe" where it takes --unsafe-fixes.

    ## Example (gsdc.yaml, gsdc build --zone red)
    fleets: [gsd]
    -- CLAUDE.md --
    A second file of the example.

    ## Use instead (gsdc.yaml, gsdc build --zone red)
    fleets: [leo]

In parentheses stands the path of an example's first file, or ``profile`` or ``PLAN.md`` for one of any name; after a
comma the command that reports it, where that is not ``gsdc lint`` or ``gsdc build``. A text without an example has the
section ``## No example``, which says why in one line.
"""

import re
from functools import cache
from typing import Final, Literal, NamedTuple, cast

from gsdc.finding import Severity

# What the first two letters of a code stand for, in the order of the reference; those of targets stand after "IF".
_BEFORE_TARGETS: Final = "IF"
_FAMILIES: Final = {
    "NB": "Never-break rules",
    "PL": "Plans",
    "MH": "Must-haves of plans",
    "MD": "Models",
    "BG": "Budgets",
    "ST": "States",
    "IF": "Installed files",
    "AF": "Clients that keep agents in files",
    "GU": "The guard",
    "IN": "Input",
    "SC": "Schema",
    "RF": "References",
    "JS": "JSON",
    "BD": "Builds",
    "DP": "Deployment",
    "LG": "The ledger",
    "TV": "Translation validation",
}


@cache
def families() -> dict[str, str]:
    """Return what the first two letters of each code stand for, in the order of the reference."""
    from gsdc.targets.registry import declarations

    found: dict[str, str] = {}
    for letters, title in _FAMILIES.items():
        found[letters] = title
        if letters == _BEFORE_TARGETS:
            for declaration in declarations().values():
                found |= declaration.families
    return found


Safety = Literal["safe", "unsafe"]

_HEADING: Final = re.compile(
    r"^## (Why is this bad\?|Fix|Example|Use instead|No example)(?: \(([^)\n]*)\))?\n", re.MULTILINE
)
_FILE: Final = re.compile(r"^-- (\S+) --\n", re.MULTILINE)


class ExampleFile(NamedTuple):
    """A file of an example. Of the first, ``path`` may be "profile" or "PLAN.md": its name does not matter."""

    path: str
    text: str


class Example(NamedTuple):
    """The files of an example, and the command that reports on them: empty for ``gsdc lint`` and ``gsdc build``."""

    files: tuple[ExampleFile, ...]
    command: str = ""


# Where a rule comes from is said in the code: whoever reads a page of `gsdc rule` has neither the seeds nor the design.
_SOURCE: Final = re.compile(r"\s*\((?:seeds?\s+\d|design,)(?:[^()]|\([^()]*\))*\)")


def without_sources(text: str) -> str:
    """Return a text without its references to documents that only gsdc's authors have."""
    return _SOURCE.sub("", text)


class Documentation(NamedTuple):
    """What is written about a rule, or about another kind of finding."""

    code: str
    name: str
    severity: Severity
    text: str

    @property
    def family(self) -> str:
        """What the rule is about: "Plans"."""
        return families().get(self.code[:2], self.code[:2])

    @property
    def parts(self) -> "Parts":
        """Its sections."""
        return split(self.text)


class Parts(NamedTuple):
    """The sections of a text. ``fix`` is whether a safe or an unsafe fix exists, and what it does, None for none."""

    what: str
    why: str
    fix: tuple[Safety, str] | None
    example: Example | None
    instead: Example | None
    no_example: str

    @property
    def summary(self) -> str:
        """The first line: one sentence."""
        return self.what.partition("\n")[0]


def split(text: str) -> Parts:
    """Return the sections of a text of the form above; those that it lacks are empty."""
    what, *rest = _HEADING.split(text)
    found = {title: (aside or "", body) for title, aside, body in zip(rest[::3], rest[1::3], rest[2::3], strict=True)}
    (_, why), (safety, remedy), (_, reason) = (
        found.get(title, ("", "")) for title in ("Why is this bad?", "Fix", "No example")
    )
    example, instead = (_example(*found[title]) if title in found else None for title in ("Example", "Use instead"))
    fix = (cast("Safety", safety), remedy.strip()) if safety else None
    return Parts(what.strip(), why.strip(), fix, example, instead, reason.strip())


def _example(aside: str, body: str) -> Example:
    path, _, command = aside.partition(", ")
    parts = [path, *_FILE.split(body)]
    files = (ExampleFile(name, text.rstrip() + "\n") for name, text in zip(parts[::2], parts[1::2], strict=True))
    return Example(tuple(files), command)
