"""Models of the catalog, told from ids of any host, spelling and release."""

import pytest

from gsdc.policy.load import load
from gsdc.policy.recognition import Age, fulfils, identity_of, recognise, stand_in

CASES = [
    # client, id, alias, age, whether its rank is known
    ("opencode", "anthropic/claude-opus-5-5", "opus", Age.SAME, True),
    ("opencode", "github-copilot/claude-opus-5.5", "opus", Age.SAME, True),
    ("opencode", "amazon-bedrock/us.anthropic.claude-opus-5-5-v1", "opus", Age.SAME, True),
    ("opencode", "openrouter/anthropic/claude-opus-6", "opus", Age.NEWER, True),
    ("opencode", "openrouter/~anthropic/claude-opus-latest", "opus", Age.NEWER, True),
    ("opencode", "anthropic/claude-opus-4-6", "opus", Age.OLDER, True),
    ("opencode", "anthropic/claude-3-opus-20240229", "opus", Age.OLDER, True),
    ("opencode", "anthropic/claude-opus", None, Age.UNKNOWN, False),
    ("claude", "opus", "opus", Age.SAME, True),  # the catalog's own alias
    ("claude", "best", "opus", Age.SAME, True),
    ("claude", "claude-sonnet-4-5-20250929", "sonnet", Age.OLDER, True),
    ("opencode", "openai/gpt-5.5", "gpt-5.2", Age.NEWER, True),
    ("opencode", "azure/gpt-5-mini-2025-08-07", "gpt-mini", Age.OLDER, True),
    ("opencode", "openai/gpt-5-nano", "gpt-5-nano", Age.SAME, True),  # no alias of the catalog, but a release
    ("opencode", "github-copilot/gpt-5.6-sol", "gpt-5.6-sol", Age.SAME, True),
    ("opencode", "openai/gpt-7-sol", None, Age.UNKNOWN, False),  # no release that is known
    ("opencode", "google/gemini-3-pro-preview", "gemini-pro", Age.OLDER, True),
    ("opencode", "ollama/qwen3-coder:7b", None, Age.UNKNOWN, False),  # another size is another model
    ("opencode", "openrouter/qwen/qwen3-coder:free", "qwen3-coder", Age.SAME, True),
    ("opencode", "acme/rocket", None, Age.UNKNOWN, False),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return load(tmp_path_factory.mktemp("empty"), fleets=("leo",)).policy.models


@pytest.mark.parametrize(("client", "written", "alias", "age", "counts"), CASES)
def test_recognise(models, client, written, alias, age, counts):
    found = recognise(models, client, written)
    assert (found.model and found.model.alias, found.age, found.counts) == (alias, age, counts)


@pytest.mark.parametrize(
    ("client", "written", "tier", "provider"),
    [
        ("opencode", "openrouter/anthropic/claude-opus-4.6", "heavy", "openrouter"),
        ("claude", "claude-opus-4-8", "heavy", "anthropic"),
        ("opencode", "anthropic/claude-opus-4-1", "heavy", "anthropic"),
        ("opencode", "anthropic/claude-3-opus-20240229", "standard", "anthropic"),
        ("opencode", "anthropic/claude-3-haiku", "light", "anthropic"),
        ("opencode", "openrouter/openai/gpt-5.6-sol", "standard", "openrouter"),
        ("opencode", "acme/rocket", "light", "acme"),
        ("claude", "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/x", "light", "bedrock"),
    ],
)
def test_what_stands_in_for_an_id(models, client, written, tier, provider):
    found = stand_in(models, client, written)
    assert (found.tier, found.provider) == (tier, provider)


def test_every_model_of_the_catalog_says_what_it_is(models):
    assert {alias: model.identity.release for alias, model in models.items()} == {
        "opus": "opus 5.5",
        "sonnet": "sonnet 5.5",
        "haiku": "haiku 5.5",
        "fable": "fable 5.2",
        "gpt-5.2-pro": "gpt-pro 5.2",
        "gpt-5.2": "gpt 5.2",
        "codex": "codex 5.3",
        "gpt-mini": "gpt-mini 5.4",
        "gemini-pro": "gemini-pro 3.1",
        "gemini-flash": "gemini-flash 3.8",
        "gemini-flash-lite": "gemini-flash-lite 3.5",
        "qwen3-coder": "qwen-coder 3",
        "big-pickle": "big-pickle",
        "grok-build": "grok-build 0.1",
    }


def test_ids_that_disagree_are_no_model():
    found = identity_of({"claude": "opus", "opencode": "anthropic/claude-haiku-4-5"})
    assert (found.line, found.why) == ("", '"anthropic/claude-haiku-4-5" is haiku 4.5, and "opus" is opus 5.5')


def test_of_several_releases_the_oldest_counts():
    newer = identity_of({"opencode": "anthropic/claude-opus-5", "litellm": "anthropic/claude-opus-4-8"})
    assert newer.generation == (4, 8)
    assert fulfils(newer, identity_of({"opencode": "anthropic/claude-opus-4-6"}))
    assert not fulfils(newer, identity_of({"opencode": "anthropic/claude-opus-5"}))
