"""Compare the answers of a real client with the compiled files."""

from collections.abc import Iterable

from gsdc.finding import Diagnostic, Finding, Severity, counted
from gsdc.source.span import Span
from gsdc.targets.api import Claim, Reply

CLIENT_DISAGREES = Diagnostic(
    "DP043",
    "client-disagrees",
    Severity.ERROR,
    """A client reads the compiled files differently from the policy.

    ## Why is this bad?
    The agent would run on another model than the one that was reviewed and proved (seed 003, "3.3 Validation
    Checklist": no-go). The usual cause is a file of the project that overrides the compiled one.

    ## No example
    It takes the client itself.
    """,
)


def compare_answers(client: str, path: str, wanted: Iterable[Claim], seen: Iterable[Claim]) -> Reply:
    """Compare a client's answers with the claims of the compiled file."""
    expected = {(claim.agent, claim.phase, claim.zone): claim for claim in wanted}
    said = {(claim.agent, claim.phase, claim.zone): claim for claim in seen}
    findings = tuple(
        _difference(client, path, claim, said.get(key)) for key, claim in expected.items() if said.get(key) != claim
    )
    agents = {claim.agent for claim in expected.values()}
    if findings:
        return Reply(False, f"{client} disagrees about {len(findings)} of {len(expected)} answers", findings)
    return Reply(True, f"{client} gives {counted(len(agents), 'agent')} the compiled models")


def _difference(client: str, path: str, wanted: Claim, said: Claim | None) -> Finding:
    what = "does not know it" if said is None else f"says {_shown(said)}"
    where = "".join(f" in {name}" for name in (wanted.phase, wanted.zone and f"zone {wanted.zone}") if name)
    message = f'"{wanted.agent}"{where} is compiled to {_shown(wanted)}, but {client} {what}'
    return CLIENT_DISAGREES.at(Span(path, 0, 0), message, "look for another file that sets it, or report a bug of gsdc")


def _shown(claim: Claim) -> str:
    model = f'"{claim.model}"' if claim.model else "no model"
    effort = f" at effort {claim.effort}" if claim.effort else ""
    return f"{model}{effort}" + ("" if claim.temperature is None else f" at temperature {claim.temperature:g}")
