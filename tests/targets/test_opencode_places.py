"""Where OpenCode's agents are written: into the place that counts for the client, and nothing else of any file."""

from pathlib import Path

import pytest
from tests.targets.reading import cases, write

from gsdc.policy.load import load
from gsdc.source.overlay import overlaid
from gsdc.source.tree import Tree
from gsdc.targets.api import Request
from gsdc.targets.compile import compile_target
from gsdc.targets.opencode import view as reader

CASES = cases("opencode_places.yaml")
POLICY = """\
agents:
  scribe: {role: docs, models: {any: {model: claude-opus-4-6, effort: high}}, description: Writes}
  warm: {role: docs, models: {any: {model: claude-haiku-4-5, temperature: 0.3}}, description: Chats}
"""


def compiled(root: Path, case) -> dict[str, str]:
    """Write the case's files, and return those that a build changes, as they would be."""
    write(root, case["files"])
    (root / "gsdc.yaml").write_text(case.get("policy", POLICY) + "\n")
    loaded = load(root, fleets=())
    assert loaded.policy is not None, loaded.findings
    emission = compile_target("opencode", Request(loaded.policy, "green", Tree(root), case.get("options", {})))
    assert not [finding for finding in emission.findings if finding.severity == "error"], emission.findings
    found = {artifact.path: artifact.content.decode() for artifact in emission.artifacts}
    return {path: text for path, text in found.items() if text != case["files"].get(path)}


def wanted(case) -> dict[str, str]:
    found = {}
    for path, change in case["changes"].items():
        if isinstance(change, str):
            found[path] = change
        else:
            before, (old, new) = case["files"][path], change
            start = before.rindex(old)
            found[path] = before[:start] + new + before[start + len(old) :]
    return found


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_agent_is_written_where_it_counts(case, tmp_path):
    assert compiled(tmp_path, case) == wanted(case)
    write(tmp_path, wanted(case))
    again = {**case, "files": {**case["files"], **wanted(case)}}
    assert compiled(tmp_path, again) == {}, "the second build changes nothing"


@pytest.mark.parametrize("case", [each for each in CASES if "options" not in each], ids=lambda case: case["name"])
def test_the_view_then_says_what_the_policy_decides(case, tmp_path):
    files = compiled(tmp_path, case)
    policy = load(tmp_path, fleets=()).policy
    assert policy is not None
    tree = overlaid(Tree(tmp_path), {path: text.encode() for path, text in files.items()})
    said = {each.claim.agent: each.claim.model for each in reader.view(tree, policy).statements}
    decided = {"scribe": "claude-opus-4-6", "warm": "claude-haiku-4-5", "general": "claude-haiku-4-5"}
    assert {name: said[name] for name in said if name in decided} == {n: decided[n] for n in said if n in decided}
