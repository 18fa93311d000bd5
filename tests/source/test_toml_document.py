"""TOML files whose keys gsdc writes: the file's own style, and what is left to people."""

import math

import pytest

from gsdc.finding import Rejected
from gsdc.ownership.keys import leaves_of, revert_keys
from gsdc.source.toml_document import TomlDocument

CODEX = """\
# ~/.codex/config.toml
model = "gpt-6-luna"   # daily driver
model_reasoning_effort = 'medium'
approval_policy = "on-request"

[model_providers.mock]
name = "mock"
base_url = "http://127.0.0.1:8080/v1"
request_max_retries = 0

# Who may be spawned
[agents]
max_depth = 2

[agents."security auditor"]
config_file = "agents/security.toml"

[[skills.config]]
path = "skills/review"

# trusted folders
[projects."/home/me/app"]
trust_level = "trusted"
"""
AGENT = '''\
name = "reviewer"
description = """Reviews code:
model = "haiku" is not meant."""
developer_instructions = \'\'\'
[model]
Review.\'\'\'
'''


def document(text: str) -> TomlDocument:
    return TomlDocument("config.toml", text)


def test_a_config_of_codex_keeps_its_comments_quotes_and_tables():
    new = {
        ("model",): "gpt-6",
        ("model_reasoning_effort",): "high",
        ("model_provider",): "mock",
        ("agents", "default_subagent_model"): "gpt-6",
        ("agents", "docs", "config_file"): "agents/docs.toml",
    }
    edited = document(CODEX).update(new)
    expected = CODEX
    for old, text in [
        ("gpt-6-luna", "gpt-6"),
        ("'medium'", "'high'"),
        ('"on-request"\n', '"on-request"\nmodel_provider = "mock"\n'),
        ("max_depth = 2\n", 'max_depth = 2\ndefault_subagent_model = "gpt-6"\n'),
        ('security.toml"\n', 'security.toml"\n\n[agents.docs]\nconfig_file = "agents/docs.toml"\n'),
    ]:
        expected = expected.replace(old, text)
    assert edited.text == expected
    back = revert_keys(edited, leaves_of(document(CODEX).data), leaves_of(edited.data))
    assert (back.edited, back.document.text) == ((), CODEX)


def test_an_agent_of_codex_gets_its_model_and_effort():
    new = {("model",): "gpt-6", ("model_reasoning_effort",): "high"}
    edited = document(AGENT).update(new)
    assert edited.text == f'{AGENT}model = "gpt-6"\nmodel_reasoning_effort = "high"\n'
    assert edited.remove(*new).text == AGENT


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        ("", ("a",), 1, "a = 1\n"),
        ("", ("a", "b"), 1, "[a]\nb = 1\n"),
        ("\ufeff", ("a",), 1, "\ufeffa = 1\n"),
        ("# only a comment", ("a",), 1, "# only a comment\na = 1"),
        ("# ours\n\n# about t\n[t]\n", ("a",), 1, "# ours\n\na = 1\n\n# about t\n[t]\n"),
        ("[t]\nx = 1\n\n# about u\n[u]\n", ("t", "y"), 2, "[t]\nx = 1\ny = 2\n\n# about u\n[u]\n"),
        ("[t]\r\n  x = 1 # one\r\n", ("t", "y"), 2, "[t]\r\n  x = 1 # one\r\n  y = 2\r\n"),
        ("[t]\n[u]\n", ("t", "y"), 2, "[t]\ny = 2\n[u]\n"),
        ("[t.a]\nx = 1\n[u]\n", ("t", "y"), 2, "[t.a]\nx = 1\n[t]\ny = 2\n[u]\n"),
        ("a.b = 1\nc = 2\n", ("a", "d", "e"), 3, "a.b = 1\na.d.e = 3\nc = 2\n"),
        ("[t]\na.b = 1\n", ("t", "a", "c"), 3, "[t]\na.b = 1\na.c = 3\n"),
        ("a = {}\n", ("a", "b"), 1, "a = {b = 1}\n"),
        ("a = { b = 1 } # c\n", ("a", "c", "d"), 2, "a = { b = 1, c = { d = 2 } } # c\n"),
        ("a = { b.c = 1 }\n", ("a", "b", "d"), 2, "a = { b.c = 1, b.d = 2 }\n"),
        ("a = 'x'\n", ("a",), "it's", 'a = "it\'s"\n'),
        ("a = 1979-05-27 07:32:00Z # then\n", ("a",), "x", 'a = "x" # then\n'),
        ("a = [\n  1, # one\n]\n", ("a",), ["x", {"b": 1}], 'a = ["x", { b = 1 }]\n'),
        ('a = """\nx""""\n', ("a",), "y", 'a = "y"\n'),
        ("[a]\nb = 1\n[a.c]\nd = 2\n", ("a",), 1, "a = 1\n"),
        ("a = 1\n", ("x y", "ü", "c"), 1, 'a = 1\n\n["x y"."ü"]\nc = 1\n'),
        ("a = 1\n", ("t",), {"b": {"c": 2}, "d": 3}, "a = 1\n\n[t.b]\nc = 2\n\n[t]\nd = 3\n"),
        ('"\\u00e9" = 1\n', ("é",), 2, '"\\u00e9" = 2\n'),
        ('"\\U0001F600\\"" = 1\n', ('😀"',), 2, '"\\U0001F600\\"" = 2\n'),
        ("[[p]]\nx = 1\n[p.q]\ny = 1\n", ("t", "a"), 1, "[[p]]\nx = 1\n[p.q]\ny = 1\n\n[t]\na = 1\n"),
        ("a = 1\n", ("b",), math.inf, "a = 1\nb = inf\n"),
        ("a = nan\n", ("a",), math.nan, "a = nan\n"),
        ("a = 1\n", ("b",), {}, "a = 1\nb = {}\n"),
    ],
)
def test_an_edit_follows_the_style_of_the_file(before, key, value, after):
    edited = document(before).update({key: value})
    assert edited.text == after
    assert edited.update({key: value}) is edited


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("a = 1\n", [("a",)], ""),
        ("a = 1\nb = 2", [("b",)], "a = 1"),
        ("a = 1 # mine\nb = 2\n", [("a",)], "# mine\nb = 2\n"),
        ("[t]\na = 1\n\n[u]\n", [("t", "a")], "[t]\n\n[u]\n"),
        ("x = 1\n\n[t] # mine\na = 1\n\n[u]\n", [("t",)], "x = 1\n\n# mine\n\n[u]\n"),
        ("x = 1\n\n[t]\na = 1\n\n[u]\n", [("t",)], "x = 1\n\n[u]\n"),
        ("x = 1\n\n[t]\na = 1\n", [("t",)], "x = 1\n"),
        ("[t.a]\nx = 1\n", [("t", "a")], "t = {}\n"),
        ("a.b = 1\n", [("a", "b")], "a = {}\n"),
        ("a = {b = 1, c = 2, d = 3}\n", [("a", "b"), ("a", "d")], "a = {c = 2}\n"),
        ("a = { b.c = 1, d = 2 }\n", [("a", "b")], "a = { d = 2 }\n"),
        ("[[p]]\nx = 1\n[p.q]\n[t]\n", [("p",)], "[t]\n"),
        ("a = 1\n", [("b",), ("a", "c"), ()], "a = 1\n"),
    ],
)
def test_a_removal_keeps_comments_around_it(before, keys, after):
    assert document(before).remove(*keys).text == after


