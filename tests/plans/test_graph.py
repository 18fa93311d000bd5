"""``gsdc graph``: the tasks of a plan and the plans of a phase, in each format."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.cli import main
from gsdc.plans import drawing
from gsdc.plans.drawing import Arrow, Box, Drawing, DrawnGroup
from gsdc.policy.load import load
from gsdc.targets.plans.emit import annotate

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "tests" / "projects" / "demo"
CORPUS = ROOT.parent / "shared" / "corpus" / "plans"
HOSTILE = (
    'end "quoted" [x] {y} (z) | `code` __init__ <b>hi</b> &amp; #35; \\N \\" %%{init}%% a-->b; 日本 \x1b[31m \u202e'
)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')

NOTE = "get-shit-done itself runs all tasks of a plan on the model of gsd-executor: sonnet"


def run(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["graph", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def task(name: str, files: str = "", attributes: str = "", action: str = "Do it") -> str:
    return (
        f'<task type="auto"{attributes}>\n<name>{name}</name>\n<files>{files}</files>\n'
        f"<action>{action}</action>\n</task>\n"
    )


def plan(*tasks: str, frontmatter: str = "") -> str:
    return f"---\n{frontmatter}\n---\n<tasks>\n{''.join(tasks)}</tasks>\n"


CHECKPOINT = '<task type="checkpoint:human-verify">\n<what-built>The login page</what-built>\n</task>\n'
FEATURES = plan(
    task("Task 1: Add the table of plans", "db/plans.sql"),
    task("Task 2: Add the list", "src/list.ts", ' depends-on="1"'),
    task("Task 3: Verify the HMAC signature of a webhook", "src/webhook.ts", ' depends-on="1"'),
    CHECKPOINT,
    task("Task 5: Document the list", "README.md", ' model="opus" depends-on="2,3"'),
)


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_text_shows_batches_then_what_waits_and_why(project):
    write(project / "PLAN.md", FEATURES)
    assert run("PLAN.md").output == (
        "PLAN.md: 5 tasks in 4 batches\n"
        "\n"
        "  Task 1: Add the table of plans (haiku, database, complexity 3)\n"
        "    ↓\n"
        "  ┌ Batch 2: 2 tasks in parallel\n"
        "  │ Task 2: Add the list (haiku, implementation, complexity 3)\n"
        "  │ Task 3: Verify the HMAC signature of a webhook (sonnet, api, complexity 4, security-critical)\n"
        "  └\n"
        "    ↓\n"
        "  Task 4: The login page (a person)\n"
        "    ↓\n"
        "  Task 5: Document the list (opus, docs, complexity 1)\n"
        "\n"
        "What waits for what, and why\n"
        "  Task 2 after Task 1: declared\n"
        "  Task 3 after Task 1: declared\n"
        "  Task 4 after Task 2, Task 3: a checkpoint is between\n"
        "  Task 5 after Task 2, Task 3: declared\n"
        "  Task 5 after Task 4: a checkpoint is between\n"
        "\n"
        f"{NOTE}\n"
    )


def test_json_has_nodes_edges_and_batches(project):
    write(project / "01-02-PLAN.md", FEATURES)
    (found,) = json.loads(run("01-02-PLAN.md", "--format", "json").output)["plans"]
    assert list(found) == ["path", "id", "status", "wave", "declared_wave", "depends_on", "tasks", "edges", "batches"]
    assert (found["path"], found["id"], found["wave"]) == ("01-02-PLAN.md", "01-02", None)
    assert found["tasks"][2] == {
        "number": 3,
        "label": "3",
        "name": "Verify the HMAC signature of a webhook",
        "kind": "api",
        "agent": "gsd-executor",
        "model": "sonnet",
        "complexity": 4,
        "critical": True,
        "deferred": None,
    }
    assert found["tasks"][3]["model"] is None
    assert found["edges"][0] == {"before": 1, "after": 2, "why": "declared"}
    assert found["batches"][1] == {
        "number": 2,
        "tasks": [2, 3],
        "parallel": True,
        "depends_on": [1],
        "assignments": [
            {"task": 2, "agent": "gsd-executor", "model": "haiku"},
            {"task": 3, "agent": "gsd-executor", "model": "sonnet"},
        ],
    }


def test_the_global_format_counts_as_well(project):
    write(project / "PLAN.md", FEATURES)
    globally = CliRunner().invoke(main, ["--format", "json", "graph", "PLAN.md"])
    assert globally.output == run("PLAN.md", "--format", "json").output


def test_mermaid(project):
    write(project / "PLAN.md", FEATURES)
    lines = run("PLAN.md", "--format", "mermaid").output.splitlines()
    assert lines[:6] == [
        "flowchart TD",
        "  %% PLAN.md: 5 tasks in 4 batches",
        f"  %% {NOTE}",
        '  subgraph b1["Batch 1: one task"]',
        '    t1["Task 1: Add the table of plans<br/>haiku, database, complexity 3"]',
        "  end",
    ]
    assert '    t4{{"Task 4: The login page<br/>a person"}}' in lines
    assert '  t2 -->|"a checkpoint is between"| t4' in lines
    assert [line.strip()[:2] for line in lines if line.endswith(":::critical")] == ["t3"]


def test_dot(project):
    write(project / "PLAN.md", FEATURES)
    lines = run("PLAN.md", "--format", "dot").output.splitlines()
    assert lines[0] == 'digraph "PLAN.md: 5 tasks in 4 batches" {'
    assert '    t4 [label="Task 4: The login page\\na person", shape=hexagon];' in lines
    assert '  t1 -> t2 [label="declared"];' in lines
    assert lines[-1] == "}"


MERMAID_LINE = re.compile(
    r"flowchart TD|  %% [^%{}]*|  end|  classDef critical [\w#:,-]+"
    r'|  subgraph \w+\["[^"]*"\]|    \w+(?:\["[^"]*"\]|\{\{"[^"]*"\}\})(?::::critical)?|  \w+ -->\|"[^"]*"\| \w+'
)
MERMAID_LABEL = re.compile(r'"(?:[^\W_]|[ .,:/=+-]|#\d+;|<br/>)*"')


def drawn(*words: str) -> Drawing:
    first, second, *_ = words
    boxes = (Box("t1", first, second, "a", critical=True), Box("t2", second, "", first, waits=True))
    return Drawing(first, (DrawnGroup("b1", second, boxes),), (Arrow("t1", "t2", first),))


@examples(100)
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_user_text_breaks_out_of_a_label(first, second):
    for words in ((first, second), (HOSTILE, first)):
        for line in drawing.mermaid(drawn(*words)):
            assert MERMAID_LINE.fullmatch(line), line
            assert all(MERMAID_LABEL.fullmatch(label) for label in re.findall(r'"[^"]*"', line)), line
        bare = [STRING.sub("S", line) for line in drawing.dot(drawn(*words))]
        assert bare[0] == "digraph S {"
        assert bare[4:7] == [
            "    label=S;",
            "    t1 [label=S, color=red, penwidth=3];",
            "    t2 [label=S, shape=hexagon];",
        ]
        assert bare[8] == "  t1 -> t2 [label=S];"
        assert "".join(drawing.text(drawn(*words))).replace("\t", "").isprintable()


def test_a_hostile_name_stays_on_its_line(project):
    write(project / "PLAN.md", plan(task("second\nline " + HOSTILE, 'src/"x"].ts'), task("b", 'src/"x"].ts')))
    for name in ("text", "mermaid", "dot"):
        output = run("PLAN.md", "--format", name).output
        assert "\x1b" not in output
        assert "\u202e" not in output
        assert "second line end" in output
    assert '#34;x#34;#93;.ts"| t2' in run("PLAN.md", "--format", "mermaid").output
    assert r"&amp;amp; #35; \\N \\\"" in run("PLAN.md", "--format", "dot").output


def test_a_deferred_task_says_so(project):
    write(project / "PLAN.md", plan(task("Add the list", "src/list.ts")))
    output = run("PLAN.md", "--fleet", "granter", "--zone", "red", "--format", "json").output
    (found,) = json.loads(output)["plans"][0]["tasks"]
    assert found["model"] is None
    assert "zone red defers" in found["deferred"]
    assert "(deferred, implementation" in run("PLAN.md", "--fleet", "granter", "--zone", "red").output


def test_annotations_do_not_change_the_graph(project):
    path = write(project / "PLAN.md", FEATURES)
    before = run("PLAN.md", "--format", "json").output
    policy = load(project).policy
    assert policy is not None
    path.write_text(annotate(FEATURES, policy, "green", "PLAN.md")[0], encoding="utf-8")
    assert 'parallel="can-parallelize"' in path.read_text(encoding="utf-8")
    assert run("PLAN.md", "--format", "json").output == before


def test_several_plans_are_drawn_in_their_waves(project):
    phase = project / ".planning" / "phases" / "01-core"
    one = task("Task 1: Add the list", "src/list.ts")
    write(phase / "01-01-PLAN.md", plan(one, frontmatter="wave: 1\ndepends_on: []"))
    write(phase / "01-02-PLAN.md", plan(one, CHECKPOINT, frontmatter='wave: 1\ndepends_on: ["00-09"]'))
    write(phase / "01-03-PLAN.md", plan(one, frontmatter="wave: 2\ndepends_on: [01-01, 01-02-PLAN.md]"))
    assert run(".").output == (
        "3 plans\n"
        "\n"
        "  ┌ not among these plans\n"
        "  │ 00-09 (not among these plans)\n"
        "  │ 01-02-PLAN.md (not among these plans)\n"
        "  └\n"
        "    ↓\n"
        "  ┌ .planning/phases/01-core, wave 1: 2 plans\n"
        "  │ 01-01 (1 task in 1 batch: haiku)\n"
        "  │ 01-02 (2 tasks in 2 batches: haiku, a person)\n"
        "  └\n"
        "    ↓\n"
        "  01-03 (1 task in 1 batch: haiku)\n"
        "\n"
        "What waits for what, and why\n"
        "  01-02 after 00-09: declared\n"
        "  01-03 after 01-01, 01-02-PLAN.md: declared\n"
        "\n"
        f"{NOTE}\n"
    )
    assert '  p1 -->|"declared"| p3' in run(phase, "--format", "mermaid").output
    last = json.loads(run(".", "--format", "json").output)["plans"][2]
    assert last["wave"] == 2
    assert last["depends_on"] == [
        {"item": "01-01", "plans": [".planning/phases/01-core/01-01-PLAN.md"]},
        {"item": "01-02-PLAN.md", "plans": []},
    ]


@pytest.mark.parametrize(
    ("item", "meant"),
    [
        ("01-01", "01-core/01-01"),
        ("1-1", "01-core/01-01"),
        ("01-01-PLAN.md", "01-core/01-01"),
        ("01-01-setup", "01-core/01-01"),
        ("01-01 (followup)", "01-core/01-01"),
        ("1", "01-core/01-01"),
        ("03-02", "03-edge/02"),
        ("phase 3 is done", None),
        ("01-02", "01-core/01-02"),
        ("09-09", None),
    ],
)
def test_what_an_item_of_depends_on_means(project, item, meant):
    for name in ("01-core/01-01", "01-core/01-02", "03-edge/01", "03-edge/02"):
        depends = f'depends_on: ["{item}"]' if name == "01-core/01-02" else ""
        write(project / f"{name}-PLAN.md", plan(task("a"), frontmatter=depends))
    found = json.loads(run(".", "--format", "json").output)["plans"]
    ((resolved,),) = (plan["depends_on"] for plan in found if plan["path"] == "01-core/01-02-PLAN.md")
    assert resolved["plans"] == ([f"{meant}-PLAN.md"] if meant else [])


@pytest.mark.parametrize(
    ("wave", "shown"), [("1", "wave 1"), ("4.5", "wave 4.5"), ('"2"', "wave 2"), ("x", "no wave"), (".inf", "no wave")]
)
def test_waves_as_people_write_them(project, wave, shown):
    for name in ("a-PLAN.md", "b-PLAN.md"):
        write(project / name, plan(frontmatter=f"wave: {wave}"))
    assert f"., {shown}: 2 plans" in run(".").output


def test_a_plan_without_tasks_and_one_with_a_broken_frontmatter_are_drawn(project):
    write(project / "PLAN.md", "---\nwave: [\n---\n# Nothing yet\n")
    assert run("PLAN.md").output == "PLAN.md: 0 tasks in 0 batches\n\n"
    assert run("PLAN.md", "--format", "mermaid").output.startswith("flowchart TD\n")


def test_what_cannot_be_read_is_said(project):
    (project / "bad-PLAN.md").write_bytes(b"\xff")
    assert '"nope.md" does not exist' in run("nope.md", code=2).output
    assert "bad-PLAN.md:1:1" in run("bad-PLAN.md", code=2).output
    (project / "empty").mkdir()
    assert 'no plan in "empty"' in run("empty", code=2).output
    write(project / "PLAN.md", FEATURES)
    assert "--profile" in run("PLAN.md", "--profile", "qualtiy", code=2).output


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real plans is not here")
def test_real_plans():
    folder = next(path.parent for path in sorted(CORPUS.rglob("*-PLAN.md")))
    for name in ("text", "mermaid", "dot", "json"):
        assert run("--project", DEMO, folder, "--format", name).output


def test_tasks_that_wait_for_each_other_are_a_finding_as_in_lint(project):
    circle = '<task depends-on="2">\n<name>A</name>\n</task>\n<task depends-on="1">\n<name>B</name>\n</task>\n'
    write(project / "01-01-PLAN.md", circle)
    result = run("01-01-PLAN.md", code=1)
    assert "tasks wait for each other: 1 -> 2 -> 1" in result.output


def test_plans_that_wait_for_each_other_are_a_finding_as_in_lint(project):
    for own, other in (("01", "02"), ("02", "01")):
        text = f"---\ndepends_on: [01-{other}]\n---\n<task>\n<name>A</name>\n</task>\n"
        write(project / f".planning/phases/01-core/01-{own}-PLAN.md", text)
    result = run(".planning", code=1)
    assert "plans wait for each other: 01-01 -> 01-02 -> 01-01" in result.output


def test_plans_that_are_not_run_are_marked_and_a_superseded_one_has_no_wave(project):
    head = "---\nphase: 05-ui\ntype: execute\nwave: 1\n{}depends_on: []\n---\n"
    phase = project / ".planning/phases/05-ui"
    write(phase / "05-01-PLAN.md", head.format(""))
    write(phase / "05-01-SUMMARY.md", "Done.\n")
    write(phase / "05-02-PLAN.md", head.format("status: superseded\n"))
    write(phase / "05-03-PLAN.md", head.format(""))
    write(project / ".planning/history/v1/phases/01-core/01-01-PLAN.md", head.format(""))
    nodes = json.loads(run(".planning", "--format", "json").output)["plans"]
    assert {node["id"]: (node["status"], node["wave"]) for node in nodes} == {
        "01-01": ("archived", 1),
        "05-01": ("done", 1),
        "05-02": ("superseded", None),
        "05-03": ("open", 1),
    }
    assert "05-02 (superseded, 0 tasks in 0 batches)" in run(".planning").output
    write(project / ".claude/get-shit-done/VERSION", "1.42.3\n")
    nodes = json.loads(run(".planning/phases", "--format", "json").output)["plans"]
    assert [node["status"] for node in nodes] == ["done", "open", "open"]
