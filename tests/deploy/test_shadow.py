"""Shadow mode: the new files beside the old ones, and what would be decided otherwise of the tasks at hand."""

import json
import os
import shutil
from pathlib import Path

import pytest

from gsdc.build import MANIFEST
from gsdc.deploy.proposal import propose
from gsdc.deploy.shadow import data, lines, report, write
from gsdc.deploy.stage import staged
from gsdc.policy.load import load

DEMO = Path(__file__).parents[1] / "projects" / "demo"


@pytest.fixture
def demo(tmp_path):
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def proposed(root, profile, policy=None):
    loaded = load(root, profile=profile)
    assert loaded.policy is not None, loaded.findings
    return propose(loaded.project, policy or loaded.policy, "green")


def listing(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def theirs(root):
    return {path: content for path, content in listing(root).items() if not path.startswith(".gsdc/")}


def test_the_new_files_lie_beside_the_old_ones(demo):
    before = theirs(demo)
    proposal = proposed(demo, "budget")
    assert write(proposal) == ()
    assert listing(demo / ".gsdc" / "shadow") == proposal.build.files
    assert theirs(demo) == before
    assert "/shadow/" in (demo / ".gsdc" / ".gitignore").read_text().split()


def test_it_is_replaced_as_a_whole(demo):
    assert write(proposed(demo, "budget")) == ()
    shadow = demo / ".gsdc" / "shadow"
    (demo / "gsdc.yaml").write_text("profile: quality\nfleets: [gsd]\ntargets: {claude-md: true}\n")
    assert write(proposed(demo, "quality")) == ()
    assert set(listing(shadow)) == {"CLAUDE.md", MANIFEST}
    assert [path.name for path in (demo / ".gsdc").iterdir() if "shadow" in path.name] == ["shadow"]


def test_it_is_for_its_owner_only(demo):
    assert write(proposed(demo, "budget")) == ()
    shadow = demo / ".gsdc" / "shadow"
    assert [path for path in (shadow, *shadow.rglob("*")) if path.stat().st_mode & 0o077] == []


def test_a_file_that_somebody_put_there_is_named(demo):
    assert write(proposed(demo, "budget")) == ()
    mine = demo / ".gsdc" / "shadow" / "mine.txt"
    mine.write_text("mine")
    before = listing(mine.parent)
    (refused,) = write(proposed(demo, "quality"))
    assert '"mine.txt"' in refused.message
    assert listing(mine.parent) == before


@pytest.mark.parametrize("place", [".gsdc", ".gsdc/shadow"])
def test_it_is_never_written_through_a_link(demo, tmp_path, place):
    proposal = proposed(demo, "budget")
    away = tmp_path / "away"
    away.mkdir()
    (demo / place).parent.mkdir(exist_ok=True)
    (demo / place).symlink_to(away)
    assert write(proposal) != ()
    assert list(away.iterdir()) == []


def test_what_gsdc_did_not_make_is_left_alone(demo):
    mine = demo / ".gsdc" / "shadow" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    assert write(proposed(demo, "budget")) != ()
    assert mine.read_text() == "mine"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden here")
def test_a_folder_that_cannot_be_written_leaves_the_old_shadow(demo):
    assert write(proposed(demo, "budget")) == ()
    before = listing(demo / ".gsdc" / "shadow")
    (demo / ".gsdc").chmod(0o500)
    with pytest.raises(PermissionError):
        write(proposed(demo, "quality"))
    (demo / ".gsdc").chmod(0o700)
    assert listing(demo / ".gsdc" / "shadow") == before


def test_the_tasks_under_both_profiles(demo):
    before = load(demo, profile="quality").policy
    found = report(proposed(demo, "budget"), before)
    assert len(found.rows) == 9
    told = data(found)
    assert told["against"] == "profile quality"
    assert told["ledger"] is None
    assert told["now"]["usd"] > told["then"]["usd"] > 0
    rows = {(Path(row["plan"]).name, row["task"]): row for row in told["tasks"]}
    webhook = rows["03-02-PLAN.md", 1]
    assert (webhook["now"]["model"], webhook["then"]["model"]) == ("opus", "sonnet"), "security work stays off haiku"
    assert sum(row["then"]["tokens"] for row in told["tasks"]) == told["then"]["tokens"]
    json.dumps(told)


def test_without_a_profile_the_plans_say_what_is_now(demo):
    found = report(proposed(demo, "budget"), None)
    assert {row.now for row in found.rows} == {None}
    assert next(lines(found)) == (
        "profile budget against what the plans say, zone green: 8 of 9 tasks would run on another model"
    )
    for change in proposed(demo, "balanced").changes:
        assert change.after is not None
        (demo / change.path).parent.mkdir(exist_ok=True)
        (demo / change.path).write_bytes(change.after.content)
    installed = report(proposed(demo, "budget"), None)
    wanted = report(proposed(demo, "budget"), load(demo, profile="balanced").policy)
    assert installed.rows == wanted.rows


def test_a_model_that_a_person_wrote_stays(demo):
    plan = demo / ".planning/phases/03-billing/03-01-PLAN.md"
    plan.write_text(plan.read_text().replace("<task ", '<task model="opus" ', 1))
    found = report(proposed(demo, "budget"), load(demo, profile="quality").policy)
    first = next(row for row in found.rows if row.path.endswith("03-01-PLAN.md") and row.number == 1)
    assert (first.now, first.then) == ("opus", "opus")


def test_a_stage_moves_the_tasks_of_its_agents_only(demo):
    old, new = (load(demo, profile=name).policy for name in ("quality", "budget"))
    found = report(proposed(demo, "budget", staged(old, new, 50)), old)
    moved = {row.agent for row in found.rows if row.now != row.then}
    assert moved
    assert not moved & staged(old, new, 50).held.keys()
    assert "(stage 50%, the other agents by quality)" in next(lines(found))


def test_a_plan_that_cannot_be_read_is_told(demo):
    (demo / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {claude-md: true}\n")
    proposal = proposed(demo, "budget")
    (demo / ".planning" / "phases" / "03-billing" / "03-09-PLAN.md").write_bytes(b"\xff\xfe")
    found = report(proposal, None)
    assert len(found.rows) == 9
    assert any("03-09-PLAN.md:1:1: byte 0xff is not UTF-8" in line for line in lines(found))
