"""Both get-shit-done count the same plans as gsdc, as done or not, and run them in the same waves."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from gsdc.plans.collect import facts
from gsdc.plans.discover import find
from gsdc.plans.phase import ProjectPlans
from gsdc.source.gsd_names import finds_phase, gsd_id
from gsdc.source.gsd_version import GsdVersion
from gsdc.source.plan import parse

PHASE = Path(".planning/phases/05-ui")
TOOLS = {
    GsdVersion.CLASSIC: ("get-shit-done-cc/get-shit-done/bin/gsd-tools.cjs", ".claude/get-shit-done"),
    GsdVersion.CORE: ("@opengsd/gsd-core/gsd-core/bin/gsd-tools.cjs", ".claude/gsd-core"),
}
PHASES = {
    "by id": {"05-01-PLAN.md": "[]", "05-02-PLAN.md": "[05-01]", "05-03-PLAN.md": '["05-02", "05-01"]'},
    "by short number": {"05-01-PLAN.md": "[]", "05-02-PLAN.md": '["01"]', "05-03-PLAN.md": "[02]"},
    "dropped names": {
        "05-01-PLAN.md": "[]",
        "05-02-PLAN.md": "[1]",
        "05-03-PLAN.md": "[05-01-PLAN.md]",
        "05-04-PLAN.md": "[Plan 01]",
        "05-05-PLAN.md": '["05-01, 05-02"]',
        "05-06-PLAN.md": "[5-1]",
        "05-07-PLAN.md": "[05-ui/05-01]",
        "05-08-PLAN.md": "[04-01]",
    },
    "words in ids": {
        "05-01-panel-PLAN.md": "[]",
        "05-02-List-PLAN.md": "[05-01]",
        "05-03-page-PLAN.md": "[05-02-list]",
        "05-04-PLAN.md": "[05-01-panel, 05-02-List]",
    },
    "other numbers": {
        "5-1-PLAN.md": "[]",
        "5-2-PLAN.md": "[5-1]",
        "05.1-01-PLAN.md": "[]",
        "05.1-02-PLAN.md": "[05.1-01]",
        "05-01a-PLAN.md": "[]",
        "05-02-PLAN.md": "[05-01a]",
        "05-2026-PLAN.md": "[05-02]",
        "foo-PLAN.md": "[]",
        "PLAN.md": "[foo]",
    },
    "a string, null, a block": {
        "05-01-PLAN.md": "",
        "05-02-PLAN.md": "05-01",
        "05-03-PLAN.md": "null",
        "05-04-PLAN.md": "\n  - 05-02\n  - 05-03",
    },
    "forms of a list": {
        "05-01-PLAN.md": "[]",
        "05-02-PLAN.md": "\n- 05-01",
        "05-03-PLAN.md": "[05-01] # the panel",
        "05-04-PLAN.md": "\n  - '05-01'\n\n  - 05-02 # the list",
        "05-05-PLAN.md": "[\n  05-01,\n  05-04\n]",
        "05-06-PLAN.md": "05-05 # the last",
        "05-07-PLAN.md": "['05-01', \"05-02\"]",
        "05-08-PLAN.md": "['']",
        "PLAN.md": "[~]",
    },
    "names that are skipped": {
        "05-01-PLAN.md": "[]",
        "05-PLAN-02.md": "[]",
        "plan.md": "[]",
        "05-03_PLAN.md": "[]",
        "05-04-PLAN-v2.md": "[]",
        "05-05-PLAN-REVIEW.md": "[]",
        "REPLAN.md": "[]",
        "attic/05-06-PLAN.md": "[]",
    },
    "the folder plans": {
        "plans/PLAN-01.md": "[]",
        "plans/PLAN-02-list.md": '["01"]',
        "plans/x-PLAN-03.md": '["plans/PLAN-02-list.md"]',
        "plans/05-01-PLAN.md": "[]",
        "plans/PLAN-01-OUTLINE.md": "[]",
        "plans/PLAN-02-SUMMARY.md": "[]",
        "plans/PLAN-04-REVIEW.md": "[]",
    },
}
SUMMARIES = {
    "05-01-SUMMARY.md": "Done.\n",
    "05-02-PLAN-SUMMARY.md": "Done.\n",
    "05-03-page-SUMMARY.md": "---\nstatus: blocked\n---\nThe vendor.\n",
    "05-04-panel-SUMMARY.md": "Done.\n",
    "SUMMARY.md": "---\nstatus: 'Halted'\n---\nStopped.\n",
    "plans/SUMMARY-01.md": "Done.\n",
}


def write(root: Path, plans: dict[str, str], status: str = "") -> None:
    for name, depends in plans.items():
        path = root / PHASE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\nphase: 05-ui\nplan: 01\ntype: execute\n{status}wave: 1\ndepends_on: {depends}\n"
            "files_modified: [src/a.ts]\nautonomous: true\nmust_haves:\n  truths: [It renders]\n---\n"
            "<task type='auto'>\n<name>Task 1: Add it</name>\n</task>\n"
        )


def ours(root: Path) -> dict[str, tuple[int, bool]]:
    """Return the wave of each plan by its id, and whether it is done."""
    files = {file.path: file for file in find(["."], str(root)).files}
    plans = [facts(parse(path, (root / path).read_text())) for path in files]
    project = ProjectPlans(plans, str(root), done=[path for path, file in files.items() if file.done])
    counted = {path: wave for path, wave in project.waves.items() if Path(path).parent.name != "attic"}
    return {gsd_id(path): (wave, files[path].done) for path, wave in counted.items()}


def index(node: str, tools: Path, root: Path, phase: str) -> dict:
    """Return what a get-shit-done says of a phase of the project in ``root``."""
    command = [node, str(tools), "phase-plan-index", phase]
    environment = {"PATH": os.environ["PATH"], "HOME": str(root / "home")}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(params=list(GsdVersion))
def ask(request, clients, node, tmp_path):
    """Return a function that gives what one get-shit-done says of phase 5 of a project, in which it is installed."""
    tools, installed = TOOLS[request.param]
    (tmp_path / installed).mkdir(parents=True)
    (tmp_path / installed / "VERSION").write_text("1\n")

    def theirs() -> dict[str, tuple[int, bool]]:
        plans = index(node, clients / tools, tmp_path, "5")["plans"]
        return {plan["id"]: (plan["wave"], plan["has_summary"]) for plan in plans}

    return theirs


@pytest.mark.parametrize("phase", PHASES)
def test_plans_waves_and_what_is_done(ask, tmp_path, phase):
    write(tmp_path, PHASES[phase])
    for name, text in SUMMARIES.items():
        if (tmp_path / PHASE / name).parent.is_dir():
            (tmp_path / PHASE / name).write_text(text)
    theirs = ask()
    assert theirs or phase == "the folder plans"
    assert ours(tmp_path) == theirs


@pytest.mark.parametrize(
    "status", ["superseded", '"Superseded" # by 05-02', "SUPERSEDED", "done", "superseded-by-05-02"]
)
def test_superseded(ask, tmp_path, status):
    write(tmp_path, {"05-01-PLAN.md": "[]"}, f"status: {status}\n")
    write(tmp_path, {"05-02-PLAN.md": "[05-01]"})
    assert ours(tmp_path) == ask()


@pytest.mark.parametrize(
    "head",
    [
        "must_do:\n  - `npm test` passes\n",
        'pattern: "route\\.ts"\n',
        "note: a: b\n",
        "note: a:\nother: `b`\n",
        "note: a: b\nnote: c: d\n",
        "note: one\nnote: two\n",
        "links:\n  - to: a\n    to: b\n",
        "status: superseded\nnote: 'open\n",
    ],
)
def test_a_frontmatter_that_is_not_yaml(ask, tmp_path, head):
    write(tmp_path, {"05-01-PLAN.md": "[]"})
    write(tmp_path, {"05-02-PLAN.md": "[05-01]"}, head)
    write(tmp_path, {"05-03-PLAN.md": "[05-02]"})
    assert ours(tmp_path) == ask()


@pytest.mark.parametrize(
    "other", ["05-view", "05-a", "05-UI", "AB-05-view", "5-view", "05.1-view", "my-app-05-view", "phase-5"]
)
def test_two_folders_of_one_number(ask, tmp_path, other):
    write(tmp_path, {"05-01-PLAN.md": "[]", "05-02-PLAN.md": "[05-01]"})
    (tmp_path / PHASE.with_name(other)).mkdir()
    (tmp_path / PHASE.with_name(other) / "notes.txt").write_text("Later.\n")
    assert ours(tmp_path) == ask()


FOLDERS = [
    "5-ui",
    "5",
    "5.1-ui",
    "05.1-ui",
    "5A-ui",
    "05A-ui",
    "05_ui",
    "05.1-24-hours",
    "05-24-hours",
    "05.1-2024-ui",
    "CK-5-ui",
    "CK-05.1-ui",
    "CK-5.1-ui",
    "999.1-ui",
    "05.x",
    "005-ui",
]


@pytest.mark.parametrize("folder", [*FOLDERS, "05 ui"])
def test_the_phase_of_a_folder_is_found(clients, node, tmp_path, folder):
    write(tmp_path, {"05-01-PLAN.md": "[]"})
    (tmp_path / PHASE).rename(tmp_path / PHASE.with_name(folder))
    number = re.search(r"\d+[A-Z]?(?:\.\d+)*", folder)[0]
    spellings = {number, number.lstrip("0"), number.zfill(len(number) + 1), folder}
    for version, (tools, _) in TOOLS.items():
        found = [index(node, clients / tools, tmp_path, spelling)["plans"] for spelling in spellings]
        assert any(found) == finds_phase(folder, version), version


@pytest.mark.parametrize("before", ["\ufeff", "\n", "<!-- SPDX-License-Identifier: MIT -->\n"])
def test_a_frontmatter_that_does_not_come_first(ask, tmp_path, before):
    write(tmp_path, {"05-01-PLAN.md": "[]", "05-02-PLAN.md": "[05-01]"})
    plan = tmp_path / PHASE / "05-02-PLAN.md"
    plan.write_text(before + plan.read_text())
    assert ours(tmp_path) == ask()
