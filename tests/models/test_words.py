"""What clients make of their own words, by version and host."""

import pytest

from gsdc.models.words import identify_for, meaning

CASES = [
    ("claude", "opus", "", "", "opus", (5, 5)),
    ("claude", "opus", "2.1.332", "", "opus", (5, 5)),
    ("claude", "opus", "2.1.331", "", "opus", (5, 0)),
    ("claude", "opus", "2.1.250", "", "opus", (5, 0)),
    ("claude", "opus", "2.1.141", "", "opus", (4, 7)),
    ("claude", "opus", "1.0", "", "opus", None),  # nobody has measured it: the line is all that the word says
    ("claude", " BEST[1m]", "", "", "opus", (5, 5)),
    ("claude", "opusplan", "", "", "sonnet", (5, 5)),
    ("claude", "sonnet", "", "bedrock", "sonnet", (4, 5)),
    ("claude", "haiku", "", "vertex", "haiku", (4, 5)),
    ("claude", "fable", "", "", "fable", (5, 2)),
    ("claude", "claude-opus-4-1", "", "", "opus", (5, 5)),
    ("claude", "claude-opus-4-1", "2.1.250", "", "opus", (4, 1)),
    ("claude", "claude-opus-4-5", "", "", "opus", (4, 5)),
    ("overrides", "opus", "", "", "opus", (5, 5)),
    ("gsd", "opus", "", "", "opus", (4, 8)),
    ("get-shit-done", "sonnet", "", "", "sonnet", (4, 6)),
    ("gsd-codex", "light", "", "", "gpt-luna", (5, 6)),
    ("gemini-cli", "pro", "", "", "gemini-pro", (3, 1)),
    ("opencode", "anthropic/claude-opus-4-6", "", "", "opus", (4, 6)),
]


@pytest.mark.parametrize(("client", "word", "version", "host", "line", "generation"), CASES)
def test_word(client, word, version, host, line, generation):
    found = identify_for(client, word, version, host)
    assert (found.id, found.line, found.generation) == (word, line, generation)


@pytest.mark.parametrize("client", ["claude", "gsd", "cursor", "copilot", "gemini-cli", "qwen-code"])
def test_the_model_of_the_caller_has_no_line(client):
    found = identify_for(client, "inherit")
    assert (found.line, found.why) == ("", "it is the caller's model")


def test_where_a_client_asks():
    assert identify_for("claude", "opus").host == "anthropic"
    assert identify_for("claude", "opus", host="bedrock").host == "bedrock"
    assert identify_for("claude", "claude-haiku-4-5@20251001").host == "vertex"
    assert identify_for("opencode", "claude-opus-4-6").host == ""


def test_since_which_version():
    assert meaning("claude", "opus").since == "2.1.332"
    assert meaning("claude", "opus", "2.1.300").since == "2.1.250"
    assert meaning("opencode", "opus") is None
