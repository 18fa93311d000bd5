"""The section "Agent Models" of AGENTS.md, as a managed block."""

from collections.abc import Iterable
from typing import Final

from gsdc.policy.model import Model
from gsdc.source.rendering import render
from gsdc.targets.agents_md import DECLARATION, PATH
from gsdc.targets.api import Claim, Emission, Request
from gsdc.targets.assignment_table import Section
from gsdc.targets.documents.facts import facts

SECTION: Final = Section(DECLARATION, "agent-models")


def emit(request: Request) -> Emission:
    """Render the section into the file; all bytes outside of the block are unchanged.

    Raises ``Rejected`` for a block without an end, or a file that is not UTF-8.
    """
    values = facts(request.policy, request.zone)
    values["rows"] = SECTION.rows(request.policy, request.zone)
    body = render("agents-md/section.md.j2", **values)
    artifact, findings = SECTION.artifact(request.tree, str(request.options.get("path", PATH)), body)
    return Emission((artifact,), findings)


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001 - aliases stand in it
    """Return what the table in the block says."""
    return SECTION.claims(path, content)


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return what the table ought to say."""
    return SECTION.expected(request.policy, request.zone)
