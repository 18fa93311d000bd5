"""Ids that Anthropic's own API does not know, though another host or client does."""

import pytest

from gsdc.models.spelling import right_spelling
from gsdc.models.words import identify_for


@pytest.mark.parametrize(
    ("client", "written", "meant"),
    [
        ("claude", "claude-4.6-opus-high-thinking", "claude-opus-4-6"),
        ("claude", "claude-opus-4.6", "claude-opus-4-6"),
        ("claude", "claude-opus-5-high", "claude-opus-5"),
        ("opencode", "anthropic/claude-opus-4.6", "claude-opus-4-6"),
        ("claude", "claude-opus-4-6", ""),
        ("claude", "claude-opus-4-5-20251101", ""),
        ("claude", "claude-3-5-haiku-20241022", ""),
        ("claude", "claude-3.5-haiku", ""),  # how it was spelled then depends on the model
        ("claude", "us.anthropic.claude-opus-4-6-v1", ""),
        ("claude", "claude-haiku-4-5@20251001", ""),
        ("opencode", "github-copilot/claude-opus-4.6", ""),
        ("opencode", "openrouter/anthropic/claude-opus-4.6", ""),
        ("opencode", "openai/gpt-5.2", ""),
        ("opencode", "anthropic/our-opus", ""),
    ],
)
def test_spelling(client, written, meant):
    assert right_spelling(identify_for(client, written)) == meant
