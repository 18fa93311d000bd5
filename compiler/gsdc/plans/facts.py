"""The cached facts of a plan: its findings, and what checks of other plans need."""

from typing import Final, NamedTuple

from gsdc.finding import Finding
from gsdc.source.gsd_names import SUPERSEDED, phase_folder, project_of
from gsdc.source.lazy_pattern import lazily

_PLAN_SUFFIX: Final = lazily(r"[-_.]?(?:PLAN|SUMMARY)(?:-\w+)?(?:\.md)?$")
_IDENTIFIER: Final = lazily(r"\s*(?:[Pp]lan\s+)?([A-Za-z0-9][\w.]*(?:-[\w.]+)*)(?=$|[\s(:,;—])")


class Passage(NamedTuple):
    """A text of a plan, its place, and the whole line."""

    text: str
    line: int
    column: int
    excerpt: str


class Write(NamedTuple):
    """A path that a plan writes, in normal form, and the place of its first mention.

    ``declared`` is the item of ``files_modified`` as written, "" for a path that only a task names.
    """

    path: str
    line: int
    column: int
    declared: str


class PlanFacts(NamedTuple):
    """The facts of a plan that checks of other plans need.

    ``identifier`` is its file's name in parts without leading zeros: ("3", "2") for 03-02-PLAN.md. ``wave`` is None if
    it has none; ``wave_at`` is the place of the key, with the characters of its value; ``ordered_at`` are the places
    that determine when the plan runs. ``unreviewed`` is the work on authentication that no later task of the plan
    reviews. A ``gap`` plan closes gaps that others left: it runs after them. ``touches`` are paths that the prose of
    its tasks says they change, and that are listed nowhere. ``status`` is that of the frontmatter, in lower case.
    ``lost`` are the versions of get-shit-done that read nothing of its frontmatter. ``unseen`` are items of
    ``depends_on`` that get-shit-done 1.42 does not read in the form in which they are written.
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
    unseen: tuple[str, ...] = ()

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
        """The folder of the plan."""
        return self.path.rpartition("/")[0]

    @property
    def phase(self) -> str:
        """The folder of its phase: the parent of its own for a plan in ``plans/``."""
        return phase_folder(self.path)

    @property
    def is_superseded(self) -> bool:
        """Whether its status says that another plan has replaced it."""
        return self.status == SUPERSEDED

    @property
    def root(self) -> str:
        """The parent of the planning folder, "" for the working folder; its own folder if there is none."""
        return project_of(self.path)


class Suppression(NamedTuple):
    """What a comment allows: a rule by code or name, from line ``first`` to ``last``; it is at ``start`` to ``end``."""

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
    """The results of checking one plan; ``used`` are its ``suppressions`` that allowed something."""

    findings: tuple[Finding, ...]
    facts: PlanFacts
    suppressions: tuple[Suppression, ...]
    used: tuple[Suppression, ...]


def only_named(path: str) -> PlanFacts:
    """Return the facts of a plan of which only the name is known."""
    nothing = ((), (), (), (1, 1), (), ())
    return PlanFacts(
        path, identifier(path), None, (1, 1, 0, 0), *nothing, reviews=False, gap=False, touches=(), status=""
    )


def identifier(name: str) -> tuple[str, ...]:
    """Return the parts of a plan's name ("03-02-PLAN.md", "03-02", "3-2-auth") without leading zeros."""
    stem = _PLAN_SUFFIX.sub("", name.rpartition("/")[2].removesuffix(".md"))
    return tuple(part.lstrip("0") or "0" if part[:1].isdigit() else part.lower() for part in stem.split("-") if part)


def named(dependency: str) -> tuple[str, ...]:
    """Return the identifier that an item of ``depends_on`` begins with, () if it is prose."""
    match = _IDENTIFIER.match(dependency.strip().rpartition("/")[2])
    return identifier(match[1]) if match and any(c.isdigit() for c in match[1]) else ()
