"""YAML files whose keys gsdc writes: the file's own style, and what is left to people."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.examples import examples
from tests.source.key_texts import hard_words, words

from gsdc.finding import Rejected
from gsdc.ownership.keys import leaves_of, revert_keys
from gsdc.source.yaml_document import YamlDocument
from gsdc.source.yaml_text import loads
from gsdc.source.yaml_value import scalar

AIDER = """\
# Aider: see https://aider.chat/docs/config/aider_conf.html
model: anthropic/claude-sonnet-4-6   # main
weak-model: 'anthropic/claude-haiku-4-5'
## Off, until the team has agreed
# auto-commits: false
read:
- CONVENTIONS.md
- "docs/style guide.md"
"""
LITELLM = """\
model_list:
    # the reviewers'
    - model_name: reviewer
      litellm_params:
          model: bedrock/us.anthropic.claude-opus-4-6-v1:0
          api_key: os.environ/AWS_KEY

router_settings:
    fallbacks: [{"reviewer": ["sonnet"]}]  # in this order
    num_retries: 2

litellm_settings:
    drop_params: true
"""


def document(text: str) -> YamlDocument:
    return YamlDocument("conf.yaml", text)


def test_a_config_of_aider_keeps_its_comments_quotes_and_lists():
    edited = document(AIDER).update(
        {("model",): "anthropic/claude-opus-4-6", ("weak-model",): "openai/gpt-5-mini", ("reasoning-effort",): "high"}
    )
    assert edited.text == AIDER.replace("claude-sonnet-4-6", "claude-opus-4-6").replace(
        "anthropic/claude-haiku-4-5", "openai/gpt-5-mini"
    ) + ("reasoning-effort: high\n")
    back = revert_keys(edited, leaves_of(document(AIDER).data), leaves_of(edited.data))
    assert (back.edited, back.document.text) == ((), AIDER)


def test_a_config_of_litellm_gets_settings_in_its_own_indentation():
    new = {("router_settings", "timeout"): 30, ("litellm_settings", "cache_params"): {"type": "redis", "ttl": 60}}
    edited = document(LITELLM).update(new)
    with_timeout = LITELLM.replace("    num_retries: 2\n", "    num_retries: 2\n    timeout: 30\n")
    assert edited.text == f"{with_timeout}    cache_params:\n        type: redis\n        ttl: 60\n"
    assert edited.remove(*new).text == LITELLM


def test_a_list_is_replaced_as_a_whole_in_its_own_style():
    models = [{"model_name": "a", "litellm_params": {"model": "x"}}, {"model_name": "b"}]
    edited = document(LITELLM.replace("    # the reviewers'\n", "")).update({("model_list",): models})
    assert edited.text.startswith(
        "model_list:\n    - model_name: a\n      litellm_params:\n          model: x\n    - model_name: b\n\nrouter"
    )


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        ("", ("a",), 1, "a: 1\n"),
        ("", ("a", "b"), 1, "a:\n  b: 1\n"),
        ("# only a comment", ("a",), 1, "# only a comment\na: 1"),
        ("---\n", ("a",), 1, "---\na: 1\n"),
        ("---\na: 1\n...\n", ("b",), 2, "---\na: 1\nb: 2\n...\n"),
        ("{}\n", ("a", "b"), 1, "{a: {b: 1}}\n"),
        ("a:\n", ("a",), "x", "a: x\n"),
        ("a:   # none yet\nb: 1\n", ("a",), "x", "a: x   # none yet\nb: 1\n"),
        ("a:\n  # none yet\nb: 1\n", ("a", "c"), "x", "a:\n  c: x\n  # none yet\nb: 1\n"),
        ("a: x\r\nb: y\r\n", ("c", "d"), 1, "a: x\r\nb: y\r\nc:\r\n  d: 1\r\n"),
        ("\ufeffa: x\n", ("a",), "z", "\ufeffa: z\n"),
        ("a: x", ("b",), 1, "a: x\nb: 1"),
        ("a: 'x'\n", ("a",), "it's", "a: 'it''s'\n"),
        ('a: "x"\n', ("a",), 'say "hi"', 'a: "say \\"hi\\""\n'),
        ('a: "x"\n', ("a",), 5, "a: 5\n"),
        ("a: x # c\n", ("a",), "b: c", 'a: "b: c" # c\n'),
        ("a: |\n  x\n  y\nb: 1\n", ("a",), "z", "a: z\nb: 1\n"),
        ("a: |+\n  x\n\n\nb: 1\n", ("c",), 2, "a: |+\n  x\n\n\nb: 1\nc: 2\n"),
        ("a: |+\n  x\n\n\n", ("c",), 2, "a: |+\n  x\n\n\nc: 2\n"),
        ("a: # mine\n- 1\n- 2 # two\nb: 1\n", ("a",), "x", "a: x # mine # two\nb: 1\n"),
        ("a: {b: 1}\n", ("a", "c"), "x, y", 'a: {b: 1, c: "x, y"}\n'),
        ("a: {b: 1,}\n", ("a", "c"), 2, "a: {b: 1, c: 2,}\n"),
        ("a: {\n  b: 1 # one\n}\n", ("a", "c"), 2, "a: {\n  b: 1, # one\n  c: 2\n}\n"),
        ("a: {\n  b: 1, # one\n}\n", ("a", "c"), 2, "a: {\n  b: 1, # one\n  c: 2,\n}\n"),
        ("a:\tx\t# tabs\n", ("a",), "z", "a:\tz\t# tabs\n"),
        ("? a\n: b\n", ("c",), "d", "? a\n: b\nc: d\n"),
        ("a: &x {b: 1}\nc: 1\n", ("c",), 2, "a: &x {b: 1}\nc: 2\n"),
        ("a: &x\n  b: 1\nc:\n  <<: *x\n", ("c", "b"), 2, "a: &x\n  b: 1\nc:\n  <<: *x\n  b: 2\n"),
        ("a: [&x 1, *x]\n", ("b",), 2, "a: [&x 1, *x]\nb: 2\n"),
        ("a:\n  - &x 1\n  - *x # same\n", ("b",), 2, "a:\n  - &x 1\n  - *x # same\nb: 2\n"),
        ("a: 1\n", ("<<",), "x", 'a: 1\n"<<": x\n'),
        ("a: 1\n", ("on",), "yes", 'a: 1\n"on": "yes"\n'),
    ],
)
def test_an_edit_follows_the_style_of_the_file(before, key, value, after):
    edited = document(before).update({key: value})
    assert edited.text == after
    assert edited.update({key: value}) is edited


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("a: 1\n", [("a",)], ""),
        ("a: 1\nb: 2", [("b",)], "a: 1"),
        ("a: 1 # mine\nb: 2\n", [("a",)], "# mine\nb: 2\n"),
        ("a:\n  b: 1\n  c: 2\n", [("a", "b")], "a:\n  c: 2\n"),
        ("a: # mine\n  b: 1\n  # inside\nc: 2\n", [("a", "b")], "a: {} # mine\n  # inside\nc: 2\n"),
        ("a: {b: 1, c: 2, d: 3}\n", [("a", "b"), ("a", "d")], "a: {c: 2}\n"),
        ("a: {b: 1}\n", [("a", "b")], "a: {}\n"),
        ("a: {\n  b: 1, # one\n  c: 2 # two\n}\n", [("a", "c")], "a: {\n  b: 1 # one\n  # two\n}\n"),
        ("a:\n  - x\n\n# about b\nb: 1\n", [("a",)], "\n# about b\nb: 1\n"),
        ("a: |\n  x\n  # text\n\n# about b\nb: 1\n", [("a",)], "\n# about b\nb: 1\n"),
        ("a: 1\n", [("b",), ("a", "c"), ()], "a: 1\n"),
    ],
)
def test_a_removal_keeps_comments_around_it(before, keys, after):
    assert document(before).remove(*keys).text == after


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ("a: &x 1\nb: *x\n", ("a",), "anchor"),
        ("a: &x 1\nb: *x\n", ("b",), "alias"),
        ("a: &x {c: 1}\nb: *x\n", ("a", "c"), "change the meaning"),
        ("a: &x {c: 1}\nb: *x\n", ("b", "d"), "alias"),
        ("a: !!str x\n", ("a",), "tag"),
        ("a: [1]\n", ("a", "b"), "not a mapping"),
        ("a: ~\n", ("a", "b"), "not a mapping"),
        ("- 1\n", ("a",), "not a mapping"),
        ("? a\n", ("a",), "not on one line"),
        ("? a\n: b\n", ("a",), "not on one line"),
    ],
)
def test_what_cannot_be_edited_to_the_byte_is_rejected(text, key, why):
    with pytest.raises(Rejected) as caught:
        document(text).update({key: "y"})
    [finding] = caught.value.findings
    assert (finding.code, finding.span.path) == ("IN013", "conf.yaml")
    assert finding.help
    assert why in finding.message


@pytest.mark.parametrize(
    "text",
    ["a: 1\na: 2\n", "a: 1\n---\nb: 2\n", "\ta: 1\n", "a: *x\n", "a: [\n", "a: .inf\n", "{a: " * 5000, "[" * 9000],
)
def test_what_is_no_yaml_is_rejected(text):
    with pytest.raises(Rejected) as caught:
        document(text)
    assert all(finding.help for finding in caught.value.findings)


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("a: # mine\n  b: 1\n", ("a",), False),
        ("a:\n  # mine\n  b: 1\n", ("a",), False),
        ("a:\n  b: 1 # mine\n", ("a",), False),
        ("a:\n  b: 1\n\n  # mine\nc: 1\n", ("a",), False),
        ("a:\n  b: 1\n# of c\nc: 1\n", ("a",), True),
        ("a:\n  b: 1 # mine\n", ("a", "b"), True),
        ("a: [1, # mine\n  2]\n", ("a",), False),
        ("a: {b: 1, # mine\n  c: 2}\n", ("a",), False),
        ("a: 'not # one'\n", ("a",), True),
        ("a: 1\n", ("b",), True),
        ('a: [\'x #b\', {"k #": "v #c"}]\n', ("a",), True),
        ("a:\n- 'x #b' # c\n- z\n", ("a",), False),
        ("a: ['x #b', {k: 'v #c' # c\n  }]\n", ("a",), False),
    ],
)
def test_comments_in_a_value_are_seen(text, key, expected):
    assert document(text).is_bare(key) is expected


def test_a_comment_that_a_person_wrote_into_our_mapping_stays():
    before = document("own: 1\n")
    written = before.update({("agents", "review", "model"): "opus"})
    here = document(written.text.replace("model: opus", "model: opus  # agreed in June"))
    found = revert_keys(here, leaves_of(before.data), leaves_of(written.data))
    assert found.document.text == "own: 1\nagents:\n  review: {}\n    # agreed in June\n"


@examples(300)
@given(
    hard_words | words | st.text("0123456789.:_-+eExXob", max_size=8), st.sampled_from(["", "'", '"']), st.booleans()
)
def test_readers_of_both_versions_read_the_text(text, quote, flow):
    written = scalar(text, flow=flow, quote=quote)
    inside = f"[{written}, x]" if flow else written
    expected = [text, "x"] if flow else text
    assert loads(f"k: {inside}\n") == {"k": expected}
    if text.isprintable() and text.isascii():  # YAML 1.1 as ruamel.yaml reads it does not know all of Unicode
        old = YAML(typ="safe", pure=True)
        old.version = (1, 1)
        assert old.load(io.StringIO(f"k: {inside}\n")) == {"k": expected}


@pytest.mark.parametrize(
    "text", ["opus", "opus[1m]", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-haiku-4-5@20251001", "4o-mini"]
)
def test_names_of_models_need_no_quotes(text):
    assert scalar(text) == text


def test_a_thousand_keys_are_written_and_reverted_at_once():
    before = document("".join(f"own-{number}: {number}\n" for number in range(300)))
    new = {("agents", f"agent-{number}", "model"): "opus" for number in range(500)}
    edited = before.update(new)
    assert revert_keys(edited, leaves_of(before.data), leaves_of(edited.data)).document.text == before.text
