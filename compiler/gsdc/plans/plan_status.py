"""Whether a plan is still to be run, as get-shit-done decides it."""

from gsdc.plans.phase import ProjectPlans
from gsdc.source.gsd_names import is_archived
from gsdc.source.summary import summary_on_disk

OPEN = "open"
DONE = "done"
SUPERSEDED = "superseded"
ARCHIVED = "archived"


def plan_status(path: str, project: ProjectPlans) -> str:
    """Return ``OPEN``, or why the plan at ``path``, from the working folder, is not run; ``project`` is its project."""
    if is_archived(path):
        return ARCHIVED
    if path in project.superseded:
        return SUPERSEDED
    return DONE if summary_on_disk(path, project.version) is not None else OPEN
