"""What gsdc wrote and compiles no more: the next ``gsdc apply`` takes it away, and nothing of a person's with it."""

import pytest
from tests.cli.running import answer, replace, run
from tests.deploy.small import FILES, tree

TARGETS = {
    "CLAUDE.md": "  claude-md: {paths: [CLAUDE.md]}\n",
    "opencode.jsonc": "  opencode: {path: opencode.jsonc}\n",
    "config/phase-model-config.json": "  overrides: {dir: config}\n",
}
TESTER = "  tester: {role: testing, models: {any: haiku, quality: sonnet}}\n"


@pytest.fixture
def applied(small):
    """Return the project with two applies behind it, and what a person wrote before, between and after them."""
    replace(small / "opencode.jsonc", '"description": "leads"', '"description": "leads",\n      "temperature": 1')
    run(small, "apply", "--yes", "--profile", "quality")
    replace(small / "opencode.jsonc", '"autoupdate": false,', '"autoupdate": false,\n  "theme": "mine",')
    run(small, "apply", "--yes")
    replace(small / "CLAUDE.md", "# Project\n", "# Our project\n")
    return small


@pytest.mark.parametrize("path", TARGETS)
def test_a_target_that_is_used_no_more(applied, path):
    before = tree(applied)
    replace(applied / "gsdc.yaml", TARGETS[path], "")
    (small,) = [target for target in answer(applied, "status", code=1)["targets"] if target["state"] == "drifted"]
    assert {why for file in small["files"] for why in file["why"]} == {"it is compiled no more"}
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
    replace(applied / "opencode.jsonc", '"tester": {', '"tester": {\n      "prompt": "Test it.",')
    run(applied, "apply", "--yes", "--profile", "budget")
    replace(applied / "fleet.yaml", TESTER, "")
    run(applied, "apply", "--yes")
    text = (applied / "opencode.jsonc").read_text()
    entry = text[text.index('"tester"') :].partition("}")[0]
    assert entry.split() == ['"tester":', "{", '"prompt":', '"Test', 'it."']


def test_an_old_model_does_not_come_back(small):
    replace(small / "opencode.jsonc", '"description": "leads"', '"description": "leads",\n      "model": "x/y"')
    before = (small / "opencode.jsonc").read_text()
    run(small, "apply", "--yes")
    replace(small / "gsdc.yaml", TARGETS["opencode.jsonc"], "")
    run(small, "apply", "--yes")
    assert (small / "opencode.jsonc").read_text() == before.replace('"x/y"', '"anthropic/claude-opus-4-6"')


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
