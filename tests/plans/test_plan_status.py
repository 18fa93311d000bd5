"""Whether get-shit-done still runs a plan: the graph and what writes into plans agree."""

from pathlib import Path

import pytest

from gsdc.plans.collect import facts
from gsdc.plans.phase import ProjectPlans
from gsdc.plans.plan_status import ARCHIVED, DONE, OPEN, SUPERSEDED, plan_status
from gsdc.source.plan import parse
from gsdc.source.tree import Tree
from gsdc.targets.plans.emit import at_hand

PHASE = ".planning/phases/01-login"
PLAN = "---\nphase: 01-login\nplan: 01\n{}---\n\n<tasks>\n</tasks>\n"
CASES = {
    "without a summary": (f"{PHASE}/01-01-PLAN.md", "", {}, OPEN),
    "with a summary": (f"{PHASE}/01-01-PLAN.md", "", {f"{PHASE}/01-01-SUMMARY.md": "Done."}, DONE),
    "with an empty summary": (f"{PHASE}/01-01-PLAN.md", "", {f"{PHASE}/01-01-SUMMARY.md": " \n"}, OPEN),
    "with the summary of another plan": (f"{PHASE}/01-01-PLAN.md", "", {f"{PHASE}/01-02-SUMMARY.md": "Done."}, OPEN),
    "blocked": (f"{PHASE}/01-01-PLAN.md", "", {f"{PHASE}/01-01-SUMMARY.md": "---\nstatus: blocked\n---\n"}, OPEN),
    "superseded": (f"{PHASE}/01-01-PLAN.md", "status: superseded\n", {}, SUPERSEDED),
    "superseded, with a summary": (
        f"{PHASE}/01-01-PLAN.md",
        "status: superseded\n",
        {f"{PHASE}/01-01-SUMMARY.md": "Done."},
        SUPERSEDED,
    ),
    "moved away": (f"{PHASE}/old/01-01-PLAN.md", "", {}, ARCHIVED),
    "moved away and superseded": (f"{PHASE}/old/01-01-PLAN.md", "status: superseded\n", {}, ARCHIVED),
}


@pytest.mark.parametrize(("path", "status", "others", "wanted"), CASES.values(), ids=CASES)
def test_a_plan_is_at_hand_where_it_is_open(path, status, others, wanted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in {path: PLAN.format(status), **others}.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content)
    project = ProjectPlans([facts(parse(path, Path(path).read_text()))], "")
    assert plan_status(path, project) == wanted
    at_work = [found for found, _ in at_hand(Tree(tmp_path), [".planning/**/*PLAN.md"])]
    assert at_work == ([path] if wanted == OPEN else [])
