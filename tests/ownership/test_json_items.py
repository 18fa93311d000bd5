"""Single items of a JSON list are gsdc's: they are added and removed, and a person's items stay to the byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.ownership.api import Deployed
from gsdc.ownership.registry import JSON_ITEMS, ownership
from gsdc.source.json_items import JsonItems, item_key

OURS = {"matcher": "Agent", "hooks": [{"type": "command", "command": "gsdc guard"}]}
KEY = ("hooks", "PreToolUse", item_key(OURS))
DENY = ("permissions", "deny", item_key("Agent(x)"))
ITEMS = st.lists(st.sampled_from(["a", 1, True, {"x": [1, 2]}, ["a"]]), max_size=4, unique_by=json.dumps)
TEXTS = {
    "nothing": "{}\n",
    "no list": '{\n  "model": "opus"\n}\n',
    "an empty list": '{\n  "hooks": {\n    "PreToolUse": []\n  }\n}\n',
    "a list on one line": '{"hooks": {"PreToolUse": [{"matcher": "Bash"}]}, "permissions": {"deny": ["Read(.env)"]}}',
    "odd indentation": """{
   "hooks": {"PreToolUse": [
        {"matcher":   "Bash"},
        {"matcher": "Edit"}
   ]}
}""",
    "a comment and a comma": '{"permissions": {"deny": [\n  "Read(.env)", // secrets\n]}}',
    "CRLF": '{\r\n  "permissions": {\r\n    "deny": [\r\n      "Read(.env)"\r\n    ]\r\n  }\r\n}\r\n',
}


@pytest.mark.parametrize("name", TEXTS)
def test_added_and_reverted(name):
    before = TEXTS[name]
    after = JsonItems("s.json", before).update({KEY: True, DENY: True})
    lists = after.document.data
    assert lists["hooks"]["PreToolUse"][-1] == OURS
    assert lists["permissions"]["deny"][-1] == "Agent(x)"
    reverted = JSON_ITEMS.revert("s.json", before.encode(), after.text.encode(), after.text.encode())
    assert reverted is not None
    assert json_data(reverted.content) == json_data(before.encode())
    if name not in ("a comment and a comma", "an empty list"):
        assert reverted.content == before.encode()
    assert after.update({KEY: True, DENY: True}).text == after.text


def json_data(content):
    return JsonItems("s.json", content.decode()).document.data


def test_what_a_person_adds_later_stays():
    before = TEXTS["a list on one line"]
    after = JsonItems("s.json", before).update({KEY: True})
    theirs = after.text.replace('["Read(.env)"]', '["Read(.env)", "Bash(rm *)"]').replace(
        '{"matcher": "Bash"}', '{"matcher": "Bash"}, {"matcher": "Write"}'
    )
    reverted = JSON_ITEMS.revert("s.json", before.encode(), after.text.encode(), theirs.encode())
    assert reverted is not None
    assert json.loads(reverted.content) == {
        "hooks": {"PreToolUse": [{"matcher": "Bash"}, {"matcher": "Write"}]},
        "permissions": {"deny": ["Read(.env)", "Bash(rm *)"]},
    }


def test_a_removed_item_is_an_edit_with_its_line_and_a_stale_one_is_removed():
    before = TEXTS["odd indentation"].encode()
    written = JsonItems("s.json", before.decode()).update({KEY: True}).text.encode()
    edits = list(JSON_ITEMS.edits("s.json", written, before, written))
    assert [edit.at.line for edit in edits] == [2]
    assert "is missing" in edits[0].what
    deployed = Deployed(lambda: before, lambda: written, lambda: written, frozenset({KEY}))
    assert JSON_ITEMS.remove_stale("s.json", written, deployed, before) == before
    assert ownership("items") is JSON_ITEMS


@examples(150)
@given(theirs=ITEMS, ours=ITEMS, indent=st.sampled_from([None, 2, 4]))
def test_any_list(theirs, ours, indent):
    text = json.dumps({"a": {"l": theirs}, "b": 1}, indent=indent)
    keys = [("a", "l", item_key(item)) for item in ours]
    after = JsonItems("x", text).update(dict.fromkeys(keys, True))
    new = [item for item in ours if json.dumps(item) not in map(json.dumps, theirs)]
    assert after.document.data == {"a": {"l": theirs + new}, "b": 1}
    added = [("a", "l", item_key(item)) for item in new]
    back = after.remove(*added)
    assert back.document.data == {"a": {"l": theirs}, "b": 1}
    if theirs:
        assert back.text == text
