"""The guide of a migration, in Markdown: changes and reasons, cost, risks, and steps."""

import json
import shlex
from collections.abc import Iterable, Iterator

from gsdc import __version__
from gsdc.deploy.gate import Gate
from gsdc.deploy.stage import STAGES
from gsdc.finding import counted
from gsdc.migration import views
from gsdc.migration.migration import Asked, Migration, MigrationStart
from gsdc.migration.patch import count
from gsdc.migration.shift import Shift
from gsdc.policy.project import Project
from gsdc.policy.ref import Ref
from gsdc.source.printable import printable
from gsdc.source.rendering import render
from gsdc.source.tree import PROJECT_FILE
from gsdc.transaction.change import Change, word


def guide(migration: Migration) -> str:
    """Return the text of MIGRATION.md."""
    proposal, start, asked = migration.proposal, migration.start, migration.asked
    policy, escaped = proposal.policy, views.escaped
    agents = len({shift.agent for shift in migration.shifts if "#" not in shift.agent})
    files = len(proposal.changes)
    return render(
        "migration/MIGRATION.md.j2",
        to=escaped(policy.profile),
        origin=escaped(_origin(start)),
        workflow=f" with {escaped(policy.workflow)}" if policy.workflow else "",
        zone=proposal.zone,
        effect=f"{counted(agents, 'agent')}, {counted(files, 'file')}",
        astray=escaped(", ".join(start.astray)) if start else "",
        version=__version__,
        semantic=_markdown((*views.of_shifts(migration.shifts), *views.of_reroutings(migration.reroutings))),
        files=_markdown([_files(proposal.changes)]),
        why=[escaped(line) for line in _why(migration)],
        origins=_markdown(_origins(migration.shifts)),
        cost=_markdown(views.of_costs(migration.costs)),
        risks=[escaped(risk.text) for risk in migration.risks],
        gates=[_gate(gate) for gate in migration.gates],
        options=_options(asked),
        stages=_stages(start) if start and not start.proposal.policy.held else [],
        folder=printable(shlex.quote(asked.out)),
        settings=list(_settings(proposal.project, asked)),
    )


def _markdown(blocks: views.Blocks) -> str:
    return "\n".join(views.markdown(blocks))


def _origin(start: MigrationStart | None) -> str:
    if start is None:
        return "what is installed"
    profile = f"profile {start.proposal.policy.title}"
    return profile if start.named else f"what is installed, which is {profile},"


def _files(changes: Iterable[Change]) -> views.ViewTable:
    rows = []
    for change in changes:
        added, removed = count(change)
        what, owned = word(change.before, change.after), change.ownership or "-"
        rows.append((change.path, what, change.target or "-", owned, str(added), str(removed)))
    return views.ViewTable(("file", "", "target", "what is of gsdc", "lines added", "removed"), tuple(rows), "<<<<>>")


def _why(migration: Migration) -> Iterator[str]:
    """Yield the stated purpose of each profile."""
    policies = [migration.start.proposal.policy] if migration.start else []
    policies.append(migration.proposal.policy)
    for name in dict.fromkeys(name for policy in policies for name in (policy.profile, policy.workflow)):
        body = name and migration.proposal.project.profile(name, Ref(PROJECT_FILE))
        if body:
            yield f"{name}: {body.data.get('summary', 'it says nothing of itself')}"


def _origins(shifts: Iterable[Shift]) -> Iterator[str | views.ViewTable]:
    """Yield a table of the lines that decide the changes, with the affected agents."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for shift in shifts:
        for origin in shift.after.origins if shift.after else ():
            found.setdefault((views.place(origin.span), origin.why), {})[shift.agent] = None
    if found:
        rows = tuple((*key, ", ".join(agents)) for key, agents in found.items())
        yield views.ViewTable(("line", "what it decides", "for"), rows, "<<<")


def _options(asked: Asked) -> str:
    """Return the options of ``gsdc apply``, quoted for a shell."""
    words = ["--profile", asked.profile, *(("--workflow", asked.workflow) if asked.workflow else ())]
    for option, values in (("--fleet", asked.fleets), ("--target", asked.targets)):
        for value in values:
            words += [option, value]
    return printable(shlex.join([*words, *(("--zone", asked.zone) if asked.zone != "green" else ())]))


def _stages(start: MigrationStart) -> list[str]:
    """Return the options of each step; before the last one, some agents stay on the running policy."""
    others = f" --from {shlex.quote(start.profile)}"
    return [f"--stage {stage}{others if stage < 100 else ''}" for stage in STAGES]


def _settings(project: Project, asked: Asked) -> Iterator[str]:
    """Yield the lines to change in gsdc.yaml to make the migration the project's default."""
    wanted = {"profile": asked.profile, "workflow": asked.workflow, "fleets": list(asked.fleets)}
    for key, value in wanted.items():
        given = project.value(key)
        if value and (given is None or given.value != value):
            yield f"{key}: {value if isinstance(value, str) else json.dumps(value)}"


def _gate(gate: Gate) -> str:
    """Return the result of a gate as a list item, followed by its findings."""
    box = "[x]" if gate.go else "[ ]"
    word = {True: "", False: "no-go: ", None: "not asked: "}[gate.go]
    lines = [f"{box} {views.escaped(f'{gate.name}: {word}{gate.why}')}"]
    if gate.go is False:
        lines += [f"  - {views.escaped(f'{views.place(found.span)}: {found.message}')}" for found in gate.findings]
    return "\n".join(lines)
