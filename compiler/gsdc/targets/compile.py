"""Compile a target: emit the files, then read them back to verify them."""

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.span import Span
from gsdc.targets.api import Artifact, Claim, Emission, Emitter, ReadBackAll, Request
from gsdc.targets.modules import emitter

MISCOMPILED = Diagnostic(
    "TV001",
    "miscompiled",
    Severity.ERROR,
    """A compiled file does not match the policy.

    ## Why is this bad?
    Every target reads its own bytes back before they count (translation validation). A difference is a bug in gsdc:
    nothing is written, and the message contains what a bug report needs.

    ## No example
    It would be a bug in gsdc, and none is known.
    """,
)


def compile_target(name: str, request: Request) -> Emission:
    """Emit a target and validate the translation: the claims read back must be the policy's decisions.

    Files that a person wrote may have more claims, on agents that are not in the policy. Invalid input results in
    findings, and no artifacts.
    """
    module = emitter(name)
    try:
        emission = module.emit(request)
    except Rejected as rejected:
        return Emission((), rejected.findings)
    if any(finding.severity is Severity.ERROR for finding in emission.findings):
        return Emission((), emission.findings)
    read = _read(module, request, emission.artifacts)
    wanted = module.expected_claims(request)
    agents = {claim.agent for claim in wanted}
    difference = wanted ^ {claim for claim in read if claim.agent in agents}
    if difference:
        return Emission(
            (), (*emission.findings, *(_bug(name, claim, claim in wanted) for claim in sorted(difference, key=str)))
        )
    return emission


def _read(module: Emitter, request: Request, artifacts: tuple[Artifact, ...]) -> set[Claim]:
    """Return the claims of the artifacts, read together if files of the client override each other."""
    whole: ReadBackAll | None = getattr(module, "read_back_all", None)
    if whole is not None:
        return set(whole(request, artifacts))
    models = request.policy.models.values()
    return {claim for each in artifacts for claim in module.read_back(each.path, each.content, models)}


def _bug(name: str, claim: Claim, missing: bool) -> Finding:
    what = "lacks" if missing else "wrongly says"
    message = f"target {name} {what} {tuple(claim)}"
    return MISCOMPILED.at(Span(name, 0, 0), message, "this is a bug of gsdc: please report it with this message")
