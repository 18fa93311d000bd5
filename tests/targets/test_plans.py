"""The plans target: what it decides for tasks, and what it says of those that a person decided."""

import re
from pathlib import Path

import pytest

from gsdc.policy.load import load
from gsdc.source.plan import parse
from gsdc.source.plan_annotation import strip
from gsdc.source.tree import Tree
from gsdc.targets.api import Request
from gsdc.targets.plans import emit as plans

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "plans"
DEMO = ROOT / "tests" / "projects" / "demo"
TASK = re.compile(r"<task\b([^>]*)>([\s\S]*?)</task>")


def policy(profile="balanced", fleet="gsd"):
    return load(ROOT / "tests" / "seeds", profile=profile, fleets=[fleet]).policy


def request(folder: Path, zone="green", **options) -> Request:
    return Request(policy(**options), zone, Tree(folder), {"paths": ["*.md"]})


def task(attributes="", name="Task 1: Add the list of plans", files="src/plans.ts", action="x " * 300) -> str:
    children = f"<name>{name}</name>\n<files>{files}</files>\n<action>{action}</action>"
    return f'<task type="auto"{attributes}>\n{children}\n</task>\n'


def models(text: str) -> list[str | None]:
    found = (task.attribute("model") for task in parse("p", text).tasks)
    return [attribute.value if attribute else None for attribute in found]


def test_the_demo():
    made = plans.emit(Request(policy(), "green", Tree(DEMO)))
    assert len(made.artifacts) == 3
    for artifact in made.artifacts:
        assert strip(artifact.path, artifact.content.decode()).encode() == (DEMO / artifact.path).read_bytes()


def test_a_plan_that_is_done_stays_as_it_is(tmp_path):
    for name in ("01-PLAN.md", "02-PLAN.md", "notes.md"):
        (tmp_path / name).write_text(task())
    (tmp_path / "01-SUMMARY.md").write_text("It works.\n")
    asked = request(tmp_path)
    asked = asked._replace(options={"paths": ["*PLAN.md", "notes.md"]})
    assert [artifact.path for artifact in plans.emit(asked).artifacts] == ["02-PLAN.md", "notes.md"]
    assert {claim.agent for claim in plans.expected_claims(asked)} == {"02-PLAN.md#1", "notes.md#1"}


@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
def test_security_critical_work_is_never_light(profile):
    text = task(name="Task 1: Verify the HMAC signature of a webhook", files="src/webhooks/verify.ts", action="short")
    (model,) = models(plans.annotate(text, policy(profile), "green", "p")[0])
    assert policy().models[model].tier != "light"


def test_a_model_of_a_persons_own_wins_and_a_weaker_one_is_a_warning(tmp_path):
    (tmp_path / "a.md").write_text(task(' model="haiku"'))
    made = plans.emit(request(tmp_path, profile="quality"))
    assert models(made.artifacts[0].content.decode()) == ["haiku"]
    assert [(f.code, f.span.line, f.span.column) for f in made.findings] == [("PL003", 1, 19)]


def test_a_better_model_is_a_note(tmp_path):
    (tmp_path / "a.md").write_text(task(' model="opus"'))
    assert [f.code for f in plans.emit(request(tmp_path)).findings] == ["PL004"]


def test_deferred_tasks_get_no_model(tmp_path):
    (tmp_path / "a.md").write_text(task(name="Task 1: Write the guide", files="docs/guide.md"))
    made = plans.emit(request(tmp_path, zone="red", profile="balanced", fleet="openagents"))
    assert models(made.artifacts[0].content.decode()) == [None]
    assert [f.code for f in made.findings] == ["PL005"]


def test_same_file_is_sequential_other_files_run_side_by_side():
    text = task() + task(name="Task 2: B") + task(name="Task 3: C", files="src/c.ts")
    tasks = parse("p", plans.annotate(text, policy(), "green", "p")[0]).tasks
    assert [t.attribute("depends-on").value for t in tasks] == ["", "1", ""]
    assert [t.attribute("parallel").value for t in tasks] == ["can-parallelize", "sequential", "can-parallelize"]


def test_a_checkpoint_is_a_barrier_without_a_model():
    text = (
        task() + '<task type="checkpoint:human-verify">\n<what-built>x</what-built>\n</task>\n' + task(files="src/d.ts")
    )
    tasks = parse("p", plans.annotate(text, policy(), "green", "p")[0]).tasks
    assert [t.attribute("depends-on").value for t in tasks] == ["", "1", "2"]
    assert tasks[1].attribute("model") is None


def test_a_plan_without_tasks_is_left_alone(tmp_path):
    (tmp_path / "a.md").write_text("# Notes\n")
    assert plans.emit(request(tmp_path)).artifacts == ()


def gsd_tasks(text: str) -> list[tuple]:
    """Read tasks as get-shit-done's plan reader does: lazy regular expressions, the first type attribute."""
    section = re.search(r"<tasks>([\s\S]*?)</tasks>", text)
    found = []
    for match in TASK.finditer(section[1] if section else text):
        kind = re.search(r'type="([^"]*)"', match[1])
        fields = [re.search(rf"<{n}>([\s\S]*?)</{n}>", match[2]) for n in ("name", "files", "action", "verify", "done")]
        found.append((kind and kind[1], *(field and field[1].strip() for field in fields)))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared is absent: its corpus of real plans is not here")
def test_real_plans_survive():
    balanced, quality = policy(), policy("quality")
    for index, file in enumerate(sorted(CORPUS.rglob("*PLAN*.md"))):
        if index % 4:
            continue  # tests/corpus.py runs over all of them
        text = file.read_bytes().decode()
        annotated, _ = plans.annotate(text, balanced, "green", "p")
        assert plans.annotate(annotated, balanced, "green", "p")[0] == annotated, file
        assert strip("p", annotated) == text, file
        assert plans.annotate(annotated, quality, "green", "p")[0] == plans.annotate(text, quality, "green", "p")[0], (
            file
        )
        assert gsd_tasks(annotated) == gsd_tasks(text), file


@pytest.mark.parametrize(("written", "differs"), [("8000-12000", False), ("500", True), ("120,000", True)])
def test_tokens_that_a_person_expects_and_gsdc_does_not(written, differs):
    stated = f"<metrics><estimated-tokens>{written}</estimated-tokens></metrics>\n</task>"
    _, found = plans.annotate(task().replace("</task>", stated), policy(), "green", "p")
    assert [(f.code, f.span.line) for f in found if "tokens" in f.message] == ([("PL004", 5)] if differs else [])


def test_an_opening_tag_stays_short_enough_for_gsd_core():
    text = task(f' note="{"-" * 930}"')
    annotated, found = plans.annotate(text, policy(), "green", "p")
    (one,) = parse("p", annotated).tasks
    assert len(text) < len(annotated)
    assert one.open_end - one.start <= 1000
    assert "PL045" in {finding.code for finding in found}
    assert strip("p", annotated) == text


@pytest.mark.parametrize("stray", ["</task>", "</task >x</task>", "</TASK>\n</task>"])
def test_a_stray_closing_tag_makes_no_task_of_the_graph(stray):
    text = f"<tasks>\n{task()}</tasks>\nNotes: {stray} was here.\n"
    annotated, _ = plans.annotate(text, policy(), "green", "p")
    assert "## Execution Graph" in annotated
    assert len(re.findall(r"<task[^>]*>([\s\S]*?)</task>", annotated)) == len(
        re.findall(r"<task[^>]*>([\s\S]*?)</task>", text)
    )
    assert strip("p", annotated) == text
