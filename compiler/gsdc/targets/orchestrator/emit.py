"""The files of an orchestrator."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from gsdc.ownership.registry import FILE
from gsdc.plans.usage import measured, sizes
from gsdc.policy.model import Model
from gsdc.source.plan import Plan, parse
from gsdc.source.plan_annotation import strip
from gsdc.source.tree import decode
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.orchestrator import CONFIG, FOLDER
from gsdc.targets.orchestrator.config import config
from gsdc.targets.orchestrator.dispatch import client_of, dispatch
from gsdc.targets.plans.emit import DEFAULT_PATHS, at_hand
from gsdc.tasks.annotation import Nature, analyse, model_of

if TYPE_CHECKING:
    from gsdc.finding import Finding

_GENERATED: Final = "by gsdc: change the plan or gsdc.yaml, not this file"


def emit(request: Request) -> Emission:
    """Write the configuration, and a dispatch file for each plan that is still to be run.

    Raises ``Rejected`` for a client that no target is called.
    """
    client = client_of(request.options)
    folder = str(request.options.get("dir", FOLDER)).rstrip("/")
    name = str(request.options.get("name", "ORCHESTRATOR"))
    artifacts = [_artifact(f"{folder}/{CONFIG}", config(request.policy, request.zone, client, name))]
    findings: list[Finding] = []
    for plan in _plans(request):
        findings.extend(plan.findings)
        path = f"{folder}/dispatch/{_short(plan.path)}.json"
        data = dispatch(plan, _natures(plan, request), request.policy, request.zone, client)
        artifacts.append(_artifact(path, {"_generated": _GENERATED} | data))
    return Emission(tuple(artifacts), tuple(findings))


def _natures(plan: Plan, request: Request) -> Mapping[int, Nature]:
    return measured(plan, sizes(plan, request.tree.root))


def _plans(request: Request) -> Iterator[Plan]:
    """Yield the plans with tasks, as a person wrote them."""
    for path, text in at_hand(request.tree, request.options.get("paths", DEFAULT_PATHS)):
        plan = parse(path, strip(path, text))
        if plan.tasks and not plan.is_cut:
            yield plan


def _short(path: str) -> str:
    """Return the path of a plan without what all of them share: "01-core/01-02-PLAN"."""
    parts = PurePosixPath(path).with_suffix("").parts
    return "/".join(part for part in parts if part not in (".planning", "phases"))


def _artifact(path: str, data: Any) -> Artifact:
    return Artifact(path, (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode(), FILE)


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001 - aliases stand in it
    """Return the model of each task of a dispatch file; the agent is "path#number"."""
    data = json.loads(decode(content, path))
    tasks = (task for batch in data.get("batches", ()) for task in batch["tasks"])
    return tuple(Claim(task["task_id"], task["model"]) for task in tasks)


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return the models that the tasks ought to have."""
    return frozenset(
        Claim(f"{plan.path}#{item.task.number}", model_of(item))
        for plan in _plans(request)
        for item in analyse(plan, request.policy, request.zone, _natures(plan, request)).tasks
    )
