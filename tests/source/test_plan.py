"""Plans as real people write them: each oddity is one that public plans show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.source.file_list import paths
from gsdc.source.plan import edit, parse

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "plans"


def names(text: str) -> list[str]:
    return [task.name for task in parse("p", text).tasks]


def test_children_and_attributes():
    task = parse(
        "p", "<task type=\"auto\" tdd='true'>\n<name> A & B < C </name>\n<files>a.py</files>\n</task>\n"
    ).tasks[0]
    assert (task.name, task.files, task.type) == ("A & B < C", ("a.py",), "auto")
    assert task.attribute("tdd").value == "true"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_frontmatter(bom, newline):
    text = bom + newline.join(["<!-- SPDX -->", "", "---", "phase: 03-x", "plan: 01", "wave: 1", "---", "text"])
    assert parse("p", text).frontmatter == {"phase": "03-x", "plan": "01", "wave": 1}


@pytest.mark.parametrize("text", ["# heading\n", "---\nnot closed\n", "", "---\n---\n", "text\n---\na: 1\n---\n"])
def test_no_frontmatter(text):
    assert parse("p", text).frontmatter == {}


def test_broken_frontmatter_says_where():
    plan = parse("p", '---\nphase: 1\npattern: "a\\.b"\n---\n<task>\n</task>\n')
    assert len(plan.tasks) == 1
    finding = plan.findings[0]
    assert (finding.code, finding.span.line) == ("PL001", 3)
    assert "single quotes" in finding.help


def test_task_after_nested_fences():
    action = "<action>\n```markdown\n```bash\nx\n```\n```\n</action>\n"
    assert names(f"<task>\n<name>1</name>\n{action}</task>\n<task>\n<name>2</name>\n</task>\n") == ["1", "2"]


def test_action_holds_another_action():
    task = parse("p", '<task>\n<action>a <action id="x"></action> b</action>\n<verify>v</verify>\n</task>').tasks[0]
    assert task.text("action") == 'a <action id="x"></action> b'
    assert task.text("verify") == "v"


def test_shared_lines():
    text = '<tasks>\n<task type="auto">\n<name>1</name> <action>a</action> <verify>v</verify> </task> </tasks>\n'
    task = parse("p", text).tasks[0]
    assert (task.name, task.text("verify")) == ("1", "v")


def test_escaped_and_inline_tags_are_text():
    assert names("\\<task>\nsay <task type='x'> here\n<tasks>\n<task>\n<name>real</name>\n</task>\n</tasks>") == [
        "real"
    ]


def test_a_fenced_example_inside_an_action_belongs_to_it():
    text = (
        "<task>\n<name>1</name>\n<action>\n```xml\n"
        '<task type="checkpoint:human-verify">\n<name>example</name>\n</task>\n```\n'
        "</action>\n<done>d</done>\n</task>\n<task>\n<name>2</name>\n</task>\n"
    )
    plan = parse("p", text)
    assert names(text) == ["1", "2"]
    assert plan.tasks[0].text("done") == "d"


@pytest.mark.parametrize(
    "opening", ["````markdown\n", "````markdown\n```bash\nls\n```\n", "````markdown\n```bash\n", "```md\n```sh\n"]
)
def test_nested_fences_by_length(opening):
    action = f"<action>\n{opening}<task>\n<name>example</name>\n</task>\n```\n````\n</action>\n"
    assert names(f"<task>\n<name>1</name>\n{action}</task>\n<task>\n<name>2</name>\n</task>\n") == ["1", "2"]


def test_markdown_task_without_children():
    task = parse("p", '<task id="1" name="Fix" commit_prefix="fix(10-08)">\nJust **do** it.\n</task>').tasks[0]
    assert (task.name, task.files, task.children) == ("Fix", (), ())


def test_unclosed_task_is_a_finding_and_hides_nothing():
    plan = parse("p", "<task>\n<name>1</name>\n\n<task>\n<name>2</name>\n</task>\n")
    assert [task.name for task in plan.tasks] == ["1", "2"]
    assert [(f.code, f.span.line) for f in plan.findings] == [("PL002", 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.py", ["a.py"]),
        ("a.py, b/c.py", ["a.py", "b/c.py"]),
        ("- a.py\n- b.py\n", ["a.py", "b.py"]),
        ("\n  a.py\n  b.py\n", ["a.py", "b.py"]),
        ("a.py (NEW)", ["a.py"]),
        ("app/(auth)/page.tsx", ["app/(auth)/page.tsx"]),
        ("src/[id]/route.ts", ["src/[id]/route.ts"]),
        ("bin/.gitkeep (NEW, empty file), x.go (MODIFY: replace y)", ["bin/.gitkeep", "x.go"]),
        ("none", []),
        ("N/A", []),
        ("`a.py`", ["a.py"]),
        ("a.py - the module", ["a.py"]),
        ("My Scripts (iOS)/background.js", ["My Scripts (iOS)/background.js"]),
        ("", []),
        ("a.ts b.ts c/d", ["a.ts", "b.ts", "c/d"]),
        ("a.ts (new) b.ts (mod)", ["a.ts", "b.ts"]),
        ("(none)", []),
        ("1. a.py\n2) b.py", ["a.py", "b.py"]),
        ("src/x.ts: add y", ["src/x.ts"]),
        ("Various", []),
        ("Multiple files under src/", []),
        ("(invoke)", []),
        ("scripts/release.sh (invoke), src/a.ts", ["src/a.ts"]),
        ("src/config.ts (read-only)\nsrc/b.ts (NEW)", ["src/b.ts"]),
        ("src/a.rs OR src/b.rs", ["src/a.rs", "src/b.rs"]),
        ("See the action: e.g. src/foo.ts and others", []),
        ("GitHub repository settings / secrets", []),
        ("wBlock Scripts (iOS)/Resources/background.js", ["wBlock Scripts (iOS)/Resources/background.js"]),
        ("Makefile, LICENSE", ["Makefile", "LICENSE"]),
        ("None \u2014 verification only", []),
        ("MODIFY src/a.py\n    CREATE src/b.py", ["src/a.py", "src/b.py"]),
        ("- Modify: `src/a.ts`\n- delete: src/b.ts \u2014 nobody calls it", ["src/a.ts", "src/b.ts"]),
        ("Server: api/app.py; Web client: web/app.ts", ["api/app.py", "web/app.ts"]),
        ("src/a.ts [new], src/[id]/b.ts [modify existing]", ["src/a.ts", "src/[id]/b.ts"]),
        ("lib/old.dart \u2192 lib/new.dart", ["lib/old.dart", "lib/new.dart"]),
        ("lib/old.dart -> lib/new.dart", ["lib/old.dart", "lib/new.dart"]),
        ("tests/plan-&lt;id&gt;.json (new), tests/b.json", ["tests/plan-<id>.json", "tests/b.json"]),
        ("docs/R&amp;D.md", ["docs/R&D.md"]),
        ("All paths in out/dead.txt, plus any orphaned files under src/events/", []),
        ("- reference: the panel in App.tsx lines 10-20", []),
        ("Makefile: the new target", ["Makefile"]),
        ('["src/a.ts"]', ["src/a.ts"]),
        ('[\n  "src/a.ts",\n  "my notes/b.md"\n]', ["src/a.ts", "my notes/b.md"]),
        ("[src/a.ts, lib/b.ts]", ["src/a.ts", "lib/b.ts"]),
        ("[]", []),
        ("[id].ts, [x].ts", ["[id].ts", "[x].ts"]),
    ],
)
def test_paths(text, expected):
    assert list(paths(text)) == expected


def test_edit_keeps_everything_else():
    assert edit("abcdef", [(4, 5, "X"), (1, 2, ""), (2, 2, "-"), (2, 2, "+")]) == "a-+cdXf"


FRAGMENTS = st.sampled_from(
    [
        "<task>",
        '<task type="auto">',
        "</task>",
        "<tasks>",
        "</tasks>",
        "<action>",
        "</action>",
        "<name>n</name>",
        "```",
        "\n",
        "\r\n",
        "---\n",
        "x",
        "<task",
        "\ufeff",
        "<metrics>",
        "</metrics>",
    ]
)


@examples(100)
@given(st.lists(FRAGMENTS | st.text(max_size=5), max_size=40).map("".join))
def test_anything_parses_and_spans_lie_in_order(text):
    plan = parse("p", text)
    at = 0
    for task in plan.tasks:
        assert at <= task.start < task.open_end <= task.close_start <= task.end <= len(text)
        assert text.startswith("<task", task.start)
        at = task.end


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared is absent: its corpus of real plans is not here")
def test_every_real_plan_parses():
    count = 0
    for file in CORPUS.rglob("*PLAN*.md"):
        parse(file.name, file.read_bytes().decode())
        count += 1
    assert count > 900
