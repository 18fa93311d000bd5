"""What Gemini CLI itself asks for after ``gsdc apply``, where a person's settings override the agents."""

import json

from tests.conformance import wire
from tests.conformance.drivers.gemini_cli import CLIENT

from gsdc.policy.load import load
from gsdc.targets.choice import choose

POLICY = """\
fleets: [gsd]
targets: {gemini-cli: true}
profile: own
profiles:
  own:
    extends: balanced
    roles:
      planning: {model: gemini-pro, effort: low}
      research: {model: gemini-flash, effort: medium}
      verification: {model: gemini-flash-lite, effort: minimal}
"""


def test_settings_that_override_agents_are_brought_into_line(gemini, tmp_path):
    """The settings override the model of one and the effort of another."""
    own = wire.project(CLIENT, tmp_path / "project", "gsd", "balanced", most=9)
    (own.folder / "gsdc.yaml").write_text(POLICY)
    policy = load(own.folder).policy
    assert policy is not None
    wanted = {name: choose(policy, policy.agents[name], "green") for name in own.wanted}
    said = {name: (choice.model.id_in("gemini-cli"), choice.effort) for name, choice in wanted.items()}
    own = own._replace(wanted={name: wish for name, wish in said.items() if wish[0] is not None}, lacking={})
    first, second, *_ = own.wanted
    override = {first: {"modelConfig": {"model": "the-model-of-the-override"}}}
    thinking = {"generateContentConfig": {"thinkingConfig": {"thinkingLevel": "HIGH"}}}
    scope = {"match": {"overrideScope": second}, "modelConfig": thinking}
    settings = {"agents": {"overrides": override}, "modelConfigs": {"overrides": [scope]}}
    (own.folder / ".gemini/settings.json").write_text(json.dumps(settings, indent=2))
    assert len({effort for _, effort in own.wanted.values()}) > 2
    wire.check(CLIENT, gemini, own, tmp_path / "home")
