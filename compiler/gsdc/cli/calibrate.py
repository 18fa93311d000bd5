"""``gsdc calibrate``: compare estimates with actual usage, and suggest changes."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gsdc.cli import completion
from gsdc.cli.options import shared
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from gsdc.ledger.teaching import Lesson
    from gsdc.policy.model import Policy


@click.command(epilog="Example: gsdc calibrate --out profiles/calibrated.yaml")
@click.option(
    "--profile",
    shell_complete=completion.of("profile"),
    help="The profile; that of gsdc.yaml, or balanced, by default.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the proposals to this file, as a profile.")
@shared
@click.pass_obj
def command(session: Session, profile: str | None, out: Path | None) -> None:
    """Compare estimates with what tasks took, by kind, complexity and model, and propose changes of models.

    Tasks are known by `gsdc tokens log --kind ... --complexity ...`. Nothing changes by itself: the proposals are a
    profile, which `gsdc migrate` turns into a migration that people review.
    """
    from gsdc.finding import Rejected
    from gsdc.ledger.calibration import accepted, profile_of, propose
    from gsdc.ledger.teaching import lessons
    from gsdc.policy.load import load

    loaded = load(session.recovered_folder(), profile=profile)
    if loaded.policy is None:
        session.finish(loaded.findings)
    policy = loaded.policy
    try:
        taught = lessons(loaded)
        found = accepted(loaded.project, policy, propose(policy, taught))
        wanted = profile_of(policy, found)
        if out is not None and wanted["roles"]:
            _write(session, out, wanted)
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        rows = [one._asdict() | {"learned": one.learned._asdict()} for one in taught]
        session.print_json({"lessons": rows, "proposals": [one._asdict() for one in found], "profile": wanted})
        return
    _tell_lessons(session, taught, policy)
    for one in found:
        what = f"{one.kind} of complexity {one.complexity}, {one.now} to {one.to}: {one.why}"
        session.tell(f"not proposed: {what}; {one.refused}" if one.refused else f"proposed: {what}")
    if out is not None and wanted["roles"]:
        session.say(
            f"wrote {out.as_posix()}; name it under profiles in gsdc.yaml, then run gsdc migrate --to calibrated"
        )
    elif wanted["roles"]:
        session.say("gsdc calibrate --out FILE writes these as a profile; nothing was changed")
    else:
        session.say("nothing to change")


def _tell_lessons(session: Session, taught: "tuple[Lesson, ...]", policy: "Policy") -> None:
    from gsdc.report.table import table

    if not taught:
        session.say("the ledger has no task with a kind and a complexity: log them with gsdc tokens log")
        return
    rows = [("task", "model", "tasks", "estimated", "takes", "80% of tasks", "succeeded", "rework")]
    for one in taught:
        found = one.learned
        rows.append(
            (
                f"{one.kind} {one.complexity}",
                one.model,
                f"{found.observations}",
                f"{one.default:,}",
                f"{found.tokens:,.0f}",
                f"{found.low:,.0f} to {found.high:,.0f}",
                "-" if found.success is None else f"{found.success:.0%}",
                "-" if one.rework is None else f"{one.rework:.0%}",
            )
        )
    session.say(f"profile {policy.profile}")
    for line in table(rows, "<<>>>>>>"):
        session.tell(line)


def _write(session: Session, out: Path, profile: object) -> None:
    import json

    from gsdc.filesystem.file import place_of, replace_file

    head = "# Proposed by gsdc calibrate, from the ledger. JSON is YAML: edit it as you like.\n"
    text = head + json.dumps(profile, indent=2, ensure_ascii=False) + "\n"
    replace_file(place_of(out, (session.root,), out.as_posix()), text.encode(), out.as_posix())
