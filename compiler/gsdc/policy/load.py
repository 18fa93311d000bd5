"""The entry point of the policy: takes a folder, a profile and fleets; returns a policy, or findings."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from gsdc.finding import Finding, sorted_findings
from gsdc.policy.model import Policy
from gsdc.policy.project import Project, open_project
from gsdc.policy.ref import NOTHING
from gsdc.policy.resolve import Resolver


class Loaded(NamedTuple):
    """The result of loading: the project, the policy (None if findings prevent one), and all findings, sorted.

    ``change`` is the number of the change that installed this policy, if gsdc.yaml names another profile or workflow;
    ``instead_of`` is then the one that gsdc.yaml names. ``zone`` is the budget zone of the last apply whose files are
    still there, None if there is none.
    """

    project: Project
    policy: Policy | None
    findings: tuple[Finding, ...]
    change: int = 0
    instead_of: "Loaded | None" = None
    zone: str | None = None


def load(
    root: Path,
    *,
    profile: str | None = None,
    fleets: Iterable[str] = (),
    workflow: str | None = None,
    texts: Mapping[str, str] = NOTHING,
    follow_links: bool = False,
) -> Loaded:
    """Load, validate and resolve the project in folder ``root``; invalid input is a finding, never an exception.

    ``texts`` replace the project's files at their paths. If ``follow_links`` is true, a file outside the folder is read
    through a symbolic link.
    """
    project = open_project(root, texts, follow_links=follow_links)
    policy = None if project.sources.findings else Resolver(project).policy(profile, fleets, workflow)
    return Loaded(project, policy, sorted_findings(project.sources.findings))
