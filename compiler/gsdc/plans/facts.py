"""What is kept of a plan between runs: what was found in it, and what other plans need to know of it."""

from typing import Final, NamedTuple

from gsdc.finding import Finding
from gsdc.source.gsd_names import SUPERSEDED, phase_folder, project_of
from gsdc.source.lazy_pattern import lazily

_PLAN_SUFFIX: Final = lazily(r"[-_.]?(?:PLAN|SUMMARY)(?:-\w+)?(?:\.md)?$")
_IDENTIFIER: Final = lazily(r"\s*(?:[Pp]lan\s+)?([A-Za-z0-9][\w.]*(?:-[\w.]+)*)(?=$|[\s(:,;—])")


class Passage(NamedTuple):
    """A text of a plan, where it stands, and the whole line."""

    text: str
    line: int
    column: int
    excerpt: str


class Write(NamedTuple):
    """A path that a plan writes, as others compare it, and where it is first named.

    ``declared`` is the item of ``files_modified`` to the letter, "" for a path that only a task names.
    """

    path: str
    line: int
    column: int
    declared: str


class PlanFacts(NamedTuple):
    """A plan as others see it.

    ``identifier`` is its file's name in parts without leading zeros: ("3", "2") for 03-02-PLAN.md. ``wave`` is None
    where it has none; ``wave_at`` is where the key stands, with the characters that hold its value; ``ordered_at`` is
    where all stands that says when the plan runs. ``unreviewed`` is the work on authentication after which no task of
    the plan reviews. A ``gap`` plan closes what others left open: it runs when they are done. ``touches`` are paths
    that its tasks say in prose they change, and list nowhere. ``status`` is that of the frontmatter, in lower case.
    ``lost`` are the versions of get-shit-done that read nothing of its frontmatter.
    """

    path: str
    identifier: tuple[str, ...]
    wave: float | None
    wave_at: tuple[int, int, int, int]
    ordered_at: tuple[tuple[int, int], ...]
    depends_on: tuple[Passage, ...]
    writes: tuple[Write, ...]
    writes_at: tuple[int, int]
    references: tuple[Passage, ...]
    unreviewed: tuple[Passage, ...]
    reviews: bool
    gap: bool
    touches: tuple[Write, ...]
    status: str
    lost: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[str, ...]:
        """The paths that it writes."""
        return tuple(write.path for write in self.writes)

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder that holds it."""
        return self.path.rpartition("/")[0]

    @property
    def phase(self) -> str:
        """The folder of its phase: that above its own for a plan in ``plans/``."""
        return phase_folder(self.path)

    @property
    def is_superseded(self) -> bool:
        """Whether it says that another plan has taken its place."""
        return self.status == SUPERSEDED

    @property
    def root(self) -> str:
        """The folder that holds the planning folder, "" for the working folder; its own folder where there is none."""
        return project_of(self.path)


class Suppression(NamedTuple):
    """What a comment allows: a rule by code or name, from line ``first`` to ``last``; ``start`` to ``end`` hold it."""

    rule: str
    first: int
    last: int
    line: int
    column: int
    start: int
    end: int

    def covers(self, finding: Finding) -> bool:
        """Tell whether it allows ``finding``."""
        return self.rule in {finding.code, finding.name} and self.first <= finding.span.line <= self.last


class PlanReport(NamedTuple):
    """What checking a plan by itself gave; ``used`` are those of its ``suppressions`` that allowed something."""

    findings: tuple[Finding, ...]
    facts: PlanFacts
    suppressions: tuple[Suppression, ...]
    used: tuple[Suppression, ...]


def only_named(path: str) -> PlanFacts:
    """Return the facts of a plan of which only its name is known."""
    nothing = ((), (), (), (1, 1), (), ())
    return PlanFacts(
        path, identifier(path), None, (1, 1, 0, 0), *nothing, reviews=False, gap=False, touches=(), status=""
    )


def identifier(name: str) -> tuple[str, ...]:
    """Return the parts of a plan's name ("03-02-PLAN.md", "03-02", "3-2-auth") without leading zeros."""
    stem = _PLAN_SUFFIX.sub("", name.rpartition("/")[2].removesuffix(".md"))
    return tuple(part.lstrip("0") or "0" if part[:1].isdigit() else part.lower() for part in stem.split("-") if part)


def named(dependency: str) -> tuple[str, ...]:
    """Return the identifier that an item of ``depends_on`` begins with, () where it is prose."""
    match = _IDENTIFIER.match(dependency.strip().rpartition("/")[2])
    return identifier(match[1]) if match and any(c.isdigit() for c in match[1]) else ()
