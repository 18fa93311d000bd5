"""What gsdc makes of override tables, its own and those written by hand."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.targets.reading import cases, outcome, policy_of, wanted, write

from gsdc.policy.model import ZONES
from gsdc.source.tree import Tree
from gsdc.targets.api import Request
from gsdc.targets.overrides import emit as target
from gsdc.targets.overrides import view as overrides

CASES = cases("overrides.yaml")
CONFIG = "config/phase-model-config.json"
EXECUTOR = "lib/sub-agent-executor.js"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(tmp_path, case):
    assert outcome(overrides, case, tmp_path) == wanted(case)


def test_what_gsdc_wrote_says_what_its_own_reader_says(tmp_path):
    policy = policy_of(["leo"], tmp_path)
    artifacts = target.emit(Request(policy, "orange", Tree(tmp_path), {})).artifacts
    tree = write(tmp_path, {artifact.path: artifact.content for artifact in artifacts})
    view = overrides.view(tree, policy)
    assert view.findings == ()
    assert set(view.files) == {artifact.path for artifact in artifacts}
    for artifact in artifacts:
        said = {each.claim for each in view.statements if each.at.path == artifact.path}
        assert said == set(target.read_back(artifact.path, artifact.content, policy.models.values()))
    assert {each.claim.zone for each in view.statements} == set(ZONES)
    for each in view.statements:
        line = (tmp_path / each.at.path).read_text().splitlines()[each.at.line - 1]
        assert line[each.at.column - 1 :].startswith('"')


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overrides")
    return folder, policy_of(["leo"], folder)


WORDS = ["phaseModelOverrides", "defaultModelAssignments", "PLAN", "SECURITY", "model", "effort", "_zone", "zones"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([*WORDS, "opus", "high"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


@examples(100)
@given(st.dictionaries(st.sampled_from(WORDS), VALUES) | VALUES)
def test_any_json_is_read_without_a_crash(place, value):
    folder, policy = place
    for each in overrides.view(write(folder, {CONFIG: json.dumps(value)}), policy).statements:
        assert each.claim.model is None or isinstance(each.claim.model, str)


@examples(100)
@given(st.text(alphabet="{}[](),:;'\"`/\\*ab1 \n.$=", max_size=40))
def test_any_javascript_is_read_without_a_crash(place, text):
    folder, policy = place
    tree = write(folder, {EXECUTOR: f"const PHASE_MODEL_OVERRIDES = {text}", CONFIG: "{}"})
    overrides.view(tree, policy)
