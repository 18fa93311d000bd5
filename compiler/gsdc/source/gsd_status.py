"""The ``status:`` of a plan: GSD core does not count a superseded plan."""

import os
from typing import Final

from gsdc.source.gsd_names import SUPERSEDED, project_of
from gsdc.source.gsd_version import GsdVersion, installed_gsd
from gsdc.source.plan import Plan, parse

_LONGEST_HEAD: Final = 64 * 1024  # characters that GSD core searches for a status


def status_of(plan: Plan) -> str:
    """Return the status in the frontmatter, in lower case, "" if there is none."""
    value = plan.frontmatter.get("status")
    return value.strip().lower() if isinstance(value, str) else ""


def is_superseded(text: str, path: str, root: str) -> bool:
    """Tell whether the get-shit-done of the project in folder ``root`` no longer counts the plan in ``text``."""
    if "superseded" not in text[:_LONGEST_HEAD].lower():
        return False
    path_in_root = os.path.join(root, project_of(path))  # noqa: PTH118
    return status_of(parse(path, text)) == SUPERSEDED and installed_gsd(path_in_root) is not GsdVersion.CLASSIC
