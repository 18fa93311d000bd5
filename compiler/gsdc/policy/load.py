"""The front door of the policy: a folder, a profile and fleets in; a policy, or findings, out."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from gsdc.finding import Finding, sorted_findings
from gsdc.policy.model import Policy
from gsdc.policy.project import Project, open_project
from gsdc.policy.ref import NOTHING
from gsdc.policy.resolve import Resolver


class Loaded(NamedTuple):
    """What loading gave: the project, the policy (None if findings prevent one), and all findings, sorted.

    ``change`` is the number of the change that installed this policy where gsdc.yaml has another profile or workflow;
    ``instead_of`` is then what gsdc.yaml gives.
    """

    project: Project
    policy: Policy | None
    findings: tuple[Finding, ...]
    change: int = 0
    instead_of: "Loaded | None" = None


def load(
    root: Path,
    *,
    profile: str | None = None,
    fleets: Iterable[str] = (),
    workflow: str | None = None,
    texts: Mapping[str, str] = NOTHING,
    follow_links: bool = False,
) -> Loaded:
    """Load, validate and resolve the project in folder ``root``; a bad input is a finding, never an exception.

    ``texts`` are read in the place of the project's files at their paths: what holds if they said that.
    With ``follow_links`` files are read also where a symbolic link takes them out of the folder.
    """
    project = open_project(root, texts, follow_links=follow_links)
    policy = None if project.sources.findings else Resolver(project).policy(profile, fleets, workflow)
    return Loaded(project, policy, sorted_findings(project.sources.findings))