@pytest.mark.parametrize(
    ("text", "key", "value", "why"),
    [
        ("[[p]]\nx = 1\n", ("p", "x"), 2, "not a table"),
        ("a = 1\n", ("a", "b"), 2, "not a table"),
        ("a = 1\n", ("b",), None, "no null"),
        ("a = 1\n", ("a",), ["x", None], "no null"),
        ("a = 1\n", ("b",), "\ud800", "half of a surrogate pair"),
    ],
)
def test_what_cannot_be_edited_is_rejected(text, key, value, why):
    with pytest.raises(Rejected) as caught:
        document(text).update({key: value})
    [finding] = caught.value.findings
    assert (finding.code, finding.span.line, bool(finding.help)) == ("IN013", 1, True)
    assert why in finding.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = 1\na = 2\n", (2, 6)),
        ("[t]\nx =\n", (2, 4)),
        ("a = 1\n[t\n", (2, 3)),
        ('a = "x', (1, 1)),
        ("a = 1\rb = 2\n", (1, 6)),
        ("a = " + "9" * 5000, (1, 1)),
        ("a = " + "[" * 9000, (1, 1)),
        ("a = " + "{a = " * 9000, (1, 1)),
        (".".join("a" * 5000) + " = 1", (1, 1)),
    ],
)
def test_what_is_no_toml_is_rejected(text, place):
    with pytest.raises(Rejected) as caught:
        document(text)
    [finding] = caught.value.findings
    assert finding.code == "IN010"
    assert finding.help
    assert (finding.span.line, finding.span.column) == place


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("[t] # mine\na = 1\n", ("t",), False),
        ("[t]\n# mine\na = 1\n", ("t",), False),
        ("[t]\na = 1 # mine\n", ("t",), False),
        ("[t]\na = 1 # mine\n", ("t", "a"), True),
        ("[t]\na = 1\n\n# of u\n[u]\n", ("t",), True),
        ("a = [ # mine\n1]\n", ("a",), False),
        ("a = '# none'\n", ("a",), True),
        ("a = 1\n", ("b",), True),
    ],
)
def test_comments_in_a_value_are_seen(text, key, expected):
    assert document(text).is_bare(key) is expected


def test_places_are_told():
    text = document('\ufeffa = 1\n[t]\nb = { c = "x" }\n')
    places = {(): (1, 1), ("a",): (1, 6), ("t",): (2, 1), ("t", "b", "c"): (3, 11), ("t", "x"): (2, 1)}
    assert {key: (text.span(key).line, text.span(key).column) for key in places} == places


def test_a_thousand_agents_are_written_and_reverted_at_once():
    before = document("[agents]\n" + "".join(f"[agents.own-{number}]\nx = 1\n" for number in range(500)))
    new = {("agents", f"new-{number}", "model"): "gpt-6" for number in range(500)}
    new |= {("agents", f"own-{number}", "model"): "gpt-6" for number in range(500)}
    edited = before.update(new)
    assert revert_keys(edited, leaves_of(before.data), leaves_of(edited.data)).document.text == before.text
