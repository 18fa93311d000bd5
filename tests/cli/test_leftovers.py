"""What gsdc wrote and compiles no more: the next ``gsdc apply`` takes it away, and nothing of a person's with it."""

import pytest
from tests.cli.running import answer, replace, run
from tests.transaction.faults import snapshot
from tests.transaction.small import FILES, tree

TARGETS = {
    "CLAUDE.md": "  claude-md: {paths: [CLAUDE.md]}\n",
    "opencode.jsonc": "  opencode: {path: opencode.jsonc, create: true}\n",
    "config/phase-model-config.json": "  overrides: {dir: config}\n",
}
TESTER = "  tester: {role: testing, description: tests, models: {any: haiku, quality: sonnet}}\n"


@pytest.fixture
def applied(small):
    """Return the project with two applies behind it, and what a person wrote before, between and after them."""
    replace(small / "opencode.jsonc", '"description": "leads"', '"description": "leads",\n      "temperature": 1')
    run(small, "apply", "--yes", "--profile", "quality")
    replace(small / "opencode.jsonc", '"autoupdate": false,', '"autoupdate": false,\n  "theme": "mine",')
    run(small, "apply", "--yes")
    replace(small / "CLAUDE.md", "# Project\n", "# Our project\n")
    return small


@pytest.mark.sampled
@pytest.mark.parametrize("path", TARGETS)
def test_a_target_that_is_used_no_more(applied, path):
    before = tree(applied)
    replace(applied / "gsdc.yaml", TARGETS[path], "")
    (small,) = [target for target in answer(applied, "status", code=1)["targets"] if target["state"] == "drifted"]
    assert {why for file in small["files"] for why in file["why"]} == {"it is no longer compiled"}
    run(applied, "apply", "--yes")
    now = tree(applied)
    if path.startswith("config"):
        assert not (applied / "config").exists()
    else:
        theirs = {"# Our project\n": "# Project\n", '\n  "theme": "mine",': "", ',\n      "temperature": 1': ""}
        text = (applied / path).read_text()
        for new, old in theirs.items():
            text = text.replace(new, old)
        assert text == FILES[path]
    others = [other for other in before if other != path and not other.startswith("config") and other != "gsdc.yaml"]
    assert {other: now[other] for other in others} == {other: before[other] for other in others}
    assert answer(applied, "apply", "--yes")["files"] == []
    settled = answer(applied, "status")
    assert settled["settled"]
    assert len(settled["targets"]) == len(TARGETS)  # and the plans
    run(applied, "rollback", "--yes")
    assert tree(applied) == before | {"gsdc.yaml": now["gsdc.yaml"]}


def test_an_agent_that_has_left_the_fleet(applied):
    text = (applied / "opencode.jsonc").read_text()
    assert '"tester"' in text
    replace(applied / "fleet.yaml", TESTER, "")
    run(applied, "apply", "--yes")
    left = (applied / "opencode.jsonc").read_text()
    assert '"tester"' not in left
    assert [line for line in text.splitlines() if line not in left.splitlines()][:1] == ['    "tester": {']
    assert answer(applied, "apply", "--yes")["files"] == []


def test_what_a_person_wrote_into_the_entry_of_an_agent_that_has_left_stays(applied):
    replace(applied / "opencode.jsonc", '"tester": {', '"tester": {\n      "color": "accent",')
    run(applied, "apply", "--yes", "--profile", "budget")
    replace(applied / "fleet.yaml", TESTER, "")
    run(applied, "apply", "--yes")
    text = (applied / "opencode.jsonc").read_text()
    entry = text[text.index('"tester"') :].partition("}")[0]
    assert entry.split() == ['"tester":', "{", '"color":', '"accent"']


def test_an_old_model_does_not_come_back(small):
    replace(small / "opencode.jsonc", '"description": "leads"', '"description": "leads",\n      "model": "x/y"')
    before = (small / "opencode.jsonc").read_text()
    run(small, "apply", "--yes")
    replace(small / "gsdc.yaml", TARGETS["opencode.jsonc"], "")
    run(small, "apply", "--yes")
    assert (small / "opencode.jsonc").read_text() == before.replace('"x/y"', '"anthropic/claude-opus-5-5"')


def test_what_a_person_has_edited_stays(applied):
    replace(applied / "CLAUDE.md", "## Model Assignment Strategy", "## Models")
    text = (applied / "opencode.jsonc").read_text()
    replace(applied / "opencode.jsonc", '"model": "anthropic/', '"model": "mine/')
    for path in ("CLAUDE.md", "opencode.jsonc"):
        replace(applied / "gsdc.yaml", TARGETS[path], "")
    before = tree(applied)
    run(applied, "apply", "--yes")
    assert tree(applied)["CLAUDE.md"] == before["CLAUDE.md"]
    left = (applied / "opencode.jsonc").read_text()
    assert left.count('"model"') == left.count('"mine/') == 1
    assert text.count('"model"') > 1


def test_a_file_that_is_gsdcs_alone_goes_with_its_target(small):
    for path in ("CLAUDE.md", "opencode.jsonc"):
        (small / path).unlink()
    run(small, "apply", "--yes")
    for path in ("CLAUDE.md", "opencode.jsonc"):
        assert (small / path).exists()
        replace(small / "gsdc.yaml", TARGETS[path], "")
    run(small, "apply", "--yes")
    assert not (small / "CLAUDE.md").exists()
    assert not (small / "opencode.jsonc").exists()


def test_one_target_alone_leaves_the_others(applied):
    replace(applied / "gsdc.yaml", TARGETS["CLAUDE.md"], "")
    replace(applied / "fleet.yaml", TESTER, "")
    before = tree(applied)
    run(applied, "apply", "--yes", "--target", "opencode")
    now = tree(applied)
    assert [path for path in now if now[path] != before[path]] == ["opencode.jsonc"]


