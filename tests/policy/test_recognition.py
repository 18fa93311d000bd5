"""Models of the catalog, told from ids of any host, spelling and release."""

import pytest

from gsdc.policy.load import load
from gsdc.policy.recognition import Age, fulfils, identity_of, recognise, stand_in

CASES = [
    # client, id, alias, age, whether its tier counts
    ("opencode", "anthropic/claude-opus-4-6", "opus", Age.SAME, True),
    ("opencode", "github-copilot/claude-opus-4.6", "opus", Age.SAME, True),
    ("opencode", "amazon-bedrock/us.anthropic.claude-opus-4-6-v1", "opus", Age.SAME, True),
    ("opencode", "openrouter/anthropic/claude-opus-4.8", "opus", Age.NEWER, True),
    ("opencode", "openrouter/~anthropic/claude-opus-latest", "opus", Age.NEWER, True),
    ("opencode", "anthropic/claude-opus-4-1", "opus", Age.OLDER, True),
    ("opencode", "anthropic/claude-3-opus-20240229", "opus", Age.OLDER, False),
    ("opencode", "anthropic/claude-opus", None, Age.UNKNOWN, False),
    ("claude", "opus", "opus", Age.SAME, True),  # the catalog's own alias
    ("claude", "best", "opus", Age.NEWER, True),
    ("claude", "claude-sonnet-4-5-20250929", "sonnet", Age.OLDER, True),
    ("opencode", "openai/gpt-5.5", "gpt-5.2", Age.NEWER, True),
    ("opencode", "azure/gpt-5-mini-2025-08-07", "gpt-5-mini", Age.SAME, True),
    ("opencode", "openai/gpt-5-nano", None, Age.UNKNOWN, False),
    ("opencode", "google/gemini-3-pro-preview", "gemini-pro", Age.NEWER, True),
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
        ("opencode", "anthropic/claude-3-opus-20240229", "light", "anthropic"),
        ("opencode", "acme/rocket", "light", "acme"),
        ("claude", "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/x", "light", "bedrock"),
    ],
)
def test_what_stands_in_for_an_id(models, client, written, tier, provider):
    found = stand_in(models, client, written)
    assert (found.tier, found.provider) == (tier, provider)


def test_every_model_of_the_catalog_says_what_it_is(models):
    assert {alias: model.identity.release for alias, model in models.items()} == {
        "opus": "opus 4.6",
        "gpt-5.2-pro": "gpt-pro 5.2",
        "sonnet": "sonnet 4.6",
        "gpt-5.2": "gpt 5.2",
        "codex": "codex 5.3",
        "gemini-pro": "gemini-pro 2.5",
        "gpt-5-mini": "gpt-mini 5",
        "haiku": "haiku 4.5",
        "qwen3-coder": "qwen-coder 3",
        "big-pickle": "big-pickle",
        "grok-code-fast-1": "grok-code 1",
        "gemini-flash": "gemini-flash 2.5",
        "gemini-flash-lite": "gemini-flash-lite 2.5",
    }


def test_ids_that_disagree_are_no_model():
    found = identity_of({"claude": "opus", "opencode": "anthropic/claude-haiku-4-5"})
    assert (found.line, found.why) == ("", '"anthropic/claude-haiku-4-5" is haiku 4.5, and "opus" is opus 5.5')


def test_of_several_releases_the_oldest_counts():
    newer = identity_of({"opencode": "anthropic/claude-opus-5", "litellm": "anthropic/claude-opus-4-8"})
    assert newer.generation == (4, 8)
    assert fulfils(newer, identity_of({"opencode": "anthropic/claude-opus-4-6"}))
    assert not fulfils(newer, identity_of({"opencode": "anthropic/claude-opus-5"}))
