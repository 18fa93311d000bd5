"""What releases take of effort and temperature, whatever host serves them."""

import pytest

from gsdc.models.catalog import releases
from gsdc.models.effort import RANK
from gsdc.models.identity import identify
from gsdc.models.parameters import effort_in, efforts_of, takes_temperature
from gsdc.models.words import identify_for
from gsdc.policy.load import load


@pytest.mark.parametrize(
    ("id_", "efforts", "heats"),
    [
        ("anthropic/claude-opus-4-5", "low medium high", True),
        ("anthropic/claude-opus-4-6", "low medium high max", True),
        ("anthropic/claude-opus-4-7", "low medium high xhigh max", False),
        ("anthropic/claude-opus-5-5", "low medium high xhigh max", False),
        ("amazon-bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", "none high max", True),
        ("openrouter/anthropic/claude-haiku-4.5", "low medium high", True),
        ("openrouter/anthropic/claude-opus-4.6", "low medium high max", True),  # a host's exception ends
        ("github-copilot/claude-haiku-4.5", "low medium high", True),
        ("anthropic/claude-haiku-5-5", "low medium high xhigh max", False),
        ("github-copilot/gpt-5-mini", "low medium high", False),
        ("openai/gpt-5-nano", "minimal low medium high", False),
        ("openai/gpt-5.2", "none low medium high xhigh", False),
        ("openai/gpt-5-pro", "high", False),
        ("openai/gpt-6.1-sol", "low medium high xhigh max", False),
        ("openai/gpt-4.1", "", True),
        ("openai/o3", "low medium high", False),
        ("google/gemini-2.5-pro", "high max", True),
        ("google/gemini-3.8-flash", "low medium high", True),
        ("xai/grok-code-fast-1", "", True),
        ("nobody/knows-it", "", True),
    ],
)
def test_what_a_release_takes(id_, efforts, heats):
    found = identify(id_)
    assert (" ".join(efforts_of(found)), takes_temperature(found)) == (efforts, heats)


@pytest.mark.parametrize("name", sorted(releases()))
def test_every_release_takes_efforts_in_order_and_the_temperature_that_its_entry_says(name):
    found = identify(releases()[name]["ids"]["opencode"])
    efforts = efforts_of(found)
    assert list(efforts) == sorted(set(efforts), key=RANK.__getitem__)
    assert releases()[name].get("temperature", True) == takes_temperature(found)


@pytest.mark.parametrize(
    ("text", "efforts", "heats"),
    [
        ("models: {opus: {ids: {opencode: anthropic/claude-opus-4-6, litellm: anthropic/claude-opus-4-6}}}", 4, True),
        ("models: {opus: {efforts: [high]}}", 1, False),
        ("models: {opus: {temperature: true}}", 5, True),
    ],
)
def test_another_id_is_another_release_unless_the_entry_says_what_it_takes(text, efforts, heats, tmp_path):
    (tmp_path / "gsdc.yaml").write_text(f"fleets: [leo]\n{text}\n", "utf-8")
    loaded = load(tmp_path)
    assert loaded.policy is not None, loaded.findings
    opus = loaded.policy.models["opus"]
    assert (len(opus.efforts), opus.temperature) == (efforts, heats)


@pytest.mark.parametrize(
    ("client", "id_", "version", "asked", "written"),
    [
        ("opencode", "anthropic/claude-haiku-4-5", "", "none", "none"),
        ("claude", "opus", "", "high", "high"),
        ("claude", "claude-opus-4-6", "", "xhigh", "high"),
        ("claude", "claude-opus-4-5", "", "max", "high"),
        ("claude", "haiku", "", "none", "low"),
        ("claude", "haiku", "2.1.250", "high", None),
        ("claude", "claude-sonnet-4-5", "", "high", None),
        ("claude", "house-model", "", "minimal", "low"),
        ("claude", "house-model", "", None, None),
        ("gsd", "openai/gpt-5.2", "", "none", "low"),
        ("gsd", "openai/gpt-5-mini", "", "minimal", "minimal"),
    ],
)
def test_what_a_client_sends_of_it(client, id_, version, asked, written):
    assert effort_in(client, asked, identify_for(client, id_, version)) == written
