"""What is put into a plan comes out again without a trace; what a person wrote or changed stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.source.plan import parse
from gsdc.source.plan_annotation import TaskNotes, put, strip

GRAPH = "<task_dependency_graph>\nBatch 1\n</task_dependency_graph>"
PLAN = """---
phase: 1
---
<tasks>
<task type="auto" model="opus">
  <name>Task 1: One</name>
  <action>x</action>
</task>

<task>
  <name>Task 2: Two</name>
</task>
</tasks>

Trailing text
"""


def notes(count: int, model: str = "sonnet") -> dict[int, TaskNotes]:
    attributes = (("model", model), ("depends-on", ""))
    metrics = "<metrics>\n  <estimated-tokens>1-2</estimated-tokens>\n</metrics>"
    return {number: TaskNotes(attributes, metrics) for number in range(1, count + 1)}


def annotate(text: str, model: str = "sonnet") -> str:
    plan = parse("p", strip("p", text))
    return put(plan, notes(len(plan.tasks), model), GRAPH)


def test_put_and_strip():
    text = annotate(PLAN)
    assert '<task type="auto" model="opus" depends-on="">' in text
    assert '<task model="sonnet" depends-on="">' in text
    assert "\n  <metrics>\n    <estimated-tokens>1-2</estimated-tokens>\n  </metrics>\n</task>" in text
    assert text.index("</tasks>") < text.index(GRAPH) < text.index("Trailing text")
    assert strip("p", text) == PLAN
    assert annotate(text) == text


def test_another_profile_replaces_what_was_generated():
    assert annotate(annotate(PLAN), "haiku") == annotate(PLAN, "haiku")


def test_a_value_that_a_person_changed_stays():
    changed = annotate(PLAN).replace('<task model="sonnet"', '<task model="haiku"')
    again = annotate(changed, "opus")
    assert '<task model="haiku" depends-on="">' in again
    assert '<task model="haiku">' in strip("p", again)


def test_metrics_that_a_person_changed_stay():
    changed = annotate(PLAN).replace("1-2", "9-10", 1)
    assert "9-10" in strip("p", changed)
    assert strip("p", changed).count("<metrics>") == 1


def test_tasks_may_move():
    text = annotate(PLAN)
    one, two = text.index('<task type="auto"'), text.index("<task model")
    end = text.index("</tasks>")
    moved = text[:one] + text[two:end] + "\n" + text[one:two].rstrip() + "\n" + text[end:]
    assert "depends-on" not in strip("p", moved)


def test_a_graph_of_a_persons_own_is_kept():
    own = PLAN.replace("Trailing text", "<task_dependency_graph>\nmine\n</task_dependency_graph>")
    text = annotate(own)
    assert text.count("<task_dependency_graph>") == 1
    assert strip("p", text) == own


def test_a_marker_without_its_end_is_text():
    text = PLAN + "\n\n<!-- gsdc:begin plan-annotations\n-->\n"
    assert strip("p", text) == text


@pytest.mark.parametrize("text", [PLAN.replace("\n", "\r\n", 5), PLAN.replace("</tasks>\n", "</tasks>\r\n")])
def test_mixed_line_ends(text):
    assert strip("p", annotate(text)) == text
    assert annotate(annotate(text)) == annotate(text)


def test_a_block_that_a_person_quotes_is_theirs():
    block = annotate(PLAN).split("</tasks>")[1].split("Trailing")[0]
    quoted = PLAN.replace("<action>x</action>", f"<action>x\n\n{block.strip()}\n</action>")
    assert strip("p", quoted) == quoted
    assert strip("p", annotate(quoted)) == quoted


PARTS = st.lists(
    st.sampled_from(
        [
            "<task>\n",
            '<task type="auto">\n',
            '  <task model="opus"\n  wave="1">\n',
            "</task>\n",
            "</task> </tasks>",
            "<tasks>\n",
            "  <name>Task 1: A</name>\n",
            "<action>\n```\n",
            "```\n</action>\n",
            "<metrics>own</metrics>",
            "text & more\n",
            "\n\n",
            "---\n",
            "<task_dependency_graph>\n",
        ]
    ),
    max_size=30,
)


@examples(100)
@given(PARTS.map("".join), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]))
def test_round_trip(text, newline, bom):
    text = bom + text.replace("\n", newline)
    if not parse("p", text).tasks:
        return
    annotated = annotate(text)
    assert strip("p", annotated) == text
    assert annotate(annotated) == annotated
