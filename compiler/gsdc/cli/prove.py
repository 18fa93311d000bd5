"""``gsdc prove``: check the rules in every state, and show the shortest counterexample for each broken rule."""

import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gsdc.cli import completion
from gsdc.cli.options import of_policy, shared
from gsdc.cli.session import CLEAN, FINDINGS, Session

if TYPE_CHECKING:
    from gsdc.client_proof import ClientProof
    from gsdc.proof import Proof, ProofEvent, ProofVerdict


@click.command(epilog="Example: gsdc prove --profile budget --fleet leo")
@of_policy
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Prove every profile with each fleet of the project, or with each shipped fleet if there is no gsdc.yaml.",
)
@click.option(
    "--client",
    metavar="NAME",
    shell_complete=completion.of("target"),
    help="Show which never-break rules the files of this client can enforce.",
)
@shared
@click.pass_obj
def command(
    session: Session,
    profile: str | None,
    workflow: str | None,
    fleets: tuple[str, ...],
    every: bool,
    client: str | None,
) -> None:
    """Prove that the rules hold in every state: agent, phase, zone, task class, complexity, attempt, failover hop.

    For a rule that does not hold, the shortest path to a state that breaks it is printed, with the place behind each
    step. Exit code 1 where one does not hold.

    With --client: of each never-break rule, whether what gsdc can write for the client keeps it, and what gets past any
    file of the project at run time.
    """
    from gsdc.proof import prove_all, prove_one

    root = session.recovered_folder()
    if every and profile:
        session.stop("--all proves every profile: leave out --profile")
    if client is not None:
        _of_client(session, client, (profile, workflow, fleets), every=every)
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


def _of_client(
    session: Session, client: str, chosen: tuple[str | None, str | None, tuple[str, ...]], *, every: bool
) -> NoReturn:
    """Prove which rules a client can enforce, print the result and exit."""
    from gsdc.client_proof import prove_client
    from gsdc.policy.load import load
    from gsdc.targets.registry import declarations

    if every:
        session.stop("--all proves every profile: leave out --client")
    session.expect_targets([client])
    target = declarations()[client]
    if not target.view:
        session.stop(f'"{client}" is not a client that starts agents')
    profile, workflow, fleets = chosen
    loaded = load(session.root, profile=profile, workflow=workflow, fleets=fleets, follow_links=session.follow_links)
    policy, _ = session.checked(loaded)
    proof = prove_client(policy, target)
    if session.format == "json":
        session.print_json({**proof._asdict(), "verdicts": [verdict._asdict() for verdict in proof.verdicts]})
    else:
        _print_client(session, proof, target.label)
    sys.exit(CLEAN if proof.holds else FINDINGS)


def _print_client(session: Session, proof: "ClientProof", label: str) -> None:
    from gsdc.policy.routes import in_words

    broken = sum(not verdict.holds for verdict in proof.verdicts)
    kept = f"cannot keep {broken} of {len(proof.verdicts)}" if broken else f"can keep all {len(proof.verdicts)}"
    of = f"{proof.profile}, {in_words(proof.fleets)}"
    session.tell(f"{of}: the files of {label} {kept} never-break rules", fg="red" if broken else "green")
    for verdict in proof.verdicts:
        session.say(f"  {'kept    ' if verdict.holds else 'not kept'}  {verdict.code}  {verdict.name}")
        for why in verdict.why:
            session.tell(f"            {why}")
    for name in proof.of_tasks:
        session.say(f"  tasks     {name}: it depends on the task, which a client's file cannot express")
    if proof.escapes:
        session.say("What can override every file of the project:")
        for escape in proof.escapes:
            session.say(f"  - {escape}")


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
                "never_break": verdict.never_break,
                "holds": verdict.holds,
                "counterexample": [_event(event) for event in verdict.counterexample] or None,
            }
            for verdict in proof.verdicts
        ],
        "seconds": round(proof.seconds, 6),
    }


def _event(event: "ProofEvent") -> dict[str, Any]:
    from gsdc.report.data import place_data

    return {
        "event": event.what,
        "state": None if event.state is None else event.state._asdict(),
        "model": event.model,
        "why": event.why,
        "origin": place_data(event.origin),
    }


def _print(session: Session, proof: "Proof", *, brief: bool) -> None:
    from gsdc.policy.routes import in_words

    over = f" with {proof.workflow}" if proof.workflow else ""
    rules = [verdict for verdict in proof.verdicts if verdict.never_break]
    checks = [verdict for verdict in proof.verdicts if not verdict.never_break]
    broken = [verdict for verdict in proof.verdicts if not verdict.holds]
    walk = f"{proof.states:,} states and {proof.transitions:,} transitions"
    answer = f"{_on_all(rules, 'never-break rule')} in {walk}; {_on_all(checks, 'other check')} ({proof.seconds:.2f} s)"
    color = "red" if broken else "green"
    session.tell(f"{proof.profile}{over}, {in_words(proof.fleets)}: {answer}", fg=color)
    if not brief:
        for head, verdicts in (("never-break rules, in every state:", rules), ("other checks of the policy:", checks)):
            session.say(head)
            for verdict in verdicts:
                session.say(f"  {'holds ' if verdict.holds else 'broken'}  {verdict.code}  {verdict.name}")
        for name in proof.of_plans:
            session.say(f"  plans   NB015  {name}: a never-break rule on plans, which `gsdc lint` checks")
    for verdict in broken:
        session.tell(f"{verdict.code} {verdict.name} can be broken:", bold=True)
        for number, event in enumerate(verdict.counterexample, 1):
            runs = "" if event.state is None else f": {event.model or 'deferred'}"
            session.tell(f"  {number}. {event.what}{runs}")
            session.tell(f"     {event.origin}  {event.why}")


def _on_all(verdicts: "list[ProofVerdict]", word: str) -> str:
    """Return how many of the rules hold, or do not."""
    from gsdc.finding import counted

    broken = sum(not verdict.holds for verdict in verdicts)
    if broken:
        return f"{broken} of {counted(len(verdicts), word)} {'does' if broken == 1 else 'do'} not hold"
    return f"{counted(len(verdicts), word)} {'holds' if len(verdicts) == 1 else 'hold'}"
