"""A small project for the tests of deployments: a fleet of four, one plan, all targets, and a person's own text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.deploy.deployment import at_stage, header_of, running
from gsdc.deploy.proposal import Proposal, propose
from gsdc.filesystem.place import Place
from gsdc.policy.load import load
from gsdc.transaction.change import Image
from gsdc.transaction.disk import Disk
from gsdc.transaction.record import RecordHeader
from gsdc.transaction.store import Store

FILES: Final = {
    "gsdc.yaml": """\
profile: balanced
fleets: [fleet.yaml]
targets:
  opencode: {path: opencode.jsonc, create: true}
  claude-md: {paths: [CLAUDE.md]}
  overrides: {dir: config}
  plans: {paths: ["plans/*PLAN.md"]}
""",
    "fleet.yaml": """\
phases: [PLAN, EXEC]
agents:
  chief: {role: orchestration, models: {any: opus, budget: sonnet}, criticality: high}
  coder: {role: implementation, description: codes, models: {any: sonnet, budget: haiku}}
  tester: {role: testing, description: tests, models: {any: haiku, quality: sonnet}}
  guard: {role: security, description: guards, models: {any: opus}, criticality: critical}
""",
    "plans/01-PLAN.md": """\
<objective>
Add a route.
</objective>

<tasks>
<task type="auto">
  <name>Task 1: Add the route</name>
  <files>src/routes.ts</files>
  <action>Write the route.</action>
</task>

<task type="auto">
  <name>Task 2: Test the route</name>
  <files>src/routes.test.ts</files>
  <action>Write the tests.</action>
</task>
</tasks>
""",
    "CLAUDE.md": "# Project\n\nWe write plainly.\n",
    "opencode.jsonc": """\
{
  // ours
  "autoupdate": false,
  "agent": {
    "chief": {
      "description": "leads"
    }
  }
}
""",
}


class QuickDisk(Disk):
    """A disk that flushes nothing: what a test does not lose in a power cut, it need not wait for."""

    def sync(self, place: Place) -> None:
        """Do nothing."""


def make(root: Path) -> Path:
    """Write the project into folder ``root``, which is there, and return it."""
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(text.encode())
    return root


def tree(root: Path) -> dict[str, Image]:
    """Return every file of a project but those below ``.gsdc`` and ``build``, with its permissions."""
    return {path.relative_to(root).as_posix(): image(path) for path in _files(root)}


def image(path: Path) -> Image:
    """Return a file as it is."""
    return Image(path.read_bytes(), path.stat().st_mode & 0o7777)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            if path.name not in {".gsdc", "build"}:
                yield from _files(path)
        else:
            yield path


class Wish(NamedTuple):
    """What is to be deployed."""

    profile: str = "balanced"
    zone: str = "green"
    targets: tuple[str, ...] = ()
    stage: int = 100


def proposal(root: Path, wish: Wish = Wish()) -> Proposal:  # noqa: B008 - a constant
    """Work out a deployment; raises ``Rejected`` where a stage has nothing to begin from."""
    loaded = load(root, profile=wish.profile)
    assert loaded.policy is not None, loaded.findings
    policy = at_stage(loaded.project, loaded.policy, wish.stage, None)
    return propose(loaded.project, policy, wish.zone, wish.targets)


def header(made: Proposal, stage: int = 100) -> RecordHeader:
    """Return the header of a deployment."""
    before = running(Store(made.project.tree.root)).profile
    return header_of(made, stage, before, time="2026-01-01T00:00:00+00:00", who="", reason="")
