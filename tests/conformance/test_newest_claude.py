"""What gsdc says of the settings of the newest Claude Code, against that version itself, on loopback."""

import json
import re
from pathlib import Path

import pytest
from tests.conformance.claude_code import MARK, SESSION, ask

from gsdc.policy.load import load
from gsdc.source.tree import Tree
from gsdc.targets.api import INHERIT
from gsdc.targets.claude_code import view as claude_code

AGENTS = {"light": "haiku", "full": "claude-sonnet-5-5", "older": "claude-opus-4-5", "silent": None, "heavy": "opus"}
SETTINGS = {
    "none": {},
    "a list of models": {"availableModels": ["opus", "sonnet"]},
    "a list with an id": {"availableModels": ["claude-opus-5-5", "haiku"], "enforceAvailableModels": True},
    "a family lists its releases": {"availableModels": ["opus"]},
    "denied in a project": {"deniedModels": ["opus", "haiku"]},
    "overrides of full ids": {"modelOverrides": {"claude-sonnet-5-5": "claude-haiku-5-5", "opus": "claude-haiku-5-5"}},
    "overrides in a chain": {
        "modelOverrides": {"claude-opus-5-5": "claude-opus-4-5", "claude-opus-4-5": "claude-haiku-5-5"}
    },
    "the variable is a default": {"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku"}},
    "the variable by force": {
        "env": {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku", "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "yes"}
    },
    "force alone": {"env": {"CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1"}},
    "the caller's by force": {
        "env": {"CLAUDE_CODE_SUBAGENT_MODEL": "inherit", "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1"}
    },
    "default is no word": {"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "default"}},
    "an alias of an alias": {"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "haiku"}},
    "an alias of an id": {"env": {"ANTHROPIC_DEFAULT_HAIKU_MODEL": "claude-sonnet-5-5"}},
    "one mistyped key": {"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku"}, "fallbackModel": "haiku"},
    "in workflows alone": {"env": {"CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL": "haiku"}},
    "keys that are not known": {"agentModel": "haiku", "subagentModel": "haiku", "env": {"CLAUDE_CODE_MODEL": "haiku"}},
}
# By what stands in the file, whether the client loads it: the rest of the line is an agent named a.
LOADED = {
    "a byte order mark": "\ufeff---\nname: a\ndescription: x\nmodel: haiku\n---\n",
    "two byte order marks": "\ufeff\ufeff---\nname: a\ndescription: x\nmodel: haiku\n---\n",
    "a tab before a key": "---\nname: a\ndescription: x\n\tmodel: haiku\n---\n",
    "no blank behind a key": "---\nname: a\ndescription: x\nmodel:haiku\n---\n",
    "a blank line above": "\n---\nname: a\ndescription: x\nmodel: haiku\n---\n",
    "Windows": "---\r\nname: a\r\ndescription: x\r\nmodel: haiku\r\n---\r\n",
    "Windows and a colon": "---\r\nname: a\r\ndescription: Use: x\r\nmodel: haiku\r\n---\r\n",
    "a colon": "---\nname: a\ndescription: Use: x\nmodel: haiku\n---\n",
    "hooks that are no mapping": "---\nname: a\ndescription: x\nhooks: 5\nmodel: haiku\n---\n",
    "a name with a colon": "---\nname: a:b\ndescription: x\nmodel: haiku\n---\n",
}


@pytest.fixture(scope="module")
def newest(clients: Path) -> Path:
    found = sorted(clients.glob("@anthropic-ai/claude-code-*/claude"))
    if not found:
        pytest.skip("there is no package of the newest Claude Code for this platform")
    return found[0]


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    found = load(tmp_path_factory.mktemp("policy"), fleets=["gsd"]).policy
    assert found is not None
    return found._replace(clients={"claude-code": "2.1.332"})


def meant(model: str) -> str:
    """Return a model that the client asks for in the words of the policy; written apart from what is tested."""
    line = re.fullmatch(r"claude-(opus|sonnet|haiku)-5-5", model)
    return INHERIT if model == SESSION else line[1] if line else model


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(name, tmp_path, newest, policy):
    folder = tmp_path / "project"
    (folder / ".claude/agents").mkdir(parents=True)
    for agent, model in AGENTS.items():
        line = f"model: {model}\n" if model else ""
        (folder / f".claude/agents/{agent}.md").write_text(
            f"---\nname: {agent}\ndescription: x\n{line}---\n\n{MARK}{agent}\n"
        )
    (folder / ".claude/settings.json").write_text(json.dumps(SETTINGS[name]))
    # Where models are listed, a session on another model than those would begin on the default.
    session = "claude-opus-5-5" if "availableModels" in SETTINGS[name] else SESSION
    answer = ask(newest, folder, tmp_path / "home", list(AGENTS), session=session)
    view = claude_code.view(Tree(folder), policy)
    said = {each.claim.agent: str(each.claim.model).replace(INHERIT, meant(session)) for each in view.statements}
    assert said == {agent: meant(model) for agent, model in answer.models.items()}


@pytest.mark.parametrize("name", LOADED)
def test_files(name, tmp_path, newest, policy):
    folder = tmp_path / "project"
    (folder / ".claude/agents").mkdir(parents=True)
    (folder / ".claude/agents/a.md").write_bytes(f"{LOADED[name]}\n{MARK}a\n".encode())
    answer = ask(newest, folder, tmp_path / "home", ["a"])
    said = {each.claim.agent: each.claim.model for each in claude_code.view(Tree(folder), policy).statements}
    assert said == {agent: meant(model) for agent, model in answer.models.items()}
