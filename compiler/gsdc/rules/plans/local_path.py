"""A plan names a path that only one machine has.

System paths such as /etc or /tmp are everybody's, and no finding.

## Why is this bad?
On any other machine, and for every other member of the team, the file is not there (seed 000, "execution_context",
which names two). A home folder also tells a person's name.

## Fix (unsafe)
Writes "~" for the home folder before a client's own folder, such as `~/.claude/`. Other paths are left to a person.

## Example (PLAN.md)
<context>
@/Users/ada/.claude/notes.md
</context>

## Use instead (PLAN.md)
<context>
@~/.claude/notes.md
</context>
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from gsdc.finding import Finding, Fix, Severity
from gsdc.plans.collect import REFERRING
from gsdc.plans.reference import is_installed
from gsdc.rules.plans.api import PlanContext, finding
from gsdc.source.plan import Plan
from gsdc.source.plan_annotation import BEGIN, END
from gsdc.source.task import Child

ID: Final = "local-path"
CODE: Final = "PL017"
SEVERITY: Final = Severity.WARNING

# What comes before a home folder's name. Looked for one by one: an expression for all would look at every character.
_HOME: Final = "/home/"
_USERS: Final = ("/Users/", ":\\Users\\", ":\\\\Users\\\\", ":/Users/")
_WHO: Final = re.compile(r"([A-Za-z][\w.-]*)[\\/]")
_NOBODY: Final = frozenset(
    {"app", "foo", "linuxbrew", "me", "name", "node", "public", "runner", "shared", "ubuntu", "user", "username"}
    | {"vscode", "xxx", "you", "yourname"}
    # Of examples and tests, and of machines that many have.
    | {"test", "tester", "testuser", "alice", "bob", "jane", "john", "doe", "jdoe", "example", "someone"}
    | {"admin", "coder", "debian", "deploy", "ec2-user", "git", "jovyan", "pi", "service", "vagrant", "www"}
)
# A plan makes such an account, or acts as it: it belongs to a machine, not to a person.
_ACTING: Final = ("useradd", "adduser", "chown", "sudo -u", "su -", "runuser", "install -d", "User=")
_ACTS: Final = re.compile(rf"(?:{'|'.join(_ACTING)})([^\n]{{0,250}})")


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each home folder, at the first place that holds it; those that "~" mends apart."""
    places: dict[tuple[str, str, bool], list[int]] = {}
    for start, end, who in _counted(plan):
        key = plan.text[start:end], who, _is_of_client(plan.text, end + 1)
        places.setdefault(key, []).append(start)
    for (home, who, tilde), starts in places.items():
        lines = len({plan.at(start).line for start in starts})
        often = f", in {lines} lines of this plan" if lines > 1 else ""
        help_ = (
            'begin it with "~"'
            if tilde
            else "write a path that works elsewhere: relative to the project, or with a variable"
        )
        fix = Fix(tuple((start, start + len(home), "~") for start in starts), safe=False) if tilde else None
        message = f'"{home}" is the home folder of "{who}"{often}'
        yield finding(__name__, plan.at(starts[0]), message, help_, fix=fix)


def _counted(plan: Plan) -> list[tuple[int, int, str]]:
    """Return the home folders that count: not what an installer or we ourselves wrote."""
    homes = sorted(set(_homes(plan.text)))
    sections = [found for name in REFERRING if homes and (found := plan.section(name))]
    begin = plan.text.find(BEGIN.rstrip())
    block_end = plan.text.find(END, begin) if begin >= 0 else -1  # our own block repeats the name of a task
    others = [
        home
        for home in homes
        if not 0 <= begin < home[0] < block_end
        and (plan.text[home[0] - 1] != "@" or not _is_installed(plan.text, home[0], sections))
    ]
    accounts = _accounts(plan.text, {who for _, _, who in others})
    return [home for home in others if home[2] not in accounts]


def _accounts(text: str, names: set[str]) -> set[str]:
    """Return which of ``names`` are accounts that the plan makes or acts as."""
    is_acting = names and any(words in text for words in _ACTING)  # few plans: the expression is not run on the others
    acts = "\n".join(_ACTS.findall(text)) if is_acting else ""
    return {who for who in names if acts and re.search(rf"\b{re.escape(who)}\b", acts)}


def _is_of_client(text: str, start: int) -> bool:
    """Tell whether the path at ``start`` lies in a client's own folder, whose client expands "~" everywhere."""
    from gsdc.targets.registry import home_folders

    return any(text.startswith((f"{folder}/", f"{folder}\\"), start) for folder in home_folders())


def _is_installed(text: str, start: int, sections: Sequence[Child]) -> bool:
    """Tell whether the path at ``start`` is what an installer wrote, which is said once for the project (PL033)."""
    end = text.find("\n", start)
    inside = any(section.start <= start < section.end for section in sections)
    return inside and is_installed(text[start : end if end >= 0 else None])


def _homes(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where home folders' paths stand, their separators at the end left out, and whose they are."""
    for before in (_HOME, *_USERS) if "Users" in text else (_HOME,):
        at = text.find(before)
        while at >= 0:
            drive = before[0] == ":"
            start = at - 1 if drive else at
            match = _WHO.match(text, at + len(before))
            previous = text[start - 1 : start] if start > 0 else ""
            own = start >= 0 and not (previous.isalnum() or previous in set("_.~/\\$}-:"))
            if match and own and match[1].lower() not in _NOBODY and (not drive or text[start].isalpha()):
                yield start, match.end(1), match[1]
            at = text.find(before, at + 1)
