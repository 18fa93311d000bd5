"""Whether a plan is still to be run, as get-shit-done decides it."""

from gsdc.plans.phase import ProjectPlans
from gsdc.source.gsd_names import is_archived
from gsdc.source.gsd_version import GsdVersion
from gsdc.source.summary import summary_on_disk

OPEN = "open"
DONE = "done"
SUPERSEDED = "superseded"
ARCHIVED = "archived"


def status_on_disk(path: str, version: GsdVersion) -> str:
    """Return ``ARCHIVED``, ``DONE`` or ``OPEN`` for the plan at ``path``, from the working folder, or an absolute path.

    Its text is not read: a plan that is superseded is ``OPEN`` here, or ``DONE``.
    """
    if is_archived(path):
        return ARCHIVED
    return DONE if summary_on_disk(path, version) is not None else OPEN


def plan_status(path: str, project: ProjectPlans) -> str:
    """Return ``OPEN``, or why the plan at ``path``, from the working folder, is not run; ``project`` is its project."""
    status = status_on_disk(path, project.version)
    if status != ARCHIVED and path in project.superseded:
        return SUPERSEDED
    return status
