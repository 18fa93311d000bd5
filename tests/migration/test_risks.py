"""Risks: each is told where a change has it, in the order of their weight, and nowhere else."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from gsdc.deploy.proposal import Proposal, propose
from gsdc.migration.installed import installed_differences
from gsdc.migration.rerouting import reroutings
from gsdc.migration.risks import risks
from gsdc.migration.semantic import differences
from gsdc.policy.load import load

CASES = YAML(typ="safe").load(Path(__file__).with_name("risks.yaml").read_text("utf-8"))


def proposed(root: Path, profile: str) -> Proposal:
    loaded = load(root, profile=profile)
    assert loaded.policy is not None, loaded.findings
    proposal = propose(loaded.project, loaded.policy, "green")
    assert not proposal.broken, proposal.findings
    return proposal


def install(root: Path, proposal: Proposal) -> None:
    for change in proposal.changes:
        assert change.after is not None
        (root / change.path).write_bytes(change.after.content)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_risks(case, tmp_path):
    (tmp_path / "gsdc.yaml").write_text(case["gsdc.yaml"])
    for path, content in case.get("files", {}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
        (tmp_path / path).chmod(int(case.get("mode", "644"), 8))
    if "first" in case:
        install(tmp_path, proposed(tmp_path, case["first"]))
    after = proposed(tmp_path, case["to"])
    of_files = shifts = installed_differences(after)
    before, rerouted = None, ()
    if "from" in case:
        start = proposed(tmp_path, case["from"])
        before = start.policy
        shifts = differences(before, after.policy, start.project.sources, after.project.sources)
        rerouted = reroutings(before, after.policy)
    found = [f"{risk.kind}: {risk.text}" for risk in risks(after, before, shifts, of_files, rerouted)]
    assert found == case["risks"]
