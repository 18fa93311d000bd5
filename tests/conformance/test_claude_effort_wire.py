"""Claude Code sends the effort that the policy decides: every effort of every line of models, read on loopback."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conformance.claude_code import MARK, ask

from gsdc.cli import main
from gsdc.models.effort import EFFORTS, RANK
from gsdc.models.identity import identify
from gsdc.models.parameters import sent_by

pytestmark = pytest.mark.conformance

MODELS = (
    "claude-opus-4-5",
    "claude-opus-4-6",
    "claude-opus-4-7",
    "claude-opus-4-8",
    "claude-opus-5-5",
    "claude-sonnet-4-5",
    "claude-sonnet-4-6",
    "claude-sonnet-5-5",
    "claude-haiku-4-5",
    "claude-haiku-5-5",
    "claude-fable-5-2",
)
# Version 2.1.141 runs Opus 4.7 at its launch effort, whatever a file says; 2.1.332 does not any more.
FORCED = {("2.1.141", "claude-opus-4-7"): "xhigh"}
WORDS = EFFORTS[2:]  # low to max: Claude Code has no word for less


def project(folder: Path, model: str) -> None:
    """Write and apply a project with an agent for each effort on ``model``, and one without."""
    names = [f"on-{effort}" for effort in (*WORDS, "default")]
    agents = "".join(f"  {name}: {{role: implementation, description: Works}}\n" for name in names)
    given = "".join(f"        on-{effort}: {{model: {model}, effort: {effort}}}\n" for effort in WORDS)
    (folder / ".claude/agents").mkdir(parents=True)
    (folder / "gsdc.yaml").write_text(
        f"fleets: []\ntargets: {{claude-code: true}}\nagents:\n{agents}profile: p\nprofiles:\n  p:\n"
        f"    extends: balanced\n    agents:\n{given.replace('        ', '      ')}      on-default: {model}\n"
    )
    for name in names:
        text = f"---\nname: {name}\ndescription: Works\n---\n{MARK}{name}\n"
        (folder / f".claude/agents/{name}.md").write_text(text)
    despite = ["--despite", "models", "--reason", "some of them have ended"]
    done = CliRunner().invoke(main, ["--project", str(folder), "apply", "--yes", *despite])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("model", MODELS)
def test_the_effort_that_is_decided_is_sent(claude, tmp_path, model):
    folder = tmp_path / "project"
    project(folder, model)
    names = [f"on-{effort}" for effort in (*WORDS, "default")]
    answer = ask(claude, folder, tmp_path / "home", names)
    assert answer.models == dict.fromkeys(names, model)
    sent = sent_by("claude", identify(model))
    version = re.search(r'"claude_code_version":"([\d.]+)"', answer.output)
    forced = FORCED.get((version[1] if version else "", model))
    for effort in WORDS:
        name = f"on-{effort}"
        text = (folder / f".claude/agents/{name}.md").read_text()
        written = re.search(r"^effort: (\w+)$", text, re.MULTILINE)
        if sent:
            assert written is not None, name
            assert answer.efforts[name] == (forced or written[1])
            assert written[1] in sent
            assert effort not in sent or written[1] == effort
            assert RANK[written[1]] <= RANK[effort] or effort not in sent
        else:
            assert written is None, name
            assert answer.efforts[name] is None
    assert "effort:" not in (folder / ".claude/agents/on-default.md").read_text()
