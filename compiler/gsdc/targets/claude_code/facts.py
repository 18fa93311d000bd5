"""Differences between versions of Claude Code: each fact with the first version on which it was measured."""

from typing import Final

from gsdc.policy.model import Policy
from gsdc.targets.claude_code import DECLARATION
from gsdc.targets.versions import ClientVersion, version_of

NEWEST: Final = "2.1.332"

# Whether CLAUDE_CODE_SUBAGENT_MODEL overrides the models of agents and calls; in later versions it is their default.
VARIABLE_OVERRIDES: Final = {"2.1.141": True, "2.1.251": False}
# Whether an agent's file may begin with a byte order mark.
TAKES_BYTE_ORDER_MARK: Final = {"2.1.141": False, "2.1.247": True}
# The replacement of a tab at the beginning of a line in the second attempt to parse a frontmatter.
TAB: Final = {"2.1.141": "", "2.1.250": "  "}
# Whether the last path applies for two files with one name; in older versions the file system decides.
LAST_PATH_COUNTS: Final = {"2.1.141": False, "2.1.332": True}
# Whether an agent is not loaded if its name has a colon or its `hooks` is not an object.
REFUSES_COLON: Final = {"2.1.141": False, "2.1.250": True}
REFUSES_HOOKS: Final = {"2.1.141": False, "2.1.250": True}
# Whether `modelOverrides` maps the full id in an agent's file, too.
MAPS_FULL_IDS: Final = {"2.1.141": False, "2.1.332": True}
# Whether `fallbackModel` and `--fallback-model` move agents with a model of their own; in older versions they wait.
FALLBACK_MOVES_AGENTS: Final = {"2.1.141": False, "2.1.250": True}


def version(policy: Policy) -> ClientVersion:
    """Return the version of Claude Code that the project uses."""
    return version_of(policy, DECLARATION.name, NEWEST, program="claude")
