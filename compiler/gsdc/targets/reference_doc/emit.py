"""The reference document and, on request, the three documents that it links to."""

import json
from collections.abc import Iterable
from typing import Final

from gsdc.ownership.registry import FILE
from gsdc.policy.model import Model
from gsdc.source.rendering import render
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.documents.facts import facts
from gsdc.targets.opencode.wanted import wanted_agents
from gsdc.targets.reference_doc import FOLDER, NAME
from gsdc.targets.registry import declarations

LINKED: Final = ("model-profiles.md", "model-routing-logic.md", "model-profile-resolution.md")


def emit(request: Request) -> Emission:
    """Write the documents."""
    folder = str(request.options.get("dir", FOLDER)).rstrip("/")
    names = (NAME, *(LINKED if request.options.get("linked") else ()))
    values = facts(request.policy, request.zone) | {
        "targets": [name for name in request.others if declarations()[name].view] or ["opencode", "claude-md"],
        "compiled": _compiled(request),
    }
    texts = {name: render(f"documents/{name}.j2", **values) for name in names}
    artifacts = (Artifact(f"{folder}/{name}", text.encode(), FILE) for name, text in texts.items())
    return Emission(tuple(artifacts))


def _compiled(request: Request) -> str:
    """Return the policy for OpenCode's agents, as OpenCode's target writes it."""
    agents = {name: wanted.keys for name, wanted in wanted_agents(request, []).items() if wanted.id}
    return json.dumps({"agent": agents}, indent=2, ensure_ascii=False)


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001
    """Return nothing: a document is read by people."""
    return ()


def expected_claims(request: Request) -> frozenset[Claim]:  # noqa: ARG001
    """Return nothing, see ``read_back``."""
    return frozenset()
