"""What gsdc makes of Claude Code's agents and settings."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.targets.reading import CORPUS, cases, outcome, policy_of, wanted, write

from gsdc.targets.claude_code import frontmatter as claude_frontmatter
from gsdc.targets.claude_code import view as claude_agents

CASES = cases("claude_agents.yaml")
VARIABLES = [
    "CLAUDE_CODE_SUBAGENT_MODEL",
    "ANTHROPIC_MODEL",
    "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL",
]
AGENT = ".claude/agents/a.md"
SETTINGS = ".claude/settings.json"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(tmp_path, case):
    assert outcome(claude_agents, case, tmp_path) == wanted(case)


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        ("{}", "it has no model, so it runs on the session's"),
        ('{"model": "haiku"}', 'it has no model, so it runs on the session\'s, "haiku" by .claude/settings.json:1:11'),
        (
            '{"model": "haiku", "env": {"ANTHROPIC_MODEL": "opus"}}',
            'it has no model, so it runs on the session\'s, "opus" by .claude/settings.json:1:47',
        ),
    ],
)
def test_who_inherits_from_whom(tmp_path, shared, said):
    tree = write(tmp_path, {AGENT: "---\nname: a\ndescription: x\n---\n", SETTINGS: shared})
    (statement,) = claude_agents.view(tree, policy_of(["gsd"], tmp_path)).statements
    assert statement.how == said


def test_how_names_the_file_that_does_not_count(tmp_path):
    agent = "---\nname: a\ndescription: x\nmodel: opus\n---\n"
    tree = write(tmp_path, {AGENT: agent, SETTINGS: '{"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku"}}'})
    policy = policy_of(["gsd"], tmp_path)._replace(clients={"claude-code": "2.1.141"})
    (statement,) = claude_agents.view(tree, policy).statements
    said = 'CLAUDE_CODE_SUBAGENT_MODEL sets "haiku" for every sub-agent, whatever .claude/agents/a.md says'
    said += " (claude-code 2.1.141, by gsdc.yaml)"
    assert statement.how == said


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")
def test_real_agents(tmp_path):
    policy = policy_of(["gsd", "leo"], tmp_path)
    files = sorted((CORPUS / "claude-agents").iterdir())
    for number, file in enumerate(files):
        path = f".claude/agents/{file.name}"
        view = claude_agents.view(write(tmp_path / str(number), {path: file.read_bytes()}), policy)
        # Templates for something else lie in a subfolder of one project's agents: they have no name.
        is_template = "kb-templates" in file.name
        assert [each.code for each in view.findings] == (["CA001"] if is_template else []), file.name
        is_silent = is_template or ("gsd-" in file.name and b"\nmodel:" not in file.read_bytes())
        assert len(view.statements) == (0 if is_silent else 1), file.name
    assert files


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("claude")
    return folder, policy_of(["gsd"], folder)


@examples(100)
@given(
    st.lists(
        st.tuples(st.sampled_from(["name", "model", "description", "modle", "x"]), st.text(max_size=12)), max_size=5
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_frontmatter_is_read_without_a_crash(place, pairs, newline):
    folder, policy = place
    text = newline.join(["---", *(f"{key}: {value}" for key, value in pairs), "---", "Text"])
    view = claude_agents.view(write(folder, {AGENT: text.encode("utf-8", "replace"), SETTINGS: "{}"}), policy)
    assert len(view.statements) <= 1


VALUES = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=9) | st.just("opus") | st.just([])


@examples(100)
@given(
    st.dictionaries(st.sampled_from(["model", "env", "modle", "modelOverrides"]) | st.text(max_size=6), VALUES),
    st.dictionaries(st.sampled_from([*VARIABLES, "claude-opus-4-7"]) | st.text(max_size=6), VALUES),
    st.sampled_from(["env", "modelOverrides"]),
)
def test_any_settings_give_every_agent_a_model(place, values, inner, key):
    folder, policy = place
    agent = "---\nname: a\ndescription: x\nmodel: opus\n---\n"
    view = claude_agents.view(write(folder, {AGENT: agent, SETTINGS: json.dumps({**values, key: inner})}), policy)
    assert [each.claim.agent for each in view.statements] == ["a"]


@given(st.text(alphabet="ab: '\"\\#{}[]|>", max_size=12).map(lambda value: f"x{value}".strip()))
@examples(100)
def test_a_value_on_its_line_is_no_problem(value):
    """As people write them: whatever a description holds after its first word, the second try takes all of it."""
    found = claude_frontmatter.read_agent_frontmatter("a.md", f"---\nname: a\ndescription: {value}\nmodel: opus\n---\n")
    assert found is not None
    assert found.problem is None or ": " not in value
    assert found.problem is not None or found.data["model"] == "opus"
