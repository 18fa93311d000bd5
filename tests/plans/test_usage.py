"""What carrying out a plan uses, by what is read."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.plans.usage import CHARACTERS, LARGEST_READ, PROMPT, Usage, sizes, usage
from gsdc.source.plan import parse

PATH = ".planning/phases/05-ui/05-01-PLAN.md"
PLAN = """\
---
phase: 05-ui
plan: 01
---
<context>
@docs/notes.md
@~/.claude/get-shit-done/workflows/execute-plan.md
@/etc/hosts
</context>
<task type="auto">
<name>Task 1: Add the list</name>
<files>src/list.ts</files>
<read_first>- src/model.ts (the type)</read_first>
<action>Add it.</action>
</task>
<task type="auto">
<name>Task 2: Add the page</name>
<files>src/page.ts, src/list.ts</files>
<action>Show it.</action>
</task>
<task type="checkpoint:human-verify">
<what-built>The list</what-built>
</task>
"""


def used(files: dict[str, int], text: str = PLAN) -> dict[int, Usage]:
    return dict(usage(parse(PATH, text), lambda path: files.get(path, 0)))


def test_the_first_task_carries_the_prompt_the_plan_and_its_references():
    alone, first = used({}), used({"docs/notes.md": 8000})
    assert alone[1].read > PROMPT + len(PLAN) // CHARACTERS
    assert first[1].read - alone[1].read == 2000
    assert first[2].read == alone[2].read
    assert first[2].cached > alone[2].cached, "what was read before is sent again at every turn"


def test_a_file_is_read_once_and_a_large_one_in_part():
    files = used({"src/list.ts": 4000, "src/model.ts": 400})
    assert files[1].read - used({})[1].read == 1100
    assert files[2].read == used({})[2].read
    assert used({"src/page.ts": 10**9})[2].read - used({})[2].read == LARGEST_READ


def test_more_is_written_for_a_longer_action_and_code_counts_as_it_stands():
    long = PLAN.replace("Add it.", "Add it.\n```ts\n" + "x" * 4000 + "\n```\n")
    assert 900 <= used({}, long)[1].written - used({})[1].written <= 1100


def test_a_checkpoint_uses_nothing():
    assert used({})[3] == Usage()


def test_what_a_person_expects_is_split_as_the_rest():
    one = Usage(3000, 1000, 50_000, 20)
    assert one.scaled(8000) == Usage(6000, 2000, 100_000, 20)
    assert Usage().scaled(500).tokens == 500


def test_sizes_are_those_of_the_project_and_of_nothing_outside(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.ts").write_text("abcd")
    size = sizes(parse(PATH, PLAN), tmp_path)
    assert [size(path) for path in ("src/a.ts", "src/b.ts", "src", "/etc/hosts", "a\0b", "x" * 5000)] == [
        4,
        0,
        0,
        0,
        0,
        0,
    ]


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    for path, text in ((PATH, PLAN), ("src/list.ts", "x" * 40_000)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cost(*arguments: str) -> dict:
    result = CliRunner().invoke(main, ["cost", PATH, *arguments, "--format", "json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)["plans"][0]["profiles"][0]


def test_cost_counts_what_is_read_and_the_cache_apart(project):
    found = cost()
    assert found["tokens"] > PROMPT + 10_000
    assert found["cached"] > 10 * found["tokens"]
    assert found["usd"] > cost("--tokens", "seed")["usd"]
    assert sum(task["tokens"] for task in found["tasks"]) == found["tokens"]
    text = CliRunner().invoke(main, ["cost", PATH]).output
    assert f"about {found['turns']} turns, re-reading {found['cached']:,} tokens from the cache" in text


def test_a_cheaper_model_costs_less_for_the_same_tokens(project):
    found = cost()
    assert found["against"]["opus"]["tokens"] == found["against"]["sonnet"]["tokens"] == found["tokens"]
    assert found["against"]["opus"]["usd"] > found["against"]["sonnet"]["usd"]


def test_what_a_person_expects_counts(project):
    stated = "<estimated-tokens>8000-12000</estimated-tokens>\n<action>Add it."
    (project / PATH).write_text(PLAN.replace("<action>Add it.", stated))
    task = cost()["tasks"][0]
    assert task["tokens"] == 10_000
    assert 0 < task["written"] < 10_000
