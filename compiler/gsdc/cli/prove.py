"""``gsdc prove``: whether the rules hold in every state, and the shortest way to break those that do not."""

import sys
from typing import TYPE_CHECKING, Any

import click

from gsdc.cli.options import of_policy, shared
from gsdc.cli.session import CLEAN, FINDINGS, Session

if TYPE_CHECKING:
    from gsdc.proof import Event, Proof


@click.command(epilog="Example: gsdc prove --profile budget --fleet leo")
@of_policy
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Prove every profile, with each of the project's fleets; without a gsdc.yaml, with every shipped fleet.",
)
@shared
@click.pass_obj
def command(session: Session, profile: str | None, workflow: str | None, fleets: tuple[str, ...], every: bool) -> None:
    """Prove that the rules hold in every state: agent, phase, zone, task class, complexity, attempt, failover hop.

    Of a rule that does not hold, the shortest path to a state that breaks it is printed, with the place behind each
    step. Exit code 1 where one does not hold.
    """
    from gsdc.proof import prove_all, prove_one

    root = session.folder()
    if every and profile:
        session.stop("--all proves every profile: leave out --profile")
    proofs, findings = prove_all(root, fleets, workflow) if every else prove_one(root, profile, fleets, workflow)
    if findings:
        session.finish(findings)
    if session.format == "json":
        data = [_data(proof, several=every) for proof in proofs]
        session.print_json(data if every else data[0])
    else:
        for proof in proofs:
            _print(session, proof, brief=every)
    sys.exit(CLEAN if all(proof.holds for proof in proofs) else FINDINGS)


def _data(proof: "Proof", *, several: bool) -> dict[str, Any]:
    of = {"profile": proof.profile, "workflow": proof.workflow, "fleets": list(proof.fleets)}
    return {
        **(of if several else {}),
        "states": proof.states,
        "transitions": proof.transitions,
        "rules": [
            {
                "code": verdict.code,
                "name": verdict.name,
                "holds": verdict.holds,
                "counterexample": [_event(event) for event in verdict.counterexample] or None,
            }
            for verdict in proof.verdicts
        ],
        "seconds": round(proof.seconds, 6),
    }


def _event(event: "Event") -> dict[str, Any]:
    span = event.origin
    return {
        "event": event.what,
        "state": None if event.state is None else event.state._asdict(),
        "model": event.model,
        "why": event.why,
        "origin": {"path": span.path, "line": span.line, "column": span.column},
    }


def _print(session: Session, proof: "Proof", *, brief: bool) -> None:
    over = f" with {proof.workflow}" if proof.workflow else ""
    broken = [verdict for verdict in proof.verdicts if not verdict.holds]
    count = len(proof.verdicts)
    on_all = f"{len(broken)} of {count} rules do not hold" if broken else f"{count} rules hold"
    walk = f"{proof.states:,} states and {proof.transitions:,} transitions ({proof.seconds:.2f} s)"
    color = "red" if broken else "green"
    session.tell(f"{proof.profile}{over}, {', '.join(proof.fleets)}: {on_all} in {walk}", fg=color)
    if not brief:
        for verdict in proof.verdicts:
            session.say(f"  {'holds ' if verdict.holds else 'broken'}  {verdict.code}  {verdict.name}")
        for name in proof.of_plans:
            session.say(f"  plans   NB015  {name}: gsdc lint judges it where it holds, in plans")
    for verdict in broken:
        session.tell(f"{verdict.code} {verdict.name} can be broken:", bold=True)
        for number, event in enumerate(verdict.counterexample, 1):
            runs = "" if event.state is None else f": {event.model or 'waits'}"
            session.tell(f"  {number}. {event.what}{runs}")
            session.tell(f"     {event.origin}  {event.why}")