@pytest.mark.parametrize("entry", ['"tester": { // mine', '"tester": /* mine */ {'])
def test_a_comment_in_the_entry_of_an_agent_that_has_left_stays(applied, entry):
    replace(applied / "opencode.jsonc", '"tester": {', entry)
    replace(applied / "fleet.yaml", TESTER, "")
    for files in (["opencode.jsonc"], []):
        changed = answer(applied, "apply", "--yes")["files"]
        assert [file["path"] for file in changed if file["path"] == "opencode.jsonc"] == files
        assert entry in (applied / "opencode.jsonc").read_text()
    run(applied, "rollback", "--yes")
    assert entry in (applied / "opencode.jsonc").read_text()


@pytest.mark.parametrize("command", ["apply", "rollback"])
def test_a_file_of_gsdcs_in_which_a_person_has_commented_stays(small, command):
    path = small / "opencode.jsonc"
    path.unlink()
    run(small, "apply", "--yes")
    path.write_text("// mine\n" + path.read_text())
    replace(small / "gsdc.yaml", TARGETS["opencode.jsonc"], "")
    run(small, command, "--yes")
    assert path.read_text() == "// mine\n{}\n"


def test_what_a_person_wrote_under_a_key_that_stands_twice_stays(applied):
    replace(applied / "opencode.jsonc", '"tester": {', '"tester": {"prompt": "Mine."},\n    "tester": {')
    replace(applied / "fleet.yaml", TESTER, "")
    run(applied, "apply", "--yes")
    text = (applied / "opencode.jsonc").read_text()
    assert '"tester": {"prompt": "Mine."}' in text
    assert text.count('"tester": {') == 2


@pytest.mark.parametrize("text", ["", "\n", "\ufeff"])
def test_a_blank_file(small, text):
    path = small / "opencode.jsonc"
    path.write_text(text)
    run(small, "apply", "--yes")
    assert answer(small, "apply", "--yes")["files"] == []
    path.write_text(path.read_text().replace("{", "{\n  // mine", 1))
    run(small, "rollback", "--yes")
    assert path.read_text().lstrip("\ufeff") == "{\n  // mine\n}\n"


def test_a_file_that_has_become_a_link(applied):
    """What it leads to is a file of its own: nobody takes anything out of it through the link."""
    for old, new in (("CLAUDE.md", "AGENTS.md"), ("opencode.jsonc", "own.jsonc"), ("config", "tables")):
        (applied / old).rename(applied / new)
        (applied / old).symlink_to(new)
    for _ in range(2):
        before = snapshot(applied)
        assert run(applied, "apply", "--yes").output.startswith("nothing to apply")
        assert snapshot(applied) == before


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["green", "red"])
def test_what_is_ours_is_known_when_history_is_forgotten(small, zone):
    """Ten records are kept: that of the first zone red, and that in which an agent left, are gone."""
    (small / "gsdc.yaml").write_text((small / "gsdc.yaml").read_text() + "history: {keep: 10}\n")
    run(small, "apply", "--yes")
    run(small, "apply", "--yes", "--zone", zone)
    replace(small / "fleet.yaml", TESTER, "")
    for count in range(14):
        run(small, "apply", "--yes", "--zone", zone, "--profile", ["quality", "budget"][count % 2], "--quiet")
        if not count:
            mine = '"tester": {"mode": "subagent", "prompt": "Mine."},'
            replace(small / "opencode.jsonc", '"agent": {', f'"agent": {{\n    {mine}')
    assert not (small / ".gsdc/history/000002").exists()
    run(small, "apply", "--yes")
    text = (small / "opencode.jsonc").read_text()
    assert '"disable"' not in text
    assert mine in text
    replace(small / "gsdc.yaml", TARGETS["opencode.jsonc"], "")
    run(small, "apply", "--yes")
    left = FILES["opencode.jsonc"].replace('"agent": {', f'"agent": {{\n    {mine}')
    assert (small / "opencode.jsonc").read_text() == left


def test_an_edit_that_a_rollback_has_kept_is_not_written_over(small):
    run(small, "apply", "--yes")
    run(small, "apply", "--yes", "--profile", "budget")
    text = (small / "opencode.jsonc").read_text()
    at = text.index('"guard"')
    mine = text[:at] + text[at:].replace("anthropic/", "mine/", 1)
    (small / "opencode.jsonc").write_text(mine)
    run(small, "rollback", "--yes")
    before = tree(small)
    assert "DP010" in run(small, "apply", "--yes", code=1).output
    assert tree(small) == before


def test_a_value_that_a_person_has_removed_does_not_come_back(small):
    replace(small / "opencode.jsonc", '"description": "leads"', '"description": "leads",\n      "model": "x/y"')
    run(small, "apply", "--yes")
    replace(small / "opencode.jsonc", ',\n      "model": "anthropic/claude-opus-5-5"', "")
    run(small, "apply", "--yes", "--profile", "budget", "--force")
    replace(small / "gsdc.yaml", TARGETS["opencode.jsonc"], "")
    run(small, "apply", "--yes")
    assert (small / "opencode.jsonc").read_text() == FILES["opencode.jsonc"]


def test_the_tables_that_gsdc_compiled_do_not_choose_the_fleet(small):
    (small / "gsdc.yaml").write_text(
        "targets: {opencode: {path: opencode.jsonc, create: true}, overrides: {dir: config}}\n"
    )
    (small / "fleet.yaml").unlink()
    run(small, "apply", "--yes")
    before = tree(small)
    run(small, "apply", "--yes")
    assert tree(small) == before
    assert '"gsd-planner"' in (small / "opencode.jsonc").read_text()
