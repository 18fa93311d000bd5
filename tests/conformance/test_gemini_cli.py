"""What Gemini CLI itself asks for after ``gsdc apply``, where a person's settings override the agents."""

import json

from tests.conformance import wire
from tests.conformance.drivers.gemini_cli import CLIENT


def test_settings_that_override_agents_are_brought_into_line(gemini, tmp_path):
    """The settings override the model of one and the effort of another."""
    own = wire.project(CLIENT, tmp_path / "project", "gsd", "balanced", most=9)
    first, second, *_ = own.wanted
    override = {first: {"modelConfig": {"model": "the-model-of-the-override"}}}
    thinking = {"generateContentConfig": {"thinkingConfig": {"thinkingLevel": "HIGH"}}}
    scope = {"match": {"overrideScope": second}, "modelConfig": thinking}
    settings = {"agents": {"overrides": override}, "modelConfigs": {"overrides": [scope]}}
    (own.folder / ".gemini/settings.json").write_text(json.dumps(settings, indent=2))
    assert len({effort for _, effort in own.wanted.values()}) > 2
    wire.check(CLIENT, gemini, own, tmp_path / "home")
