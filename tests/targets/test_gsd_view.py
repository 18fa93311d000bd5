"""What gsdc makes of get-shit-done's configuration. That it is what the client makes of it: tests/conformance."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.targets.reading import CORPUS, cases, outcome, policy_of, wanted, write

from gsdc.source.tree import Tree
from gsdc.targets.gsd import view as gsd
from gsdc.targets.gsd.resolve import client

CASES = cases("gsd.yaml")
KEYS = ["model_profile", "model_overrides", "models", "dynamic_routing", "runtime", "model_profile_overrides"]
WORDS = [*KEYS, "resolve_model_ids", "codex", "opus", "quality", "inherit", "execution", "gsd-planner", "model", "omit"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(tmp_path, case):
    assert outcome(gsd, case, tmp_path) == wanted(case)


def test_how_says_what_the_file_does_not(tmp_path):
    text = '{"model_profile": "Balanced", "model_overrides": {"gsd-planner": "opus"}, "models": {"planning": "haiku"}}'
    view = gsd.view(write(tmp_path, {".planning/config.json": text}), policy_of(["gsd"], tmp_path))
    how = {each.claim.agent: each.how for each in view.statements}
    assert how["gsd-planner"] == ""
    assert how["gsd-roadmapper"] == 'agents of phase type "planning" run on haiku'
    assert how["gsd-executor"] == "GSD's own table has sonnet in profile balanced"


def test_every_agent_has_one_answer(tmp_path):
    view = gsd.view(write(tmp_path, {".planning/config.json": "{}"}), policy_of(["gsd"], tmp_path))
    assert [each.claim.agent for each in view.statements] == list(client().agents)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")
def test_real_configurations(tmp_path):
    policy = policy_of(["gsd"], tmp_path)
    files = sorted((CORPUS / "gsd-config").iterdir())
    for number, file in enumerate(files):
        view = gsd.view(write(tmp_path / str(number), {".planning/config.json": file.read_bytes()}), policy)
        assert len(view.statements) == len(client().agents), file.name
        assert view.findings == (), file.name
    assert files


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gsd")
    return folder, policy_of(["gsd"], folder)


@examples(100)
@given(st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=6) | VALUES)
def test_any_json_has_an_answer_for_every_agent(place, value):
    folder, policy = place
    view = gsd.view(write(folder, {".planning/config.json": json.dumps(value)}), policy)
    broken = {"JS001"} & {each.code for each in view.findings}
    assert broken or {each.claim.agent for each in view.statements} >= set(client().agents)
    assert all(isinstance(each.claim.model, str) and each.at.path for each in view.statements)


@examples(50)
@given(st.binary(max_size=60) | st.sampled_from([b"[" * 5000, b'{"a":' * 5000, b"\xff\xfe{\x00}\x00"]))
def test_any_bytes_are_read_without_a_crash(place, content):
    folder, policy = place
    write(folder, {".planning/config.json": content})
    gsd.view(Tree(folder), policy)
